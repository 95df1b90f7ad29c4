//! Changing a product.

use axhub_testkit::{App, Engine, Reply, TestProduct};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{NOBODYS, assert_code, assert_wrong, each, list, redacted, text};

async fn change(app: &App, supplier: &str, product: &TestProduct, change: &Value) -> Reply {
    app.supplier(supplier).patch(&format!("/v1/supplier/products/{}", product.id), change).await
}

/// As [`change`], when it must succeed.
async fn changed(app: &App, supplier: &str, product: &TestProduct, body: &Value) -> Value {
    let reply = change(app, supplier, product, body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body, read(app, supplier, product).await);
    reply.body
}

async fn read(app: &App, supplier: &str, product: &TestProduct) -> Value {
    app.supplier(supplier).get(&format!("/v1/supplier/products/{}", product.id)).await.body
}

/// The version of a product that alpha's list of updates shows.
async fn update_of_alpha(app: &App, product: &TestProduct) -> Option<i64> {
    let reply = app.channel("alpha").get("/v1/channel/products/tour/update").await;
    let code = product.id.to_string();
    let found = list(&reply.body["data"]).iter().find(|update| update["product_code"] == code.as_str())?;
    found["version"].as_i64()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_change_is_a_new_version_that_channels_find(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    app.register("alpha", &paris).await;
    assert_eq!(update_of_alpha(&app, &paris).await, None);
    app.clock().advance(SignedDuration::from_mins(5));

    let after = changed(&app, "lumiere", &paris, &json!({ "contents": { "meeting_point": "Under the tower" } })).await;
    assert_eq!((&after["version"], &after["updated_at"]), (&json!(2), &json!("2026-07-01T03:05:00.000Z")));
    assert_eq!(after["contents"]["meeting_point"], "Under the tower");
    assert_eq!(update_of_alpha(&app, &paris).await, Some(2));
    let detail = app.channel("alpha").get(&format!("/v1/channel/products/tour/{}", paris.id)).await.body;
    assert_eq!(detail["contents"]["meeting_point"], "Under the tower");

    let option = json!({ "options": [{ "option_code": paris.option(0), "net": "80" }] });
    assert_eq!(changed(&app, "lumiere", &paris, &option).await["version"], 3);
    assert_eq!(changed(&app, "lumiere", &paris, &json!({ "cut_off_minutes": 30 })).await["version"], 4);
    assert_eq!(update_of_alpha(&app, &paris).await, Some(4));
    app.register("alpha", &paris).await;
    assert_eq!(update_of_alpha(&app, &paris).await, None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_changes_nothing_is_no_version(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let dmz = app.world().dmz.clone();
    let full = json!({
        "category": "Activity",
        "detail_category": "History",
        "confirmation": "manual",
        "cut_off_minutes": 90,
        "sale_from": "2026-01-01",
        "sale_to": "2026-12-31",
        "required_traveler_information": { "passport_id": true, "gender": true, "english_name": false },
        "contents": full_contents(),
        "options": [{
            "option_code": dmz.option(0), "depths": [{ "name": "Seat", "value": "Window" }], "persons_per_unit": 2, "min_quantity": 2,
            "max_quantity": 4, "is_active": true, "net": "61000", "seasons": [
                { "from": "2026-08-01", "to": "2026-08-31", "net": 70000 },
                { "from": "2026-07-01", "to": "2026-07-31", "net": "65000.5" },
            ],
        }],
    });
    let before = changed(&app, "hanok", &dmz, &full).await;
    assert_eq!(before["version"], 2);
    insta::assert_snapshot!("product_changed", redacted(&before));

    app.clock().advance(SignedDuration::from_mins(5));
    // The same again, nothing at all, and all that was read.
    let mut read_back = before.clone();
    read_back["version"] = json!(2);
    for same in [&full, &json!({}), &json!({ "options": [], "unknown": { "a": 1 }, "contents": {} }), &read_back] {
        assert_eq!(changed(&app, "hanok", &dmz, same).await, before, "{same}");
    }
}

fn full_contents() -> Value {
    json!({
        "product_listing_language": "Korean",
        "tour_guide_certification": "No",
        "product_name": "비무장지대",
        "thumbnail_type_1": "https://images.example.com/dmz.jpg?w=1&h=2",
        "thumbnail_type_2": "https://images.example.com/dmz-2.jpg",
        "cancellation_type": "Non-refundable",
        "meeting_point": "시청역 4번 출구\n파란 버스",
        "keyword_others": ["전망대", "땅굴"],
        "poi": ["도라산역"],
        "inclusions": ["점심"],
        "exclusions": ["여권"],
        "faq": [{ "question": "여권이 필요한가요?", "answer": "네." }],
        "course": [
            { "title": "도라산역", "latitude": 37.898_583, "longitude": 126.710_278, "address": "파주시" },
            { "order": 5, "title": "제3땅굴", "latitude": -0.000_000_1, "longitude": "2e1", "description": "깊어요" },
            { "title": "버스" },
        ],
        "cancellation_policy": [{ "days_before": 7, "refund_percent": 100 }, { "days_before": 3, "refund_percent": 0 }],
    })
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn contents_are_merged_field_by_field(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let dmz = app.world().dmz.clone();
    let before = changed(&app, "hanok", &dmz, &json!({ "contents": full_contents() })).await;
    let merged = json!({ "contents": {
        "meeting_point": "2번 출구", "thumbnail_type_2": "", "product_sub_title": "  한 줄  ", "poi": [], "inclusions": null, "exclusions": ["간식"],
    } });
    let after = changed(&app, "hanok", &dmz, &merged).await;
    let mut expected = before["contents"].clone();
    expected["meeting_point"] = json!("2번 출구");
    expected["thumbnail_type_2"] = Value::Null;
    expected["product_sub_title"] = json!("한 줄");
    expected["poi"] = json!([]);
    expected["inclusions"] = json!([]);
    expected["exclusions"] = json!(["간식"]);
    assert_eq!(after["contents"], expected);
    assert_eq!(after["version"], 3);

    // What channels need cannot be taken away.
    let needed = json!({ "contents": { "meeting_point": null, "thumbnail_type_1": "" } });
    assert_wrong(&change(&app, "hanok", &dmz, &needed).await, &["contents.meeting_point", "contents.thumbnail_type_1"]);
    assert_eq!(read(&app, "hanok", &dmz).await, after);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn settings_change_one_by_one(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let museum = app.world().museum.clone();
    let before = read(&app, "hanok", &museum).await;
    let steps = [
        ("confirmation", json!("manual"), json!("manual")),
        ("cut_off_minutes", json!("1440"), json!(1440)),
        ("sale_from", json!("2026-02-01"), json!("2026-02-01")),
        ("sale_to", json!("2026-11-30"), json!("2026-11-30")),
        ("detail_category", json!("Zoo"), json!("Zoo")),
        ("sale_from", Value::Null, Value::Null),
        ("sale_to", json!(""), Value::Null),
        ("detail_category", Value::Null, Value::Null),
    ];
    let mut expected = before;
    for (at, (name, sent, stored)) in steps.into_iter().enumerate() {
        expected[name] = stored;
        expected["version"] = json!(at + 2);
        assert_eq!(changed(&app, "hanok", &museum, &json!({ name: sent })).await, expected, "{name}");
    }
    let dmz = app.world().dmz.clone();
    let after = changed(&app, "hanok", &dmz, &json!({ "required_traveler_information": { "gender": true, "passport_id": false } })).await;
    let required: Vec<&String> =
        after["required_traveler_information"].as_object().unwrap().iter().filter(|(_, is)| **is == true).map(|(name, _)| name).collect();
    assert_eq!(required, ["english_name", "gender"]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn options_keep_their_codes_and_new_ones_get_one(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let (adult, child) = (paris.option(0).to_string(), paris.option(1).to_string());
    let body = json!({ "options": [
        { "option_code": adult, "depths": [{ "name": "Time", "value": "Morning" }, { "name": "Person", "value": "Adult" }], "net": 76.5,
          "seasons": [{ "from": "2026-07-10", "to": "2026-07-11", "net": "99.99" }] },
        { "depths": [{ "name": "Person", "value": "Senior" }], "net": "60" },
        { "depths": [{ "name": "Person", "value": "Infant" }], "kind": "price", "stock_option_code": adult, "net": "0", "max_quantity": 2 },
        { "depths": [{ "name": "Person", "value": "Later" }], "is_active": false },
    ] });
    let after = changed(&app, "lumiere", &paris, &body).await;
    assert_eq!(each(&after["options"], "option_name"), ["Morning - Adult", "Child", "Senior", "Infant", "Later"]);
    assert_eq!(each(&after["options"], "option_code")[..2], [adult.as_str(), child.as_str()]);
    assert_eq!(each(&after["options"], "kind"), ["quantity", "price", "quantity", "price", "quantity"]);
    let senior = text(&after["options"][2]["option_code"]);
    assert_eq!(each(&after["options"], "stock_option_code")[..4], [adult.as_str(), adult.as_str(), senior, adult.as_str()]);
    assert_eq!(after["options"][4]["net"], Value::Null);
    let without_price = json!({ "options": [{ "option_code": after["options"][4]["option_code"], "is_active": true }] });
    let reply = change(&app, "lumiere", &paris, &without_price).await;
    assert_wrong(&reply, &["options[0].net"]);
    insta::assert_snapshot!("product_options_changed", redacted(&after["options"]));

    // The new one has stock of its own, and channels see it, with its price of the season.
    let rule = json!({ "from": "2026-07-10", "to": "2026-07-10", "start_times": ["09:00"], "max_quantity": 3 });
    let reply = app.supplier("lumiere").put(&format!("/v1/supplier/options/{senior}/stock"), &rule).await;
    assert_eq!(reply.body, json!({ "rows": 1 }), "{}", reply.body);
    let prices = app.channel("alpha").get(&format!("/v1/channel/price/tour/{}?date=2026-07-10", paris.id)).await.body;
    assert_eq!(each(&prices["prices"], "option_code"), each(&after["options"], "option_code")[..4]);
    // 99.99 × 1.2
    assert_eq!(prices["prices"][0]["unit_selling_price_usd"].to_string(), "119.99");

    // Seasons are replaced whole; an option that is not sold any more goes from the prices.
    let body = json!({ "options": [
        { "option_code": adult, "seasons": [] },
        { "option_code": child, "is_active": false },
    ] });
    let after = changed(&app, "lumiere", &paris, &body).await;
    assert_eq!((&after["options"][0]["seasons"], &after["options"][0]["net"]), (&json!([]), &json!("76.50000")));
    let prices = app.channel("alpha").get(&format!("/v1/channel/price/tour/{}", paris.id)).await.body;
    assert!(!each(&prices["prices"], "option_code").contains(&child.as_str()));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_older_version_is_told_the_newest(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    assert_eq!(changed(&app, "lumiere", &paris, &json!({ "version": 1, "cut_off_minutes": 10 })).await["version"], 2);
    let before = read(&app, "lumiere", &paris).await;
    for version in [1, 3] {
        let reply = change(&app, "lumiere", &paris, &json!({ "version": version, "cut_off_minutes": 20 })).await;
        assert_code(&reply, 409, "version_changed");
        assert_eq!(reply.body["version"], 2);
        insta::assert_snapshot!("product_version_changed", redacted(&reply.body));
    }
    assert_eq!(read(&app, "lumiere", &paris).await, before);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn wrong_changes_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let before = read(&app, "lumiere", &paris).await;
    let (adult, of_harbor) = (paris.option(0), app.world().harbor.option(0));
    let option = |fields: Value| json!({ "options": [{ "option_code": adult, "net": "70" }, fields] });
    let season = |from: &str, to: &str| json!({ "from": from, "to": to, "net": "1" });
    let seasons = |list: Vec<Value>| json!({ "options": [{ "option_code": adult, "seasons": list }] });
    let cases = [
        // Another product's option, also of the same supplier, an unknown one, and none at all: the same error.
        (option(json!({ "option_code": of_harbor })), vec!["options[1].option_code"], "option_unknown"),
        (option(json!({ "option_code": app.world().seoul.option(0) })), vec!["options[1].option_code"], "option_unknown"),
        (option(json!({ "option_code": NOBODYS })), vec!["options[1].option_code"], "option_unknown"),
        (option(json!({ "option_code": "7" })), vec!["options[1].option_code"], "option_unknown"),
        (option(json!({ "option_code": adult })), vec!["options[1].option_code"], "repeated"),
        // A new option needs depths, a price, and stock of this product.
        (option(json!({})), vec!["options[1].depths", "options[1].net"], "invalid_fields"),
        (option(json!({ "depths": [], "net": "1" })), vec!["options[1].depths"], "empty_list"),
        (option(json!({ "depths": vec![depth("x"); 6], "net": "1" })), vec!["options[1].depths"], "too_many"),
        (option(json!({ "depths": [depth("")], "net": "1" })), vec!["options[1].depths[0].value"], "blank"),
        (
            option(json!({ "depths": [depth("x")], "net": "1", "stock_option_code": of_harbor })),
            vec!["options[1].stock_option_code"],
            "option_unknown",
        ),
        (
            option(json!({ "depths": [depth("x")], "net": "1", "stock_option_code": paris.option(1) })),
            vec!["options[1].stock_option_code"],
            "option_unknown",
        ),
        (option(json!({ "depths": [depth("x")], "net": "1", "kind": "price" })), vec!["options[1].stock_option_code"], "required"),
        (
            option(json!({ "depths": [depth("x")], "net": "1", "kind": "quantity", "stock_option_code": adult })),
            vec!["options[1].stock_option_code"],
            "not_for_this_kind",
        ),
        // What an option is it stays.
        (json!({ "options": [{ "option_code": adult, "pool": "bus" }] }), vec!["options[0].pool"], "cannot_change"),
        (json!({ "options": [{ "option_code": adult, "remove": true }] }), vec!["options[0].remove"], "option_published"),
        (option(json!({ "remove": true })), vec!["options[1].option_code"], "required"),
        (
            json!({ "options": [{ "option_code": paris.option(1), "kind": "quantity", "stock_option_code": paris.option(1) }] }),
            vec!["options[0].kind", "options[0].stock_option_code"],
            "cannot_change",
        ),
        (option(json!({ "depths": [depth("x")], "net": "-1" })), vec!["options[1].net"], "too_small"),
        (option(json!({ "depths": [depth("x")], "net": "1.000001" })), vec!["options[1].net"], "too_precise"),
        (
            option(json!({ "depths": [depth("x")], "net": "1", "min_quantity": 3, "max_quantity": 2 })),
            vec!["options[1].max_quantity"],
            "too_small",
        ),
        (option(json!({ "depths": [depth("x")], "net": "1", "max_quantity": 1001 })), vec!["options[1].max_quantity"], "too_large"),
        (option(json!({ "depths": [depth("x")], "net": "1", "weight": 0 })), vec!["options[1].weight"], "too_small"),
        (option(json!({ "depths": [depth("x")], "net": "1", "weight": 1001 })), vec!["options[1].weight"], "too_large"),
        (option(json!({ "depths": [depth("x")], "net": "1", "weight": null })), vec!["options[1].weight"], "null"),
        (option(json!({ "depths": [depth("x")], "net": "1", "pool": "가".repeat(61) })), vec!["options[1].pool"], "too_long"),
        // Seasons.
        (seasons(vec![season("2026-07-02", "2026-07-01")]), vec!["options[0].seasons[0].to"], "ends_before_start"),
        (seasons(vec![season("2026-07-01", "2026-02-30")]), vec!["options[0].seasons[0].to"], "not_a_date"),
        (
            seasons(vec![season("2026-08-01", "2026-08-31"), season("2026-07-01", "2026-08-01")]),
            vec!["options[0].seasons[0].from"],
            "ranges_overlap",
        ),
        (
            seasons(vec![season("2026-07-01", "2026-12-31"), season("2026-08-01", "2026-08-31"), season("2026-12-31", "2027-01-01")]),
            vec!["options[0].seasons[1].from", "options[0].seasons[2].from"],
            "ranges_overlap",
        ),
        (
            json!({ "options": [{ "option_code": adult, "seasons": [{}] }] }),
            vec!["options[0].seasons[0].from", "options[0].seasons[0].net", "options[0].seasons[0].to"],
            "required",
        ),
        // Settings.
        (json!({ "sale_from": "2026-07-02", "sale_to": "2026-07-01" }), vec!["sale_to"], "ends_before_start"),
        (json!({ "category": "Ticket-Day" }), vec!["category"], "not_a_choice"),
        (
            json!({ "category": null, "confirmation": null, "cut_off_minutes": null }),
            vec!["category", "confirmation", "cut_off_minutes"],
            "null",
        ),
        (json!({ "confirmation": "maybe" }), vec!["confirmation"], "not_a_choice"),
        (json!({ "cut_off_minutes": -1 }), vec!["cut_off_minutes"], "too_small"),
        (json!({ "cut_off_minutes": 527_041 }), vec!["cut_off_minutes"], "too_large"),
        (json!({ "version": -1 }), vec!["version"], "too_small"),
        (json!({ "confirmation": "manual", "reply_minutes": 0, "on_no_reply": "reject" }), vec!["reply_minutes"], "too_small"),
        (json!({ "confirmation": "manual", "reply_minutes": 20_161, "on_no_reply": "reject" }), vec!["reply_minutes"], "too_large"),
        (json!({ "confirmation": "manual", "reply_minutes": 90 }), vec!["on_no_reply"], "required"),
        (json!({ "confirmation": "manual", "on_no_reply": "maybe" }), vec!["on_no_reply"], "not_a_choice"),
        (json!({ "reply_minutes": 90, "on_no_reply": "reject" }), vec!["reply_minutes"], "only_manual"),
        (json!({ "required_traveler_information": { "gender": null } }), vec!["required_traveler_information.gender"], "null"),
        // Contents.
        (json!({ "contents": { "product_name": " " } }), vec!["contents.product_name"], "blank"),
        (json!({ "contents": { "product_name": "가".repeat(256) } }), vec!["contents.product_name"], "too_long"),
        (json!({ "contents": { "transportation": "Rocket" } }), vec!["contents.transportation"], "not_a_choice"),
        (json!({ "contents": { "thumbnail_type_1": "javascript:alert(1)" } }), vec!["contents.thumbnail_type_1"], "not_a_url"),
        (json!({ "contents": { "poi": ["a", "", null] } }), vec!["contents.poi[1]", "contents.poi[2]"], "invalid_fields"),
        (json!({ "contents": { "faq": [{ "question": "?" }] } }), vec!["contents.faq[0].answer"], "required"),
        (
            json!({ "contents": { "course": [{ "title": "a", "latitude": 91, "longitude": -180.5 }] } }),
            vec!["contents.course[0].latitude", "contents.course[0].longitude"],
            "invalid_fields",
        ),
        (
            json!({ "contents": { "cancellation_policy": [{ "days_before": -1, "refund_percent": 101 }] } }),
            vec!["contents.cancellation_policy[0].days_before", "contents.cancellation_policy[0].refund_percent"],
            "invalid_fields",
        ),
    ];
    for (body, fields, code) in cases {
        let reply = change(&app, "lumiere", &paris, &body).await;
        assert_wrong(&reply, &fields);
        assert_code(&reply, 400, code);
    }
    assert_eq!(read(&app, "lumiere", &paris).await, before);
}

fn depth(value: &str) -> Value {
    json!({ "name": "Person", "value": value })
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn errors_come_in_both_languages(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let body = json!({ "cut_off_minutes": "soon", "sale_to": 7, "options": [{ "net": [], "is_active": "maybe" }] });
    let address = format!("/v1/supplier/products/{}", app.world().paris.id);
    let lumiere = app.supplier("lumiere");
    insta::assert_snapshot!("product_wrong_change", redacted(&lumiere.patch(&address, &body).await.body));
    insta::assert_snapshot!("product_wrong_change_in_english", redacted(&lumiere.in_english().patch(&address, &body).await.body));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn orders_that_run_keep_their_version(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let placed = crate::support::place(&app, "A-1", &paris, 0, "2026-07-05 09:00", 1).await;
    changed(
        &app,
        "lumiere",
        &paris,
        &json!({ "confirmation": "manual", "options": [{ "option_code": paris.option(0), "is_active": false }] }),
    )
    .await;
    let order = crate::support::read(&app, "lumiere", &placed).await;
    assert_eq!((&order["product_version"], &order["ax_order_status"]), (&json!(1), &json!("Supplier confirm")));
    let reply = app.supplier("lumiere").post(&placed.ticket_address(0, "redeem"), &json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_changes_at_once_with_the_same_version_one_wins(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let tries = (1..=8).map(|minutes| {
        let (app, paris) = (&app, &paris);
        async move { change(app, "lumiere", paris, &json!({ "version": 1, "cut_off_minutes": minutes })).await.status }
    });
    let mut statuses = futures_util::future::join_all(tries).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(read(&app, "lumiere", &paris).await["version"], 2);
}
