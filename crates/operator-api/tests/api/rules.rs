//! What channels may sell by rule.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{NOBODYS, actions, assert_code, assert_wrong, each, ok, redacted, text};

const PATH: &str = "/v1/operator/channels/alpha/assignment-rules";

fn code(rule: &Value) -> &str {
    text(&rule["rule_code"])
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_made_read_changed_and_removed(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (olivia, alpha, harbor) = (app.operator(), app.channel("alpha"), app.world().harbor.id);
    let detail = format!("/v1/channel/products/tour/{harbor}");
    let new = json!({ "supplier_code": "lumiere", "country": "united states", "mark_up": "1.3" });
    let made = ok(olivia.post(PATH, &new).await, 201);
    insta::assert_snapshot!("rule", redacted(&made));
    let address = format!("{PATH}/{}", code(&made));
    assert_eq!(ok(olivia.get(&address).await, 200), made);
    assert_eq!(alpha.get(&detail).await.status, 200, "at once");

    // What a rule assigned cannot be removed by itself.
    let assignment = format!("/v1/operator/channels/alpha/products/{harbor}");
    let refused = olivia.delete(&assignment).await;
    assert_code(&refused, 409, "assigned_by_rule");
    assert_eq!(refused.body["rule_code"], made["rule_code"]);
    insta::assert_snapshot!("assigned_by_rule", redacted(&olivia.in_english().delete(&assignment).await.body));

    let changed = ok(olivia.patch(&address, &json!({ "mark_up": "1.4" })).await, 200);
    assert_eq!((&changed["mark_up"], &changed["assigned"]), (&json!("1.40000"), &json!(1)));
    assert_eq!(ok(olivia.get(&assignment).await, 200)["mark_up"], "1.40000");
    let excepted = ok(olivia.patch(&address, &json!({ "except": [harbor] })).await, 200);
    assert_eq!((&excepted["except"], &excepted["assigned"]), (&json!([harbor]), &json!(0)));
    assert_eq!(alpha.get(&detail).await.status, 404);
    let back = ok(olivia.patch(&address, &json!({ "except": null })).await, 200);
    assert_eq!(back["assigned"], 1);

    let all = ok(olivia.post(PATH, &json!({ "mark_up": 2 })).await, 201);
    assert_eq!((&all["supplier_code"], &all["country"], &all["assigned"]), (&json!(null), &json!(null), &json!(0)));
    let listed = ok(olivia.get(PATH).await, 200);
    assert_eq!(listed["rules"].as_array().map(Vec::len), Some(2));
    assert_eq!(ok(olivia.delete(&address).await, 200), json!({ "reassigned": 1, "unassigned": 0 }));
    assert_eq!(ok(olivia.delete(&format!("{PATH}/{}", code(&all))).await, 200), json!({ "reassigned": 0, "unassigned": 1 }));
    assert_code(&olivia.delete(&address).await, 404, "not_found");
    assert_eq!(alpha.get(&detail).await.status, 404);
    let rules = ["rule.create", "rule.change", "rule.change", "rule.change", "rule.create", "rule.remove", "rule.remove"];
    assert_eq!(actions(&app).await, rules);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_single_assignment_gives_way_to_the_rule_behind_it(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (olivia, paris) = (app.operator(), app.world().paris.id);
    let rule = ok(olivia.post(PATH, &json!({ "country": "France", "mark_up": "1.3" })).await, 201);
    assert_eq!(rule["assigned"], 0, "Paris is assigned by itself");
    let assignment = format!("/v1/operator/channels/alpha/products/{paris}");
    let left = ok(olivia.delete(&assignment).await, 200);
    assert_eq!((&left["assignment"]["source"], &left["assignment"]["mark_up"]), (&json!("rule"), &json!("1.30000")));
    assert_eq!(left["assignment"]["rule_code"], rule["rule_code"]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bad_ones_are_refused_and_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (olivia, paris) = (app.operator(), app.world().paris.id);
    assert_wrong(&olivia.post(PATH, &json!({})).await, &["mark_up"]);
    // A blank restriction is not the same as none.
    assert_wrong(&olivia.post(PATH, &json!({ "supplier_code": "", "country": " ", "mark_up": 1 })).await, &["supplier_code", "country"]);
    assert_wrong(&olivia.post(PATH, &json!({ "supplier_code": "nobody", "mark_up": 1 })).await, &["supplier_code"]);
    let except = json!({ "country": "x".repeat(101), "mark_up": 0, "except": [paris, "7", null] });
    assert_wrong(&olivia.post(PATH, &except).await, &["country", "mark_up", "except[1]", "except[2]"]);
    assert_wrong(&olivia.post(PATH, &json!({ "mark_up": 1, "except": [paris, NOBODYS, paris] })).await, &["except[1]", "except[2]"]);
    assert_wrong(&olivia.post(PATH, &json!({ "mark_up": 1, "except": vec![paris; 1001] })).await, &["except"]);
    assert_code(&olivia.post("/v1/operator/channels/nobody/assignment-rules", &json!({ "mark_up": 1 })).await, 404, "not_found");
    assert_eq!(actions(&app).await, Vec::<String>::new());

    let rule = ok(olivia.post(PATH, &json!({ "mark_up": 1 })).await, 201);
    let address = format!("{PATH}/{}", code(&rule));
    assert_wrong(&olivia.patch(&address, &json!({ "mark_up": null, "except": [NOBODYS] })).await, &["mark_up"]);
    assert_wrong(&olivia.patch(&address, &json!({ "except": [NOBODYS] })).await, &["except[0]"]);
    for nothing in [format!("{PATH}/{NOBODYS}"), format!("{PATH}/7"), address.replace("alpha", "beta"), address.replace("alpha", "nobody")]
    {
        assert_code(&olivia.get(&nothing).await, 404, "not_found");
        assert_code(&olivia.patch(&nothing, &json!({ "mark_up": 1 })).await, 404, "not_found");
        assert_code(&olivia.delete(&nothing).await, 404, "not_found");
    }
    assert_eq!(ok(olivia.get(&address).await, 200), rule);
    assert_eq!(each(&ok(olivia.get(PATH).await, 200)["rules"], "mark_up"), ["1.00000"]);
}
