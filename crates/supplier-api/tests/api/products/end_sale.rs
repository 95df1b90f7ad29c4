//! Ending the sale of a product.

use axhub_testkit::{App, Engine, OrderBuilder};
use rstest::rstest;
use serde_json::json;

use super::create::{begin, bus_tour};
use crate::support::{assert_code, assert_wrong};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn no_more_orders_are_taken(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let (address, lumiere) = (format!("/v1/supplier/products/{}", paris.id), app.supplier("lumiere"));
    let mapping = app.register("alpha", &paris).await;
    let order = async |code: &str| {
        let order = OrderBuilder::new(code).line(mapping, paris.option(0), paris.at("2026-07-10", "09:00"), 1).json();
        app.channel("alpha").post("/v1/channel/orders/tour", &order).await
    };
    let end = format!("{address}/end-sale");
    // It is the 1st of July in Paris.
    let today = lumiere.post(&end, &json!({ "last_day": "today" })).await;
    assert_eq!((today.status, &today.body["sale_to"], &today.body["version"]), (200, &json!("2026-07-01"), &json!(2)));
    assert_eq!(today.body["state"], "published");
    assert_eq!(order("A-1").await.status, 201);
    let ended = lumiere.send(axum::http::Method::POST, &end, None).await;
    assert_eq!((ended.status, &ended.body["sale_to"], &ended.body["version"]), (200, &json!("2026-06-30"), &json!(3)));
    assert_eq!((&ended.body["state"], &lumiere.get(&address).await.body), (&json!("ended"), &ended.body));
    assert_code(&order("A-2").await, 409, "product_not_on_sale");
    // Again, and with a later day, nothing changes.
    for body in [json!({}), json!({ "last_day": null }), json!({ "last_day": "2026-12-31" })] {
        assert_eq!(lumiere.post(&end, &body).await.body, ended.body, "{body}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_never_on_sale_cannot_end(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (address, _) = begin(&app, &bus_tour()).await;
    let lumiere = app.supplier("lumiere");
    assert_code(&lumiere.post(&format!("{address}/end-sale"), &json!({})).await, 409, "not_published");
    for wrong in ["tomorrow", "2026-02-30", "2026-7-1", "TODAY"] {
        assert_wrong(&lumiere.post(&format!("{address}/end-sale"), &json!({ "last_day": wrong })).await, &["last_day"]);
    }
    for misspelt in [json!({ "sale_to": "2027-06-30" }), json!({ "date": "2027-06-30" })] {
        assert_wrong(&lumiere.post(&format!("{address}/end-sale"), &misspelt).await, &["last_day"]);
    }
}
