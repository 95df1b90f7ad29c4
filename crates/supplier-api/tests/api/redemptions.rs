//! Redeeming by the ticket's code alone, twice, and taking it back.

use axhub_testkit::{App, Engine};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

use crate::support::{NOBODYS, Placed, assert_code, assert_wrong, list, place, read};

async fn confirmed(engine: Engine) -> (App, Placed) {
    let app = App::start(engine).await;
    let placed = place(&app, "U-1", &app.world().seoul.clone(), 0, "2026-07-05 10:00", 2).await;
    let reply = app.supplier("hanok").post(&format!("{}/confirm", placed.address()), &json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    (app, placed)
}

fn address(ticket: &str, action: &str) -> String {
    format!("/v1/supplier/tickets/{ticket}/{action}")
}

#[rstest]
#[tokio::test]
async fn the_second_time_tells_of_the_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (app, placed) = confirmed(engine).await;
    let ticket = placed.tickets[0].as_str();
    let first = app.supplier("hanok").post(&address(ticket, "redeem"), &json!({ "where": " 정문 2번 " })).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(
        first.body,
        json!({
            "ax_ticket_code": ticket,
            "ax_ticket_status": "Used",
            "used_at": "2026-07-01T03:00:00.000Z",
            "used_where": "정문 2번",
            "was_used_before": false,
            "channel_ticket_code": "T-0-1",
            "ax_order_code": placed.order,
            "ax_order_status": "Supplier confirm",
            "channel_code": "alpha",
            "product_code": app.world().seoul.id,
            "option_name": "Standard",
            "date": "2026-07-05",
            "start_time": "10:00",
            "inventory_at": "2026-07-05T01:00:00.000Z",
        })
    );
    app.clock().advance(SignedDuration::from_hours(3));
    let again = app.supplier("hanok").post(&address(ticket, "redeem"), &json!({ "where": "후문" })).await;
    assert_eq!(again.status, 200);
    assert_eq!((&again.body["used_at"], &again.body["used_where"]), (&first.body["used_at"], &json!("정문 2번")));
    assert_eq!(again.body["was_used_before"], true);
    // The order tells the same.
    let order = read(&app, "hanok", &placed).await;
    assert_eq!((&order["tickets"][0]["used_at"], &order["tickets"][0]["used_where"]), (&first.body["used_at"], &json!("정문 2번")));
    assert_eq!((&order["tickets"][1]["used_at"], &order["tickets"][1]["used_where"]), (&json!(null), &json!(null)));
}

#[rstest]
#[tokio::test]
async fn a_mistake_is_taken_back_within_a_quarter_of_an_hour(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (app, placed) = confirmed(engine).await;
    let (first, second) = (placed.tickets[0].as_str(), placed.tickets[1].as_str());
    let hanok = app.supplier("hanok");
    hanok.post(&address(first, "redeem"), &json!({ "where": "Gate" })).await;
    app.clock().advance(SignedDuration::from_mins(1));
    hanok.post(&address(second, "redeem"), &json!({})).await;
    app.clock().advance(SignedDuration::from_mins(15));

    let late = hanok.post(&address(first, "undo-redemption"), &json!({})).await;
    assert_code(&late, 409, "undo_too_late");
    assert_eq!((&late.body["ax_ticket_code"], &late.body["used_at"]), (&json!(first), &json!("2026-07-01T03:00:00.000Z")));

    let undone = hanok.post(&address(second, "undo-redemption"), &json!({ "comment": "다른 손님" })).await;
    assert_eq!(undone.status, 200, "{}", undone.body);
    assert_eq!((&undone.body["ax_ticket_status"], &undone.body["used_at"]), (&json!("New"), &json!(null)));
    assert_eq!(undone.body["was_used_before"], false);
    // Of a ticket that is not used, there is nothing to take back.
    let again = hanok.post(&address(second, "undo-redemption"), &json!({})).await;
    assert_eq!((again.status, &again.body["ax_ticket_status"]), (200, &json!("New")));
    let used = hanok.post(&address(second, "redeem"), &json!({ "where": "Second gate" })).await;
    assert_eq!((&used.body["used_where"], &used.body["was_used_before"]), (&json!("Second gate"), &json!(false)));
    let history = read(&app, "hanok", &placed).await;
    let actions: Vec<&str> = history["history"].as_array().unwrap().iter().filter_map(|event| event["action"].as_str()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "undo-redemption").count(), 1);
    let first_use = list(&history["history"]).iter().find(|event| event["action"] == "redeem").unwrap();
    assert_eq!(first_use["comment"], "Gate", "where it was used is not forgotten");
    app.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn only_open_tickets_of_confirmed_orders_of_ones_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let placed = place(&app, "U-1", &app.world().seoul.clone(), 0, "2026-07-05 10:00", 2).await;
    let ticket = placed.tickets[0].as_str();
    let hanok = app.supplier("hanok");
    assert_code(&hanok.post(&address(ticket, "redeem"), &json!({})).await, 409, "transition_not_allowed");
    for code in [ticket, NOBODYS, "seven"] {
        for action in ["redeem", "undo-redemption"] {
            assert_code(&app.supplier("lumiere").post(&address(code, action), &json!({})).await, 404, "not_found");
        }
    }
    hanok.post(&format!("{}/confirm", placed.address()), &json!({})).await;
    hanok.post(&placed.ticket_address(1, "cancel"), &json!({})).await;
    let canceled = placed.tickets[1].as_str();
    for action in ["redeem", "undo-redemption"] {
        assert_code(&hanok.post(&address(canceled, action), &json!({})).await, 409, "transition_not_allowed");
    }
    assert_wrong(&hanok.post(&address(ticket, "redeem"), &json!({ "where": "x".repeat(101) })).await, &["where"]);
    assert_eq!(read(&app, "hanok", &placed).await["tickets"][0]["ax_ticket_status"], "New");
    assert_code(&app.channel("alpha").post(&address(ticket, "redeem"), &json!({})).await, 403, "permission_denied");
}
