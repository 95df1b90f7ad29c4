use axhub_store::{Error, Mode};
use axhub_testkit::{App, OrderBuilder};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{
    LEGACY, MIDDLE, an_order, assert_body, first_start, in_dialect, on_both_engines, remove, rename, units_ordered, with, without,
};

on_both_engines! {
    a_sale_in_the_current_dialect,
    a_sale_in_the_old_dialect,
    a_sale_in_the_middle_dialect,
    several_options_of_several_products_in_one_order,
    old_names_are_accepted_one_by_one,
    values_are_accepted_in_every_documented_form,
    what_is_optional_may_be_missing_null_or_blank,
    times_are_utc_unless_they_say_otherwise,
    of_two_names_one_counts,
    unknown_members_are_ignored,
}

const PATH: &str = "/v1/channel/orders/tour";

async fn a_sale_in_the_current_dialect(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let reply = alpha.post(PATH, &an_order(paris, mapping, "A-1", 2).json()).await;
    assert_eq!((reply.status, reply.header("idempotent-replayed")), (201, None), "{}", reply.text());
    assert_body!("current", reply);
    assert_eq!(reply.body["options"][0]["quantity"], 2, "a number");
    assert_eq!(units_ordered(&app).await, 2);
    app.assert_stock_is_sound().await;
}

async fn a_sale_in_the_old_dialect(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let mapping = app.register("alpha", seoul).await;
    let mut order = in_dialect(&an_order(seoul, mapping, "A-1", 2).json(), LEGACY);
    rename(&mut order["order"], "channel_order_code", "channel_order_id");
    let line = &mut order["depth_combinations"][0];
    rename(line, "channel_product_mapping_code", "channel_product_mapping_data_code");
    line["quantity"] = "2".into();
    line["use_date"] = "2026-07-02 01:00".into();
    for ticket in line["tickets"].as_array_mut().unwrap() {
        remove(ticket, "channel_code");
    }
    order["order"]["currency"] = "1".into();
    let reply = alpha.post(PATH, &order).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_body!("legacy", reply);
}

async fn a_sale_in_the_middle_dialect(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let mapping = app.register("alpha", seoul).await;
    let reply = alpha.post(PATH, &in_dialect(&an_order(seoul, mapping, "A-1", 1).json(), MIDDLE)).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_body!("middle", reply);
}

async fn several_options_of_several_products_in_one_order(app: App) {
    let (alpha, paris, seoul) = (app.channel("alpha"), &app.world().paris, &app.world().seoul);
    let (in_paris, in_seoul) = (app.register("alpha", paris).await, app.register("alpha", seoul).await);
    let order = OrderBuilder::new("A-1")
        .line(in_paris, paris.option(0), paris.at("2026-07-02", "09:00"), 1)
        .line(in_paris, paris.option(1), paris.at("2026-07-02", "09:00"), 2)
        .line(in_paris, paris.option(0), paris.at("2026-07-02", "14:00"), 1)
        .line(in_seoul, seoul.option(1), first_start(seoul), 3);
    let reply = alpha.post(PATH, &order.json()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.body["channel_order_status"], "New", "the least advanced of them");
    let options = reply.body["options"].as_array().unwrap();
    let states: Vec<&Value> = options.iter().map(|option| &option["ax_order_status"]).collect();
    assert_eq!(states, ["Supplier confirm", "Supplier confirm", "Supplier confirm", "New"]);
    let codes: Vec<&Value> = options.iter().map(|option| &option["option_code"]).collect();
    let expected = [paris.option(0), paris.option(1), paris.option(0), seoul.option(1)].map(|id| id.to_string());
    assert_eq!(codes, expected.each_ref(), "in the order of the request");
    let tickets: Vec<usize> = options.iter().map(|option| option["tickets"].as_array().unwrap().len()).collect();
    assert_eq!(tickets, [1, 2, 1, 3]);
    assert_eq!(units_ordered(&app).await, 7);
    app.assert_stock_is_sound().await;
}

async fn old_names_are_accepted_one_by_one(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    for (at, (parent, from, to)) in [
        ("", "options", "depth_combinations"),
        ("/order", "channel_order_code", "channel_order_id"),
        ("/options/0", "channel_product_mapping_code", "channel_product_mapping_data_code"),
        ("/options/0", "option_code", "dc_code"),
        ("/options/0", "inventory_at", "use_date"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut order = an_order(paris, mapping, &format!("A-{at}"), 1).json();
        rename(order.pointer_mut(parent).unwrap(), from, to);
        let reply = alpha.post(PATH, &order).await;
        assert_eq!(reply.status, 201, "{to}: {}", reply.text());
        assert_eq!(reply.body["channel_order_code"], format!("A-{at}"));
    }
}

async fn values_are_accepted_in_every_documented_form(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let forms = [
        ("/order/status", vec![json!("New"), json!("Supplier pending"), json!("1"), json!("2"), json!(1), json!(2)]),
        ("/order/currency", vec![json!("KRW"), json!("USD"), json!("1"), json!("2"), json!(1), json!(2)]),
        ("/order/is_voucher", vec![json!(true), json!(false)]),
        ("/purchaser/is_required_more_information", vec![json!(true), json!(false)]),
        ("/options/0/quantity", vec![json!(1), json!("1")]),
        ("/order/sub_total", vec![json!("80.00000"), json!("80"), json!("80.0"), json!(80), json!(80.0)]),
        ("/order/total", vec![json!("80.00000"), json!("0"), json!(79.99), json!("79.99999")]),
        ("/order/discount", vec![json!("1.00000"), json!(0)]),
        ("/options/0/unit_selling_price", vec![json!("80.00000"), json!(80), json!("80")]),
        ("/options/0/amount_price", vec![json!("80.00000"), json!("75.5"), json!(0)]),
        ("/options/0/discount", vec![json!("4.50000"), json!(4.5)]),
        ("/options/0/tickets/0/national_code", vec![json!("82"), json!("KR"), json!(82)]),
        ("/representative/phone", vec![json!("+82 10-1234-5678"), json!(1_012_345_678)]),
    ];
    let mut count = 0;
    for (pointer, values) in forms {
        for value in values {
            count += 1;
            // Each at a day and a code of its own, so that there is always stock.
            let at = paris.at(&format!("2026-07-{:02}", 2 + count % 28), if count > 28 { "14:00" } else { "09:00" });
            let mut order = OrderBuilder::new(&format!("A-{count}")).line(mapping, paris.option(0), at, 1).json();
            order["order"]["discount"] = json!("0");
            order["options"][0]["discount"] = json!("0");
            let reply = alpha.post(PATH, &with(&order, pointer, value.clone())).await;
            assert_eq!(reply.status, 201, "{pointer} = {value}: {}", reply.text());
        }
    }
}

async fn what_is_optional_may_be_missing_null_or_blank(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let mut full = an_order(paris, mapping, "A-1", 1).json();
    for (parent, names) in [
        ("/order", &["purchase_requested_at", "reserved_at", "reservation_requested_at", "discount_method", "discount", "comment"][..]),
        ("/options/0", &["discount", "discount_method"]),
        ("/options/0/tickets/0", &["channel_code", "additional", "extra"]),
        ("/purchaser", &["additional", "extra"]),
        ("/representative", &["additional", "extra"]),
    ] {
        for name in names {
            full.pointer_mut(parent).unwrap()[*name] = Value::Null;
        }
    }
    let mut count = 0;
    let mut sent = async |order: Value| {
        count += 1;
        let order = with(&order, "/order/channel_order_code", format!("B-{count}").into());
        let at = paris.at(&format!("2026-07-{:02}", 2 + count % 28), if count > 28 { "14:00" } else { "09:00" });
        let reply = alpha.post(PATH, &with(&order, "/options/0/inventory_at", at.to_string().into())).await;
        assert_eq!(reply.status, 201, "{order}: {}", reply.text());
    };
    sent(full.clone()).await;
    for (_, pointer) in crate::support::paths(&full) {
        if full.pointer(&pointer).unwrap().is_null() {
            sent(without(&full, &pointer)).await;
            sent(with(&full, &pointer, "".into())).await;
        }
    }
}

/// What the database keeps of the times of an order.
async fn stored_times(app: &App, code: &'static str) -> [Option<Timestamp>; 4] {
    let sql = "SELECT purchased_at, purchase_requested_at, reserved_at, reservation_requested_at FROM channel_orders
        WHERE channel_order_code = $1";
    app.database()
        .run("test.times", Mode::Read, (), move |s, ()| {
            Box::pin(async move {
                let row = s.query_one(sql, &axhub_store::params![code]).await?;
                Ok::<_, Error>([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
            })
        })
        .await
        .unwrap()
}

async fn times_are_utc_unless_they_say_otherwise(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let mut order = an_order(paris, mapping, "A-1", 1).json();
    order["order"]["purchased_at"] = "2026-06-30 10:00".into();
    order["order"]["purchase_requested_at"] = "2026-06-30 10:00:01.5".into();
    order["order"]["reserved_at"] = "2026-06-30T19:00:02+09:00".into();
    order["order"]["reservation_requested_at"] = "2026-06-30T10:00:03.000Z".into();
    order["options"][0]["inventory_at"] = "2026-07-02T09:00:00+02:00".into();
    let reply = alpha.post(PATH, &order).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.body["options"][0]["inventory_at"], "2026-07-02T07:00:00.000Z");
    let expected = ["2026-06-30T10:00:00Z", "2026-06-30T10:00:01.5Z", "2026-06-30T10:00:02Z", "2026-06-30T10:00:03Z"];
    assert_eq!(stored_times(&app, "A-1").await, expected.map(|text| Some(text.parse().unwrap())));
}

async fn of_two_names_one_counts(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let nobodys = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01";

    let mut both_lists = an_order(paris, mapping, "A-1", 1).json();
    both_lists["depth_combinations"] = json!([{ "quantity": "nonsense" }]);
    let reply = alpha.post(PATH, &both_lists).await;
    assert_eq!(reply.status, 201, "options counts: {}", reply.text());
    assert!(reply.body["options"].is_array() && reply.body.get("depth_combinations").is_none());

    let mut null_list = in_dialect(&an_order(paris, mapping, "A-2", 1).json(), MIDDLE);
    null_list["options"] = Value::Null;
    let reply = alpha.post(PATH, &null_list).await;
    assert_eq!(reply.status, 201, "a name with null is absent: {}", reply.text());
    assert!(reply.body["depth_combinations"].is_array());

    let mut both_names = an_order(paris, mapping, "A-3", 1).json();
    both_names["order"]["channel_order_id"] = "B-3".into();
    let line = &mut both_names["options"][0];
    line["dc_code"] = nobodys.into();
    line["channel_product_mapping_data_code"] = nobodys.into();
    line["use_date"] = "2026-07-09T07:00:00Z".into();
    let reply = alpha.post(PATH, &both_names).await;
    assert_eq!((reply.status, &reply.body["channel_order_code"]), (201, &json!("A-3")), "{}", reply.text());
    assert_eq!(reply.body["options"][0]["inventory_at"], "2026-07-02T07:00:00.000Z");

    let inventory = alpha.get(&format!("/v1/channel/inventory/tour/{}?from=2026-07-05&to=2026-07-05", paris.id)).await;
    let row = &inventory.body["option_codes"][paris.option(0).to_string()][1];
    let mut code_and_date = an_order(paris, mapping, "A-4", 1).json();
    code_and_date["options"][0]["inventory_code"] = row["inventory_code"].clone();
    code_and_date["options"][0]["inventory_at"] = "2026-07-05T14:00:00+02:00".into();
    let reply = alpha.post(PATH, &code_and_date).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.body["options"][0]["inventory_at"], row["inventory_at"]);
}

async fn unknown_members_are_ignored(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let mut order = an_order(paris, mapping, "A-1", 1).json();
    let objects: Vec<String> = crate::support::paths(&order).into_iter().map(|(_, pointer)| pointer).collect();
    for pointer in objects.iter().filter(|pointer| !pointer.ends_with("extra") && !pointer.ends_with("additional")) {
        if let Some(Value::Object(members)) = order.pointer_mut(pointer) {
            members.insert("unknown".to_owned(), json!({ "a": [1, null] }));
        }
    }
    order["unknown"] = json!([]);
    let reply = alpha.post(PATH, &order).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}
