use axhub_domain::state::Action;
use axhub_testkit::{App, TestProduct};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{assert_body, on_both_engines, place, supplier_does};

on_both_engines! {
    an_order_is_shown_as_a_list_of_one,
    every_state_is_told_by_its_word,
    the_suppliers_comment_is_told,
    a_channel_sees_only_its_own,
}

async fn an_order_is_shown_as_a_list_of_one(app: App) {
    let order = place(&app, &app.world().paris, "A-1", 2).await;
    let reply = app.channel("alpha").get(&order.path()).await;
    assert_eq!(reply.status, 200);
    assert_body!("confirm", reply);
    assert_eq!(reply.body["data"][0]["ax_order_code"], order.order);
    let codes: Vec<&Value> = reply.body["data"][0]["tickets"].as_array().unwrap().iter().map(|ticket| &ticket["ax_ticket_code"]).collect();
    assert_eq!(codes, [&order.tickets[0], &order.tickets[1]]);
}

async fn every_state_is_told_by_its_word(app: App) {
    let (alpha, seoul): (_, &TestProduct) = (app.channel("alpha"), &app.world().seoul);
    let told = async |path: &str| {
        let order = alpha.get(path).await.body["data"][0].clone();
        (order["ax_order_status"].as_str().unwrap().to_owned(), order["tickets"][0]["ax_ticket_status"].as_str().unwrap().to_owned())
    };
    let words = |order: &str, ticket: &str| (order.to_owned(), ticket.to_owned());
    let order = place(&app, seoul, "A-1", 1).await;
    assert_eq!(told(&order.path()).await, words("New", "New"));
    supplier_does(&app, seoul, &order.order, Action::Acknowledge, None).await;
    assert_eq!(told(&order.path()).await, words("Supplier pending", "New"));
    supplier_does(&app, seoul, &order.order, Action::Confirm, None).await;
    assert_eq!(told(&order.path()).await, words("Supplier confirm", "New"));
    supplier_does(&app, seoul, &order.order, Action::Redeem(order.tickets[0].parse().unwrap()), None).await;
    assert_eq!(told(&order.path()).await, words("Supplier confirm", "Used"));
    let order = place(&app, seoul, "A-2", 1).await;
    supplier_does(&app, seoul, &order.order, Action::Reject, None).await;
    assert_eq!(told(&order.path()).await, words("Supplier reject", "Supplier canceled"));
    let order = place(&app, seoul, "A-3", 1).await;
    supplier_does(&app, seoul, &order.order, Action::SupplierCancel, None).await;
    assert_eq!(told(&order.path()).await, words("Unavoidable cancel", "Supplier canceled"));
    let order = place(&app, seoul, "A-4", 1).await;
    alpha.patch(&order.path(), &json!({ "channel_status": "Traveler cancel" })).await;
    assert_eq!(told(&order.path()).await, words("Traveler cancel", "Traveler canceled"));
}

async fn the_suppliers_comment_is_told(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let order = place(&app, seoul, "A-1", 1).await;
    let told = async || alpha.get(&order.path()).await.body["data"][0].clone();
    let first = told().await;
    assert_eq!((&first["comment"], &first["updated_at"]), (&Value::Null, &json!("2026-07-01T03:00:00.000Z")), "nothing is Void here");
    app.clock().advance(SignedDuration::from_mins(5));
    supplier_does(&app, seoul, &order.order, Action::Confirm, Some("북문에서 만나요")).await;
    let second = told().await;
    assert_eq!((&second["comment"], &second["updated_at"]), (&json!("북문에서 만나요"), &json!("2026-07-01T03:05:00.000Z")));
}

async fn a_channel_sees_only_its_own(app: App) {
    let order = place(&app, &app.world().paris, "A-1", 1).await;
    assert_eq!(app.channel("beta").get(&order.path()).await.status, 404);
    assert_eq!(
        app.channel("alpha").get(&order.path().to_uppercase().replace("/V1/CHANNEL/ORDERS/TOUR", "/v1/channel/orders/tour")).await.status,
        200
    );
}
