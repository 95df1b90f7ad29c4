//! Orders under the oldest address: of what has no date, and of day-tickets.

use axhub_domain::inventory::{InventoryRef, UNDATED};
use axhub_testkit::{App, OrderBuilder, TestProduct};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::support::{
    LEGACY, assert_body, assert_error, assert_fields, everything, in_dialect, on_both_engines, place, place_ticket, placed, rename, with,
    without,
};

on_both_engines! {
    an_order_without_a_date_is_answered_without_one,
    whatever_date_is_named_means_the_one_row,
    the_one_row_is_sold_once,
    day_tickets_are_ordered_with_their_dates,
    the_oldest_address_acts_on_orders_of_day_tickets,
    orders_are_listed_under_the_addresses_that_act_on_them,
    kinds_are_not_mixed,
}

const PATH: &str = "/v1/channel/orders/ticket";

async fn order(app: &App, product: &TestProduct, code: &str, quantity: u32) -> Value {
    let mapping = app.register("alpha", product).await;
    OrderBuilder::new(code).line_of(mapping, product.option(0), InventoryRef::On(date(2026, 7, 2)), quantity).json()
}

fn undated_line(order: &Value) -> Value {
    without(order, "/options/0/inventory_at")
}

async fn an_order_without_a_date_is_answered_without_one(app: App) {
    let (alpha, cruise) = (app.channel("alpha"), app.undated().await);
    let current = undated_line(&order(&app, &cruise, "A-1", 2).await);
    let reply = alpha.post(PATH, &current).await;
    assert_body!("undated", reply);
    let again = alpha.post(PATH, &current).await;
    assert_eq!((again.status, again.bytes), (200, reply.bytes));
    let legacy = without(&in_dialect(&order(&app, &cruise, "A-2", 1).await, LEGACY), "/depth_combinations/0/use_date");
    let reply = alpha.post(PATH, &legacy).await;
    let line = &reply.body["depth_combinations"][0];
    assert_eq!((reply.status, line.get("use_date"), &line["quantity"]), (201, Some(&Value::Null), &json!("1")), "{}", reply.text());
    // It never passes.
    app.clock().set_to("2040-01-01T00:00:00Z");
    assert_eq!(alpha.post(PATH, &undated_line(&order(&app, &cruise, "A-3", 1).await)).await.status, 201);
    app.assert_stock_is_sound().await;
}

async fn whatever_date_is_named_means_the_one_row(app: App) {
    let (alpha, cruise) = (app.channel("alpha"), app.undated().await);
    let order = order(&app, &cruise, "A-1", 1).await;
    let first = alpha.post(PATH, &undated_line(&order)).await;
    let inventory = alpha.get(&format!("/v1/channel/inventory/ticket/{}", cruise.id)).await;
    let code = inventory.body["option_codes"][cruise.option(0).to_string()][0]["inventory_code"].clone();
    let mut by_code = order.clone();
    rename(&mut by_code["options"][0], "inventory_at", "inventory_code");
    by_code["options"][0]["inventory_code"] = code;
    let mut blank = order.clone();
    blank["options"][0]["inventory_at"] = json!("");
    for same in [
        order.clone(),
        by_code,
        blank,
        with(&order, "/options/0/inventory_at", json!(null)),
        with(&order, "/options/0/inventory_at", json!("2026-09-09T10:00:00Z")),
        with(&order, "/options/0/inventory_at", json!("1999-01-01")),
    ] {
        let again = alpha.post(PATH, &same).await;
        assert_eq!((again.status, &again.bytes), (200, &first.bytes), "{same}: {}", again.text());
    }
    let wrong = alpha.post(PATH, &with(&order, "/options/0/inventory_at", json!("soon"))).await;
    assert_eq!(wrong.status, 400, "what is there must be a time");
}

async fn the_one_row_is_sold_once(app: App) {
    let (alpha, cruise) = (app.channel("alpha"), app.undated().await);
    for code in ["A-1", "A-2", "A-3"] {
        assert_eq!(alpha.post(PATH, &undated_line(&order(&app, &cruise, code, 9).await)).await.status, 201);
    }
    let refused = alpha.post(PATH, &undated_line(&order(&app, &cruise, "A-4", 4).await)).await;
    assert_error(&refused, 409, "sold_out");
    assert_eq!((refused.body.get("inventory_at"), &refused.body["remain_quantity"]), (Some(&Value::Null), &json!(3)));
    let order = place_ticket(&app, &cruise, "A-5", 3).await;
    let reply = alpha.patch(&order.path_under("ticket"), &json!({ "channel_status": "Traveler cancel" })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(alpha.post(PATH, &undated_line(&self::order(&app, &cruise, "A-6", 3).await)).await.status, 201);
    app.assert_stock_is_sound().await;
}

async fn day_tickets_are_ordered_with_their_dates(app: App) {
    let (alpha, museum) = (app.channel("alpha").in_english(), &app.world().museum);
    let dated = order(&app, museum, "A-1", 1).await;
    let path = "options[0].inventory_at";
    assert_fields(&alpha.post(PATH, &undated_line(&dated)).await, &[(path, "This field is required.")]);
    let legacy = in_dialect(&dated, LEGACY);
    let missing = alpha.post(PATH, &without(&legacy, "/depth_combinations/0/use_date")).await;
    assert_fields(&missing, &[("depth_combinations[0].use_date", "This field is required.")]);
    let unknown = "There is no inventory at this date and time. Send a value of the inventory call as it is.";
    assert_fields(&alpha.post(PATH, &with(&dated, "/options/0/inventory_at", json!("2026-08-01"))).await, &[(path, unknown)]);
    let first = alpha.post(PATH, &legacy).await;
    assert_eq!((first.status, &first.body["depth_combinations"][0]["use_date"]), (201, &json!("2026-07-01T15:00:00.000Z")));
    let again = alpha.post("/v1/channel/orders/day-ticket", &dated).await;
    assert_eq!((again.status, again.bytes), (200, first.bytes), "the same order under both addresses");
}

async fn the_oldest_address_acts_on_orders_of_day_tickets(app: App) {
    let (alpha, museum) = (app.channel("alpha"), &app.world().museum);
    let dated = place_ticket(&app, museum, "A-1", 2).await;
    let through_ticket = alpha.post(PATH, &order(&app, museum, "A-2", 1).await).await;
    let second = placed(&through_ticket.body["options"][0]);
    assert_eq!(alpha.get(&second.path_under("day-ticket")).await.status, 200);
    let path = dated.path_under("ticket");
    assert_eq!(alpha.get(&path).await.body, alpha.get(&dated.path_under("day-ticket")).await.body);
    let ticket = alpha.patch(&format!("{path}/tickets/{}", dated.tickets[0]), &json!({ "status": "Traveler Canceled" })).await;
    assert_eq!((ticket.status, &ticket.body["ax_ticket_status"]), (200, &json!("Traveler canceled")), "{}", ticket.text());
    let cancelled = alpha.patch(&path, &json!({ "channel_status": "Traveler cancel", "comment": "ill" })).await;
    assert_eq!((cancelled.status, &cancelled.body["ax_order_status"]), (200, &json!("Traveler cancel")));
    let again = alpha.patch(&path, &json!({ "channel_status": "Unavoidable cancel" })).await;
    assert_error(&again, 409, "transition_not_allowed");
    app.assert_stock_is_sound().await;
}

async fn orders_are_listed_under_the_addresses_that_act_on_them(app: App) {
    let (alpha, world, cruise) = (app.channel("alpha"), app.world(), app.undated().await);
    place(&app, &world.paris, "TOUR", 1).await;
    place_ticket(&app, &world.museum, "DATED", 1).await;
    let undated = place_ticket(&app, &cruise, "UNDATED", 1).await;
    for (kind, codes) in [("tour", vec!["TOUR"]), ("day-ticket", vec!["DATED"]), ("ticket", vec!["DATED", "UNDATED"])] {
        for query in ["", "?cursor="] {
            let reply = alpha.get(&format!("/v1/channel/orders/{kind}{query}")).await;
            let found: Vec<&Value> = reply.body["data"].as_array().unwrap().iter().map(|order| &order["channel_order_code"]).collect();
            assert_eq!(found, codes, "{kind}{query}");
        }
    }
    assert_eq!(alpha.get(&undated.path_under("day-ticket")).await.status, 404);
    assert_eq!(alpha.get(&undated.path_under("tour")).await.status, 404);
}

async fn kinds_are_not_mixed(app: App) {
    let (alpha, world, cruise) = (app.channel("alpha").in_english(), app.world(), app.undated().await);
    let before_registration = everything(&app).await;
    let undated = app.register("alpha", &cruise).await;
    let dated = app.register("alpha", &world.museum).await;
    let tour = app.register("alpha", &world.paris).await;
    let day = InventoryRef::On(date(2026, 7, 2));
    let text = "This is no mapping code of a product that this channel registered. Send the code that the registration answered.";
    let field = |at: usize| format!("options[{at}].channel_product_mapping_code");
    let mixed = OrderBuilder::new("A-1").line_of(undated, cruise.option(0), day, 1).line_of(dated, world.museum.option(0), day, 1).json();
    assert_fields(&alpha.post(PATH, &mixed).await, &[(&field(0), text)]);
    let only_undated = OrderBuilder::new("A-2").line_of(undated, cruise.option(0), InventoryRef::On(UNDATED), 1).json();
    assert_fields(&alpha.post("/v1/channel/orders/day-ticket", &only_undated).await, &[(&field(0), text)]);
    let tours = OrderBuilder::new("A-3").line(tour, world.paris.option(0), world.paris.at("2026-07-02", "09:00"), 1).json();
    assert_fields(&alpha.post(PATH, &tours).await, &[(&field(0), text)]);
    let of_beta = app.register("beta", &cruise).await;
    let foreign = OrderBuilder::new("A-4").line_of(of_beta, cruise.option(0), day, 1).json();
    assert_fields(&alpha.post(PATH, &foreign).await, &[(&field(0), text)]);
    let mut after = everything(&app).await;
    after[5] -= 4;
    assert_eq!(after, before_registration, "nothing but four registrations");
}
