//! Exchange rates as operators set them.

use axhub_domain::money::Currency::{Krw, Usd};
use axhub_hub::changes::{What, changes_for_channel, latest_cursor};
use axhub_hub::directory::{ListedRate, NewRate, RateFilter, add_rate, list_rates};
use axhub_hub::{Hub, Page};
use axhub_testkit::{Engine, TestClock};
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;

use crate::directory::{actions, noted, olivia};
use crate::stage::{Stage, fault_codes};

const ALL: Page = Page { number: 1, size: 200 };

fn dollars(won: i64, valid_from: Option<Timestamp>) -> NewRate {
    NewRate { base: Usd, quote: Krw, rate: won * 100_000_000, valid_from }
}

fn after(hours: i64) -> Timestamp {
    TestClock::start() + SignedDuration::from_hours(hours)
}

/// How many won, and whether that holds, the latest first.
async fn listed(hub: &Hub, filter: RateFilter) -> Vec<(i64, bool)> {
    let found = list_rates(hub, filter, ALL).await.unwrap();
    assert_eq!(found.total, found.items.len() as u64);
    found.items.iter().map(|listed| (listed.rate.rate / 100_000_000, listed.is_in_force)).collect()
}

#[rstest]
#[tokio::test]
async fn a_rate_holds_from_its_instant_on(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let everything = RateFilter::default();
    assert_eq!(listed(hub, everything).await, [(1100, true)]);
    let planned = add_rate(hub, olivia(), dollars(1300, Some(after(2)))).await.unwrap();
    assert_eq!((planned.is_in_force, planned.rate.valid_from), (false, after(2)));
    let now: ListedRate = add_rate(hub, olivia(), dollars(1200, None)).await.unwrap();
    assert_eq!((now.is_in_force, now.rate.valid_from), (true, TestClock::start()));
    assert_eq!(listed(hub, everything).await, [(1300, false), (1200, true), (1100, false)]);
    stage.clock.set(after(2));
    assert_eq!(listed(hub, everything).await, [(1300, true), (1200, false), (1100, false)]);
    assert_eq!(listed(hub, RateFilter { is_in_force: Some(true), ..everything }).await, [(1300, true)]);
    assert_eq!(listed(hub, RateFilter { is_in_force: Some(false), ..everything }).await, [(1200, false), (1100, false)]);
    assert_eq!(listed(hub, RateFilter { base: Some(Krw), ..everything }).await, []);
    assert_eq!(listed(hub, RateFilter { base: Some(Usd), quote: Some(Krw), ..everything }).await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn what_is_planned_may_change_and_what_was_may_not(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    add_rate(hub, olivia(), dollars(1300, Some(after(2)))).await.unwrap();
    add_rate(hub, olivia(), dollars(1300, Some(after(2)))).await.unwrap();
    add_rate(hub, olivia(), dollars(1250, Some(after(2)))).await.unwrap();
    assert_eq!(listed(hub, RateFilter::default()).await, [(1250, false), (1100, true)]);
    let noted_rates = actions(hub).await;
    assert_eq!(noted_rates.len(), 2, "the same again is nothing new");
    assert_eq!((noted_rates[1].0.as_str(), noted_rates[1].1.as_str()), ("rate.set", "USD/KRW"));
    assert_eq!((&noted_rates[1].2["from"], &noted_rates[1].2["rate"]), (&"1300.00000000".into(), &"1250.00000000".into()));

    let before = TestClock::start() - SignedDuration::from_millis(1);
    assert_eq!(fault_codes(add_rate(hub, olivia(), dollars(900, Some(before))).await), ["in_the_past"]);
    let wrong = NewRate { base: Usd, quote: Usd, rate: 0, valid_from: Some(before) };
    assert_eq!(fault_codes(add_rate(hub, olivia(), wrong).await), ["not_a_choice", "not_positive", "in_the_past"]);
    assert_eq!(fault_codes(add_rate(hub, olivia(), NewRate { rate: i64::MAX, ..dollars(1, None) }).await), ["too_large"]);
    assert_eq!(noted(hub).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn the_feed_tells_a_rate_when_it_comes_into_force(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, alpha) = (&stage.hub, stage.world.channel("alpha").id);
    let start = latest_cursor(hub).await.unwrap();
    let prices = async || {
        let told = changes_for_channel(hub, alpha, start, 1000).await.unwrap().items;
        assert!(told.iter().all(|change| matches!(change.what, What::Price)));
        told.len()
    };
    add_rate(hub, olivia(), dollars(1300, Some(after(2)))).await.unwrap();
    assert_eq!(prices().await, 0);
    stage.clock.set(after(2));
    assert_eq!(prices().await, 4, "each product that alpha may sell");
    add_rate(hub, olivia(), dollars(1310, None)).await.unwrap();
    assert_eq!(prices().await, 8);
}
