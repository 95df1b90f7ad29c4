//! The order list with a cursor: every change exactly once.

use axhub_domain::state::Action;
use axhub_testkit::{App, Reply};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{assert_error, on_both_engines, place, place_legacy, supplier_does};

on_both_engines! {
    every_change_is_told_once_as_the_order_was_then,
    a_reader_goes_on_where_it_stopped,
    a_reader_can_start_at_a_time_or_want_one_state,
    latest_is_for_who_wants_only_what_comes,
    a_cursor_that_is_none_is_an_invalid_query,
    each_channel_reads_its_own,
}

const PATH: &str = "/v1/channel/orders/tour";

fn told(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let text = |order: &serde_json::Value, name: &str| order[name].as_str().unwrap().to_owned();
    let orders = reply.body["data"].as_array().unwrap().iter();
    orders.map(|order| format!("{} {}", text(order, "channel_order_code"), text(order, "ax_order_status"))).collect()
}

fn next(reply: &Reply) -> &str {
    reply.body["next_cursor"].as_str().unwrap()
}

async fn every_change_is_told_once_as_the_order_was_then(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let old = place_legacy(&app, seoul, "A-1", 1).await;
    let new = place(&app, seoul, "A-2", 2).await;
    supplier_does(&app, seoul, &old.order, Action::Confirm, Some("북문에서 만나요")).await;
    alpha.patch(&new.ticket_path(0), &json!({ "status": "Traveler canceled" })).await;
    let reply = alpha.get(&format!("{PATH}?cursor=")).await;
    assert_eq!(told(&reply), ["A-1 1", "A-2 New", "A-1 3", "A-2 New"]);
    insta::assert_snapshot!("changes", crate::support::redacted(&reply.body["data"]));
    assert_eq!(reply.body["has_more"], false);
    assert_eq!(reply.header("x-total-count"), None, "nobody counts a feed");
    let confirmed = alpha.get(&new.path()).await;
    assert_eq!(reply.body["data"][3], confirmed.body["data"][0], "as get confirm shows it");
}

async fn a_reader_goes_on_where_it_stopped(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    for code in ["A-1", "A-2", "A-3"] {
        place(&app, seoul, code, 1).await;
    }
    let first = alpha.get(&format!("{PATH}?cursor=&page_size=2")).await;
    assert_eq!((told(&first), &first.body["has_more"]), (vec!["A-1 New".to_owned(), "A-2 New".to_owned()], &json!(true)));
    let second = alpha.get(&format!("{PATH}?page_size=2&cursor={}", next(&first))).await;
    assert_eq!((told(&second), &second.body["has_more"]), (vec!["A-3 New".to_owned()], &json!(false)));
    let empty = alpha.get(&format!("{PATH}?cursor={}", next(&second))).await;
    assert_eq!((told(&empty), next(&empty)), (vec![], next(&second)), "nothing happened, and the reader stands where it stood");
    place(&app, seoul, "A-4", 1).await;
    assert_eq!(told(&alpha.get(&format!("{PATH}?cursor={}", next(&empty))).await), ["A-4 New"]);
    assert_eq!(told(&alpha.get(&format!("{PATH}?cursor={}&page_size=2", next(&first))).await), ["A-3 New", "A-4 New"], "for ever");
    let page = alpha.get(PATH).await;
    assert!(page.body.get("next_cursor").is_none() && page.header("x-total-count") == Some("4"), "without a cursor it is a page");
}

async fn a_reader_can_start_at_a_time_or_want_one_state(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let first = place(&app, seoul, "A-1", 1).await;
    app.clock().advance(SignedDuration::from_mins(1));
    place(&app, seoul, "A-2", 1).await;
    supplier_does(&app, seoul, &first.order, Action::Reject, None).await;
    let found = async |query: &str| told(&alpha.get(&format!("{PATH}?cursor=&{query}")).await).join(", ");
    assert_eq!(found("").await, "A-1 New, A-2 New, A-1 Supplier reject");
    assert_eq!(found("updated_since=2026-07-01T03:01:00Z").await, "A-2 New, A-1 Supplier reject");
    assert_eq!(found("status=4").await, "A-1 Supplier reject");
    assert_eq!(found("updated_since=2026-07-01T03:02:00Z").await, "");
    // Who found nothing yet goes on from there, and is not told what is older than they wanted.
    let nothing = alpha.get(&format!("{PATH}?cursor=&updated_since=2026-07-01T03:02:00Z")).await;
    place(&app, seoul, "A-3", 1).await;
    assert_eq!(told(&alpha.get(&format!("{PATH}?cursor={}", next(&nothing))).await), ["A-3 New"]);
}

async fn latest_is_for_who_wants_only_what_comes(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    place(&app, seoul, "A-1", 1).await;
    let start = alpha.get(&format!("{PATH}?cursor=latest")).await;
    assert_eq!((told(&start), &start.body["has_more"]), (vec![], &json!(false)));
    let path = format!("{PATH}?cursor={}", next(&start));
    assert_eq!(told(&alpha.get(&path).await), Vec::<String>::new());
    place(&app, seoul, "A-2", 1).await;
    assert_eq!(told(&alpha.get(&path).await), ["A-2 New"]);
    let of_feed = alpha.get(&format!("/v1/channel/changes?cursor={}", next(&start))).await;
    assert_eq!(of_feed.body["changes"][0]["order"]["channel_order_code"], "A-2", "it is a cursor of the feed, too");
}

async fn a_cursor_that_is_none_is_an_invalid_query(app: App) {
    let alpha = app.channel("alpha").in_english();
    for cursor in ["x", "c", "c-1", "1", "c99999999999999999999", "c1x", "%00", "Latest", "c9223372036854775807"] {
        let reply = alpha.get(&format!("{PATH}?cursor={cursor}")).await;
        assert_error(&reply, 400, "invalid_query");
        assert!(reply.body["errors"]["cursor"].is_string(), "{cursor}: {}", reply.text());
    }
    let reply = alpha.get(&format!("{PATH}?cursor=c1x")).await;
    assert_eq!(reply.body["errors"]["cursor"], "This is no cursor of ours. Send the next_cursor of the last response as it is.");
    assert_error(&alpha.get(&format!("{PATH}?cursor=&page_size=201")).await, 400, "invalid_query");
    let end = alpha.get(&format!("{PATH}?cursor=latest")).await;
    let beyond = next(&end)[1..].parse::<i64>().unwrap() + 1;
    let reply = alpha.get(&format!("{PATH}?cursor=c{beyond}")).await;
    assert_error(&reply, 400, "invalid_query");
    assert!(reply.body["errors"]["cursor"].is_string(), "{}", reply.text());
}

async fn each_channel_reads_its_own(app: App) {
    place(&app, &app.world().paris, "A-1", 1).await;
    let reply = app.channel("beta").get(&format!("{PATH}?cursor=")).await;
    assert_eq!(told(&reply), Vec::<String>::new());
    place(&app, &app.world().paris, "A-2", 1).await;
    let reply = app.channel("beta").get(&format!("{PATH}?cursor={}", next(&reply))).await;
    assert_eq!(told(&reply), Vec::<String>::new());
}
