mod day_ticket;
mod ticket;

use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_hub::catalogue::{OptionChange, ProductChange};
use axhub_hub::directory;
use axhub_testkit::{App, ProductBuilder, TestProduct};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::support::{assert_body, assert_error, change, on_both_engines};

on_both_engines! {
    a_price_is_net_times_mark_up_in_both_currencies_with_two_places,
    amounts_are_rounded_half_up_to_the_places_of_the_currency,
    a_price_of_the_day_beats_the_base_price,
    the_rate_in_force_counts_and_without_one_there_is_null,
    inactive_options_have_no_price,
    a_date_that_is_none_is_an_invalid_query,
    the_same_prices_need_not_be_sent_twice,
}

fn path(product: &TestProduct) -> String {
    format!("/v1/channel/price/tour/{}", product.id)
}

/// Unit in USD, person in USD, unit in KRW, person in KRW, as they were written.
fn amounts(price: &Value) -> [String; 4] {
    ["unit_selling_price_usd", "selling_price_per_person_usd", "unit_selling_price_krw", "selling_price_per_person_krw"]
        .map(|name| price[name].to_string())
}

async fn a_price_is_net_times_mark_up_in_both_currencies_with_two_places(app: App) {
    let reply = app.channel("alpha").get(&path(&app.world().paris)).await;
    assert_eq!(reply.status, 200);
    assert_body!("prices", reply);
    assert!(reply.text().contains(r#""unit_selling_price_usd":90.00,"#), "a number with two places: {}", reply.text());
    let beta = app.channel("beta").get(&path(&app.world().paris)).await;
    assert_eq!(amounts(&beta.body["prices"][0]), ["82.50", "82.50", "90750.00", "90750.00"], "another mark-up");
    let seoul = app.channel("alpha").get(&path(&app.world().seoul)).await;
    assert_eq!(amounts(&seoul.body["prices"][0]), ["32.73", "32.73", "36000.00", "36000.00"], "from won to dollars");
}

async fn amounts_are_rounded_half_up_to_the_places_of_the_currency(app: App) {
    let product = ProductBuilder::tour("Odd").option("Group", "10.005").persons(4).option("Cheap", "0.00045").no_stock();
    let product = product.create(app.hub(), app.world().supplier("lumiere").id).await;
    app.world().assign(app.hub(), "alpha", &product, MarkUp::NONE).await;
    let reply = app.channel("alpha").get(&path(&product)).await;
    assert_eq!(amounts(&reply.body["prices"][0]), ["10.01", "2.50", "11006.00", "2751.00"]);
    assert_eq!(amounts(&reply.body["prices"][1]), ["0.00", "0.00", "0.00", "0.00"]);
}

async fn a_price_of_the_day_beats_the_base_price(app: App) {
    let product = ProductBuilder::tour("Seasonal").option("Seat", "10").season("2026-07-10", "2026-07-20", "20").no_stock();
    let product = product.create(app.hub(), app.world().supplier("lumiere").id).await;
    app.world().assign(app.hub(), "alpha", &product, MarkUp::NONE).await;
    let usd = async |query: &str| {
        let reply = app.channel("alpha").get(&format!("{}{query}", path(&product))).await;
        amounts(&reply.body["prices"][0])[0].clone()
    };
    assert_eq!(usd("").await, "10.00");
    assert_eq!(usd("?date=").await, "10.00");
    for (date, price) in [("2026-07-09", "10.00"), ("2026-07-10", "20.00"), ("2026-07-20", "20.00"), ("2026-07-21", "10.00")] {
        assert_eq!(usd(&format!("?date={date}")).await, price, "{date}");
    }
}

async fn the_rate_in_force_counts_and_without_one_there_is_null(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let later = app.hub().now() + SignedDuration::from_hours(1);
    let rate = ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from: later, rate: 120_000_000_000 };
    directory::set_rates(app.hub(), vec![rate]).await.unwrap();
    let won = async || amounts(&alpha.get(&path(paris)).await.body["prices"][0])[2].clone();
    assert_eq!(won().await, "99000.00");
    app.clock().set(later);
    assert_eq!(won().await, "108000.00");

    app.clock().set("2025-12-31T23:59:59Z".parse::<Timestamp>().unwrap());
    let reply = alpha.get(&path(paris)).await;
    assert_eq!(amounts(&reply.body["prices"][0]), ["90.00", "90.00", "null", "null"], "no rate yet");
    let detail = alpha.get(&format!("/v1/channel/products/tour/{}", paris.id)).await;
    let own = &detail.body["options"][0]["prices"][0];
    assert_eq!(amounts(own), ["90.00", "90.00", "\"Void\"", "\"Void\""], "the detail writes nothing as Void");
}

async fn inactive_options_have_no_price(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let close = OptionChange { id: Some(paris.option(0)), is_active: Some(false), ..OptionChange::default() };
    change(&app, paris, ProductChange { options: vec![close], ..ProductChange::default() }).await;
    let reply = alpha.get(&path(paris)).await;
    let codes: Vec<&Value> = reply.body["prices"].as_array().unwrap().iter().map(|price| &price["option_code"]).collect();
    assert_eq!(codes, [&paris.option(1).to_string()]);
}

async fn a_date_that_is_none_is_an_invalid_query(app: App) {
    let alpha = app.channel("alpha");
    for date in ["2023-02-30", "2023-2-3", "tomorrow", "20230201", "2023-02-01T00:00:00Z"] {
        let reply = alpha.get(&format!("{}?date={date}", path(&app.world().paris))).await;
        assert_error(&reply, 400, "invalid_query");
        assert!(reply.body["errors"]["date"].is_string());
    }
}

async fn the_same_prices_need_not_be_sent_twice(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let tag = alpha.get(&path(paris)).await.header("etag").unwrap().to_owned();
    let known = alpha.with_header("if-none-match", &tag);
    assert_eq!(known.get(&path(paris)).await.status, 304);
    assert_eq!(known.get(&format!("{}?date=2026-07-02", path(paris))).await.status, 304, "the same prices");
    let net = OptionChange { id: Some(paris.option(0)), net: Some(Money::from_parts(7_600_000)), ..OptionChange::default() };
    change(&app, paris, ProductChange { options: vec![net], ..ProductChange::default() }).await;
    let changed = known.get(&path(paris)).await;
    assert_eq!((changed.status, amounts(&changed.body["prices"][0])[0].as_str()), (200, "91.20"));
}
