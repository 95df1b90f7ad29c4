//! Copying a product.

use axhub_testkit::{App, Engine};
use axum::http::Method;
use rstest::rstest;
use serde_json::json;

use crate::support::{each, redacted, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_copy_is_a_draft_with_codes_of_its_own(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let (address, hanok) = (format!("/v1/supplier/products/{}", seoul.id), app.supplier("hanok"));
    assert_eq!(hanok.patch(&address, &json!({ "sale_from": "2026-01-01", "sale_to": "2026-12-31" })).await.status, 200);
    let source = hanok.get(&address).await.body;
    let copied = hanok.in_english().send(Method::POST, &format!("{address}/copy"), None).await;
    assert_eq!(copied.status, 201, "{}", copied.body);
    insta::assert_snapshot!("product_copied", redacted(&copied.body));
    let codes = |body: &serde_json::Value| each(&body["options"], "option_code").into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert!(codes(&copied.body).iter().all(|code| !codes(&source).contains(code)));
    let copy = format!("/v1/supplier/products/{}", text(&copied.body["product_code"]));
    assert_eq!(hanok.get(&format!("{copy}/stock")).await.body["stock"], json!([]));
    assert_eq!(hanok.get(&format!("{copy}/draft")).await.status, 200);
    assert_eq!(hanok.get(&address).await.body, source);
    assert_eq!(app.supplier("lumiere").send(Method::POST, &format!("{address}/copy"), None).await.status, 404);
}
