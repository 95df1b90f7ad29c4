//! Bad input, by name: each gets the documented status and a message that names the field; the database is as before.

use axhub_testkit::{App, Reply};
use serde_json::{Value, json};

use crate::support::{
    CURRENT, DialectWords, LEGACY, MIDDLE, an_order, assert_fields, everything, in_dialect, on_both_engines, paths, remove, with, without,
};

on_both_engines! {
    every_field_missing_null_blank_or_of_a_wrong_type_is_named,
    numbers_that_make_no_sense_are_named,
    times_that_make_no_sense_are_named,
    words_that_are_none_are_named,
    lists_are_bounded,
    texts_are_bounded,
    all_wrong_fields_are_told_at_once,
    a_member_that_stands_twice_is_named,
    a_nul_character_is_named,
}

const PATH: &str = "/v1/channel/orders/tour";

/// What a field is, by which the right wrong values for it are chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Object,
    List,
    Text,
    Code,
    Quantity,
    Amount,
    Time,
    Choice,
    Boolean,
    FreeForm,
}

/// Every field that an order has besides those that [`an_order`] sends: all are optional.
fn full(order: &Value) -> Value {
    let mut order = order.clone();
    let head = &mut order["order"];
    for (name, value) in [
        ("purchase_requested_at", json!("2026-06-30T00:00:00Z")),
        ("reserved_at", json!("2026-06-30T00:00:00Z")),
        ("reservation_requested_at", json!("2026-06-30T00:00:00Z")),
        ("discount_method", json!("coupon")),
        ("discount", json!("1.5")),
        ("comment", json!("hello")),
    ] {
        head[name] = value;
    }
    let list = if order["options"].is_array() { "options" } else { "depth_combinations" };
    order[list][0]["discount"] = json!("1.5");
    order[list][0]["discount_method"] = json!("coupon");
    order
}

const OPTIONAL: &[&str] = &[
    "purchase_requested_at",
    "reserved_at",
    "reservation_requested_at",
    "discount_method",
    "discount",
    "comment",
    "channel_code",
    "additional",
    "extra",
];

fn kind_of(name: &str) -> Kind {
    match name {
        "options" | "depth_combinations" | "tickets" => Kind::List,
        "order" | "purchaser" | "representative" => Kind::Object,
        "additional" | "extra" => Kind::FreeForm,
        "quantity" => Kind::Quantity,
        "sub_total" | "total" | "discount" | "unit_selling_price" | "amount_price" => Kind::Amount,
        "purchased_at" | "purchase_requested_at" | "reserved_at" | "reservation_requested_at" | "inventory_at" | "use_date" => Kind::Time,
        "status" | "currency" => Kind::Choice,
        "is_voucher" | "is_required_more_information" => Kind::Boolean,
        "channel_product_mapping_code" | "channel_product_mapping_data_code" | "option_code" | "dc_code" => Kind::Code,
        "channel_order_code" | "name" | "national_code" | "phone" | "email" | "channel_code" | "comment" | "discount_method" => Kind::Text,
        other => panic!("the test does not know the field {other}"),
    }
}

/// Values of wrong types for a field, and what is said about them.
fn wrong_types(kind: Kind) -> Vec<(Value, &'static str)> {
    let not_scalar = |text| vec![(json!([]), text), (json!([1]), text), (json!({}), text), (json!({ "a": 1 }), text)];
    match kind {
        Kind::Object | Kind::FreeForm => {
            let text = "Expected a dictionary of items.";
            vec![(json!("x"), text), (json!(1), text), (json!(true), text), (json!([]), text), (json!([{}]), text)]
        }
        Kind::List => {
            let text = "Expected a list of items.";
            let mut wrong = vec![(json!("x"), text), (json!(1), text), (json!(true), text), (json!({}), text), (json!({ "0": {} }), text)];
            wrong.push((json!([]), "This list may not be empty."));
            wrong
        }
        Kind::Text | Kind::Code | Kind::Choice | Kind::Time => {
            let text = "Not a valid string.";
            [not_scalar(text), vec![(json!(true), text), (json!(false), text)]].concat()
        }
        Kind::Quantity => {
            let text = "A valid integer is required.";
            let more = ["x", "1.0", "1,000", "0x10", "one", "１"].map(|value| (json!(value), text)).to_vec();
            [not_scalar(text), more, vec![(json!(true), text), (json!(1.5), text)]].concat()
        }
        Kind::Amount => {
            let text = "A valid number is required.";
            let more = ["x", "1,000", "0x10", "NaN", "Infinity", "1.", ".5", "$5", "١"].map(|value| (json!(value), text)).to_vec();
            [not_scalar(text), more, vec![(json!(true), text)]].concat()
        }
        Kind::Boolean => {
            let text = "Must be a valid boolean.";
            [not_scalar(text), vec![(json!("maybe"), text), (json!(2), text), (json!(-1), text), (json!("truee"), text)]].concat()
        }
    }
}

/// Names the path, says the text, says it about nothing else.
fn assert_named(reply: &Reply, path: &str, text: &str, what: &str) {
    assert_eq!(reply.status, 400, "{path} {what}: {}", reply.text());
    assert_eq!(reply.body[path], text, "{path} {what}: {}", reply.text());
    assert_eq!(reply.body.as_object().unwrap().len(), 2, "{path} {what}: {}", reply.text());
}

async fn every_field_missing_null_blank_or_of_a_wrong_type_is_named(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let order = full(&an_order(paris, mapping, "A-1", 2).json());
    let mut sent = 0;
    for dialect in [CURRENT, MIDDLE, LEGACY] {
        let order = in_dialect(&order, dialect);
        for (path, pointer) in paths(&order) {
            sent += check_field(&alpha, &order, (&path, &pointer), dialect).await;
        }
    }
    assert!(sent > 1500, "only {sent} bad orders were sent");
    assert_eq!(everything(&app).await, before);
    let reply = alpha.post(PATH, &order).await;
    assert_eq!(reply.status, 201, "and the order itself is right: {}", reply.text());
}

async fn check_field(alpha: &axhub_testkit::Client, order: &Value, (path, pointer): (&str, &str), dialect: DialectWords) -> usize {
    let last = path.rsplit('.').next().unwrap();
    let mut bad: Vec<(Value, String, &'static str)> = Vec::new();
    if last.contains('[') {
        // An item of a list.
        bad.push((with(order, pointer, Value::Null), path.to_owned(), "This field may not be null."));
        for value in [json!("x"), json!(1), json!(true), json!([]), json!("")] {
            bad.push((with(order, pointer, value), path.to_owned(), "Expected a dictionary of items."));
        }
    } else {
        let kind = kind_of(last);
        if !OPTIONAL.contains(&last) {
            bad.push((without(order, pointer), name_when_missing(path, dialect), "This field is required."));
            bad.push((with(order, pointer, Value::Null), path.to_owned(), "This field may not be null."));
            if !matches!(kind, Kind::Object | Kind::List) {
                for blank in ["", "  ", "\t\n"] {
                    bad.push((with(order, pointer, blank.into()), path.to_owned(), "This field may not be blank."));
                }
            }
        }
        for (value, text) in wrong_types(kind) {
            bad.push((with(order, pointer, value), path.to_owned(), text));
        }
    }
    let count = bad.len();
    for (body, path, text) in bad {
        assert_named(&alpha.post(PATH, &body).await, &path, text, &body.pointer(pointer).map(Value::to_string).unwrap_or_default());
    }
    count
}

/// What is missing was sent under no name, so it is told under the one that the list's generation prefers.
fn name_when_missing(path: &str, (list, _, _): DialectWords) -> String {
    if list == "options" {
        return path.to_owned();
    }
    match path.strip_prefix("depth_combinations") {
        Some("") => "options".to_owned(),
        Some("[0].channel_product_mapping_code") => "depth_combinations[0].channel_product_mapping_data_code".to_owned(),
        Some("[0].inventory_at") => "depth_combinations[0].use_date".to_owned(),
        _ => path.to_owned(),
    }
}

async fn numbers_that_make_no_sense_are_named(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let text = an_order(paris, mapping, "A-1", 1).json().to_string();
    let quantity = |number: &str| text.replace("\"quantity\":1,", &format!("\"quantity\":{number},"));
    let amount = |number: &str| text.replace("\"amount_price\":\"80.00000\"", &format!("\"amount_price\":{number}"));
    let send = async |body: String| alpha.send_bytes("POST".parse().unwrap(), PATH, Some("application/json"), body).await;
    for (number, said) in [
        ("0", "Ensure this value is greater than or equal to 1."),
        ("-1", "Ensure this value is greater than or equal to 1."),
        ("\"-1\"", "Ensure this value is greater than or equal to 1."),
        ("1.5", "A valid integer is required."),
        ("1e0", "A valid integer is required."),
        ("1001", "Ensure this value is less than or equal to 1000."),
        ("99999999999999999999999999", "Ensure this value is less than or equal to 1000."),
        ("-99999999999999999999999999", "Ensure this value is greater than or equal to 1."),
    ] {
        assert_named(&send(quantity(number)).await, "options[0].quantity", said, number);
    }
    for number in ["1e400", "1e-400", "-1e400"] {
        assert_named(&send(quantity(number)).await, "options[0].quantity", "A valid number is required.", number);
    }
    for (number, said) in [
        ("-1", "Ensure this value is greater than or equal to 0."),
        ("\"-0.00001\"", "Ensure this value is greater than or equal to 0."),
        ("1e400", "A valid number is required."),
        ("0.000001", "Ensure that there are no more than 5 decimal places and no more than 13 digits before the decimal point."),
        ("\"1.123456\"", "Ensure that there are no more than 5 decimal places and no more than 13 digits before the decimal point."),
        ("99999999999999", "Ensure that there are no more than 5 decimal places and no more than 13 digits before the decimal point."),
        ("1e300", "Ensure that there are no more than 5 decimal places and no more than 13 digits before the decimal point."),
    ] {
        assert_named(&send(amount(number)).await, "options[0].amount_price", said, number);
    }
    assert_eq!(everything(&app).await, before);
}

async fn times_that_make_no_sense_are_named(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let order = full(&an_order(paris, mapping, "A-1", 1).json());
    let said = "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z], \
        YYYY-MM-DD hh:mm[:ss[.uuuuuu]].";
    for name in ["purchased_at", "purchase_requested_at", "reserved_at", "reservation_requested_at"] {
        for time in wrong_times() {
            let reply = alpha.post(PATH, &with(&order, &format!("/order/{name}"), time.clone())).await;
            assert_named(&reply, &format!("order.{name}"), said, &time.to_string());
        }
    }
    for name in ["inventory_at", "use_date"] {
        let order = in_dialect(&order, ("options", name, "New"));
        for time in wrong_times() {
            let reply = alpha.post(PATH, &with(&order, &format!("/options/0/{name}"), time.clone())).await;
            assert_named(&reply, &format!("options[0].{name}"), said, &time.to_string());
        }
    }
    // A date beside an inventory_code must be readable too.
    let mut both = order.clone();
    both["options"][0]["inventory_code"] = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01".into();
    both["options"][0]["inventory_at"] = "2023-02-30 10:00".into();
    assert_named(&alpha.post(PATH, &both).await, "options[0].inventory_at", said, "beside a code");
    assert_eq!(everything(&app).await, before);
}

fn wrong_times() -> Vec<Value> {
    let texts = [
        "2023-02-30 10:00",
        "2023-02-30T10:00:00Z",
        "2023-13-01T00:00:00Z",
        "2026-07-02 25:00",
        "2026-07-02T10:60:00Z",
        "2026-07-02T10:00:00+99:00",
        "2026-07-02T10:00:00+09:00[Asia/Seoul]",
        "20260702T100000Z",
        "tomorrow",
        "10:00",
        "내일",
    ];
    // A plain date means nothing for a tour.
    let mut wrong: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
    wrong.extend([json!("2026-07-02"), json!(1_782_954_000), json!(0), json!(1.5)]);
    wrong
}

async fn words_that_are_none_are_named(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let order = an_order(paris, mapping, "A-1", 1).json();
    for (field, values, accepted) in [
        ("status", vec![json!("new"), json!("Supplier confirm"), json!("3"), json!(3), json!("0"), json!(1.0)], "New, Supplier pending"),
        ("currency", vec![json!("EUR"), json!("krw"), json!("3"), json!(0)], "KRW, USD"),
    ] {
        for value in values {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let reply = alpha.post(PATH, &with(&order, &format!("/order/{field}"), value)).await;
            let said = format!("\"{shown}\" is not a valid choice. Accepted: {accepted}.");
            assert_named(&reply, &format!("order.{field}"), &said, &shown);
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn lists_are_bounded(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let mut order = an_order(paris, mapping, "A-1", 1).json();
    let ticket = order["options"][0]["tickets"][0].clone();
    order["options"][0]["tickets"] = Value::Array(vec![ticket.clone(); 1001]);
    assert_named(
        &alpha.post(PATH, &order).await,
        "options[0].tickets",
        "Ensure this field has no more than 1000 elements.",
        "1,001 tickets",
    );
    order["options"][0]["tickets"] = Value::Array(vec![ticket; 1]);
    let line = order["options"][0].clone();
    order["options"] = Value::Array(vec![line; 51]);
    assert_named(&alpha.post(PATH, &order).await, "options", "Ensure this field has no more than 50 elements.", "51 options");
    assert_eq!(everything(&app).await, before);
}

async fn texts_are_bounded(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let order = full(&an_order(paris, mapping, "A-1", 1).json());
    for (pointer, path, max) in [
        ("/order/channel_order_code", "order.channel_order_code", 128),
        ("/order/comment", "order.comment", 2000),
        ("/order/discount_method", "order.discount_method", 255),
        ("/options/0/discount_method", "options[0].discount_method", 255),
        ("/options/0/tickets/0/channel_code", "options[0].tickets[0].channel_code", 128),
        ("/options/0/tickets/0/name", "options[0].tickets[0].name", 255),
        ("/purchaser/national_code", "purchaser.national_code", 255),
        ("/purchaser/phone", "purchaser.phone", 255),
        ("/representative/email", "representative.email", 255),
    ] {
        let reply = alpha.post(PATH, &with(&order, pointer, "가".repeat(max + 1).into())).await;
        assert_named(&reply, path, &format!("Ensure this field has no more than {max} characters."), "too long");
    }
    assert_eq!(everything(&app).await, before);
    let mut longest = order.clone();
    longest["order"]["channel_order_code"] = "가".repeat(128).into();
    longest["order"]["comment"] = "가".repeat(2000).into();
    longest["representative"]["name"] = "가".repeat(255).into();
    assert_eq!(alpha.post(PATH, &longest).await.status, 201);
}

async fn all_wrong_fields_are_told_at_once(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let required = "This field is required.";
    let all = ["order", "options", "purchaser", "representative"].map(|name| (name, required));
    assert_fields(&alpha.post(PATH, &json!({})).await, &all);

    let mut order = in_dialect(&an_order(paris, mapping, "A-1", 2).json(), LEGACY);
    remove(&mut order["order"], "currency");
    order["order"]["is_voucher"] = Value::Null;
    order["depth_combinations"][0]["use_date"] = "soon".into();
    order["depth_combinations"][0]["quantity"] = "two".into();
    order["depth_combinations"][0]["tickets"][1]["name"] = "".into();
    order["purchaser"] = json!([]);
    order["representative"]["email"] = json!({});
    let reply = alpha.post(PATH, &order).await;
    assert_eq!(reply.status, 400);
    assert_eq!(reply.body["error"]["code"], "invalid_fields");
    let mut named: Vec<&String> = reply.body.as_object().unwrap().keys().collect();
    named.retain(|name| *name != "error");
    let expected = [
        "depth_combinations[0].quantity",
        "depth_combinations[0].tickets[1].name",
        "depth_combinations[0].use_date",
        "order.currency",
        "order.is_voucher",
        "purchaser",
        "representative.email",
    ];
    assert_eq!(named, expected);
}

async fn a_member_that_stands_twice_is_named(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let text = an_order(paris, mapping, "A-1", 1).json().to_string();
    let twice = text.replace("\"quantity\":1,", "\"quantity\":1,\"quantity\":1,");
    let reply = alpha.send_bytes("POST".parse().unwrap(), PATH, Some("application/json"), twice).await;
    assert_named(&reply, "options[0].quantity", "This member stands more than once in its object. Send it once.", "twice");
    assert_eq!(reply.body["error"]["code"], "repeated_member");
    assert_eq!(everything(&app).await, before);
}

async fn a_nul_character_is_named(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let order = an_order(paris, mapping, "A-1", 1).json();
    for (pointer, path) in [("/order/channel_order_code", "order.channel_order_code"), ("/representative/extra", "representative.extra.a")]
    {
        let value = if path.ends_with(".a") { json!({ "a": "x\0y" }) } else { json!("x\0y") };
        assert_named(&alpha.post(PATH, &with(&order, pointer, value)).await, path, "Null characters are not allowed.", "NUL");
    }
    assert_eq!(everything(&app).await, before);
}
