use axhub_domain::state::Action;
use axhub_testkit::{App, OrderBuilder};
use serde_json::{Value, json};

use crate::support::{
    Placed, assert_body, assert_error, assert_fields, everything, on_both_engines, place, placed, supplier_does, units_ordered,
};

on_both_engines! {
    a_cancelled_order_returns_its_stock,
    every_state_allows_what_the_table_says,
    an_order_with_a_used_ticket_is_not_cancelled,
    words_and_digits_are_accepted,
    ax_status_must_agree,
    a_channel_never_causes_a_suppliers_state,
    bad_fields_are_named_and_change_nothing,
    the_whole_orders_state_is_the_least_advanced,
}

const TRAVELER: &str = "Traveler cancel";
const UNAVOIDABLE: &str = "Unavoidable cancel";

async fn cancel(app: &App, order: &Placed, status: &str) -> axhub_testkit::Reply {
    app.channel("alpha").in_english().patch(&order.path(), &json!({ "channel_status": status })).await
}

/// The order's state and its tickets'.
async fn states(app: &App, order: &Placed) -> (String, Vec<String>) {
    let data = app.channel("alpha").get(&order.path()).await.body["data"][0].clone();
    let ticket = |ticket: &Value| ticket["ax_ticket_status"].as_str().unwrap().to_owned();
    (data["ax_order_status"].as_str().unwrap().to_owned(), data["tickets"].as_array().unwrap().iter().map(ticket).collect())
}

async fn a_cancelled_order_returns_its_stock(app: App) {
    let alpha = app.channel("alpha");
    let order = place(&app, &app.world().paris, "A-1", 3).await;
    assert_eq!(units_ordered(&app).await, 3);
    let reply = alpha.patch(&order.path(), &json!({ "channel_status": TRAVELER, "comment": "ill" })).await;
    assert_eq!(reply.status, 200);
    assert_body!("cancelled", reply);
    assert_eq!(units_ordered(&app).await, 0);
    assert_eq!(alpha.get(&order.path()).await.body["data"][0]["comment"], "ill");
    let before = everything(&app).await;
    let again = alpha.patch(&order.path(), &json!({ "channel_status": TRAVELER, "comment": "twice" })).await;
    assert_eq!((again.status, again.body), (200, reply.body), "the state holds already");
    assert_eq!(everything(&app).await, before);
    assert_eq!(alpha.get(&order.path()).await.body["data"][0]["comment"], "ill", "nothing changed");
    app.assert_stock_is_sound().await;
}

/// An order of two units of the tour that the supplier confirms, in this state.
async fn in_state(app: &App, state: &str, n: usize) -> Placed {
    let seoul = &app.world().seoul;
    let order = place(app, seoul, &format!("{state} {n}"), 2).await;
    let does = async |action| supplier_does(app, seoul, &order.order, action, None).await;
    match state {
        "New" => {}
        "Supplier pending" => does(Action::Acknowledge).await,
        "Supplier confirm" => does(Action::Confirm).await,
        "Supplier reject" => does(Action::Reject).await,
        "Traveler cancel" | "Unavoidable cancel by channel" => {
            let asked = if state == TRAVELER { TRAVELER } else { UNAVOIDABLE };
            assert_eq!(cancel(app, &order, asked).await.status, 200);
        }
        "Unavoidable cancel" => does(Action::SupplierCancel).await,
        other => panic!("{other}"),
    }
    order
}

async fn every_state_allows_what_the_table_says(app: App) {
    // From a state, for what is asked: 200 and changed, 200 and the same, or 409.
    let table: &[(&str, [&str; 3])] = &[
        ("New", ["changed", "changed", "same"]),
        ("Supplier pending", ["changed", "changed", "409"]),
        ("Supplier confirm", ["changed", "changed", "409"]),
        ("Supplier reject", ["409", "409", "409"]),
        ("Traveler cancel", ["same", "409", "409"]),
        ("Unavoidable cancel", ["409", "same", "409"]),
        ("Unavoidable cancel by channel", ["409", "same", "409"]),
    ];
    for (state, outcomes) in table {
        for (n, (asked, outcome)) in [TRAVELER, UNAVOIDABLE, "New"].into_iter().zip(outcomes).enumerate() {
            let order = in_state(&app, state, n).await;
            let (before, stock) = (states(&app, &order).await, units_ordered(&app).await);
            let all = everything(&app).await;
            let reply = cancel(&app, &order, asked).await;
            let after = states(&app, &order).await;
            match *outcome {
                "changed" => {
                    assert_eq!((reply.status, &reply.body["ax_order_status"]), (200, &json!(asked)), "{state}, {asked}: {}", reply.text());
                    assert_eq!(after, (asked.to_owned(), vec!["Traveler canceled".to_owned(); 2]), "{state}, {asked}");
                    assert_eq!(units_ordered(&app).await, stock - 2, "{state}, {asked}");
                    assert_eq!(everything(&app).await[4], all[4] + 3, "an event of the order and of each ticket");
                }
                "same" => {
                    assert_eq!(
                        (reply.status, &reply.body["ax_order_status"]),
                        (200, &json!(before.0)),
                        "{state}, {asked}: {}",
                        reply.text()
                    );
                    assert_eq!((after, everything(&app).await), (before, all), "{state}, {asked}");
                }
                _ => {
                    assert_error(&reply, 409, "transition_not_allowed");
                    assert_eq!((&reply.body["ax_order_status"], &reply.body["ax_order_code"]), (&json!(before.0), &json!(order.order)));
                    assert!(reply.body["message"].as_str().unwrap().contains(&before.0), "it names the present state: {}", reply.text());
                    assert_eq!((after, everything(&app).await), (before, all), "{state}, {asked}");
                }
            }
        }
    }
    app.assert_stock_is_sound().await;
}

async fn an_order_with_a_used_ticket_is_not_cancelled(app: App) {
    let paris = &app.world().paris;
    let order = place(&app, paris, "A-1", 2).await;
    supplier_does(&app, paris, &order.order, Action::Redeem(order.tickets[1].parse().unwrap()), None).await;
    let before = everything(&app).await;
    for asked in [TRAVELER, UNAVOIDABLE] {
        let reply = cancel(&app, &order, asked).await;
        assert_error(&reply, 409, "ticket_used");
        assert_eq!(reply.body["tickets"], json!([{ "ax_ticket_code": order.tickets[1], "ax_ticket_status": "Used" }]));
        if asked == TRAVELER {
            assert_body!("ticket_used", reply);
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn words_and_digits_are_accepted(app: App) {
    let alpha = app.channel("alpha");
    for (n, (asked, state)) in [
        (json!("Traveler cancel"), "Traveler cancel"),
        (json!("5"), "Traveler cancel"),
        (json!(5), "Traveler cancel"),
        (json!("Unavoidable cancel"), "Unavoidable cancel"),
        (json!("6"), "Unavoidable cancel"),
        (json!(6), "Unavoidable cancel"),
        (json!("New"), "New"),
        (json!("1"), "New"),
        (json!(1), "New"),
    ]
    .into_iter()
    .enumerate()
    {
        let order = place(&app, &app.world().seoul, &format!("A-{n}"), 1).await;
        let reply = alpha.patch(&order.path(), &json!({ "channel_status": asked, "comment": null, "unknown": {} })).await;
        assert_eq!((reply.status, &reply.body["ax_order_status"]), (200, &json!(state)), "{asked}: {}", reply.text());
    }
}

async fn ax_status_must_agree(app: App) {
    let alpha = app.channel("alpha").in_english();
    let order = place(&app, &app.world().seoul, "A-1", 1).await;
    let before = everything(&app).await;
    for other in [json!("Unavoidable cancel"), json!("6"), json!(1), json!("Supplier confirm")] {
        let reply = alpha.patch(&order.path(), &json!({ "channel_status": TRAVELER, "ax_status": other })).await;
        assert_fields(&reply, &[("ax_status", "This does not agree with the field channel_status.")]);
        assert_eq!(reply.body["error"]["code"], "disagrees");
    }
    let reply = alpha.patch(&order.path(), &json!({ "channel_status": TRAVELER, "ax_status": "cancelled" })).await;
    assert_eq!((reply.status, &reply.body["error"]["code"]), (400, &json!("not_a_choice")));
    assert_eq!(everything(&app).await, before);
    for (n, (asked, same)) in [(json!("5"), json!("5")), (json!(TRAVELER), json!(5)), (json!("5"), json!(TRAVELER)), (json!(5), json!(""))]
        .into_iter()
        .enumerate()
    {
        let order = place(&app, &app.world().seoul, &format!("B-{n}"), 1).await;
        let reply = alpha.patch(&order.path(), &json!({ "channel_status": asked, "ax_status": same })).await;
        assert_eq!((reply.status, &reply.body["ax_order_status"]), (200, &json!(TRAVELER)), "{}", reply.text());
    }
}

async fn a_channel_never_causes_a_suppliers_state(app: App) {
    let alpha = app.channel("alpha").in_english();
    let order = place(&app, &app.world().seoul, "A-1", 1).await;
    let before = everything(&app).await;
    for asked in ["Supplier pending", "Supplier confirm", "Supplier reject", "2", "3", "4", "0", "7", "Cancel", "traveler cancel"] {
        let said = format!("\"{asked}\" is not a valid choice. Accepted: Traveler cancel, Unavoidable cancel, New.");
        assert_fields(&cancel(&app, &order, asked).await, &[("channel_status", &said)]);
    }
    for asked in ["Used", "Supplier canceled", "New", "1", "2", "4"] {
        let reply = alpha.patch(&order.ticket_path(0), &json!({ "status": asked })).await;
        let said = format!("\"{asked}\" is not a valid choice. Accepted: Traveler canceled.");
        assert_fields(&reply, &[("status", &said)]);
    }
    assert_eq!(everything(&app).await, before);
}

async fn bad_fields_are_named_and_change_nothing(app: App) {
    let alpha = app.channel("alpha").in_english();
    let order = place(&app, &app.world().seoul, "A-1", 1).await;
    let before = everything(&app).await;
    let not_a_string = "Not a valid string.";
    for (path, name) in [(order.path(), "channel_status"), (order.ticket_path(0), "status")] {
        assert_fields(&alpha.patch(&path, &json!({})).await, &[(name, "This field is required.")]);
        assert_fields(&alpha.patch(&path, &json!({ name: null })).await, &[(name, "This field may not be null.")]);
        for blank in ["", " "] {
            assert_fields(&alpha.patch(&path, &json!({ name: blank })).await, &[(name, "This field may not be blank.")]);
        }
        for value in [json!(true), json!([]), json!({}), json!(["Traveler cancel"])] {
            let both = [(name, not_a_string), ("comment", not_a_string)];
            assert_fields(&alpha.patch(&path, &json!({ name: value, "comment": value })).await, &both);
        }
        let long = json!({ name: if name == "status" { "3" } else { "5" }, "comment": "x".repeat(2001) });
        assert_fields(&alpha.patch(&path, &long).await, &[("comment", "Ensure this field has no more than 2000 characters.")]);
    }
    let wrong = alpha.patch(&order.path(), &json!({ "channel_status": "5", "ax_status": {} })).await;
    assert_fields(&wrong, &[("ax_status", not_a_string)]);
    assert_eq!(everything(&app).await, before);
}

async fn the_whole_orders_state_is_the_least_advanced(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let mapping = app.register("alpha", seoul).await;
    let at = crate::support::first_start(seoul);
    let two = OrderBuilder::new("A-1").line(mapping, seoul.option(0), at, 1).line(mapping, seoul.option(1), at, 1).json();
    let reply = alpha.post("/v1/channel/orders/tour", &two).await;
    let (first, second) = (placed(&reply.body["options"][0]), placed(&reply.body["options"][1]));
    supplier_does(&app, seoul, &second.order, Action::Confirm, None).await;
    let reply = cancel(&app, &first, UNAVOIDABLE).await;
    assert_eq!((&reply.body["ax_order_status"], &reply.body["channel_order_status"]), (&json!(UNAVOIDABLE), &json!("Supplier confirm")));
    let reply = cancel(&app, &second, UNAVOIDABLE).await;
    assert_eq!(
        (&reply.body["ax_order_status"], &reply.body["channel_order_status"]),
        (&json!(UNAVOIDABLE), &json!(UNAVOIDABLE)),
        "the one they share"
    );
}
