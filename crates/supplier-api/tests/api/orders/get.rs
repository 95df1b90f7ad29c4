//! One order, its people and its history.

use axhub_domain::inventory::{InventoryRef, UNDATED};
use axhub_testkit::{App, Engine, OrderBuilder, person};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Placed, each, list, place, place_built, read, redacted, refund};

/// An order of two units in which everybody tells something of themselves.
async fn talkative(app: &App) -> Placed {
    let seoul = app.world().seoul.clone();
    let mapping = app.register("alpha", &seoul).await;
    let order = OrderBuilder::new("A-1").line(mapping, seoul.option(1), seoul.at("2026-07-05", "10:00"), 2);
    let order = order.unit_price("66000").additional("english_name", "Lee Daepyo").change(|order| {
        order.head.comment = Some("유모차가 있어요.".to_owned());
        order.purchaser.person = person("김구매");
        order.purchaser.person.email = "buyer@example.com".to_owned();
        order.purchaser.person.extra.insert("membership".to_owned(), json!({ "level": 3, "since": "2020" }));
        order.representative.name = "이대표".to_owned();
        order.lines[0].tickets[0].traveler.name = "박하나".to_owned();
        order.lines[0].tickets[1].traveler.name = "최두리".to_owned();
        order.lines[0].tickets[1].traveler.additional.insert("heights".to_owned(), json!("178"));
        order.lines[0].tickets[1].channel_ticket_code = None;
    });
    place_built(app, seoul.kind, order).await.remove(0)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let placed = talkative(&app).await;
    insta::assert_snapshot!("order", redacted(&read(&app, "hanok", &placed).await));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn everybody_is_there_in_their_role(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let placed = talkative(&app).await;
    let order = read(&app, "hanok", &placed).await;
    assert_eq!(order["purchaser"]["name"], "김구매");
    assert_eq!(order["purchaser"]["email"], "buyer@example.com");
    assert_eq!(order["purchaser"]["extra"]["membership"], json!({ "level": 3, "since": "2020" }));
    assert_eq!(order["representative"]["name"], "이대표");
    assert_eq!(order["representative"]["additional"], json!({ "english_name": "Lee Daepyo" }));
    assert_eq!(each(&order["travelers"], "name"), ["박하나", "최두리"]);
    assert_eq!(each(&order["travelers"], "ax_ticket_code"), placed.tickets);
    assert_eq!(each(&order["tickets"], "ax_ticket_code"), placed.tickets);
    assert_eq!(order["travelers"][1]["additional"], json!({ "heights": "178" }));
}

/// Actor, action, whether it is a ticket's, from, to, comment.
type Line<'v> = (&'v str, &'v str, bool, Option<&'v str>, &'v str, Option<&'v str>);

fn history(order: &Value) -> Vec<Line<'_>> {
    list(&order["history"])
        .iter()
        .map(|event| {
            let actor = event["actor"].as_str().unwrap();
            let action = event["action"].as_str().unwrap();
            let to = event["to_status"].as_str().unwrap();
            (actor, action, event["ax_ticket_code"].is_string(), event["from_status"].as_str(), to, event["comment"].as_str())
        })
        .collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_history_misses_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let placed = talkative(&app).await;
    let hanok = app.supplier("hanok");
    let steps = [
        (format!("{}/acknowledge", placed.address()), json!({ "comment": "봤어요" })),
        (format!("{}/confirm", placed.address()), json!({})),
        // What already holds leaves no trace.
        (format!("{}/confirm", placed.address()), json!({ "comment": "again" })),
        (placed.ticket_address(0, "redeem"), json!({ "comment": "gate 1" })),
        (placed.ticket_address(1, "cancel"), json!({ "comment": "broken seat" })),
    ];
    for (address, body) in &steps {
        app.clock().advance(SignedDuration::from_mins(1));
        let reply = hanok.post(address, body).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    let order = read(&app, "hanok", &placed).await;
    let expected: Vec<Line<'_>> = vec![
        ("channel", "place", false, None, "New", None),
        ("supplier", "acknowledge", false, Some("New"), "Supplier pending", Some("봤어요")),
        ("supplier", "confirm", false, Some("Supplier pending"), "Supplier confirm", None),
        ("supplier", "redeem", true, Some("New"), "Used", Some("gate 1")),
        ("supplier", "cancel-ticket", true, Some("New"), "Supplier canceled", Some("broken seat")),
    ];
    assert_eq!(history(&order), expected);
    let times = each(&order["history"], "at");
    assert_eq!(times[0], "2026-07-01T03:00:00.000Z");
    assert_eq!(times[3], "2026-07-01T03:04:00.000Z");
    assert_eq!(each(&order["history"], "actor_code"), ["alpha", "hanok", "hanok", "hanok", "hanok"]);
    assert_eq!(order["comment"], "broken seat");
    assert_eq!(order["channel_comment"], "유모차가 있어요.");
    assert_eq!(order["updated_at"], "2026-07-01T03:05:00.000Z");
    insta::assert_snapshot!("order_after_a_life", redacted(&order));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_a_channel_does_is_there_too(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let placed = talkative(&app).await;
    let cancel = json!({ "channel_status": "Traveler cancel", "comment": "병이 났어요" });
    let reply = app.channel("alpha").patch(&format!("/v1/channel/orders/tour/{}", placed.order), &cancel).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let order = read(&app, "hanok", &placed).await;
    let comment = Some("병이 났어요");
    let expected: Vec<Line<'_>> = vec![
        ("channel", "place", false, None, "New", None),
        ("channel", "cancel", false, Some("New"), "Traveler cancel", comment),
        ("channel", "cancel", true, Some("New"), "Traveler canceled", comment),
        ("channel", "cancel", true, Some("New"), "Traveler canceled", comment),
    ];
    assert_eq!(history(&order), expected);
    assert_eq!(order["ax_order_status"], "Traveler cancel");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_day_ticket_has_no_start_time(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let museum = app.world().museum.clone();
    let placed = place(&app, "A-1", &museum, 1, "2026-07-06", 1).await;
    let order = read(&app, "hanok", &placed).await;
    assert_eq!((&order["kind"], &order["date"], &order["start_time"]), (&json!("day-ticket"), &json!("2026-07-06"), &Value::Null));
    assert_eq!(order["inventory_at"], "2026-07-05T15:00:00.000Z");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn refunds_stand_with_their_tickets(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    // Each unit costs 80.00. The tour is on the 5th, so the 2nd in Seoul is three days before: half is due.
    let placed = place(&app, "A-1", &seoul, 0, "2026-07-05 10:00", 3).await;
    let other = place(&app, "A-2", &seoul, 0, "2026-07-05 10:00", 1).await;
    refund(&app, &placed, 0, "40", "2026-07-01T15:00:00Z").await;
    refund(&app, &placed, 2, "79.5", "2026-07-02T15:00:00Z").await;
    let order = read(&app, "hanok", &placed).await;
    let refunds: Vec<&Value> = list(&order["tickets"]).iter().map(|ticket| &ticket["refund"]).collect();
    let as_due = json!({
        "amount": "40.00000", "currency": "USD", "canceled_at": "2026-07-01T15:00:00.000Z", "refunded_at": "2026-07-03T02:00:00.000Z",
        "policy": { "0": 1, "50": 3, "100": 7 }, "days_before": 3, "policy_percent": 50, "policy_amount": "40.00000", "differs": false,
    });
    assert_eq!(refunds[0], &as_due);
    assert_eq!(refunds[1], &Value::Null);
    assert_eq!(
        (&refunds[2]["amount"], &refunds[2]["policy_amount"], &refunds[2]["differs"]),
        (&json!("79.50000"), &json!("0.00000"), &json!(true))
    );
    assert_eq!((&refunds[2]["days_before"], &refunds[2]["policy_percent"]), (&json!(2), &json!(0)));
    let of_other = read(&app, "hanok", &other).await;
    assert_eq!(of_other["tickets"][0].get("refund"), Some(&Value::Null));
    insta::assert_snapshot!("order_with_refunds", redacted(&order));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_has_no_date_shows_none(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let cruise = app.undated().await;
    let mapping = app.register("alpha", &cruise).await;
    let order = OrderBuilder::new("A-1").line_of(mapping, cruise.option(0), InventoryRef::On(UNDATED), 1);
    let placed = place_built(&app, cruise.kind, order).await.remove(0);
    let order = read(&app, "hanok", &placed).await;
    assert_eq!(order["kind"], "ticket");
    for member in ["date", "start_time", "inventory_at"] {
        assert_eq!(order.get(member), Some(&Value::Null), "{member}");
    }
}
