//! Registrations, and what decisions about orders load by them.

use axhub_domain::ids::RegistrationId;
use axhub_domain::money::Currency;
use axhub_domain::order::{SoldOption, SoldProduct};
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Confirmation, Product, ProductKind, SalePeriod};
use axhub_store::registrations::{self, Outdated, Registration};
use axhub_store::{Result, params, products};
use axhub_testkit::Engine;
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use rstest::rstest;

use crate::fixture::{DAYS, Fixture, assign, id, later, money, now, product, registration, unassign};

#[rstest]
#[tokio::test]
async fn keep_their_code_when_they_are_made_again(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let again = Registration { channel_product_name: "New".to_owned(), version: 5, ..registration(62, 11, 21, 1) };
    let answers: Result<[(RegistrationId, bool); 2]> = tx!(fixture.db(), Write, again, |s, again| Ok([
        registrations::upsert(s, again, later(1)).await?,
        registrations::upsert(s, &registration(63, 12, 21, 1), later(1)).await?,
    ]));
    assert_eq!(answers.unwrap(), [(id(61), false), (id(63), true)]);
    let stored: Result<(String, i64, serde_json::Value)> = tx!(fixture.db(), Read, |s| {
        let sql = "SELECT channel_product_name, version, mapping FROM registrations WHERE id = $1";
        let row = s.query_one(sql, &params![id::<RegistrationId>(61)]).await?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    let mapping = serde_json::json!({ "00000000-0000-0000-0000-00000000001f": "어른" });
    assert_eq!(stored.unwrap(), ("New".to_owned(), 5, mapping));
}

#[rstest]
#[tokio::test]
async fn are_outdated_while_a_newer_version_is_there_that_may_be_sold(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    async fn outdated(fixture: &Fixture, channel: u128, kind: ProductKind) -> Vec<Outdated> {
        let found: Result<Vec<Outdated>> = tx!(fixture.db(), Read, |s| registrations::outdated(s, id(channel), kind).await);
        found.unwrap()
    }
    assert_eq!(outdated(&fixture, 11, ProductKind::Tour).await, []);
    let changed: Result<()> = tx!(fixture.db(), Write, |s| {
        let product = Product { version: 3, ..product(21, 1, "파리 산책") };
        products::update(s, &product).await
    });
    changed.unwrap();
    let newer = Outdated { product: id(21), title: "파리 산책".to_owned(), version: 3 };
    assert_eq!(outdated(&fixture, 11, ProductKind::Tour).await, [newer]);
    assert_eq!(outdated(&fixture, 11, ProductKind::DayTicket).await, []);
    assert_eq!(outdated(&fixture, 12, ProductKind::Tour).await, []);

    let removed: Result<bool> = tx!(fixture.db(), Write, |s| unassign(s, id(11), id(21)).await);
    assert!(removed.unwrap());
    assert_eq!(outdated(&fixture, 11, ProductKind::Tour).await, [], "it may not be sold any more");

    let registered: Result<()> = tx!(fixture.db(), Write, |s| {
        assign(s, id(11), &[(id(21), MarkUp::NONE)], now()).await?;
        registrations::upsert(s, &registration(61, 11, 21, 3), later(1)).await.map(drop)
    });
    registered.unwrap();
    assert_eq!(outdated(&fixture, 11, ProductKind::Tour).await, []);
}

#[rstest]
#[tokio::test]
async fn tell_an_order_what_it_needs_of_the_product(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let sold = |wanted: Vec<RegistrationId>| {
        let db = fixture.db().clone();
        async move {
            let found: Result<Vec<(RegistrationId, SoldProduct)>> =
                tx!(db, Write, wanted, |s, wanted| registrations::sold_products(s, wanted).await);
            found.unwrap()
        }
    };
    assert!(sold(vec![]).await.is_empty());
    let found = sold(vec![id(404), id(61)]).await;
    assert_eq!(found.len(), 1);
    let (registration, product) = &found[0];
    assert_eq!(*registration, id(61));
    assert_eq!((product.channel, product.product, product.supplier), (id(11), id(21), id(1)));
    assert_eq!((product.version, product.kind, product.confirmation), (1, ProductKind::Tour, Confirmation::Instant));
    assert_eq!(product.zone.iana_name(), Some("Europe/Paris"));
    assert_eq!(product.cut_off, SignedDuration::from_mins(30));
    assert_eq!(product.sale, SalePeriod { from: Some(date(2026, 1, 1)), to: None });
    assert_eq!(product.required_information, ["passport_id"]);
    assert_eq!((product.base_currency, product.mark_up), (Currency::Usd, Some(MarkUp(120_000))));

    let removed: Result<bool> = tx!(fixture.db(), Write, |s| unassign(s, id(11), id(21)).await);
    assert!(removed.unwrap());
    assert_eq!(sold(vec![id(61)]).await[0].1.mark_up, None);
}

#[rstest]
#[tokio::test]
async fn tell_an_order_what_it_needs_of_the_options(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let found: Result<Vec<_>> = tx!(fixture.db(), Read, |s| registrations::sold_options(s, &[id(33), id(32), id(404)]).await);
    let mut found = found.unwrap();
    found.sort_by_key(|(option, _)| *option);
    let seen =
        |option: &SoldOption| (option.product, option.pool, option.weight, option.min_quantity, option.max_quantity, option.is_active);
    assert_eq!(found.iter().map(|(option, _)| *option).collect::<Vec<_>>(), [id(32), id(33)]);
    assert_eq!(seen(&found[0].1), (id(21), id(41), 1, 1, 9, true));
    assert_eq!(seen(&found[1].1), (id(21), id(42), 2, 1, 9, true));
}

#[rstest]
#[tokio::test]
async fn tell_an_order_the_prices_that_may_still_hold(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let prices = |ending_from: Date| {
        let db = fixture.db().clone();
        async move {
            let found: Result<Vec<_>> = tx!(db, Read, |s| registrations::net_prices(s, &[id(31), id(32), id(404)], ending_from).await);
            let mut found: Vec<_> = found.unwrap().into_iter().map(|(option, price)| (option, price.net, price.dates)).collect();
            found.sort_by_key(|(option, _, dates)| (*option, *dates));
            found
        }
    };
    let season = Some((DAYS[1], DAYS[2]));
    let all = [(id(31), money("75"), None), (id(31), money("90"), season), (id(32), money("50"), None)];
    assert_eq!(prices(DAYS[0]).await, all);
    assert_eq!(prices(DAYS[2]).await, all);
    assert_eq!(prices(DAYS[2].tomorrow().unwrap()).await, [all[0], all[2]]);
}
