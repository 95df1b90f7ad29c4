use axhub_testkit::App;
use serde_json::json;

use crate::support::{assert_body, assert_error, on_both_engines, place_ticket};

on_both_engines! {
    rows_have_a_date_and_no_time,
    what_is_ordered_is_no_longer_left,
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
