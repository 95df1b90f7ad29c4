//! Allotments, set and listed.

use axhub_testkit::{App, Engine, OrderBuilder, ProductBuilder, Reply, TestProduct};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{NOBODYS, assert_code, assert_wrong, assert_wrong_query, each, list, place, redacted};

const ADDRESS: &str = "/v1/supplier/stock/allotments";

async fn set(app: &App, supplier: &str, body: &Value) -> Reply {
    app.supplier(supplier).in_english().put(ADDRESS, body).await
}

/// A tour of hanok's with a bus of twenty seats in the first week of August, sold by both channels.
async fn bus(app: &App) -> TestProduct {
    let tour = ProductBuilder::tour("Bus").start_times(&["09:00"]).stock(20).days("2026-08-01", "2026-08-07").option("Adult", "10");
    let tour = tour.pool("bus").limits(1, 99).option("Family", "25").pool("bus").weight(3);
    app.world().make_product(app.hub(), "hanok", tour, &["alpha", "beta"]).await
}

fn allotment(product: &TestProduct, channel: &str, quantity: i64) -> Value {
    json!({
        "option_code": product.option(0), "channel_code": channel, "from": "2026-08-01", "to": "2026-08-03", "start_times": ["09:00"],
        "quantity": quantity, "release_minutes_before": 2880,
    })
}

/// What is left of the adults for a channel on a date.
async fn left(app: &App, channel: &str, product: &TestProduct, date: &str) -> Value {
    let address = format!("/v1/channel/inventory/tour/{}?from={date}&to={date}", product.id);
    let found = app.channel(channel).get(&address).await.body;
    found["option_codes"][product.option(0).to_string()][0]["remain_quantity"].clone()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_kept_shown_and_taken_away(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = bus(&app).await;
    let reply = set(&app, "hanok", &allotment(&tour, "beta", 5)).await;
    assert_eq!((reply.status, &reply.body), (200, &json!({ "rows": 3, "without_stock": 0 })));
    assert_eq!((left(&app, "alpha", &tour, "2026-08-01").await, left(&app, "beta", &tour, "2026-08-01").await), (json!(15), json!(20)));
    assert_eq!(left(&app, "alpha", &tour, "2026-08-04").await, 20);

    // A search says the same as the inventory, and an order too.
    let search = json!({ "product_codes": [tour.id], "from": "2026-08-01", "to": "2026-08-01" });
    let found = app.channel("alpha").post("/v1/channel/inventory/search", &search).await.body;
    let adult = list(&found["options"]).iter().find(|option| option["option_code"] == tour.option(0).to_string()).unwrap();
    assert_eq!(adult["rows"][0]["remain_quantity"], 15, "{found}");
    let mapping = app.register("alpha", &tour).await;
    let order = OrderBuilder::new("A-1").line(mapping, tour.option(0), tour.at("2026-08-01", "09:00"), 16).json();
    let reply = app.channel("alpha").post("/v1/channel/orders/tour", &order).await;
    assert_code(&reply, 409, "sold_out");
    assert_eq!(reply.body["remain_quantity"], 15);

    place(&app, "A-2", &tour, 1, "2026-08-01 09:00", 1).await;
    let found = app.supplier("hanok").get(&format!("{ADDRESS}?from=2026-08-01&to=2026-08-01")).await;
    insta::assert_snapshot!("allotment_list", redacted(&found.body));
    let stock = crate::support::stock_on(&app, "hanok", &tour, 0, "2026-08-01").await;
    assert_eq!((&stock["remain_quantity"], &stock["allotted_quantity"]), (&json!(17), &json!(5)));

    let mut removal = allotment(&tour, "beta", 0);
    removal.as_object_mut().unwrap().remove("release_minutes_before");
    removal["to"] = json!("2026-08-09");
    assert_eq!(set(&app, "hanok", &removal).await.body, json!({ "rows": 7, "without_stock": 2 }));
    assert_eq!(left(&app, "alpha", &tour, "2026-08-01").await, 17);
    assert_eq!(app.supplier("hanok").get(ADDRESS).await.body, json!({ "allotments": [] }));
    app.assert_stock_is_sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_free_for_all_from_their_release_on(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = bus(&app).await;
    set(&app, "hanok", &allotment(&tour, "beta", 5)).await;
    app.clock().set_to("2026-07-30T06:59:59.999Z");
    assert_eq!(left(&app, "alpha", &tour, "2026-08-01").await, 15);
    let etag = app.channel("alpha").get(&format!("/v1/channel/inventory/tour/{}", tour.id)).await.header("etag").map(str::to_owned);
    app.clock().set_to("2026-07-30T07:00:00Z");
    assert_eq!((left(&app, "alpha", &tour, "2026-08-01").await, left(&app, "alpha", &tour, "2026-08-02").await), (json!(20), json!(15)));
    let again =
        app.channel("alpha").with_header("if-none-match", &etag.unwrap()).get(&format!("/v1/channel/inventory/tour/{}", tour.id)).await;
    assert_eq!(again.status, 200, "what is shown has changed");
    let found = app.supplier("hanok").get(ADDRESS).await.body;
    let released: Vec<_> = list(&found["allotments"]).iter().map(|allotment| allotment["is_released"] == true).collect();
    assert_eq!(released, [true, false, false]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_refused_where_there_is_too_little(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = bus(&app).await;
    place(&app, "A-1", &tour, 0, "2026-08-02 09:00", 18).await;
    let reply = set(&app, "hanok", &allotment(&tour, "beta", 5)).await;
    assert_code(&reply, 409, "allotment_exceeds_stock");
    let row = json!({ "option_code": tour.option(0), "date": "2026-08-02", "start_time": "09:00", "possible_quantity": 2 });
    assert_eq!((&reply.body["rows"], &reply.body["more"]), (&json!([row]), &json!(0)));
    assert_eq!(reply.body["message"], "There is not so much left to allot. There is room for: 2026-08-02 09:00 (2).");
    assert_eq!(app.supplier("hanok").get(ADDRESS).await.body, json!({ "allotments": [] }));

    assert_eq!(set(&app, "hanok", &allotment(&tour, "beta", 2)).await.status, 200);
    let lower =
        json!({ "option_codes": [tour.option(1)], "from": "2026-08-01", "to": "2026-08-03", "start_times": ["09:00"], "max_quantity": 19 });
    let reply = app.supplier("hanok").put("/v1/supplier/stock", &lower).await;
    assert_code(&reply, 409, "stock_below_allotted");
    let row = json!({ "option_code": tour.option(1), "date": "2026-08-02", "start_time": "09:00", "in_use": 20 });
    assert_eq!(reply.body["rows"], json!([row]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn that_make_no_sense_are_refused(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (tour, pass) = (bus(&app).await, app.undated().await);
    let with = |name: &str, value: Value| {
        let mut allotment = allotment(&tour, "beta", 5);
        allotment[name] = value;
        allotment
    };
    for (wrong, field, code) in [
        (with("quantity", json!(-1)), "quantity", "too_small"),
        (with("quantity", json!(1_000_001)), "quantity", "too_large"),
        (with("quantity", Value::Null), "quantity", "null"),
        (with("release_minutes_before", json!(-1)), "release_minutes_before", "too_small"),
        (with("release_minutes_before", json!(527_041)), "release_minutes_before", "too_large"),
        (with("release_minutes_before", Value::Null), "release_minutes_before", "null"),
        (with("option_code", json!(NOBODYS)), "option_code", "no_such_option"),
        (with("option_code", json!(app.world().paris.option(0))), "option_code", "no_such_option"),
        (with("option_code", json!("adult")), "option_code", "no_such_option"),
        (with("option_code", json!(pass.option(0))), "option_code", "not_for_this_kind"),
        (with("channel_code", json!("nobody")), "channel_code", "not_a_choice"),
        (with("start_times", json!([])), "start_times", "required"),
        (with("to", json!("2026-07-31")), "to", "ends_before_start"),
        (with("to", json!("2126-08-01")), "to", "range_too_long"),
    ] {
        let reply = set(&app, "hanok", &wrong).await;
        assert_wrong(&reply, &[field]);
        assert_code(&reply, 400, code);
    }
    let reply = set(&app, "hanok", &with("channel_code", json!("nobody"))).await;
    assert_eq!(reply.body["channel_code"], "\"nobody\" is not a valid choice. Accepted: alpha, beta.");
    assert_eq!(app.supplier("hanok").get(ADDRESS).await.body, json!({ "allotments": [] }));
    app.assert_stock_is_sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_listed_by_date_and_filtered(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (tour, seoul) = (bus(&app).await, app.world().seoul.clone());
    set(&app, "hanok", &allotment(&tour, "beta", 5)).await;
    set(&app, "hanok", &allotment(&tour, "alpha", 1)).await;
    let mut july = allotment(&seoul, "alpha", 2);
    (july["from"], july["to"], july["start_times"]) = (json!("2026-07-30"), json!("2026-07-31"), json!(["10:00"]));
    assert_eq!(set(&app, "hanok", &july).await.status, 200);
    let found = |query: &'static str| {
        let app = &app;
        async move {
            let reply = app.supplier("hanok").get(&format!("{ADDRESS}?{query}")).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            reply
        }
    };
    let all = found("").await;
    assert_eq!(each(&all.body["allotments"], "date")[..4], ["2026-07-30", "2026-07-31", "2026-08-01", "2026-08-01"]);
    assert_eq!(each(&all.body["allotments"], "channel_code")[..4], ["alpha", "alpha", "alpha", "beta"]);
    let page = found("page=2&page_size=5").await;
    assert_eq!((page.header("x-total-count"), list(&page.body["allotments"]).len()), (Some("8"), 3));
    assert_eq!(list(&found("channel_code=beta&from=2026-08-02").await.body["allotments"]).len(), 2);
    assert_eq!(list(&found("to=2026-07-30").await.body["allotments"]).len(), 1);
    for nothing in ["channel_code=nobody", "product_code=x", "from=2027-01-01"] {
        assert_eq!(list(&found(nothing).await.body["allotments"]).len(), 0, "{nothing}");
    }
    let of_seoul = app.supplier("hanok").get(&format!("{ADDRESS}?product_code={}", seoul.id)).await.body;
    assert_eq!(list(&of_seoul["allotments"]).len(), 2);
    assert_eq!(app.supplier("lumiere").get(&format!("{ADDRESS}?product_code={}", seoul.id)).await.body, json!({ "allotments": [] }));
    for (query, parameter) in [("from=1-8", "from"), ("from=2026-08-02&to=2026-08-01", "to"), ("channel=beta", "channel")] {
        assert_wrong_query(&app, &format!("{ADDRESS}?{query}"), parameter).await;
    }
}
