//! Setting, opening and closing the stock of several options at once.

use axhub_testkit::{App, Engine, ProductBuilder, Reply, TestProduct};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{NOBODYS, assert_code, assert_wrong, list, place, redacted, stock_on};

const ADDRESS: &str = "/v1/supplier/stock";

async fn set(app: &App, supplier: &str, body: &Value) -> Reply {
    app.supplier(supplier).in_english().put(ADDRESS, body).await
}

/// A rule for options of a product on some days of August.
fn rule(product: &TestProduct, options: &[usize], from: &str, to: &str, more: &Value) -> Value {
    let codes: Vec<_> = options.iter().map(|option| product.option(*option)).collect();
    let mut rule = json!({ "option_codes": codes, "from": from, "to": to, "start_times": ["09:00"] });
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule
}

/// A tour of hanok's without stock: adult and family share a bus, of which a family takes three seats; the boat is apart.
async fn tour(app: &App) -> TestProduct {
    let tour = ProductBuilder::tour("Bus and boat").no_stock().start_times(&["09:00"]).option("Adult", "10").pool("bus");
    let tour = tour.option("Family", "25").pool("bus").weight(3).option("Boat", "20").price_option("Child", "5", 2);
    app.world().make_product(app.hub(), "hanok", tour, &["alpha"]).await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_bus_is_one_number(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = tour(&app).await;
    let reply = set(&app, "hanok", &rule(&tour, &[0, 1, 2], "2026-08-01", "2026-08-07", &json!({ "max_quantity": 20 }))).await;
    assert_eq!((reply.status, &reply.body), (200, &json!({ "rows": 14, "without_stock": 0 })), "the bus and the boat");
    place(&app, "A-1", &tour, 1, "2026-08-01 09:00", 2).await;
    let (adult, family) = (stock_on(&app, "hanok", &tour, 0, "2026-08-01").await, stock_on(&app, "hanok", &tour, 1, "2026-08-01").await);
    insta::assert_snapshot!("stock_of_a_shared_pool", redacted(&json!([adult, family])));

    // To a channel each option has what can be ordered of it.
    let found = app.channel("alpha").get(&format!("/v1/channel/inventory/tour/{}?from=2026-08-01&to=2026-08-01", tour.id)).await.body;
    let left = |option: usize| {
        let row = &found["option_codes"][tour.option(option).to_string()][0];
        (row["max_quantity"].clone(), row["remain_quantity"].clone(), row["ordered_quantity"].clone())
    };
    assert_eq!(left(0), (json!(20), json!(14), json!(6)));
    assert_eq!(left(1), (json!(6), json!(4), json!(2)));
    assert_eq!(left(2), (json!(20), json!(20), json!(0)));
    app.assert_stock_is_sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn dates_are_closed_and_opened(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = tour(&app).await;
    set(&app, "hanok", &rule(&tour, &[0], "2026-08-01", "2026-08-03", &json!({ "max_quantity": 20, "min_quantity": 4 }))).await;
    let close = rule(&tour, &[1, 2], "2026-08-02", "2026-08-05", &json!({ "on_sale": false }));
    let reply = set(&app, "hanok", &close).await;
    assert_eq!(reply.body, json!({ "rows": 2, "without_stock": 6 }));
    let row = |day: &'static str| {
        let (app, tour) = (&app, &tour);
        async move {
            let row = stock_on(app, "hanok", tour, 0, day).await;
            (row["on_sale"].clone(), row["max_quantity"].clone(), row["min_quantity"].clone())
        }
    };
    assert_eq!(row("2026-08-01").await, (json!(true), json!(20), json!(4)));
    assert_eq!(row("2026-08-02").await, (json!(false), json!(20), json!(4)));
    assert_eq!(set(&app, "hanok", &rule(&tour, &[0], "2026-08-02", "2026-08-02", &json!({ "on_sale": true }))).await.status, 200);
    assert_eq!(row("2026-08-02").await.0, true);
    assert_eq!(row("2026-08-03").await.0, false);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_cannot_be_changes_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = tour(&app).await;
    set(&app, "hanok", &rule(&tour, &[0, 2], "2026-08-01", "2026-08-03", &json!({ "max_quantity": 20, "min_quantity": 4 }))).await;
    place(&app, "A-1", &tour, 0, "2026-08-02 09:00", 7).await;
    let all = || async {
        app.supplier("hanok").get(&format!("/v1/supplier/products/{}/stock?from=2026-08-01&page_size=200", tour.id)).await.body
    };
    let before = all().await;
    let days = |more: Value| rule(&tour, &[2, 0], "2026-08-01", "2026-08-03", &more);

    let reply = set(&app, "hanok", &days(json!({ "max_quantity": 6 }))).await;
    assert_code(&reply, 409, "stock_below_sold");
    let row = json!({ "option_code": tour.option(0), "date": "2026-08-02", "start_time": "09:00", "in_use": 7 });
    assert_eq!((&reply.body["rows"], &reply.body["more"]), (&json!([row]), &json!(0)));

    let other_options = |codes: Value| {
        let mut other = days(json!({ "max_quantity": 30 }));
        other["option_codes"] = codes;
        other
    };
    let with = |name: &str, value: Value| days(json!({ "max_quantity": 30, name: value }));
    let own = tour.option(0);
    for (wrong, field, code) in [
        (days(json!({})), "max_quantity", "required"),
        (days(json!({ "max_quantity": 3 })), "max_quantity", "too_small"),
        (days(json!({ "min_quantity": 21 })), "min_quantity", "too_large"),
        (with("min_quantity", json!(31)), "min_quantity", "too_large"),
        (with("max_quantity", json!(1_000_001)), "max_quantity", "too_large"),
        (with("max_quantity", json!(-1)), "max_quantity", "too_small"),
        (with("to", json!("2026-07-31")), "to", "ends_before_start"),
        (with("to", json!("2126-08-01")), "to", "range_too_long"),
        (with("start_times", json!([])), "start_times", "required"),
        (with("start_times", json!(["9:00"])), "start_times[0]", "not_a_time_of_day"),
        (with("weekdays", json!(["sunday"])), "weekdays[0]", "not_a_choice"),
        (with("on_sale", json!("yes please")), "on_sale", "not_a_boolean"),
        (other_options(json!([])), "option_codes", "empty_list"),
        (other_options(json!(vec![NOBODYS; 51])), "option_codes", "too_many"),
        (other_options(json!([own, NOBODYS])), "option_codes[1]", "no_such_option"),
        (other_options(json!([own, "A-1"])), "option_codes[1]", "no_such_option"),
        (other_options(json!([app.world().paris.option(0)])), "option_codes[0]", "no_such_option"),
        (other_options(json!([own, own])), "option_codes[1]", "repeated"),
        (other_options(json!([tour.option(3)])), "option_codes[0]", "not_for_this_kind"),
    ] {
        let reply = set(&app, "hanok", &wrong).await;
        assert_wrong(&reply, &[field]);
        assert_code(&reply, 400, code);
    }
    let mut min_only = days(json!({ "min_quantity": 1 }));
    min_only["to"] = json!("2026-08-05");
    let reply = set(&app, "hanok", &min_only).await;
    assert_code(&reply, 400, "no_stock_yet");
    let expected = "There is no stock yet on: 2026-08-04, 2026-08-05. Say how many units there are.";
    assert_eq!(reply.body["max_quantity"], expected);
    assert_eq!(all().await, before);

    // Of another's option it is told what it is told of one that does not exist.
    let anothers = set(&app, "lumiere", &other_options(json!([own]))).await;
    assert_eq!(redacted(&anothers.body), redacted(&set(&app, "lumiere", &other_options(json!([NOBODYS]))).await.body));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_rows_of_a_conflict_are_bounded(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = tour(&app).await;
    set(&app, "hanok", &rule(&tour, &[2], "2026-08-01", "2027-03-31", &json!({ "max_quantity": 5 }))).await;
    let mapping = app.register("alpha", &tour).await;
    let first = jiff::civil::date(2026, 8, 1);
    let days = (0..210).map(|day| first.checked_add(jiff::Span::new().days(day)).unwrap().to_string());
    for (n, days) in days.collect::<Vec<_>>().chunks(42).enumerate() {
        let order = axhub_testkit::OrderBuilder::new(&format!("A-{n}"));
        let order = days.iter().fold(order, |order, day| order.line(mapping, tour.option(2), tour.at(day, "09:00"), 1));
        crate::support::place_built(&app, tour.kind, order).await;
    }
    let reply = set(&app, "hanok", &rule(&tour, &[2], "2026-08-01", "2027-03-31", &json!({ "max_quantity": 0 }))).await;
    assert_code(&reply, 409, "stock_below_sold");
    assert_eq!((list(&reply.body["rows"]).len(), &reply.body["more"]), (200, &json!(10)));
    assert_eq!(reply.body["rows"][0]["date"], "2026-08-01");
    assert!(reply.body["message"].as_str().unwrap().len() < 1000, "the sentence names a few");
}
