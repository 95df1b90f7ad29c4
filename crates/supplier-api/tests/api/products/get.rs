//! One product.

use axhub_testkit::{App, Engine, ProductBuilder};
use rstest::rstest;

use crate::support::redacted;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let product = ProductBuilder::tour("Louvre")
        .manual()
        .cut_off(120)
        .sale(Some("2026-01-01"), None)
        .require(&["english_name"])
        .option("Adult", "75.5")
        .season("2026-12-24", "2026-12-31", "90")
        .season("2026-07-01", "2026-08-31", "80")
        .persons(2)
        .price_option("Child", "50", 0)
        .option("Old", "1")
        .inactive();
    let product = product.create(app.hub(), app.world().supplier("lumiere").id).await;
    let reply = app.supplier("lumiere").get(&format!("/v1/supplier/products/{}", product.id)).await;
    assert_eq!(reply.status, 200);
    insta::assert_snapshot!("product", redacted(&reply.body));
}
