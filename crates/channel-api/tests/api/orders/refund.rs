//! Reports of refunds: every kind, both addresses, both methods, all generations of names.

use axhub_domain::ids::OrderId;
use axhub_store::Mode;
use axhub_store::refunds::{self, Refund};
use axhub_testkit::{App, Client, Reply, TestProduct};
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    Placed, assert_body, assert_error, assert_fields, everything, on_both_engines, place, place_any, place_legacy, place_ticket, with,
    without,
};

on_both_engines! {
    every_address_method_and_generation_of_names_reports_the_same,
    the_policy_is_kept_with_what_it_yields,
    a_policy_yields_nothing_where_there_is_no_date,
    the_same_report_again_changes_nothing_and_another_amount_is_refused,
    only_a_cancelled_ticket_has_a_refund,
    no_more_is_given_back_than_the_ticket_cost,
    every_wrong_field_is_named_as_it_was_sent,
    a_policy_that_makes_no_sense_is_refused,
    what_is_anothers_is_not_found,
}

fn current() -> Value {
    json!({
        "channel_refunded_price": "40.00000",
        "channel_canceled_at": "2026-06-29T10:00:00.000Z",
        "channel_refunded_at": "2026-06-30T10:00:00.000Z",
        "channel_policy": { "0": "1", "50": "3", "100": "7" },
    })
}

/// The same in the names of older generations.
fn generations() -> [Value; 4] {
    let (at, then) = ("2026-06-29 10:00:00.000", "2026-06-30 10:00");
    let percents = json!({ "0%": "1", "50%": "3", "100%": "7" });
    [
        current(),
        json!({ "refund_price": 40, "channel_canceled_datetime": at, "channel_refunded_datetime": then, "policy": percents }),
        json!({ "price": "40.0", "canceled_datetime": at, "refunded_datetime": then, "channel_policy": { "50": 3, "0": 1, "100": 7 } }),
        json!({ "price": "40", "channel_canceled_at": "2026-06-29T19:00:00+09:00", "refunded_datetime": then, "policy": percents }),
    ]
}

fn path(order: &Placed, kind: &str, at: usize, word: &str) -> String {
    format!("{}/tickets/{}/{word}", order.path_under(kind), order.tickets[at])
}

async fn cancel(alpha: &Client, order: &Placed, kind: &str) {
    let reply = alpha.patch(&order.path_under(kind), &json!({ "channel_status": "Traveler cancel" })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

async fn stored(app: &App, order: &Placed) -> Vec<Refund> {
    let order: OrderId = order.order.parse().unwrap();
    let read = app.database().run("test.refunds", Mode::Read, (), move |s, ()| Box::pin(refunds::of_order(s, order)));
    read.await.unwrap()
}

async fn every_address_method_and_generation_of_names_reports_the_same(app: App) {
    let (alpha, world, cruise) = (app.channel("alpha"), app.world(), app.undated().await);
    let mut codes = (0..).map(|n| format!("A-{n}"));
    let kinds: [(&TestProduct, &str); 4] =
        [(&world.paris, "tour"), (&world.museum, "day-ticket"), (&world.museum, "ticket"), (&cruise, "ticket")];
    for (product, kind) in kinds {
        for word in ["refund", "refunds"] {
            for (method, names) in [Method::POST, Method::PATCH].iter().flat_map(|method| generations().map(|names| (method, names))) {
                let order = place_any(&app, product, &codes.next().unwrap()).await;
                cancel(&alpha, &order, kind).await;
                let reply = alpha.send_json(method.clone(), &path(&order, kind, 0, word), &names).await;
                assert_eq!((reply.status, reply.text()), (200, "{}"), "{method} {kind} {word} {names}");
                let refund = &stored(&app, &order).await[0];
                let report = &refund.report;
                assert_eq!((report.amount.to_string(), refund.ticket.to_string()), ("40.00000".to_owned(), order.tickets[0].clone()));
                assert_eq!(report.canceled_at.to_string(), "2026-06-29T10:00:00Z");
                assert_eq!(report.refunded_at.to_string(), "2026-06-30T10:00:00Z");
                assert_eq!(json!(report.policy), json!({ "0": 1, "50": 3, "100": 7 }));
            }
        }
    }
}

async fn the_policy_is_kept_with_what_it_yields(app: App) {
    let alpha = app.channel("alpha");
    for (code, canceled_at, days, percent, differs) in [
        // 2 July in Paris; 40.00 of 80.00 were given back.
        ("A-1", "2026-06-29T21:59:59Z", 3, 50, false),
        ("A-2", "2026-06-29T22:00:00Z", 2, 0, true),
        ("A-3", "2026-06-25T10:00:00Z", 7, 100, true),
        ("A-4", "2026-07-09T10:00:00Z", -7, 0, true),
    ] {
        let order = place(&app, &app.world().paris, code, 1).await;
        cancel(&alpha, &order, "tour").await;
        let report = with(&current(), "/channel_canceled_at", json!(canceled_at));
        assert_eq!(alpha.post(&path(&order, "tour", 0, "refund"), &report).await.status, 200);
        let by_policy = stored(&app, &order).await[0].by_policy.unwrap();
        assert_eq!((by_policy.days_before, by_policy.percent, by_policy.differs), (days, percent, differs), "{canceled_at}");
    }
}

async fn a_policy_yields_nothing_where_there_is_no_date(app: App) {
    let (alpha, cruise) = (app.channel("alpha"), app.undated().await);
    let order = place_ticket(&app, &cruise, "A-1", 1).await;
    cancel(&alpha, &order, "ticket").await;
    assert_eq!(alpha.post(&path(&order, "ticket", 0, "refund"), &current()).await.status, 200);
    assert_eq!(stored(&app, &order).await[0].by_policy, None);
    let seen = app.supplier("hanok").get(&format!("/v1/supplier/orders/{}", order.order)).await;
    let refund = &seen.body["tickets"][0]["refund"];
    for member in ["days_before", "policy_percent", "policy_amount"] {
        assert_eq!(refund.get(member), Some(&Value::Null), "{member}: {}", seen.text());
    }
    assert_eq!((&refund["amount"], &refund["differs"]), (&json!("40.00000"), &json!(false)));
}

async fn the_same_report_again_changes_nothing_and_another_amount_is_refused(app: App) {
    let alpha = app.channel("alpha");
    let order = place_legacy(&app, &app.world().paris, "A-1", 2).await;
    cancel(&alpha, &order, "tour").await;
    let address = path(&order, "tour", 0, "refund");
    assert_eq!(alpha.post(&address, &current()).await.status, 200);
    let before = everything(&app).await;
    for same in generations() {
        let again = alpha.patch(&path(&order, "tour", 0, "refunds"), &same).await;
        assert_eq!((again.status, again.text()), (200, "{}"));
    }
    // The amount is what counts; what was reported first stays.
    let first = stored(&app, &order).await;
    for (pointer, value) in [
        ("/channel_policy", json!({ "100": "1" })),
        ("/channel_canceled_at", json!("2026-06-28T10:00:00Z")),
        ("/channel_refunded_at", json!("2026-07-01T10:00:00Z")),
    ] {
        assert_eq!(alpha.post(&address, &with(&current(), pointer, value)).await.status, 200, "{pointer}");
        assert_eq!(stored(&app, &order).await, first, "{pointer}");
    }
    let other = alpha.in_english().post(&address, &with(&current(), "/channel_refunded_price", json!("41"))).await;
    assert_error(&other, 409, "refund_reported");
    assert_body!("reported_legacy", other);
    assert_eq!(everything(&app).await, before);
    assert_eq!(alpha.post(&path(&order, "tour", 1, "refund"), &current()).await.status, 200, "each ticket has its own");
}

async fn only_a_cancelled_ticket_has_a_refund(app: App) {
    let alpha = app.channel("alpha");
    let order = place(&app, &app.world().paris, "A-1", 2).await;
    let ticket = format!("{}/tickets/{}", order.path(), order.tickets[1]);
    assert_eq!(alpha.patch(&ticket, &json!({ "status": "Traveler canceled" })).await.status, 200);
    let before = everything(&app).await;
    let refused = alpha.post(&path(&order, "tour", 0, "refund"), &current()).await;
    assert_error(&refused, 409, "ticket_not_canceled");
    assert_body!("not_canceled", refused);
    let old = place_legacy(&app, &app.world().paris, "A-2", 1).await;
    let refused = alpha.in_english().post(&path(&old, "tour", 0, "refund"), &current()).await;
    assert_eq!((&refused.body["ticket_status"], &refused.body["ax_order_status"]), (&json!("1"), &json!("3")), "{}", refused.text());
    assert_eq!(everything(&app).await[10], before[10]);
    assert_eq!(alpha.post(&path(&order, "tour", 1, "refund"), &current()).await.status, 200);
}

async fn no_more_is_given_back_than_the_ticket_cost(app: App) {
    let alpha = app.channel("alpha").in_english();
    let order = place(&app, &app.world().paris, "A-1", 2).await;
    cancel(&alpha, &order, "tour").await;
    for (names, price) in generations().iter().zip(["channel_refunded_price", "refund_price", "price", "price"]) {
        let reply = alpha.post(&path(&order, "tour", 0, "refund"), &with(names, &format!("/{price}"), json!("80.00001"))).await;
        assert_fields(&reply, &[(price, "The refund may not be more than the ticket cost (80.00000).")]);
        assert_eq!(reply.body["error"]["code"], "refund_above_cost");
    }
    let all = with(&current(), "/channel_refunded_price", json!("80"));
    assert_eq!(alpha.post(&path(&order, "tour", 0, "refund"), &all).await.status, 200);
    let nothing = with(&current(), "/channel_refunded_price", json!(0));
    assert_eq!(alpha.post(&path(&order, "tour", 1, "refund"), &nothing).await.status, 200);
}

async fn every_wrong_field_is_named_as_it_was_sent(app: App) {
    let alpha = app.channel("alpha").in_english();
    let order = place(&app, &app.world().paris, "A-1", 1).await;
    cancel(&alpha, &order, "tour").await;
    let before = everything(&app).await;
    let address = path(&order, "tour", 0, "refund");
    let send = async |body: &Value| -> Reply { alpha.post(&address, body).await };
    let required = "This field is required.";
    let newest = [
        ("channel_refunded_price", required),
        ("channel_canceled_at", required),
        ("channel_refunded_at", required),
        ("channel_policy", required),
    ];
    assert_fields(&send(&json!({})).await, &newest);
    for right in generations() {
        for name in right.as_object().unwrap().keys() {
            let pointer = format!("/{name}");
            let newest = newest.iter().find(|(newest, _)| same_field(newest, name)).unwrap();
            assert_fields(&send(&without(&right, &pointer)).await, &[*newest]);
            let mut wrong = vec![(json!(null), "This field may not be null.")];
            if name.contains("price") {
                wrong.extend([json!("x"), json!([]), json!({}), json!(true)].map(|value| (value, "A valid number is required.")));
                wrong.push((json!("-1"), "Ensure this value is greater than or equal to 0."));
                wrong.push((json!(" "), "This field may not be blank."));
            } else if name.contains("policy") {
                wrong.extend(
                    [json!("x"), json!(""), json!([]), json!(1), json!(true)].map(|value| (value, "Expected a dictionary of items.")),
                );
            } else {
                wrong.extend([json!([]), json!({}), json!(true)].map(|value| (value, "Not a valid string.")));
                wrong.push((json!(""), "This field may not be blank."));
            }
            for (value, text) in wrong {
                assert_fields(&send(&with(&right, &pointer, value)).await, &[(name, text)]);
            }
        }
    }
    let format = "Datetime has wrong format.";
    for wrong in ["2026-06-29", "2023-02-30 10:00", "soon"] {
        let reply = send(&with(&current(), "/channel_canceled_at", json!(wrong))).await;
        assert!(reply.body["channel_canceled_at"].as_str().unwrap().starts_with(format), "{}", reply.text());
    }
    assert_eq!(everything(&app).await, before);
}

/// Whether two names are of one field.
fn same_field(one: &str, other: &str) -> bool {
    ["price", "canceled", "refunded_", "policy"].iter().find(|part| one.contains(*part))
        == ["price", "canceled", "refunded_", "policy"].iter().find(|part| other.contains(*part))
}

async fn a_policy_that_makes_no_sense_is_refused(app: App) {
    let alpha = app.channel("alpha").in_english();
    let order = place_ticket(&app, &app.world().museum, "A-1", 1).await;
    cancel(&alpha, &order, "day-ticket").await;
    for (policy, code) in [
        (json!({}), "empty_list"),
        (json!({ "101": "1" }), "too_large"),
        (json!({ "half": "1" }), "not_an_integer"),
        (json!({ "-1": "1" }), "not_an_integer"),
        (json!({ "50": "-1" }), "too_small"),
        (json!({ "50": 1.5 }), "not_an_integer"),
        (json!({ "50": null }), "not_an_integer"),
        (json!({ "50": [] }), "not_an_integer"),
        (json!({ "50": "99999" }), "too_large"),
        (json!({ "50": "3", "50%": "3" }), "policy_percent_repeated"),
        (json!({ "100": "3", "50": "7" }), "policy_gives_less_for_more"),
    ] {
        for name in ["channel_policy", "policy"] {
            let mut body = without(&current(), "/channel_policy");
            body[name] = policy.clone();
            let reply = alpha.post(&path(&order, "day-ticket", 0, "refund"), &body).await;
            assert_eq!((reply.status, &reply.body["error"]["code"]), (400, &json!(code)), "{policy}: {}", reply.text());
            assert!(reply.body[name].is_string(), "{}", reply.text());
        }
    }
}

async fn what_is_anothers_is_not_found(app: App) {
    let (alpha, beta) = (app.channel("alpha"), app.channel("beta"));
    let tour = place(&app, &app.world().paris, "A-1", 1).await;
    let dated = place_ticket(&app, &app.world().museum, "A-2", 1).await;
    cancel(&alpha, &tour, "tour").await;
    cancel(&alpha, &dated, "day-ticket").await;
    for (client, order, kind) in [
        (&beta, &tour, "tour"),
        (&beta, &dated, "day-ticket"),
        (&beta, &dated, "ticket"),
        (&alpha, &tour, "day-ticket"),
        (&alpha, &tour, "ticket"),
        (&alpha, &dated, "tour"),
    ] {
        assert_error(&client.post(&path(order, kind, 0, "refund"), &current()).await, 404, "not_found");
    }
    let mixed = Placed { order: tour.order.clone(), tickets: dated.tickets.clone() };
    assert_error(&alpha.post(&path(&mixed, "tour", 0, "refund"), &current()).await, 404, "not_found");
}
