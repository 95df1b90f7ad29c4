use axhub_testkit::App;
use serde_json::json;

use crate::support::on_both_engines;

on_both_engines! {
    prices_are_an_object_by_option_with_a_digit_for_the_currency,
}

async fn prices_are_an_object_by_option_with_a_digit_for_the_currency(app: App) {
    let cruise = app.undated().await;
    let path = format!("/v1/channel/price/ticket/{}", cruise.id);
    let reply = app.channel("alpha").get(&path).await;
    let expected = json!({
        "status_code": 200, "prices": { cruise.option(0).to_string(): { "currency": "1", "price": "12000.00000" } },
    });
    assert_eq!((reply.status, &reply.body), (200, &expected));
    let museum = &app.world().museum;
    let dated = app.channel("alpha").get(&format!("/v1/channel/price/ticket/{}", museum.id)).await;
    assert_eq!(
        dated.body["prices"][museum.option(1).to_string()],
        json!({ "currency": "1", "price": "9600.00000" }),
        "of day-tickets, too"
    );
    assert_eq!(app.channel("alpha").get(&format!("/v1/channel/price/ticket/{}", app.world().paris.id)).await.status, 404);
    assert_eq!(app.anonymous().get(&path).await.status, 403);
    let tag = reply.header("etag").unwrap();
    assert_eq!(app.channel("alpha").with_header("if-none-match", tag).get(&path).await.status, 304);
}
