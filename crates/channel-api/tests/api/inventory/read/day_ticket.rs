use axhub_domain::inventory::StockRule;
use axhub_hub::availability::set_stock;
use axhub_testkit::App;
use jiff::civil::date;
use serde_json::json;

use crate::support::{assert_body, assert_error, on_both_engines, place_ticket};

on_both_engines! {
    rows_have_a_date_and_no_time,
    what_is_ordered_is_no_longer_left,
    a_closed_or_past_date_is_shown_as_what_cannot_be_ordered,
}

async fn rows_have_a_date_and_no_time(app: App) {
    let (alpha, museum) = (app.channel("alpha"), &app.world().museum);
    let path = |query: &str| format!("/v1/channel/inventory/day-ticket/{}?{query}", museum.id);
    assert_body!("day_ticket", alpha.get(&path("from=2026-07-02&to=2026-07-03")).await);
    // It is 1 July in Seoul.
    let today = alpha.get(&path("page_size=2")).await;
    assert_eq!(today.body["option_codes"][museum.option(0).to_string()][0]["date"], "2026-07-01");
    assert_eq!(today.header("x-total-count"), Some("62"), "two options on 31 days");
    assert_error(&alpha.get(&path("from=2026-07-03&to=2026-07-02")).await, 400, "invalid_query");
    let tag = today.header("etag").unwrap();
    assert_eq!(alpha.with_header("if-none-match", tag).get(&path("page_size=2")).await.status, 304);
}

async fn what_is_ordered_is_no_longer_left(app: App) {
    let (alpha, museum) = (app.channel("alpha"), &app.world().museum);
    place_ticket(&app, museum, "A-1", 3).await;
    let reply = alpha.get(&format!("/v1/channel/inventory/day-ticket/{}?from=2026-07-02&to=2026-07-02", museum.id)).await;
    let row = &reply.body["option_codes"][museum.option(0).to_string()][0];
    assert_eq!([&row["max_quantity"], &row["remain_quantity"], &row["ordered_quantity"]], [&json!(50), &json!(47), &json!(3)]);
}

async fn a_closed_or_past_date_is_shown_as_what_cannot_be_ordered(app: App) {
    let (alpha, museum) = (app.channel("alpha"), &app.world().museum);
    let day = date(2026, 7, 3);
    let closed = StockRule { from: day, to: day, weekdays: vec![], start_times: vec![], max: 50, min: 0, on_sale: false };
    set_stock(app.hub(), museum.supplier, museum.option(0), closed).await.unwrap();
    let path = format!("/v1/channel/inventory/day-ticket/{}?from=2026-07-02&to=2026-07-04", museum.id);
    let orderable = async |option: usize| {
        let reply = alpha.get(&path).await;
        let rows = reply.body["option_codes"][museum.option(option).to_string()].as_array().unwrap().clone();
        let is_order: Vec<bool> = rows.iter().map(|row| row["is_order"].as_bool().unwrap()).collect();
        let body = json!({ "option_codes": [museum.option(option)], "from": "2026-07-02", "to": "2026-07-04" });
        let found = alpha.post("/v1/channel/inventory/search", &body).await;
        let found: Vec<bool> =
            found.body["options"][0]["rows"].as_array().unwrap().iter().map(|row| row["is_order"].as_bool().unwrap()).collect();
        assert_eq!(found, is_order, "the search says the same");
        is_order
    };
    assert_eq!((orderable(0).await, orderable(1).await), (vec![true, false, true], vec![true; 3]));
    app.clock().set_to("2026-07-02T15:00:00Z"); // The 3rd begins in Seoul.
    assert_eq!((orderable(0).await, orderable(1).await), (vec![false, false, true], vec![false, true, true]));
}
