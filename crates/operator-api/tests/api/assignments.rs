//! What channels may sell, one by one.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{NOBODYS, actions, assert_code, assert_wrong, each, ok, redacted, text};

const PATH: &str = "/v1/operator/channels/alpha/products";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_channel_sells_what_it_is_assigned_at_that_price(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (olivia, alpha, harbor) = (app.operator(), app.channel("alpha"), app.world().harbor.id);
    let (address, detail) = (format!("{PATH}/{harbor}"), format!("/v1/channel/products/tour/{harbor}"));
    assert_eq!(alpha.get(&detail).await.status, 404);
    assert_code(&olivia.get(&address).await, 404, "not_found");
    let set = ok(olivia.put(&address, &json!({ "mark_up": "1.5" })).await, 200);
    insta::assert_snapshot!("assignment", redacted(&set));
    assert_eq!(ok(olivia.get(&address).await, 200), set);
    assert_eq!(alpha.get(&detail).await.status, 200);
    let price = alpha.get(&format!("/v1/channel/price/tour/{harbor}")).await;
    assert!(price.text().contains(":60.00,"), "40.00 net and half of that: {}", price.text());

    assert_eq!(ok(olivia.put(&address, &json!({ "mark_up": 1.5 })).await, 200), set, "the same again");
    let cheaper = ok(olivia.put(&address, &json!({ "mark_up": 0.99999 })).await, 200);
    assert_eq!((&cheaper["mark_up"], &cheaper["assigned_at"]), (&json!("0.99999"), &set["assigned_at"]));
    assert_eq!(ok(olivia.delete(&address).await, 200), json!({ "assignment": null }));
    assert_eq!(alpha.get(&detail).await.status, 404);
    assert_code(&olivia.delete(&address).await, 404, "not_found");
    assert_eq!(actions(&app).await, ["assignment.set", "assignment.set", "assignment.remove"]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn lists_are_filtered(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    let all = olivia.get(PATH).await;
    assert_eq!((all.header("x-total-count"), all.status), (Some("4"), 200));
    let of_lumiere = ok(olivia.get(&format!("{PATH}?supplier_code=lumiere")).await, 200);
    assert_eq!(each(&of_lumiere["assignments"], "product_name"), ["Paris walk"]);
    let made = ok(olivia.post("/v1/operator/channels/alpha/assignment-rules", &json!({ "mark_up": 2 })).await, 201);
    let by_rule = ok(olivia.get(&format!("{PATH}?source=rule&rule_code={}", text(&made["rule_code"]))).await, 200);
    assert_eq!(each(&by_rule["assignments"], "product_name"), ["Harbor sunset"]);
    assert_eq!((&by_rule["assignments"][0]["source"], &by_rule["assignments"][0]["rule_code"]), (&json!("rule"), &made["rule_code"]));
    assert_eq!(olivia.get(&format!("{PATH}?source=single")).await.header("x-total-count"), Some("4"));
    for nothing in ["rule_code=7", &format!("rule_code={NOBODYS}"), "supplier_code=nobody"] {
        assert_eq!(olivia.get(&format!("{PATH}?{nothing}")).await.header("x-total-count"), Some("0"), "{nothing}");
    }
    let wrong = olivia.get(&format!("{PATH}?source=both&supplier_code=x%00")).await;
    assert_code(&wrong, 400, "invalid_query");
    assert_eq!(wrong.body["errors"].as_object().unwrap().len(), 2, "{}", wrong.body);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bad_ones_are_refused_and_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (olivia, paris) = (app.operator(), app.world().paris.id);
    let before = ok(olivia.get(PATH).await, 200);
    for mark_up in
        [json!(0), json!("0.0"), json!(-1), json!(100.1), json!("1.000001"), json!("12%"), json!(""), json!(null), json!(true), json!([1])]
    {
        assert_wrong(&olivia.put(&format!("{PATH}/{paris}"), &json!({ "mark_up": mark_up })).await, &["mark_up"]);
    }
    assert_wrong(&olivia.put(&format!("{PATH}/{paris}"), &json!({})).await, &["mark_up"]);
    let good = json!({ "mark_up": "1.1" });
    for nothing in [
        format!("{PATH}/{NOBODYS}"),
        format!("{PATH}/7"),
        format!("/v1/operator/channels/nobody/products/{paris}"),
        format!("/v1/operator/channels/%00/products/{paris}"),
    ] {
        assert_code(&olivia.put(&nothing, &good).await, 404, "not_found");
        assert_code(&olivia.get(&nothing).await, 404, "not_found");
        assert_code(&olivia.delete(&nothing).await, 404, "not_found");
    }
    assert_eq!(ok(olivia.get(PATH).await, 200), before);
    assert_eq!(actions(&app).await, Vec::<String>::new());
}
