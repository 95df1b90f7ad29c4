//! Answers that need not be sent twice: those about products and stock, as channels have them.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

const PATHS: [&str; 5] = [
    "/v1/supplier/products",
    "/v1/supplier/products/{product_code}",
    "/v1/supplier/products/{product_code}/stock",
    "/v1/supplier/products/{product_code}/versions",
    "/v1/supplier/products/{product_code}/prices",
];

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_has_not_changed_is_not_sent_again(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let hanok = app.supplier("hanok");
    let description = serde_json::to_value(axhub_supplier_api::routes().into_openapi()).unwrap();
    let addresses = PATHS.map(|path| path.replace("{product_code}", &app.world().seoul.id.to_string()));
    let mut tags = Vec::new();
    for (path, address) in PATHS.iter().zip(&addresses) {
        assert!(description["paths"][path]["get"]["responses"]["304"].is_object(), "{path}");
        let first = hanok.get(address).await;
        let tag = first.header("etag").unwrap_or_else(|| panic!("{address} has no ETag")).to_owned();
        assert_eq!((first.status, first.header("cache-control")), (200, Some("private, no-cache")), "{address}");
        let again = hanok.with_header("if-none-match", &tag).get(address).await;
        assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, Some(tag.as_str())), "{address}");
        assert_eq!(again.header("x-total-count"), first.header("x-total-count"), "{address}");
        tags.push(tag);
    }
    let seoul = &app.world().seoul;
    let change = json!({ "cut_off_minutes": 77, "options": [{ "option_code": seoul.option(0), "net": "77" }] });
    assert_eq!(hanok.patch(&format!("/v1/supplier/products/{}", seoul.id), &change).await.status, 200);
    let rule = json!({ "from": "2026-07-10", "to": "2026-07-10", "start_times": ["10:00"], "max_quantity": 77 });
    assert_eq!(hanok.put(&format!("/v1/supplier/options/{}/stock", seoul.option(0)), &rule).await.status, 200);
    for (address, tag) in addresses.iter().zip(&tags) {
        let changed = hanok.with_header("if-none-match", tag).get(address).await;
        assert_eq!(changed.status, 200, "{address}");
        assert_ne!(changed.header("etag"), Some(tag.as_str()), "{address}");
    }
}

#[tokio::test]
async fn what_holds_people_is_not_kept() {
    let app = App::start(Engine::Sqlite).await;
    for list in ["orders", "questions", "reviews"] {
        let reply = app.supplier("hanok").get(&format!("/v1/supplier/{list}")).await;
        assert_eq!((reply.header("cache-control"), reply.header("etag")), (Some("no-store"), None), "{list}");
    }
}
