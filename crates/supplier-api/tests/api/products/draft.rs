//! Drafts of products.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use super::create::{begin, begin_whole, bus_tour, whole_contents};
use crate::support::{assert_code, assert_wrong, each, redacted, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_next_version_is_worked_on_apart(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let (address, lumiere) = (format!("/v1/supplier/products/{}", paris.id), app.supplier("lumiere"));
    let draft = format!("{address}/draft");
    assert_code(&lumiere.get(&draft).await, 404, "not_found");
    let before = lumiere.get(&address).await.body;

    let change = json!({
        "version": 1,
        "contents": { "meeting_point": "Under the tower", "poi": ["Louvre"] },
        "options": [
            { "option_code": paris.option(0), "net": "80" },
            { "depths": [{ "name": "Person", "value": "Senior" }], "pool": "bus" },
        ],
    });
    let changed = lumiere.in_english().patch(&draft, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    insta::assert_snapshot!("draft_changed", redacted(&changed.body));
    let after = lumiere.get(&address).await.body;
    assert_eq!(after["has_draft"], true);
    for member in ["version", "contents", "options", "updated_at"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    // All that was read can be sent back, and changes nothing.
    let read = lumiere.get(&draft).await.body;
    let mut read_back = read.clone();
    read_back["version"] = read["based_on_version"].clone();
    assert_eq!(lumiere.patch(&draft, &read_back).await.body, read);
    assert_code(&lumiere.patch(&address, &json!({})).await, 409, "draft_open");
    assert_code(&lumiere.patch(&draft, &json!({ "version": 2 })).await, 409, "version_changed");

    assert_eq!(lumiere.delete(&draft).await.status, 204);
    assert_code(&lumiere.delete(&draft).await, 404, "not_found");
    assert_eq!(lumiere.get(&address).await.body, before);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_option_comes_and_goes_with_the_draft(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (address, begun) = begin_whole(&app).await;
    let (lumiere, draft) = (app.supplier("lumiere"), format!("{address}/draft"));
    let names = |body: &serde_json::Value| each(&body["options"], "option_name").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let van = json!({ "options": [{ "depths": [{ "name": "Seat", "value": "Van" }] }] });
    let with_van = lumiere.patch(&draft, &van).await.body;
    assert_eq!(names(&with_van), ["Adult", "Child", "Van"]);
    assert_eq!(with_van["is_ready"], false);
    assert_eq!(with_van["problems"][0]["field"], "options[2].net");
    let van = text(&with_van["options"][2]["option_code"]);
    let rule = json!({ "from": "2026-07-10", "to": "2026-07-10", "start_times": ["09:00"], "max_quantity": 2 });
    assert_eq!(lumiere.put(&format!("/v1/supplier/options/{van}/stock"), &rule).await.status, 200);

    let removed = lumiere.patch(&draft, &json!({ "options": [{ "option_code": van, "remove": true }] })).await;
    assert_eq!((removed.status, names(&removed.body)), (200, vec!["Adult".to_owned(), "Child".to_owned()]));
    assert_eq!(lumiere.put(&format!("/v1/supplier/options/{van}/stock"), &rule).await.status, 404);
    assert_eq!(lumiere.get(&format!("{address}/stock")).await.body["stock"], json!([]));

    let adult = begun["options"][0]["option_code"].clone();
    let child = json!({ "options": [{ "depths": [{ "name": "Person", "value": "Baby" }], "kind": "price", "stock_option_code": adult }] });
    assert_eq!(lumiere.patch(&draft, &child).await.status, 200);
    let refused = lumiere.patch(&draft, &json!({ "options": [{ "option_code": adult, "remove": true }] })).await;
    assert_wrong(&refused, &["options[0].remove"]);
    assert_eq!(refused.body["error"]["code"], "option_drawn_from");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_never_published_is_gone_without_a_trace(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let lumiere = app.supplier("lumiere");
    let before = lumiere.get("/v1/supplier/products").await.body;
    let (address, _) = begin(&app, &bus_tour()).await;
    assert_code(&lumiere.patch(&address, &json!({})).await, 409, "draft_open");
    let renamed = lumiere.patch(&format!("{address}/draft"), &json!({ "contents": { "product_name": "Boat tour" } })).await.body;
    assert_eq!(renamed["version"], 0);
    let listed = lumiere.get("/v1/supplier/products?state=draft&q=boat").await.body;
    assert_eq!(each(&listed["products"], "product_name"), ["Boat tour"]);
    assert_eq!(lumiere.delete(&format!("{address}/draft")).await.status, 204);
    assert_code(&lumiere.get(&address).await, 404, "not_found");
    assert_eq!(lumiere.get("/v1/supplier/products").await.body, before);
}

#[tokio::test]
async fn wrong_changes_change_nothing() {
    let app = App::start(Engine::Sqlite).await;
    let (address, _) = begin(&app, &bus_tour()).await;
    let (lumiere, draft) = (app.supplier("lumiere"), format!("{address}/draft"));
    let before = lumiere.get(&draft).await.body;
    for (change, fields) in [
        (json!({ "contents": { "product_name": null } }), vec!["contents.product_name"]),
        (json!({ "sale_from": "2026-02-01", "sale_to": "2026-01-01" }), vec!["sale_to"]),
        (json!({ "reply_minutes": 5, "on_no_reply": "reject" }), vec!["reply_minutes"]),
        (json!({ "options": [{ "option_code": app.world().paris.option(0), "remove": true }] }), vec!["options[0].option_code"]),
    ] {
        assert_wrong(&lumiere.patch(&draft, &change).await, &fields);
    }
    assert_eq!(lumiere.get(&draft).await.body, before);
    let whole = lumiere.patch(&draft, &json!({ "contents": whole_contents() })).await.body;
    assert_eq!((&whole["problems"], &whole["is_ready"]), (&json!([]), &json!(true)));
}
