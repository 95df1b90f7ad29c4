//! Suppliers.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{actions, assert_code, assert_wrong, each, log, ok, redacted};

const PATH: &str = "/v1/operator/suppliers";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_added_read_changed_and_listed(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    let new = json!({ "code": "바다-1", "name": "Elan", "notes": "calls back" });
    let made = ok(olivia.post(PATH, &new).await, 201);
    assert_eq!(made, new);
    assert_eq!(ok(olivia.get(&format!("{PATH}/바다-1")).await, 200), new);

    let changed = ok(olivia.patch(&format!("{PATH}/바다-1"), &json!({ "name": "Élan" })).await, 200);
    assert_eq!(changed, json!({ "code": "바다-1", "name": "Élan", "notes": "calls back" }));
    let silent = ok(olivia.patch(&format!("{PATH}/바다-1"), &json!({ "notes": null, "code": "other" })).await, 200);
    assert_eq!(silent, json!({ "code": "바다-1", "name": "Élan", "notes": "" }), "the code stays");
    assert_eq!(ok(olivia.patch(&format!("{PATH}/바다-1"), &json!({})).await, 200), silent);
    assert_eq!(actions(&app).await, ["supplier.create", "supplier.change", "supplier.change"]);
    insta::assert_snapshot!("supplier_log", redacted(&json!(log(&app).await[..3])));

    assert_eq!(each(&ok(olivia.get(PATH).await, 200)["suppliers"], "code"), ["hanok", "lumiere", "바다-1"]);
    assert_eq!(each(&ok(olivia.get(&format!("{PATH}?q=éLAN")).await, 200)["suppliers"], "code"), ["바다-1"]);
    let page = olivia.get(&format!("{PATH}?page=2&page_size=2")).await;
    assert_eq!((page.header("x-total-count"), each(&page.body["suppliers"], "code")), (Some("3"), vec!["바다-1"]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bad_ones_are_refused_and_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    assert_code(&olivia.post(PATH, &json!({ "code": "hanok", "name": "x" })).await, 409, "code_taken");
    assert_wrong(&olivia.post(PATH, &json!({})).await, &["code", "name"]);
    assert_wrong(
        &olivia.post(PATH, &json!({ "code": "No Code", "name": " ", "notes": "x".repeat(5001) })).await,
        &["code", "name", "notes"],
    );
    for code in ["a", "-ab", "ab-", "a/b", "a\u{0}b", "A1", &"x".repeat(41)] {
        assert_wrong(&olivia.post(PATH, &json!({ "code": code, "name": "x" })).await, &["code"]);
    }
    for change in [json!({ "name": null }), json!({ "name": "" }), json!({ "name": "x".repeat(256) }), json!({ "name": "a\u{0}" })] {
        assert_wrong(&olivia.patch(&format!("{PATH}/hanok"), &change).await, &["name"]);
    }
    for nobody in ["nobody", "%00", "HANOK", "hanok%20", &"x".repeat(300), "%F0%9F%9A%8C"] {
        assert_code(&olivia.get(&format!("{PATH}/{nobody}")).await, 404, "not_found");
        assert_code(&olivia.patch(&format!("{PATH}/{nobody}"), &json!({ "name": "x" })).await, 404, "not_found");
    }
    assert_eq!(actions(&app).await, Vec::<String>::new());
    assert_eq!(each(&ok(olivia.get(PATH).await, 200)["suppliers"], "name"), ["한옥여행", "Atelier Lumière"]);
}
