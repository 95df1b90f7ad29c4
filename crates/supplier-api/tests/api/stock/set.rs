//! Setting stock over a range of dates.

use axhub_domain::state::Action;
use axhub_hub::fulfilment::act_as_channel;
use axhub_testkit::{App, Engine, ProductBuilder, Reply, TestProduct};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{assert_code, assert_wrong, each, place, redacted};

/// A tour in Paris without stock.
async fn empty_tour(app: &App) -> TestProduct {
    let lumiere = app.world().supplier("lumiere").id;
    ProductBuilder::tour("Empty walk").no_stock().option("Adult", "10").price_option("Child", "5", 0).create(app.hub(), lumiere).await
}

async fn set(app: &App, supplier: &str, product: &TestProduct, rule: &Value) -> Reply {
    app.supplier(supplier).put(&format!("/v1/supplier/options/{}/stock", product.option(0)), rule).await
}

/// Date, time and numbers of all rows of a product.
async fn rows(app: &App, supplier: &str, product: &TestProduct) -> Vec<String> {
    let mut rows = Vec::new();
    for page in 1.. {
        let address = format!("/v1/supplier/products/{}/stock?from=2020-01-01&page_size=200&page={page}", product.id);
        let reply = app.supplier(supplier).get(&address).await;
        let found = reply.body["stock"].as_array().unwrap();
        if found.is_empty() {
            break;
        }
        rows.extend(found.iter().map(|row| {
            let time = row["start_time"].as_str().unwrap_or("-");
            let open = if row["on_sale"] == true { "open" } else { "closed" };
            format!("{} {time} {}..{} {open}", row["date"].as_str().unwrap(), row["min_quantity"], row["max_quantity"])
        }));
    }
    rows
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn fills_the_weekdays_and_times_it_names(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = empty_tour(&app).await;
    // A Saturday to the Monday after next.
    let rule = json!({
        "from": "2026-08-01", "to": "2026-08-10", "weekdays": ["sat", "mon", "sat"], "start_times": ["14:00", "09:30", "14:00"],
        "max_quantity": 12, "min_quantity": 3, "on_sale": true,
    });
    let reply = set(&app, "lumiere", &tour, &rule).await;
    assert_eq!((reply.status, &reply.body), (200, &json!({ "rows": 8 })));
    let days = ["2026-08-01", "2026-08-03", "2026-08-08", "2026-08-10"];
    let expected: Vec<String> = days.iter().flat_map(|day| ["09:30", "14:00"].map(|time| format!("{day} {time} 3..12 open"))).collect();
    assert_eq!(rows(&app, "lumiere", &tour).await, expected);

    // Again: rows that are there change, others are made, none is lost.
    let rule = json!({ "from": "2026-08-02", "to": "2026-08-03", "start_times": ["14:00"], "max_quantity": 5, "on_sale": false });
    assert_eq!(set(&app, "lumiere", &tour, &rule).await.body, json!({ "rows": 2 }));
    let mut changed = expected;
    changed[3] = "2026-08-03 14:00 0..5 closed".to_owned();
    changed.insert(2, "2026-08-02 14:00 0..5 closed".to_owned());
    assert_eq!(rows(&app, "lumiere", &tour).await, changed);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn takes_two_years_but_not_a_day_more(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = empty_tour(&app).await;
    let rule = |to: &str| json!({ "from": "2026-08-01", "to": to, "start_times": ["09:30"], "max_quantity": 1 });
    for too_long in ["2028-08-01", "2126-08-01", "9999-12-31"] {
        let reply = set(&app, "lumiere", &tour, &rule(too_long)).await;
        assert_wrong(&reply, &["to"]);
        assert_code(&reply, 400, "range_too_long");
    }
    assert_eq!(rows(&app, "lumiere", &tour).await, Vec::<String>::new());
    assert_eq!(set(&app, "lumiere", &tour, &rule("2028-07-31")).await.body, json!({ "rows": 731 }));
    let all = rows(&app, "lumiere", &tour).await;
    assert_eq!((all.len(), all[730].as_str()), (731, "2028-07-31 09:30 0..1 open"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_hour_that_does_not_exist_is_refused_by_date(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = empty_tour(&app).await;
    let rule = json!({ "from": "2027-03-27", "to": "2027-03-29", "start_times": ["02:30", "09:00"], "max_quantity": 1 });
    let reply = app.supplier("lumiere").in_english().put(&format!("/v1/supplier/options/{}/stock", tour.option(0)), &rule).await;
    assert_wrong(&reply, &["start_times"]);
    assert_code(&reply, 400, "skipped_by_daylight_saving");
    assert!(reply.body["start_times"].as_str().unwrap().contains("2027-03-28"), "{}", reply.body);
    assert_eq!(rows(&app, "lumiere", &tour).await, Vec::<String>::new());

    // Without that weekday, and in autumn, when the hour comes twice, it is fine: the first one is meant.
    let without =
        json!({ "from": "2027-03-27", "to": "2027-03-29", "weekdays": ["sat", "mon"], "start_times": ["02:30"], "max_quantity": 1 });
    assert_eq!(set(&app, "lumiere", &tour, &without).await.status, 200);
    let twice = json!({ "from": "2027-10-31", "to": "2027-10-31", "start_times": ["02:30"], "max_quantity": 1 });
    assert_eq!(set(&app, "lumiere", &tour, &twice).await.status, 200);
    let address = format!("/v1/supplier/products/{}/stock?from=2027-10-31", tour.id);
    let found = app.supplier("lumiere").get(&address).await.body;
    assert_eq!(each(&found["stock"], "inventory_at"), ["2027-10-31T00:30:00.000Z"]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn never_goes_below_what_is_sold(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    place(&app, "A-1", &seoul, 0, "2026-07-05 10:00", 5).await;
    place(&app, "A-2", &seoul, 0, "2026-07-07 10:00", 6).await;
    let before = rows(&app, "hanok", &seoul).await;

    let rule = |max: i64| json!({ "from": "2026-07-04", "to": "2026-07-08", "start_times": ["10:00"], "max_quantity": max });
    let reply = set(&app, "hanok", &seoul, &rule(4)).await;
    assert_code(&reply, 409, "stock_below_sold");
    assert_eq!(each(&reply.body["rows"], "date"), ["2026-07-05", "2026-07-07"]);
    assert_eq!(reply.body["rows"][1]["in_use"], 6);
    insta::assert_snapshot!("stock_below_sold", redacted(&reply.body));
    assert_eq!(rows(&app, "hanok", &seoul).await, before);
    let reply = set(&app, "hanok", &seoul, &rule(5)).await;
    assert_eq!(each(&reply.body["rows"], "date"), ["2026-07-07"]);

    // Dates that the rule does not name do not matter; exactly what is sold is enough; sold stock can be closed.
    let mut weekend = rule(0);
    weekend["weekdays"] = json!(["sat"]);
    assert_eq!(set(&app, "hanok", &seoul, &weekend).await.body, json!({ "rows": 1 }));
    let mut close = rule(6);
    close["on_sale"] = json!(false);
    assert_eq!(set(&app, "hanok", &seoul, &close).await.body, json!({ "rows": 5 }));
    let sold = crate::support::stock_on(&app, "hanok", &seoul, 0, "2026-07-07").await;
    let numbers = (&sold["max_quantity"], &sold["ordered_quantity"], &sold["remain_quantity"], &sold["on_sale"]);
    assert_eq!(numbers, (&json!(6), &json!(6), &json!(0), &json!(false)));
    app.assert_stock_is_sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_sold_of_a_date_has_no_time(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let museum = app.world().museum.clone();
    place(&app, "A-1", &museum, 0, "2026-07-06", 2).await;
    let reply = set(&app, "hanok", &museum, &json!({ "from": "2026-07-01", "to": "2026-07-31", "max_quantity": 1 })).await;
    assert_code(&reply, 409, "stock_below_sold");
    let row = json!({ "option_code": museum.option(0), "date": "2026-07-06", "start_time": null, "in_use": 2 });
    assert_eq!(reply.body["rows"], json!([row]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn returned_units_can_be_taken_away(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let placed = place(&app, "A-1", &seoul, 0, "2026-07-05 10:00", 5).await;
    let alpha = app.world().channel("alpha").clone();
    let order = placed.order.parse().unwrap();
    act_as_channel(app.hub(), (alpha.id, alpha.code), seoul.kind, order, Action::TravelerCancel, None).await.unwrap();
    let rule = json!({ "from": "2026-07-05", "to": "2026-07-05", "start_times": ["10:00"], "max_quantity": 0 });
    assert_eq!(set(&app, "hanok", &seoul, &rule).await.body, json!({ "rows": 1 }));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_has_only_dates_takes_no_times(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let museum = app.world().museum.clone();
    let mut rule = json!({ "from": "2026-08-01", "to": "2026-08-02", "max_quantity": 7 });
    assert_eq!(set(&app, "hanok", &museum, &rule).await.body, json!({ "rows": 2 }));
    let address = format!("/v1/supplier/products/{}/stock?from=2026-08-01", museum.id);
    let found = app.supplier("hanok").get(&address).await.body;
    assert_eq!(each(&found["stock"], "inventory_at"), ["2026-07-31T15:00:00.000Z", "2026-08-01T15:00:00.000Z"]);
    assert_eq!(found["stock"][0]["start_time"], Value::Null);
    rule["start_times"] = json!(["09:00"]);
    let reply = set(&app, "hanok", &museum, &rule).await;
    assert_wrong(&reply, &["start_times"]);
    assert_code(&reply, 400, "not_for_this_kind");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn wrong_rules_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = empty_tour(&app).await;
    let good = json!({ "from": "2026-08-01", "to": "2026-08-02", "start_times": ["09:30"], "max_quantity": 5 });
    let with = |name: &str, value: Value| {
        let mut rule = good.clone();
        rule[name] = value;
        rule
    };
    let without = |name: &str| {
        let mut rule = good.clone();
        rule.as_object_mut().unwrap().remove(name);
        rule
    };
    let cases = [
        (json!({}), vec!["from", "to", "max_quantity"], "required"),
        (without("start_times"), vec!["start_times"], "required"),
        (with("start_times", json!([])), vec!["start_times"], "required"),
        (with("to", json!("2026-07-31")), vec!["to"], "ends_before_start"),
        (with("from", json!("2026-02-30")), vec!["from"], "not_a_date"),
        (with("start_times", json!(["09:30", "9:30", "24:00"])), vec!["start_times[1]", "start_times[2]"], "not_a_time_of_day"),
        (with("weekdays", json!(["mon", "Monday", "월"])), vec!["weekdays[1]", "weekdays[2]"], "not_a_choice"),
        (with("weekdays", json!(vec!["mon"; 8])), vec!["weekdays"], "too_many"),
        (with("start_times", json!(vec!["09:30"; 49])), vec!["start_times"], "too_many"),
        (with("min_quantity", json!(6)), vec!["min_quantity"], "too_large"),
        (with("max_quantity", json!(-1)), vec!["max_quantity"], "too_small"),
        (with("max_quantity", json!(1.5)), vec!["max_quantity"], "not_an_integer"),
        (with("max_quantity", json!(1_000_001)), vec!["max_quantity"], "too_large"),
        (with("min_quantity", json!(-1)), vec!["min_quantity"], "too_small"),
        // What only the product can tell comes at once too.
        (
            json!({ "from": "2026-08-02", "to": "2026-08-01", "max_quantity": 1, "min_quantity": 2 }),
            vec!["start_times", "to", "min_quantity"],
            "invalid_fields",
        ),
    ];
    for (rule, fields, code) in cases {
        let reply = set(&app, "lumiere", &tour, &rule).await;
        assert_wrong(&reply, &fields);
        assert_code(&reply, 400, code);
    }
    let of_child = format!("/v1/supplier/options/{}/stock", tour.option(1));
    let reply = app.supplier("lumiere").put(&of_child, &good).await;
    assert_code(&reply, 400, "not_for_this_kind");
    assert_wrong(&reply, &["option_code"]);
    assert_eq!(rows(&app, "lumiere", &tour).await, Vec::<String>::new());
}

#[rstest]
#[case::no_body("", 400, "malformed_json")]
#[case::not_utf8("{\"from\": \"\\ud800\"}", 400, "malformed_json")]
#[case::too_large("{\"from\": \"…\"}", 413, "body_too_large")]
#[case::a_huge_number("{\"max_quantity\": 1e400}", 400, "invalid_fields")]
#[case::deep(
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    400,
    "malformed_json"
)]
#[tokio::test]
async fn a_body_that_is_no_rule_is_refused(#[case] body: &'static str, #[case] status: u16, #[case] code: &str) {
    let app = App::start(Engine::Sqlite).await;
    let address = format!("/v1/supplier/options/{}/stock", app.world().seoul.option(0));
    let body = if status == 413 { body.replace('…', &"0".repeat(10 * 1024 * 1024)) } else { body.to_owned() };
    let reply = app.supplier("hanok").send_bytes(axum::http::Method::PUT, &address, Some("application/json"), body).await;
    assert_code(&reply, status, code);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_has_no_date_has_one_row(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let hanok = app.world().supplier("hanok").id;
    let pass = ProductBuilder::ticket("City pass").no_stock().option("Adult", "10").create(app.hub(), hanok).await;
    for (rule, max) in [
        (json!({ "from": "2026-08-01", "to": "2026-08-31", "weekdays": ["mon"], "max_quantity": 30 }), 30),
        (json!({ "from": "2027-01-01", "to": "2027-01-01", "max_quantity": 20 }), 20),
    ] {
        assert_eq!(set(&app, "hanok", &pass, &rule).await.body, json!({ "rows": 1 }));
        let found = app.supplier("hanok").get(&format!("/v1/supplier/products/{}/stock", pass.id)).await.body["stock"].clone();
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        for member in ["date", "start_time", "inventory_at"] {
            assert_eq!(found[0].get(member), Some(&Value::Null), "{member}");
        }
        assert_eq!((&found[0]["max_quantity"], &found[0]["remain_quantity"]), (&json!(max), &json!(max)));
    }
}
