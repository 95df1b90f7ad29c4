use axhub_domain::pricing::MarkUp;
use axhub_testkit::{App, ProductBuilder};
use serde_json::json;

use crate::support::{assert_error, on_both_engines};

on_both_engines! {
    a_price_is_in_the_products_currency_with_five_places,
    a_price_of_the_day_beats_the_base_price,
}

async fn a_price_is_in_the_products_currency_with_five_places(app: App) {
    let museum = &app.world().museum;
    let path = format!("/v1/channel/price/day-ticket/{}", museum.id);
    let reply = app.channel("alpha").get(&path).await;
    let expected = json!({ "status_code": 200, "prices": [
        { "option_code": museum.option(0), "currency": "KRW", "price": "14400.00000" },
        { "option_code": museum.option(1), "currency": "KRW", "price": "9600.00000" },
    ]});
    assert_eq!((reply.status, &reply.body), (200, &expected));
    let beta = app.channel("beta").get(&path).await;
    assert_eq!(beta.body["prices"][0]["price"], "13200.00000", "another mark-up");
    let tag = reply.header("etag").unwrap();
    assert_eq!(app.channel("alpha").with_header("if-none-match", tag).get(&path).await.status, 304);
}

async fn a_price_of_the_day_beats_the_base_price(app: App) {
    let product = ProductBuilder::day_ticket("Seasonal").option("Adult", "10.005").season("2026-07-10", "2026-07-20", "20").no_stock();
    let product = product.create(app.hub(), app.world().supplier("lumiere").id).await;
    app.world().assign(app.hub(), "alpha", &product, MarkUp::NONE).await;
    let alpha = app.channel("alpha");
    let path = format!("/v1/channel/price/day-ticket/{}", product.id);
    for (query, price) in [("", "10.01000"), ("?date=2026-07-09", "10.01000"), ("?date=2026-07-10", "20.00000")] {
        let reply = alpha.get(&format!("{path}{query}")).await;
        assert_eq!(reply.body["prices"][0], json!({ "option_code": product.option(0), "currency": "USD", "price": price }));
    }
    assert_error(&alpha.get(&format!("{path}?date=soon")).await, 400, "invalid_query");
}
