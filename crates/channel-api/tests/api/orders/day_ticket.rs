//! Orders of what has a date and no start time.

use axhub_domain::inventory::InventoryRef;
use axhub_domain::state::Action;
use axhub_testkit::{App, OrderBuilder};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::support::{
    LEGACY, MIDDLE, assert_body, assert_error, assert_fields, in_dialect, on_both_engines, place, place_ticket, placed, rename, send_under,
    supplier_does, with, without,
};

on_both_engines! {
    any_instant_of_the_date_or_the_date_alone_names_the_row,
    any_of_them_agrees_with_the_code_of_the_row,
    the_same_date_in_other_words_is_the_same_order,
    an_order_answers_in_its_dialect,
    a_date_that_is_none_is_named,
    today_can_be_ordered_to_its_end,
    the_last_units_are_sold_once,
    an_order_is_confirmed_and_cancelled_under_its_own_address,
}

const PATH: &str = "/v1/channel/orders/day-ticket";

/// An order of the museum for 2 July.
async fn order(app: &App, code: &str, quantity: u32) -> Value {
    let museum = &app.world().museum;
    let mapping = app.register("alpha", museum).await;
    OrderBuilder::new(code).line_of(mapping, museum.option(0), InventoryRef::On(date(2026, 7, 2)), quantity).json()
}

/// Every way to name 2 July in Seoul.
const NAMES: [&str; 6] = [
    "2026-07-02",
    "2026-07-01T15:00:00.000Z",
    "2026-07-02T14:59:59Z",
    "2026-07-02T23:59:59+09:00",
    "2026-07-01T10:00:00-05:00",
    "2026-07-02 03:00",
];

async fn any_instant_of_the_date_or_the_date_alone_names_the_row(app: App) {
    let (alpha, museum) = (app.channel("alpha"), &app.world().museum);
    let inventory = alpha.get(&format!("/v1/channel/inventory/day-ticket/{}?from=2026-07-02&to=2026-07-02", museum.id)).await;
    let row = &inventory.body["option_codes"][museum.option(0).to_string()][0];
    let told = json!("2026-07-01T15:00:00.000Z");
    assert_eq!(row["inventory_at"], told);
    for (at, name) in NAMES.iter().enumerate() {
        for field in ["inventory_at", "use_date"] {
            let mut order = order(&app, &format!("{field}-{at}"), 1).await;
            rename(&mut order["options"][0], "inventory_at", field);
            let reply = alpha.post(PATH, &with(&order, &format!("/options/0/{field}"), json!(name))).await;
            assert_eq!((reply.status, &reply.body["options"][0][field]), (201, &told), "{name}: {}", reply.text());
        }
    }
    let mut by_code = order(&app, "by-code", 1).await;
    rename(&mut by_code["options"][0], "inventory_at", "inventory_code");
    by_code["options"][0]["inventory_code"] = row["inventory_code"].clone();
    let reply = alpha.post(PATH, &by_code).await;
    assert_eq!((reply.status, &reply.body["options"][0]["inventory_at"]), (201, &told), "{}", reply.text());
    let after = alpha.get(&format!("/v1/channel/inventory/day-ticket/{}?from=2026-07-02&to=2026-07-02", museum.id)).await;
    assert_eq!(after.body["option_codes"][museum.option(0).to_string()][0]["ordered_quantity"], 13);
    app.assert_stock_is_sound().await;
}

async fn any_of_them_agrees_with_the_code_of_the_row(app: App) {
    let (alpha, museum) = (app.channel("alpha").in_english(), &app.world().museum);
    let inventory = alpha.get(&format!("/v1/channel/inventory/day-ticket/{}?from=2026-07-02&to=2026-07-02", museum.id)).await;
    let mut order = order(&app, "A-1", 1).await;
    order["options"][0]["inventory_code"] = inventory.body["option_codes"][museum.option(0).to_string()][0]["inventory_code"].clone();
    for other in ["2026-07-03", "2026-07-02T15:00:00Z", "2026-07-01"] {
        let reply = alpha.post(PATH, &with(&order, "/options/0/inventory_at", json!(other))).await;
        assert_fields(&reply, &[("options[0].inventory_at", "This does not agree with the field inventory_code.")]);
    }
    for (at, name) in NAMES.iter().enumerate() {
        let reply = alpha.post(PATH, &with(&order, "/options/0/inventory_at", json!(name))).await;
        assert_eq!(reply.status, if at == 0 { 201 } else { 200 }, "{name}: {}", reply.text());
    }
}

async fn the_same_date_in_other_words_is_the_same_order(app: App) {
    let alpha = app.channel("alpha").in_english();
    let order = order(&app, "A-1", 1).await;
    let first = alpha.post(PATH, &order).await;
    assert_eq!(first.status, 201);
    for name in NAMES {
        let again = alpha.post(PATH, &with(&order, "/options/0/inventory_at", json!(name))).await;
        assert_eq!((again.status, again.bytes), (200, first.bytes.clone()), "{name}");
    }
    let other = alpha.post(PATH, &with(&order, "/options/0/inventory_at", json!("2026-07-03"))).await;
    assert_error(&other, 409, "order_code_reused");
    let museum = &app.world().museum;
    let mapping = app.register("alpha", museum).await;
    let twice = [NAMES[0], NAMES[2]].map(|_| InventoryRef::On(date(2026, 7, 2)));
    let twice = twice.into_iter().fold(OrderBuilder::new("A-2"), |order, day| order.line_of(mapping, museum.option(0), day, 1)).json();
    let reply = alpha.post(PATH, &with(&twice, "/options/1/inventory_at", json!(NAMES[2]))).await;
    let text = "The order has the same option twice for the same date. Send it once with the sum of the quantities.";
    assert_fields(&reply, &[("options[1].option_code", text)]);
}

async fn an_order_answers_in_its_dialect(app: App) {
    let alpha = app.channel("alpha");
    let reply = alpha.post(PATH, &in_dialect(&order(&app, "A-1", 2).await, LEGACY)).await;
    assert_body!("legacy", reply);
    let confirmed = alpha.get(&placed(&reply.body["depth_combinations"][0]).path_under("day-ticket")).await;
    assert_eq!(confirmed.body["data"][0]["ax_order_status"], "3");
    let reply = alpha.post(PATH, &in_dialect(&order(&app, "A-2", 1).await, MIDDLE)).await;
    assert_eq!(reply.body["depth_combinations"][0]["inventory_at"], "2026-07-01T15:00:00.000Z", "{}", reply.text());
}

async fn a_date_that_is_none_is_named(app: App) {
    let alpha = app.channel("alpha").in_english();
    let order = order(&app, "A-1", 1).await;
    let at = "options[0].inventory_at";
    assert_fields(&alpha.post(PATH, &without(&order, "/options/0/inventory_at")).await, &[(at, "This field is required.")]);
    let format = "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z], \
        YYYY-MM-DD hh:mm[:ss[.uuuuuu]].";
    for wrong in [json!("2026-02-30"), json!("2026-7-2"), json!("20260702"), json!("tomorrow"), json!("2026-07-02T25:00:00Z"), json!(7)] {
        assert_fields(&alpha.post(PATH, &with(&order, "/options/0/inventory_at", wrong)).await, &[(at, format)]);
    }
    let unknown = "There is no inventory at this date and time. Send a value of the inventory call as it is.";
    for no_row in ["2026-08-01", "2026-07-31T15:00:00Z"] {
        assert_fields(&alpha.post(PATH, &with(&order, "/options/0/inventory_at", json!(no_row))).await, &[(at, unknown)]);
    }
}

async fn today_can_be_ordered_to_its_end(app: App) {
    let alpha = app.channel("alpha");
    let today =
        async |code: &str| alpha.post(PATH, &with(&order(&app, code, 1).await, "/options/0/inventory_at", json!("2026-07-01"))).await;
    app.clock().set_to("2026-07-01T14:59:59Z");
    assert_eq!(today("A-1").await.status, 201);
    app.clock().set_to("2026-07-01T15:00:00Z");
    assert_error(&today("A-2").await, 409, "inventory_past");
}

async fn the_last_units_are_sold_once(app: App) {
    let alpha = app.channel("alpha");
    for code in ["A-1", "A-2", "A-3", "A-4"] {
        assert_eq!(alpha.post(PATH, &order(&app, code, 10).await).await.status, 201);
    }
    assert_eq!(alpha.post(PATH, &order(&app, "A-5", 9).await).await.status, 201);
    let reply = alpha.post(PATH, &order(&app, "A-6", 2).await).await;
    assert_error(&reply, 409, "sold_out");
    assert_eq!((&reply.body["remain_quantity"], &reply.body["inventory_at"]), (&json!(1), &json!("2026-07-01T15:00:00.000Z")));
    app.assert_stock_is_sound().await;
}

async fn an_order_is_confirmed_and_cancelled_under_its_own_address(app: App) {
    let (alpha, museum) = (app.channel("alpha"), &app.world().museum);
    let dated = place_ticket(&app, museum, "A-1", 3).await;
    let tour = place(&app, &app.world().paris, "A-2", 1).await;
    assert_error(&alpha.get(&dated.path_under("tour")).await, 404, "not_found");
    assert_error(&alpha.get(&tour.path_under("day-ticket")).await, 404, "not_found");
    assert_error(&app.channel("beta").get(&dated.path_under("day-ticket")).await, 404, "not_found");
    let path = dated.path_under("day-ticket");
    let confirmed = alpha.get(&path).await;
    assert_eq!(confirmed.body["data"][0]["ax_order_status"], "Supplier confirm", "{}", confirmed.text());
    let listed = alpha.get(PATH).await;
    assert_eq!(listed.body["data"], confirmed.body["data"], "and no tour");

    supplier_does(&app, museum, &dated.order, Action::Redeem(dated.tickets[0].parse().unwrap()), None).await;
    let ticket = |at: usize| format!("{path}/tickets/{}", dated.tickets[at]);
    let cancelled = alpha.patch(&ticket(1), &json!({ "status": "Traveler canceled" })).await;
    assert_eq!((cancelled.status, &cancelled.body["ax_ticket_status"]), (200, &json!("Traveler canceled")), "{}", cancelled.text());
    assert_error(&alpha.patch(&ticket(0), &json!({ "status": "Traveler canceled" })).await, 409, "ticket_used");
    assert_error(&alpha.patch(&path, &json!({ "channel_status": "Traveler cancel" })).await, 409, "ticket_used");

    let whole = send_under(&app, "day-ticket", &order(&app, "A-3", 2).await).await;
    let reply = alpha.patch(&whole.path_under("day-ticket"), &json!({ "channel_status": "Unavoidable cancel" })).await;
    assert_eq!((reply.status, &reply.body["ax_order_status"]), (200, &json!("Unavoidable cancel")), "{}", reply.text());
    app.assert_stock_is_sound().await;
}
