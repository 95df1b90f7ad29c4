use axhub_domain::state::Action;
use axhub_testkit::{App, Reply};
use serde_json::{Value, json};

use crate::support::{Placed, assert_body, assert_error, everything, on_both_engines, place, supplier_does, units_ordered};

on_both_engines! {
    a_cancelled_ticket_returns_its_unit,
    in_every_open_state_the_last_ticket_ends_the_order,
    a_used_ticket_keeps_the_order_and_is_never_cancelled,
    a_suppliers_cancellation_stays_the_suppliers,
    an_ended_order_allows_nothing_new,
    every_spelling_is_accepted,
}

async fn cancel(app: &App, order: &Placed, at: usize) -> Reply {
    app.channel("alpha").in_english().patch(&order.ticket_path(at), &json!({ "status": "Traveler canceled" })).await
}

fn told(reply: &Reply) -> [&str; 2] {
    assert_eq!(reply.status, 200, "{}", reply.text());
    [reply.body["ax_ticket_status"].as_str().unwrap(), reply.body["ax_order_status"].as_str().unwrap()]
}

async fn a_cancelled_ticket_returns_its_unit(app: App) {
    let alpha = app.channel("alpha");
    let order = place(&app, &app.world().paris, "A-1", 3).await;
    let reply = alpha.patch(&order.ticket_path(1), &json!({ "status": "Traveler canceled", "comment": "one less" })).await;
    assert_eq!(reply.status, 200);
    assert_body!("ticket_cancelled", reply);
    assert_eq!((&reply.body["ax_order_code"], &reply.body["ax_ticket_code"]), (&json!(order.order), &json!(order.tickets[1])));
    assert_eq!(units_ordered(&app).await, 2);
    let confirmed = alpha.get(&order.path()).await.body["data"][0].clone();
    let states: Vec<&Value> = confirmed["tickets"].as_array().unwrap().iter().map(|ticket| &ticket["ax_ticket_status"]).collect();
    assert_eq!((states, &confirmed["comment"]), (vec![&json!("New"), &json!("Traveler canceled"), &json!("New")], &json!("one less")));

    let before = everything(&app).await;
    let again = cancel(&app, &order, 1).await;
    assert_eq!((again.status, again.body), (200, reply.body), "the state holds already");
    assert_eq!(everything(&app).await, before);
    app.assert_stock_is_sound().await;
}

async fn in_every_open_state_the_last_ticket_ends_the_order(app: App) {
    let seoul = &app.world().seoul;
    for (state, action) in [("New", None), ("Supplier pending", Some(Action::Acknowledge)), ("Supplier confirm", Some(Action::Confirm))] {
        let order = place(&app, seoul, state, 2).await;
        if let Some(action) = action {
            supplier_does(&app, seoul, &order.order, action, None).await;
        }
        assert_eq!(told(&cancel(&app, &order, 0).await), ["Traveler canceled", state]);
        assert_eq!(told(&cancel(&app, &order, 1).await), ["Traveler canceled", "Traveler cancel"]);
    }
    assert_eq!(units_ordered(&app).await, 0);
    app.assert_stock_is_sound().await;
}

async fn a_used_ticket_keeps_the_order_and_is_never_cancelled(app: App) {
    let paris = &app.world().paris;
    let order = place(&app, paris, "A-1", 2).await;
    supplier_does(&app, paris, &order.order, Action::Redeem(order.tickets[0].parse().unwrap()), None).await;
    assert_eq!(told(&cancel(&app, &order, 1).await), ["Traveler canceled", "Supplier confirm"], "a used ticket remains");
    let before = everything(&app).await;
    let reply = cancel(&app, &order, 0).await;
    assert_error(&reply, 409, "ticket_used");
    assert_body!("used", reply);
    assert_eq!(everything(&app).await, before);
    assert_eq!(units_ordered(&app).await, 1);
    app.assert_stock_is_sound().await;
}

async fn a_suppliers_cancellation_stays_the_suppliers(app: App) {
    let seoul = &app.world().seoul;
    let order = place(&app, seoul, "A-1", 2).await;
    supplier_does(&app, seoul, &order.order, Action::SupplierCancelTicket(order.tickets[0].parse().unwrap()), None).await;
    let before = everything(&app).await;
    let reply = cancel(&app, &order, 0).await;
    assert_error(&reply, 409, "transition_not_allowed");
    assert_body!("not_allowed", reply);
    assert_eq!(everything(&app).await, before);
    assert_eq!(told(&cancel(&app, &order, 1).await), ["Traveler canceled", "Traveler cancel"], "no open or used ticket remains");
}

async fn an_ended_order_allows_nothing_new(app: App) {
    let seoul = &app.world().seoul;
    for (state, action) in [("Supplier reject", Action::Reject), ("Unavoidable cancel", Action::SupplierCancel)] {
        let order = place(&app, seoul, state, 1).await;
        supplier_does(&app, seoul, &order.order, action, None).await;
        let before = everything(&app).await;
        let reply = cancel(&app, &order, 0).await;
        assert_error(&reply, 409, "transition_not_allowed");
        assert_eq!((&reply.body["ax_order_status"], &reply.body["ax_ticket_status"]), (&json!(state), &json!("Supplier canceled")));
        assert_eq!(everything(&app).await, before);
    }
    for state in ["Traveler cancel", "Unavoidable cancel"] {
        let order = place(&app, seoul, &format!("channel {state}"), 1).await;
        let ended = app.channel("alpha").patch(&order.path(), &json!({ "channel_status": state })).await;
        assert_eq!(ended.status, 200);
        let before = everything(&app).await;
        assert_eq!(told(&cancel(&app, &order, 0).await), ["Traveler canceled", state], "the ticket is in that state already");
        assert_eq!(everything(&app).await, before);
    }
}

async fn every_spelling_is_accepted(app: App) {
    let alpha = app.channel("alpha");
    for (n, status) in [json!("Traveler canceled"), json!("Traveler Canceled"), json!("3"), json!(3)].into_iter().enumerate() {
        let order = place(&app, &app.world().seoul, &format!("A-{n}"), 1).await;
        let reply = alpha.patch(&order.ticket_path(0), &json!({ "status": status, "comment": "" })).await;
        assert_eq!(told(&reply), ["Traveler canceled", "Traveler cancel"], "{status}");
    }
}
