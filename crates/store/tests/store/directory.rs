//! Suppliers, channels, what channels may sell, and rates.

use axhub_domain::ids::{ChannelId, ProductId};
use axhub_domain::money::Currency;
use axhub_domain::pricing::{ExchangeRate, MarkUp, NetPrice, Rates, net_price, selling_price};
use axhub_store::directory::{self, Channel, RateLimits, Supplier};
use axhub_store::{Error, Result, keys};
use axhub_testkit::Engine;
use rstest::rstest;

use crate::fixture::{Fixture, assign, id, later, money, now, unassign};

#[rstest]
#[tokio::test]
async fn a_code_belongs_to_one_supplier_and_to_one_channel(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let added: Result<(bool, bool)> = tx!(fixture.db(), Write, |s| {
        let supplier = Supplier { id: id(3), code: "lumiere".to_owned(), name: "Other".to_owned(), notes: String::new() };
        let channel = Channel {
            id: id(13),
            code: "alpha".to_owned(),
            name: "Other".to_owned(),
            time_zone: "Asia/Tokyo".to_owned(),
            notes: String::new(),
            limits: RateLimits::default(),
        };
        Ok((directory::insert_supplier(s, &supplier, now()).await?, directory::insert_channel(s, &channel, now()).await?))
    });
    assert_eq!(added.unwrap(), (false, false));

    type Found = (Option<Supplier>, Option<Channel>, Option<Supplier>, Option<Channel>);
    let found: Result<Found> = tx!(fixture.db(), Read, |s| Ok((
        directory::supplier_by_code(s, "hanok").await?,
        directory::channel_by_code(s, "beta").await?,
        directory::supplier_by_code(s, "HANOK").await?,
        directory::channel_by_code(s, "").await?,
    )));
    let hanok = Supplier { id: id(2), code: "hanok".to_owned(), name: "한옥여행".to_owned(), notes: String::new() };
    let beta = Channel {
        id: id(12),
        code: "beta".to_owned(),
        name: "BETA".to_owned(),
        time_zone: "America/New_York".to_owned(),
        notes: String::new(),
        limits: RateLimits::default(),
    };
    assert_eq!(found.unwrap(), (Some(hanok), Some(beta), None, None));
}

#[rstest]
#[tokio::test]
async fn lists_are_by_code(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let listed: Result<(Vec<Supplier>, Vec<Channel>)> =
        tx!(fixture.db(), Read, |s| Ok((directory::suppliers(s).await?, directory::channels(s).await?)));
    let (suppliers, channels) = listed.unwrap();
    assert_eq!(suppliers.iter().map(|supplier| supplier.code.as_str()).collect::<Vec<_>>(), ["hanok", "lumiere"]);
    assert_eq!(channels.iter().map(|channel| channel.code.as_str()).collect::<Vec<_>>(), ["alpha", "beta"]);
}

#[rstest]
#[tokio::test]
async fn a_channel_may_sell_what_is_assigned_at_the_mark_up_of_last_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    async fn mark_ups(fixture: &Fixture) -> [Option<MarkUp>; 2] {
        let found: Result<[Option<MarkUp>; 2]> = tx!(fixture.db(), Read, (fixture.product, fixture.alpha, fixture.beta), |s, given| {
            let (product, alpha, beta) = *given;
            Ok([directory::mark_up(s, alpha, product).await?, directory::mark_up(s, beta, product).await?])
        });
        found.unwrap()
    }
    assert_eq!(mark_ups(&fixture).await, [Some(MarkUp(120_000)), None]);

    let given: (ChannelId, ChannelId, ProductId) = (fixture.alpha, fixture.beta, fixture.product);
    let assigned: Result<()> = tx!(fixture.db(), Write, given, |s, (alpha, beta, product)| {
        assign(s, *alpha, &[(*product, MarkUp(130_000))], later(5)).await?;
        assign(s, *beta, &[(*product, MarkUp::NONE)], later(5)).await?;
        assign(s, *beta, &[], later(5)).await
    });
    assigned.unwrap();
    assert_eq!(mark_ups(&fixture).await, [Some(MarkUp(130_000)), Some(MarkUp::NONE)]);

    let removed: Result<(bool, bool)> = tx!(fixture.db(), Write, given, |s, (alpha, _, product)| Ok((
        unassign(s, *alpha, *product).await?,
        unassign(s, *alpha, *product).await?
    )));
    assert_eq!(removed.unwrap(), (true, false));
    assert_eq!(mark_ups(&fixture).await, [None, Some(MarkUp::NONE)]);
}

#[rstest]
#[tokio::test]
async fn nothing_can_be_assigned_that_is_not_there(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    for (channel, product) in [(11, 404), (404, 21)] {
        let assigned: Result<()> = tx!(fixture.db(), Write, |s| assign(s, id(channel), &[(id(product), MarkUp::NONE)], now()).await);
        assert!(matches!(assigned, Err(Error::Constraint(_))), "{assigned:?}");
    }
}

#[rstest]
#[tokio::test]
async fn rates_are_dated_and_one_of_the_same_instant_is_replaced(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let rates: Result<Rates> = tx!(fixture.db(), Write, |s| {
        let rate = |valid_from, rate| ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from, rate };
        directory::set_rate(s, &rate(now(), 120_000_000_000), true).await?;
        directory::set_rate(s, &rate(later(60), 130_000_000_000), false).await?;
        directory::rates(s).await
    });
    let rates = rates.unwrap();
    let prices = [NetPrice { net: money("1"), dates: None }];
    let in_won = |at| {
        let price = selling_price(net_price(&prices, None)?, Currency::Usd, MarkUp::NONE, 1, Currency::Krw, &rates, at)?;
        Some(price.unit.to_string())
    };
    assert_eq!(in_won(later(-1)), None);
    assert_eq!(in_won(later(59)).as_deref(), Some("1200.00000"));
    assert_eq!(in_won(later(60)).as_deref(), Some("1300.00000"));
}

#[rstest]
#[tokio::test]
async fn rates_from_now_on_are_those_in_force_and_those_to_come(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let loaded: Result<[Rates; 2]> = tx!(fixture.db(), Write, |s| {
        let rate = |valid_from, rate| ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from, rate };
        for (seconds, units) in [(0, 120_000_000_000), (60, 130_000_000_000), (120, 140_000_000_000)] {
            directory::set_rate(s, &rate(later(seconds), units), true).await?;
        }
        let other = ExchangeRate { base: Currency::Krw, quote: Currency::Usd, valid_from: later(0), rate: 1 };
        directory::set_rate(s, &other, true).await?;
        Ok([directory::rates_from(s, later(60)).await?, directory::rates_from(s, later(59)).await?])
    });
    let [from, before] = loaded.unwrap();
    let in_won = |rates: &Rates, at| rates.between(Currency::Usd, Currency::Krw, at).map(|rate| rate.normalize().to_string());
    let text = |text: &str| Some(text.to_owned());
    assert_eq!((in_won(&from, later(60)), in_won(&from, later(120))), (text("1300"), text("1400")));
    assert_eq!((in_won(&before, later(59)), in_won(&before, later(60))), (text("1200"), text("1300")));
    // What was over is not loaded; then the other direction says what there is.
    assert_ne!(in_won(&from, later(59)), text("1200"));
}

#[rstest]
#[tokio::test]
async fn rates_are_told_once_and_not_before_they_are_in_force(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let set = async |minutes: i64, is_told: bool| {
        let rate = ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from: later(minutes), rate: 120_000_000_000 };
        let set: Result<()> = tx!(fixture.db(), Write, rate, |s, rate| directory::set_rate(s, rate, is_told).await);
        set.unwrap();
    };
    let any = async |minutes: i64| {
        let any: Result<bool> = tx!(fixture.db(), Read, |s| directory::any_rate_to_tell(s, later(minutes)).await);
        any.unwrap()
    };
    let tell = async |minutes: i64| {
        let told: Result<Option<jiff::Timestamp>> = tx!(fixture.db(), Write, |s| directory::tell_rates(s, later(minutes)).await);
        told.unwrap()
    };
    assert_eq!((any(0).await, tell(0).await), (false, None), "the fixture's own is told");
    for (minutes, is_told) in [(5, false), (10, false), (20, false), (30, true)] {
        set(minutes, is_told).await;
    }
    assert_eq!((any(4).await, tell(4).await), (false, None));
    assert_eq!((any(10).await, tell(10).await), (true, Some(later(10))), "the newest of two");
    assert_eq!((any(19).await, tell(19).await), (false, None));
    set(20, true).await;
    assert!(!any(40).await, "told with its change");
    set(5, false).await;
    assert_eq!((tell(40).await, any(40).await), (Some(later(5)), false));
}

#[rstest]
#[tokio::test]
async fn rate_limits_are_a_channels_and_come_with_its_keys(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    async fn limits(fixture: &Fixture, prefix: &'static str) -> RateLimits {
        let found: Result<Option<keys::StoredKey>> = tx!(fixture.db(), Read, |s| keys::by_prefix(s, prefix).await);
        match found.unwrap().unwrap().owner {
            keys::KeyOwner::Channel { limits, .. } => limits,
            owner => panic!("not a channel's: {owner:?}"),
        }
    }
    assert_eq!(limits(&fixture, "axh_c_alpha").await, RateLimits::default());
    let tight = RateLimits { reads_per_minute: Some(600), orders_per_minute: Some(1) };
    let set: Result<()> = tx!(fixture.db(), Write, |s| directory::set_rate_limits(s, id(11), tight).await);
    set.unwrap();
    assert_eq!(limits(&fixture, "axh_c_alpha").await, tight);
    assert_eq!(limits(&fixture, "axh_c_beta").await, RateLimits::default());
    let open: Result<()> =
        tx!(fixture.db(), Write, |s| directory::set_rate_limits(s, id(11), RateLimits { reads_per_minute: None, ..tight }).await);
    open.unwrap();
    assert_eq!(limits(&fixture, "axh_c_alpha").await, RateLimits { reads_per_minute: None, ..tight });
    let none_at_all: Result<()> =
        tx!(fixture.db(), Write, |s| directory::set_rate_limits(s, id(11), RateLimits { reads_per_minute: Some(0), ..tight }).await);
    assert!(matches!(none_at_all, Err(Error::Constraint(_))), "{none_at_all:?}");
    let nobody: Result<()> = tx!(fixture.db(), Write, |s| directory::set_rate_limits(s, id(404), tight).await);
    assert!(matches!(nobody, Err(Error::Contended(_))), "{nobody:?}");
}

#[rstest]
#[tokio::test]
async fn what_operators_change_stays_changed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let changed: Result<(Option<Supplier>, Option<Channel>)> = tx!(fixture.db(), Write, |s| {
        let hanok = directory::lock_supplier(s, "hanok").await?.unwrap();
        let beta = directory::lock_channel(s, "beta").await?.unwrap();
        let limits = RateLimits { reads_per_minute: Some(600), orders_per_minute: None };
        directory::update_supplier(s, &Supplier { name: "Hanok".to_owned(), notes: "calls back".to_owned(), ..hanok }).await?;
        let beta = Channel { time_zone: "Asia/Tokyo".to_owned(), notes: "old names".to_owned(), limits, ..beta };
        directory::update_channel(s, &beta).await?;
        Ok((directory::supplier_by_code(s, "hanok").await?, directory::channel_by_code(s, "beta").await?))
    });
    let (hanok, beta) = changed.unwrap();
    let hanok = hanok.unwrap();
    assert_eq!((hanok.id, hanok.name.as_str(), hanok.notes.as_str()), (fixture.hanok, "Hanok", "calls back"));
    let beta = beta.unwrap();
    assert_eq!((beta.name.as_str(), beta.time_zone.as_str(), beta.notes.as_str()), ("BETA", "Asia/Tokyo", "old names"));
    assert_eq!((beta.limits.reads_per_minute, beta.limits.orders_per_minute), (Some(600), None));
    let locked: Result<Vec<Channel>> = tx!(fixture.db(), Write, |s| directory::lock_channels(s).await);
    assert_eq!(locked.unwrap().iter().map(|channel| channel.code.as_str()).collect::<Vec<_>>(), ["alpha", "beta"]);
}
