//! What channels pay.

use axhub_domain::ids::OptionId;
use axhub_domain::money::Currency;
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_hub::catalogue::{OptionChange, ProductChange, change_product, product_for_channel};
use axhub_hub::pricing::prices_for_channel;
use axhub_hub::{Result, directory};
use axhub_testkit::{Engine, ProductBuilder, TestProduct};
use jiff::civil::Date;
use rstest::rstest;

use crate::stage::{Stage, is_not_found};

/// Each option with its prices as `90.00000 USD`, one unit, in the order in which they are given.
async fn prices(stage: &Stage, channel: &str, product: &TestProduct, date: Option<Date>) -> Vec<(OptionId, Vec<String>)> {
    let channel = stage.world.channel(channel).id;
    let (_, prices) = prices_for_channel(&stage.hub, channel, product.kind, product.id, date).await.unwrap();
    let unit = |price: &axhub_domain::pricing::SellingPrice| format!("{} {}", price.unit, price.currency);
    prices.into_iter().map(|price| (price.option, price.prices.iter().map(unit).collect())).collect()
}

fn texts(prices: [&str; 2]) -> Vec<String> {
    prices.map(str::to_owned).to_vec()
}

#[rstest]
#[tokio::test]
async fn is_net_price_times_mark_up_times_rate(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, seoul) = (stage.world.paris.clone(), stage.world.seoul.clone());
    let for_alpha =
        vec![(paris.option(0), texts(["90.00000 USD", "99000.00000 KRW"])), (paris.option(1), texts(["60.00000 USD", "66000.00000 KRW"]))];
    assert_eq!(prices(&stage, "alpha", &paris, None).await, for_alpha);
    let for_beta = (paris.option(0), texts(["82.50000 USD", "90750.00000 KRW"]));
    assert_eq!(prices(&stage, "beta", &paris, None).await[0], for_beta);
    let in_won = (seoul.option(0), texts(["36000.00000 KRW", "32.73000 USD"]));
    assert_eq!(prices(&stage, "alpha", &seoul, None).await[0], in_won, "its own currency first");
    let detail = product_for_channel(&stage.hub, stage.world.channel("alpha").id, paris.kind, paris.id).await.unwrap();
    assert_eq!(detail.prices[0].in_currency(Currency::Krw).map(|price| price.unit.to_string()).as_deref(), Some("99000.00000"));
}

#[rstest]
#[tokio::test]
async fn follows_dates_persons_and_rates(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let builder = ProductBuilder::tour("Seasons").option("Boat", "100").persons(8).season("2026-08-01", "2026-08-31", "160");
    let product = builder.option("Gone", "1").inactive().create(&stage.hub, stage.world.supplier("hanok").id).await;
    stage.world.assign(&stage.hub, "alpha", &product, MarkUp::NONE).await;
    let day = |text: &str| Some(text.parse().unwrap());
    let boat = |prices| vec![(product.option(0), texts(prices))];
    assert_eq!(prices(&stage, "alpha", &product, None).await, boat(["100.00000 USD", "110000.00000 KRW"]), "inactive ones cost nothing");
    assert_eq!(prices(&stage, "alpha", &product, day("2026-07-31")).await, boat(["100.00000 USD", "110000.00000 KRW"]));
    assert_eq!(prices(&stage, "alpha", &product, day("2026-08-01")).await, boat(["160.00000 USD", "176000.00000 KRW"]));

    let alpha = stage.world.channel("alpha").id;
    let (_, found) = prices_for_channel(&stage.hub, alpha, product.kind, product.id, None).await.unwrap();
    assert_eq!(found[0].prices[0].per_person.to_string(), "12.50000");

    let tomorrow = stage.hub.now() + jiff::SignedDuration::from_hours(24);
    let dearer = ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from: tomorrow, rate: 120_000_000_000 };
    directory::set_rates(&stage.hub, vec![dearer]).await.unwrap();
    assert_eq!(prices(&stage, "alpha", &product, None).await, boat(["100.00000 USD", "110000.00000 KRW"]));
    stage.clock.set(tomorrow);
    assert_eq!(prices(&stage, "alpha", &product, None).await, boat(["100.00000 USD", "120000.00000 KRW"]));

    stage.clock.set_to("2025-12-31T23:59:59Z");
    let own_currency = vec![(product.option(0), vec!["100.00000 USD".to_owned()])];
    assert_eq!(prices(&stage, "alpha", &product, None).await, own_currency, "there was no rate yet");
}

#[rstest]
#[tokio::test]
async fn changes_with_the_product_and_is_for_those_who_may_sell_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, alpha) = (stage.world.paris.clone(), stage.world.channel("alpha").id);
    let dearer = OptionChange { id: Some(paris.option(0)), net: "80".parse().ok(), ..OptionChange::default() };
    change_product(&stage.hub, paris.supplier, paris.id, ProductChange { options: vec![dearer], ..ProductChange::default() })
        .await
        .unwrap();
    assert_eq!(prices(&stage, "alpha", &paris, None).await[0].1, texts(["96.00000 USD", "105600.00000 KRW"]));

    let harbor = &stage.world.harbor;
    let refused: Result<_> = prices_for_channel(&stage.hub, alpha, harbor.kind, harbor.id, None).await;
    assert!(is_not_found(&refused));
    directory::unassign(&stage.hub, alpha, paris.id).await.unwrap();
    assert!(is_not_found(&prices_for_channel(&stage.hub, alpha, paris.kind, paris.id, None).await));
    assert!(is_not_found(&directory::unassign(&stage.hub, alpha, paris.id).await));
}
