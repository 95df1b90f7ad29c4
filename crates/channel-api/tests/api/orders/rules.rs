//! The rules that an order must pass (contract 7), each alone: its code, its field, and nothing is stored.

use axhub_domain::inventory::StockRule;
use axhub_hub::availability::set_stock;
use axhub_hub::catalogue::{OptionChange, ProductChange};
use axhub_hub::directory;
use axhub_testkit::{App, OrderBuilder, ProductBuilder, Reply, TestProduct};
use jiff::civil::{date, time};
use serde_json::{Value, json};

use crate::support::{
    LEGACY, an_order, assert_body, assert_error, assert_fields, change, everything, first_start, in_dialect, on_both_engines, place,
    rename, units_ordered, with, without,
};

on_both_engines! {
    no_option_twice_for_the_same_date,
    a_date_beside_a_code_means_the_same_row,
    the_mapping_is_the_channels_own_and_of_a_tour,
    the_option_is_one_of_the_product,
    the_option_is_active,
    the_product_is_assigned,
    the_product_is_in_its_sale_period,
    there_is_inventory_at_that_time,
    the_inventory_is_open,
    the_start_is_not_past,
    the_cut_off_is_not_past,
    the_quantity_is_within_the_options_limits,
    there_is_one_ticket_per_unit,
    required_traveler_information_is_there,
    sub_total_is_the_sum_and_total_not_above_it,
    stock_suffices,
    options_that_share_a_bus_share_its_seats,
    all_options_or_none,
    all_broken_rules_are_told_at_once,
    the_last_unit_is_sold_once,
}

const PATH: &str = "/v1/channel/orders/tour";

/// Sends an order that must be refused and leave no trace.
async fn refused(app: &App, order: &Value) -> Reply {
    let before = everything(app).await;
    let reply = app.channel("alpha").in_english().post(PATH, order).await;
    assert!(matches!(reply.status, 400 | 409), "{}", reply.text());
    assert_eq!(everything(app).await, before, "a refused order left something: {}", reply.text());
    reply
}

/// The code and the one field of a field error.
async fn refused_field(app: &App, order: &Value, code: &str, field: &str) -> String {
    let reply = refused(app, order).await;
    assert_eq!((reply.status, &reply.body["error"]["code"]), (400, &json!(code)), "{}", reply.text());
    assert_eq!(reply.body.as_object().unwrap().len(), 2, "{}", reply.text());
    reply.body[field].as_str().unwrap_or_else(|| panic!("{}", reply.text())).to_owned()
}

async fn conflict(app: &App, order: &Value, code: &str, field: &str) -> Reply {
    let reply = refused(app, order).await;
    assert_error(&reply, 409, code);
    assert_eq!(reply.body["field"], field, "{}", reply.text());
    reply
}

async fn paris_order(app: &App) -> Value {
    let paris = &app.world().paris;
    an_order(paris, app.register("alpha", paris).await, "A-1", 1).json()
}

async fn no_option_twice_for_the_same_date(app: App) {
    let paris = &app.world().paris;
    let mapping = app.register("alpha", paris).await;
    let (nine, two) = (paris.at("2026-07-02", "09:00"), paris.at("2026-07-02", "14:00"));
    let twice = OrderBuilder::new("A-1").line(mapping, paris.option(0), nine, 1).line(mapping, paris.option(0), nine, 1).json();
    let text = refused_field(&app, &twice, "option_repeated", "options[1].option_code").await;
    assert_eq!(text, "The order has the same option twice for the same date. Send it once with the sum of the quantities.");

    // The same row, once by its start and once by its code.
    let inventory = app.channel("alpha").get(&format!("/v1/channel/inventory/tour/{}?from=2026-07-02&to=2026-07-02", paris.id)).await;
    let row = &inventory.body["option_codes"][paris.option(0).to_string()][0];
    let mut by_code = twice.clone();
    rename(&mut by_code["options"][1], "inventory_at", "inventory_code");
    by_code["options"][1]["inventory_code"] = row["inventory_code"].clone();
    refused_field(&app, &by_code, "option_repeated", "options[1].option_code").await;

    let other_start = OrderBuilder::new("A-1").line(mapping, paris.option(0), nine, 1).line(mapping, paris.option(0), two, 1).json();
    assert_eq!(app.channel("alpha").post(PATH, &other_start).await.status, 201);
}

async fn a_date_beside_a_code_means_the_same_row(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let inventory = alpha.get(&format!("/v1/channel/inventory/tour/{}?from=2026-07-02&to=2026-07-02", paris.id)).await;
    let row = &inventory.body["option_codes"][paris.option(0).to_string()][0];
    let mut order = paris_order(&app).await;
    order["options"][0]["inventory_code"] = row["inventory_code"].clone();
    for other in ["2026-07-02T12:00:00Z", "2026-07-02T07:00:01Z", "2026-08-09T07:00:00Z"] {
        let other = with(&order, "/options/0/inventory_at", other.into());
        let text = refused_field(&app, &other, "disagrees", "options[0].inventory_at").await;
        assert_eq!(text, "This does not agree with the field inventory_code.");
        let old = in_dialect(&other, LEGACY);
        refused_field(&app, &old, "disagrees", "depth_combinations[0].use_date").await;
    }
    assert_eq!(alpha.post(PATH, &order).await.status, 201);
    // The same order is the same with and without its date, and another with another date.
    let by_code = without(&order, "/options/0/inventory_at");
    assert_eq!(alpha.post(PATH, &by_code).await.status, 200);
    let other = with(&order, "/options/0/inventory_at", "2026-07-02T12:00:00Z".into());
    assert_error(&alpha.post(PATH, &other).await, 409, "order_code_reused");
}

async fn the_mapping_is_the_channels_own_and_of_a_tour(app: App) {
    let world = app.world();
    let order = paris_order(&app).await;
    let of_beta = app.register("beta", &world.paris).await.to_string();
    let of_a_day_ticket = app.register("alpha", &world.museum).await.to_string();
    let mut texts = Vec::new();
    for code in [of_beta.as_str(), of_a_day_ticket.as_str(), "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "1", "no code"] {
        let order = with(&order, "/options/0/channel_product_mapping_code", code.into());
        texts.push(refused_field(&app, &order, "mapping_unknown", "options[0].channel_product_mapping_code").await);
    }
    assert!(texts.iter().all(|text| *text == texts[0]), "nobody can tell them apart: {texts:?}");
}

async fn the_option_is_one_of_the_product(app: App) {
    let order = paris_order(&app).await;
    let of_seoul = app.world().seoul.option(0).to_string();
    let mut texts = Vec::new();
    for code in [of_seoul.as_str(), "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "1", "no code"] {
        let order = with(&order, "/options/0/option_code", code.into());
        texts.push(refused_field(&app, &order, "option_unknown", "options[0].option_code").await);
    }
    assert!(texts.iter().all(|text| *text == texts[0]), "nobody can tell them apart: {texts:?}");
}

async fn the_option_is_active(app: App) {
    let paris = &app.world().paris;
    let order = paris_order(&app).await;
    let close = OptionChange { id: Some(paris.option(0)), is_active: Some(false), ..OptionChange::default() };
    change(&app, paris, ProductChange { options: vec![close], ..ProductChange::default() }).await;
    let reply = conflict(&app, &order, "option_inactive", "options[0].option_code").await;
    assert_eq!(reply.body["option_code"], paris.option(0).to_string());
}

async fn the_product_is_assigned(app: App) {
    let order = paris_order(&app).await;
    directory::unassign(app.hub(), app.world().channel("alpha").id, app.world().paris.id).await.unwrap();
    conflict(&app, &order, "product_not_assigned", "options[0].channel_product_mapping_code").await;
}

async fn the_product_is_in_its_sale_period(app: App) {
    let paris = &app.world().paris;
    let order = paris_order(&app).await;
    let period = async |from: Option<jiff::civil::Date>, to: Option<jiff::civil::Date>| {
        change(&app, paris, ProductChange { sale_from: Some(from), sale_to: Some(to), ..ProductChange::default() }).await;
    };
    let field = "options[0].channel_product_mapping_code";
    // It is 1 July in Paris.
    period(Some(date(2026, 7, 2)), None).await;
    let early = conflict(&app, &order, "product_not_on_sale", field).await;
    assert_eq!((&early.body["start_date_of_the_sale"], &early.body["end_date_of_the_sale"]), (&json!("2026-07-02"), &Value::Null));
    period(None, Some(date(2026, 6, 30))).await;
    let late = conflict(&app, &order, "product_not_on_sale", field).await;
    assert_eq!((&late.body["start_date_of_the_sale"], &late.body["end_date_of_the_sale"]), (&Value::Null, &json!("2026-06-30")));
    period(Some(date(2026, 7, 1)), Some(date(2026, 7, 1))).await;
    assert_eq!(app.channel("alpha").post(PATH, &order).await.status, 201, "the first and the last day count");
}

async fn there_is_inventory_at_that_time(app: App) {
    let order = paris_order(&app).await;
    for start in ["2026-07-02T09:00:00Z", "2026-07-02T07:00:01Z", "2026-08-02T07:00:00Z", "1999-01-01T00:00:00Z", "2026-07-02 09:00"] {
        let order = with(&order, "/options/0/inventory_at", start.into());
        refused_field(&app, &order, "inventory_unknown", "options[0].inventory_at").await;
    }
    let mut by_code = order.clone();
    rename(&mut by_code["options"][0], "inventory_at", "inventory_code");
    for code in ["018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "seat"] {
        let order = with(&by_code, "/options/0/inventory_code", code.into());
        refused_field(&app, &order, "inventory_unknown", "options[0].inventory_code").await;
    }
    // Europe/Paris skips this hour; in UTC, in which orders are written, it exists, but there is no tour.
    let skipped = with(&order, "/options/0/inventory_at", "2027-03-28 02:30".into());
    refused_field(&app, &skipped, "inventory_unknown", "options[0].inventory_at").await;
}

async fn the_inventory_is_open(app: App) {
    let paris = &app.world().paris;
    let order = paris_order(&app).await;
    let day = date(2026, 7, 2);
    let rule = StockRule { from: day, to: day, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)], max: 10, min: 0, on_sale: false };
    set_stock(app.hub(), paris.supplier, paris.option(0), rule).await.unwrap();
    let reply = conflict(&app, &order, "inventory_closed", "options[0].inventory_at").await;
    assert_eq!(reply.body["option_code"], paris.option(0).to_string());
    assert_eq!(reply.body["inventory_at"], "2026-07-02T07:00:00.000Z");
}

async fn the_start_is_not_past(app: App) {
    let order = paris_order(&app).await;
    app.clock().set_to("2026-07-02T07:00:00Z");
    let reply = conflict(&app, &order, "inventory_past", "options[0].inventory_at").await;
    assert_eq!(reply.body["inventory_at"], "2026-07-02T07:00:00.000Z");
    app.clock().set_to("2026-07-02T06:59:59.999Z");
    assert_eq!(app.channel("alpha").post(PATH, &order).await.status, 201, "until the very start");
}

async fn the_cut_off_is_not_past(app: App) {
    let seoul = &app.world().seoul;
    let order = an_order(seoul, app.register("alpha", seoul).await, "A-1", 1).json();
    // 10:00 in Seoul; orders close an hour before.
    app.clock().set_to("2026-07-02T00:00:00Z");
    let reply = conflict(&app, &order, "cut_off_passed", "options[0].inventory_at").await;
    assert_eq!(
        (&reply.body["closed_at"], &reply.body["inventory_at"]),
        (&json!("2026-07-02T00:00:00.000Z"), &json!("2026-07-02T01:00:00.000Z"))
    );
    app.clock().set_to("2026-07-01T23:59:59Z");
    assert_eq!(app.channel("alpha").post(PATH, &order).await.status, 201);
}

async fn group(app: &App) -> TestProduct {
    let product =
        ProductBuilder::tour("Groups").option("Seat", "10").limits(2, 4).create(app.hub(), app.world().supplier("lumiere").id).await;
    app.world().assign(app.hub(), "alpha", &product, axhub_domain::pricing::MarkUp::NONE).await;
    product
}

async fn the_quantity_is_within_the_options_limits(app: App) {
    let product = group(&app).await;
    let mapping = app.register("alpha", &product).await;
    for quantity in [1, 5, 1000] {
        let order = an_order(&product, mapping, "A-1", quantity).json();
        let text = refused_field(&app, &order, "quantity_out_of_range", "options[0].quantity").await;
        assert_eq!(text, "One order may have 2 to 4 units of this option.");
    }
    for quantity in [2, 4] {
        let order = an_order(&product, mapping, &format!("A-{quantity}"), quantity).json();
        assert_eq!(app.channel("alpha").post(PATH, &order).await.status, 201);
    }
}

async fn there_is_one_ticket_per_unit(app: App) {
    let mut order = paris_order(&app).await;
    order["options"][0]["quantity"] = 2.into();
    order["order"]["sub_total"] = 160.into();
    let text = refused_field(&app, &order, "ticket_count_mismatch", "options[0].tickets").await;
    assert_eq!(text, "There is 1 ticket, but the quantity is 2. Send one ticket per unit.");
    let ticket = order["options"][0]["tickets"][0].clone();
    order["options"][0]["tickets"] = json!([ticket, ticket, ticket]);
    refused_field(&app, &order, "ticket_count_mismatch", "options[0].tickets").await;
}

async fn required_traveler_information_is_there(app: App) {
    let (alpha, dmz) = (app.channel("alpha"), &app.world().dmz);
    let mapping = app.register("alpha", dmz).await;
    let order = an_order(dmz, mapping, "A-1", 2).json();
    let (name, passport) = ("representative.additional.english_name", "representative.additional.passport_id");
    let text = |key: &str| {
        format!(
            "This product needs the traveler information \"{key}\". Put it into representative.additional or into the additional of every ticket."
        )
    };
    let (no_name, no_passport) = (text("english_name"), text("passport_id"));
    let reply = refused(&app, &order).await;
    assert_fields(&reply, &[(name, &no_name), (passport, &no_passport)]);
    assert_eq!(reply.body["error"]["code"], "traveler_information_missing");

    // Neither blank, nor anything but a text, nor in only one of the tickets, nor with the purchaser.
    for wrong in [json!({ "english_name": " ", "passport_id": "M1" }), json!({ "english_name": 7, "passport_id": "M1" })] {
        let order = with(&order, "/representative/additional", wrong);
        assert_fields(&refused(&app, &order).await, &[(name, &no_name)]);
    }
    let of_one = with(&order, "/options/0/tickets/0/additional", json!({ "english_name": "KIM", "passport_id": "M1" }));
    assert_fields(&refused(&app, &of_one).await, &[(name, &no_name), (passport, &no_passport)]);
    let of_purchaser = with(&order, "/purchaser/additional", json!({ "english_name": "KIM", "passport_id": "M1" }));
    assert_fields(&refused(&app, &of_purchaser).await, &[(name, &no_name), (passport, &no_passport)]);

    // One of them here, the other there.
    let mut mixed = with(&order, "/representative/additional", json!({ "english_name": "KIM" }));
    for at in 0..2 {
        mixed["options"][0]["tickets"][at]["additional"] = json!({ "passport_id": format!("M{at}") });
    }
    let reply = alpha.post(PATH, &mixed).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let of_all = with(&order, "/representative/additional", json!({ "english_name": "KIM", "passport_id": "M1" }));
    let of_all = with(&of_all, "/order/channel_order_code", json!("A-2"));
    assert_eq!(alpha.post(PATH, &of_all).await.status, 201);
}

async fn sub_total_is_the_sum_and_total_not_above_it(app: App) {
    let paris = &app.world().paris;
    let mapping = app.register("alpha", paris).await;
    let at = first_start(paris);
    let order =
        OrderBuilder::new("A-1").line(mapping, paris.option(0), at, 2).line(mapping, paris.option(1), at, 1).unit_price("10.5").json();
    for wrong in ["170.49999", "170.50001", "0", "160"] {
        let order = with(&with(&order, "/order/sub_total", wrong.into()), "/order/total", 0.into());
        let text = refused_field(&app, &order, "sub_total_mismatch", "order.sub_total").await;
        assert_eq!(text, "This is not the sum of unit price × quantity, which is 170.50000.");
    }
    let above = with(&order, "/order/total", "170.50001".into());
    let text = refused_field(&app, &above, "total_above_sub_total", "order.total").await;
    assert_eq!(text, "This may not be more than sub_total (170.50000).");
    let mut huge = order.clone();
    huge["options"][0]["unit_selling_price"] = "9999999999999".into();
    huge["order"]["sub_total"] = "9999999999999".into();
    refused(&app, &huge).await;
    // The option's discount is subtracted in some places and not in others, so no more is enforced.
    let less = with(&with(&order, "/order/total", "1".into()), "/options/0/amount_price", "3".into());
    assert_eq!(app.channel("alpha").post(PATH, &less).await.status, 201);
}

async fn stock_suffices(app: App) {
    let paris = &app.world().paris;
    let mapping = app.register("alpha", paris).await;
    place(&app, paris, "A-0", 7).await;
    let reply = conflict(&app, &an_order(paris, mapping, "A-1", 4).json(), "sold_out", "options[0].quantity").await;
    assert_body!("sold_out", reply);
    assert_eq!(reply.body["remain_quantity"], 3);
    place(&app, paris, "A-2", 3).await;
    let reply = conflict(&app, &an_order(paris, mapping, "A-3", 1).json(), "sold_out", "options[0].quantity").await;
    assert_eq!((&reply.body["remain_quantity"], &reply.body["message"]), (&json!(0), &json!("Sold out.")));
    app.assert_stock_is_sound().await;
}

async fn options_that_share_a_bus_share_its_seats(app: App) {
    let paris = &app.world().paris;
    let mapping = app.register("alpha", paris).await;
    let at = first_start(paris);
    let child = OrderBuilder::new("A-1").line(mapping, paris.option(1), at, 6).json();
    assert_eq!(app.channel("alpha").post(PATH, &child).await.status, 201);
    let family = OrderBuilder::new("A-2").line(mapping, paris.option(0), at, 3).line(mapping, paris.option(1), at, 2).json();
    let reply = conflict(&app, &family, "sold_out", "options[1].quantity").await;
    assert_eq!(
        (&reply.body["option_code"], &reply.body["remain_quantity"]),
        (&json!(paris.option(1).to_string()), &json!(1)),
        "what is left beside the three adults"
    );
    let family = OrderBuilder::new("A-2").line(mapping, paris.option(0), at, 3).line(mapping, paris.option(1), at, 1).json();
    assert_eq!(app.channel("alpha").post(PATH, &family).await.status, 201);
    app.assert_stock_is_sound().await;
}

async fn all_options_or_none(app: App) {
    let (paris, seoul) = (&app.world().paris, &app.world().seoul);
    let (in_paris, in_seoul) = (app.register("alpha", paris).await, app.register("alpha", seoul).await);
    place(&app, paris, "A-0", 10).await;
    for lines in [[(in_seoul, seoul), (in_paris, paris)], [(in_paris, paris), (in_seoul, seoul)]] {
        let order = lines
            .iter()
            .fold(OrderBuilder::new("A-1"), |order, (mapping, product)| order.line(*mapping, product.option(0), first_start(product), 1));
        let reply = refused(&app, &order.json()).await;
        assert_error(&reply, 409, "sold_out");
        assert_eq!(reply.body["option_code"], paris.option(0).to_string());
    }
    assert_eq!(units_ordered(&app).await, 10);
}

async fn all_broken_rules_are_told_at_once(app: App) {
    let (paris, dmz) = (&app.world().paris, &app.world().dmz);
    let (in_paris, in_dmz) = (app.register("alpha", paris).await, app.register("alpha", dmz).await);
    let mut order = OrderBuilder::new("A-1")
        .line(in_paris, paris.option(0), paris.at("2026-07-02", "09:30"), 1)
        .line(in_dmz, dmz.option(0), first_start(dmz), 1)
        .json();
    order["options"][0]["quantity"] = 11.into();
    order["order"]["total"] = 999.into();
    let reply = refused(&app, &order).await;
    assert_body!("many_broken_rules", reply);
}

async fn the_last_unit_is_sold_once(app: App) {
    let paris = &app.world().paris;
    let mapping = app.register("alpha", paris).await;
    place(&app, paris, "A-0", 9).await;
    let mut calls = tokio::task::JoinSet::new();
    for n in 1..=12 {
        let (alpha, order) = (app.channel("alpha"), an_order(paris, mapping, &format!("A-{n}"), 1).json());
        calls.spawn(async move { alpha.post(PATH, &order).await });
    }
    let replies = calls.join_all().await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert_error(reply, 409, "sold_out");
        assert_eq!(reply.body["remain_quantity"], 0);
    }
    app.assert_stock_is_sound().await;
}
