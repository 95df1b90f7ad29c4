//! The audit log.

use axhub_testkit::{App, Engine};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{assert_code, each, list, ok, redacted};

const PATH: &str = "/v1/operator/audit";

async fn read(app: &App, query: &str) -> Value {
    ok(app.operator().get(&format!("{PATH}?{query}")).await, 200)["entries"].take()
}

/// Something of an operator, an hour later of a supplier, and an hour later of an operator again.
async fn busy(engine: Engine) -> App {
    let app = App::start(engine).await;
    let olivia = app.operator();
    ok(olivia.post("/v1/operator/suppliers", &json!({ "code": "elan", "name": "Elan" })).await, 201);
    app.clock().advance(SignedDuration::from_hours(1));
    let seoul = app.world().seoul.id;
    let change = json!({ "contents": { "meeting_point": "elsewhere" } });
    ok(app.supplier("hanok").patch(&format!("/v1/supplier/products/{seoul}"), &change).await, 200);
    app.clock().advance(SignedDuration::from_hours(1));
    ok(olivia.patch("/v1/operator/suppliers/elan", &json!({ "name": "Élan" })).await, 200);
    app
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn tells_who_did_what_newest_first(#[case] engine: Engine) {
    let app = busy(engine).await;
    let all = read(&app, "from=2026-07-01T03:00:00.000001Z").await;
    assert_eq!(each(&all, "actor"), ["olivia", "hanok"]);
    insta::assert_snapshot!("log", redacted(&all));
    let of_olivia = read(&app, "actor=olivia").await;
    assert_eq!(each(&of_olivia, "action"), ["supplier.change", "supplier.create"]);
    assert_eq!(of_olivia[0]["key_prefix"], app.world().operator_key.rsplit_once('_').unwrap().0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn is_filtered_and_paged(#[case] engine: Engine) {
    let app = busy(engine).await;
    let seoul = app.world().seoul.id;
    for (query, actions) in [
        ("actor_kind=operator", vec!["supplier.change", "supplier.create"]),
        ("action=supplier.create", vec!["supplier.create"]),
        ("object_code=elan&to=2026-07-01T05:00:00Z", vec!["supplier.create"]),
        ("object_code=elan&from=2026-07-01T05:00:00Z", vec!["supplier.change"]),
        ("actor_kind=hub", vec![]),
        ("object_code=Elan", vec![]),
        ("actor=%25", vec![]),
        ("page=2&page_size=1&actor_kind=operator", vec!["supplier.create"]),
        ("page=9", vec![]),
    ] {
        assert_eq!(each(&read(&app, query).await, "action"), actions, "{query}");
    }
    let of_seoul = read(&app, &format!("object_code={seoul}&from=2026-07-01T04:00:00Z")).await;
    assert_eq!(each(&of_seoul, "supplier_code"), ["hanok"]);
    assert!(list(&read(&app, "actor_kind=supplier").await).iter().all(|entry| entry["supplier_code"].is_string()));
    let wrong = app.operator().get(&format!("{PATH}?actor_kind=channel&from=noon&to=&action={}", "x".repeat(101))).await;
    assert_code(&wrong, 400, "invalid_query");
    assert_eq!(wrong.body["errors"].as_object().unwrap().len(), 3, "{}", wrong.body);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn is_only_read(#[case] engine: Engine) {
    let app = App::start(engine).await;
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let method = axum::http::Method::from_bytes(method.as_bytes()).unwrap();
        assert_code(&app.operator().send(method, PATH, None).await, 405, "method_not_allowed");
    }
}
