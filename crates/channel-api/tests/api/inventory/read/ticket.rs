use axhub_domain::inventory::{StockRule, UNDATED};
use axhub_hub::availability::set_stock;
use axhub_testkit::App;

use crate::support::{assert_body, on_both_engines, place_ticket};

on_both_engines! {
    an_option_has_one_row_without_a_date,
    a_closed_row_is_shown_as_what_cannot_be_ordered,
}

async fn an_option_has_one_row_without_a_date(app: App) {
    let cruise = app.undated().await;
    place_ticket(&app, &cruise, "A-1", 2).await;
    let path = format!("/v1/channel/inventory/ticket/{}", cruise.id);
    let reply = app.channel("alpha").get(&path).await;
    assert_body!("ticket", reply);
    assert_eq!(reply.header("x-total-count"), Some("1"));
    app.clock().set_to("2031-01-01T00:00:00Z");
    let later = app.channel("alpha").get(&format!("{path}?from=2030-01-01&to=2030-01-02")).await;
    assert_eq!(later.body, reply.body, "what has no date never passes, and no range leaves it out");
}

async fn a_closed_row_is_shown_as_what_cannot_be_ordered(app: App) {
    let cruise = app.undated().await;
    let closed = StockRule { from: UNDATED, to: UNDATED, weekdays: vec![], start_times: vec![], max: 30, min: 0, on_sale: false };
    set_stock(app.hub(), cruise.supplier, cruise.option(0), closed).await.unwrap();
    let reply = app.channel("alpha").get(&format!("/v1/channel/inventory/ticket/{}", cruise.id)).await;
    assert_eq!(reply.body["option_codes"][cruise.option(0).to_string()][0]["is_order"], false, "{}", reply.text());
}
