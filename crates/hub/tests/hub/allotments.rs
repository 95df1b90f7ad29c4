//! Allotments: kept for their channel until they are released, never more than there is, and told to everybody.

use std::sync::Arc;

use axhub_domain::ids::{ChannelId, RegistrationId};
use axhub_domain::inventory::{StockDates, StockLevels};
use axhub_domain::refusal::{Conflict, Reason, StockInUse, StockLeft};
use axhub_domain::state::Action;
use axhub_hub::audit::{self, AuditFilter};
use axhub_hub::availability::{
    AllotmentFilter, AllotmentRule, DateRange, RowsSet, allotments_of_supplier, explain_stock, inventory_for_channel, set_allotments,
    set_stock_of_options,
};
use axhub_hub::changes::{Cursor, What, changes_for_channel, latest_cursor};
use axhub_hub::{Hub, Page, Result, directory, tasks};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::civil::{Date, date, time};
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::stage::{Stage, conflict, fault_codes, faults, is_not_found};

const DAY: Date = date(2026, 7, 10);
const PAGE: Page = Page { number: 1, size: 100 };
const HOUR: i64 = 60;

/// A tour of hanok's at 09:00 in Paris with a bus of twenty seats: adults, and families that take three. Both channels sell
/// it.
async fn bus(stage: &Stage) -> (TestProduct, [RegistrationId; 2]) {
    let tour = ProductBuilder::tour("Bus").start_times(&["09:00"]).stock(20).option("Adult", "10").pool("bus").limits(1, 99);
    let tour = tour.option("Family", "25").pool("bus").weight(3).price_option("Child", "5", 0);
    let tour = stage.world.make_product(&stage.hub, "hanok", tour, &["alpha", "beta"]).await;
    let registrations = [stage.register("alpha", &tour).await, stage.register("beta", &tour).await];
    (tour, registrations)
}

fn rule(product: &TestProduct, channel: &str, quantity: i64, release_minutes_before: i64) -> AllotmentRule {
    AllotmentRule {
        option: product.option(0),
        channel_code: channel.to_owned(),
        dates: StockDates { from: DAY, to: DAY, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)] },
        quantity,
        release_minutes_before,
    }
}

async fn allot(stage: &Stage, product: &TestProduct, rule: AllotmentRule) -> Result<RowsSet> {
    set_allotments(&stage.hub, product.supplier, rule).await
}

fn start(product: &TestProduct) -> Timestamp {
    product.at(&DAY.to_string(), "09:00")
}

/// What is shown to a channel of the product's options on [`DAY`].
async fn shown(stage: &Stage, product: &TestProduct, channel: &str) -> Vec<u32> {
    let range = DateRange { from: Some(DAY), to: Some(DAY) };
    let channel = stage.world.channel(channel).id;
    let found = inventory_for_channel(&stage.hub, channel, product.kind, product.id, range, PAGE).await.unwrap();
    found.items.iter().map(|row| row.remain).collect()
}

/// What the feed told a channel of the product's stock behind a cursor: what is left of each option, change by change.
async fn told(hub: &Hub, channel: ChannelId, after: Cursor) -> Vec<Vec<u32>> {
    let changes = changes_for_channel(hub, channel, after, 1000).await.unwrap().items;
    let rows = changes.into_iter().filter_map(|change| if let What::Stock(rows) = change.what { Some(rows) } else { None });
    rows.map(|rows| rows.iter().map(|row| row.remain).collect()).collect()
}

#[rstest]
#[tokio::test]
async fn are_kept_until_they_are_released(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (tour, [of_alpha, of_beta]) = bus(&stage).await;
    let (alpha, beta) = (stage.world.channel("alpha").id, stage.world.channel("beta").id);
    let cursor = latest_cursor(&stage.hub).await.unwrap();
    assert_eq!(allot(&stage, &tour, rule(&tour, "alpha", 5, 48 * HOUR)).await.unwrap(), RowsSet { rows: 1, without_stock: 0 });
    assert_eq!((shown(&stage, &tour, "alpha").await, shown(&stage, &tour, "beta").await), (vec![20, 6], vec![15, 5]));
    assert_eq!((told(&stage.hub, alpha, cursor).await, told(&stage.hub, beta, cursor).await), (vec![vec![20, 6]], vec![vec![15, 5]]));

    let at = start(&tour);
    let too_many = OrderBuilder::new("B-1").line(of_beta, tour.option(0), at, 16);
    let expected = Conflict::SoldOut { option: tour.option(0), inventory_at: at, remain: 15, line: 0 };
    assert_eq!(conflict(stage.place("beta", &too_many).await), expected);
    stage.place("beta", &OrderBuilder::new("B-2").line(of_beta, tour.option(1), at, 5)).await.unwrap();
    assert_eq!((shown(&stage, &tour, "alpha").await, shown(&stage, &tour, "beta").await), (vec![5, 1], vec![0, 0]));
    let placed = stage.place("alpha", &OrderBuilder::new("A-1").line(of_alpha, tour.option(0), at, 3)).await.unwrap();
    stage.as_channel("alpha", tour.kind, placed.lines[0].order, Action::TravelerCancel).await.unwrap();
    assert_eq!((shown(&stage, &tour, "alpha").await, shown(&stage, &tour, "beta").await), (vec![5, 1], vec![0, 0]), "kept again");
    stage.assert_stock_is_sound().await;

    // To the very instant, and without anybody having to do anything.
    stage.clock.set(at - SignedDuration::from_hours(48) - SignedDuration::from_micros(1));
    assert_eq!(shown(&stage, &tour, "beta").await, [0, 0]);
    stage.clock.set(at - SignedDuration::from_hours(48));
    assert_eq!(shown(&stage, &tour, "beta").await, [5, 1]);
    stage.place("beta", &OrderBuilder::new("B-3").line(of_beta, tour.option(0), at, 5)).await.unwrap();
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn are_told_when_they_are_released_and_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (tour, [of_alpha, _]) = bus(&stage).await;
    let (at, beta) = (start(&tour), stage.world.channel("beta").id);
    allot(&stage, &tour, rule(&tour, "alpha", 5, 48 * HOUR)).await.unwrap();
    stage.place("alpha", &OrderBuilder::new("A-1").line(of_alpha, tour.option(0), at, 2)).await.unwrap();
    let (server, other) = (stage.hub.clone(), stage.another_hub().await);
    let cursor = latest_cursor(&stage.hub).await.unwrap();
    assert_eq!(tasks::run_due(&server, Uuid::from_u128(1)).await, 0);
    stage.clock.set(at - SignedDuration::from_hours(48));
    let both = futures_util::future::join(tasks::run_due(&server, Uuid::from_u128(1)), tasks::run_due(&other, Uuid::from_u128(2))).await;
    assert_eq!(both.0 + both.1, 1);
    assert_eq!(told(&stage.hub, beta, cursor).await, [[18, 6]]);
    stage.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(tasks::run_due(&other, Uuid::from_u128(2)).await, 0);
    assert_eq!(told(&stage.hub, beta, cursor).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn that_are_sold_are_released_silently(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (tour, [of_alpha, _]) = bus(&stage).await;
    allot(&stage, &tour, rule(&tour, "alpha", 2, 48 * HOUR)).await.unwrap();
    stage.place("alpha", &OrderBuilder::new("A-1").line(of_alpha, tour.option(0), start(&tour), 4)).await.unwrap();
    stage.clock.set(start(&tour) - SignedDuration::from_hours(47));
    let cursor = latest_cursor(&stage.hub).await.unwrap();
    assert_eq!(tasks::run_due(&stage.hub, Uuid::from_u128(1)).await, 1);
    assert_eq!(told(&stage.hub, stage.world.channel("beta").id, cursor).await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn count_what_their_channel_has_already(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (tour, [of_alpha, _]) = bus(&stage).await;
    let placed = stage.place("alpha", &OrderBuilder::new("A-1").line(of_alpha, tour.option(1), start(&tour), 2)).await.unwrap();
    let ticket = placed.lines[0].tickets[0];
    stage.as_channel("alpha", tour.kind, placed.lines[0].order, Action::ChannelCancelTicket(ticket)).await.unwrap();
    // Three of the five are sold already, so two are kept; another quantity and a removal count from the same three.
    allot(&stage, &tour, rule(&tour, "alpha", 5, HOUR)).await.unwrap();
    assert_eq!(shown(&stage, &tour, "beta").await, [15, 5]);
    allot(&stage, &tour, rule(&tour, "alpha", 20, HOUR)).await.unwrap();
    assert_eq!((shown(&stage, &tour, "beta").await, shown(&stage, &tour, "alpha").await), (vec![0, 0], vec![17, 5]));
    stage.assert_stock_is_sound().await;
    let listed = allotments_of_supplier(&stage.hub, tour.supplier, AllotmentFilter::default(), PAGE).await.unwrap();
    let [only] = &listed.items[..] else { panic!("{listed:?}") };
    assert_eq!((only.listed.allotment.taken, only.kept, only.is_released), (3, 17, false));
    assert_eq!(only.options, [tour.option(0), tour.option(1)], "the child draws from it, but has no stock of its own");

    let removed = allot(&stage, &tour, rule(&tour, "alpha", 0, 0)).await.unwrap();
    assert_eq!((removed.rows, shown(&stage, &tour, "beta").await), (1, vec![17, 5]));
    assert_eq!(allotments_of_supplier(&stage.hub, tour.supplier, AllotmentFilter::default(), PAGE).await.unwrap().total, 0);
    let filter = AuditFilter { supplier: Some(tour.supplier), ..AuditFilter::default() };
    let log = audit::list(&stage.hub, filter, PAGE).await.unwrap().items;
    let actions: Vec<_> = log.iter().map(|entry| &entry.action[..]).filter(|action| action.starts_with("allotment")).collect();
    assert_eq!(actions, ["allotment.remove", "allotment.set", "allotment.set"]);
}

#[rstest]
#[tokio::test]
async fn never_exceed_what_is_left(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (tour, [of_alpha, of_beta]) = bus(&stage).await;
    stage.place("alpha", &OrderBuilder::new("A-1").line(of_alpha, tour.option(0), start(&tour), 4)).await.unwrap();
    stage.place("beta", &OrderBuilder::new("B-1").line(of_beta, tour.option(0), start(&tour), 6)).await.unwrap();
    allot(&stage, &tour, rule(&tour, "beta", 9, HOUR)).await.unwrap();
    let row = |most| StockLeft { option: tour.option(0), date: DAY, start_time: Some(time(9, 0, 0, 0)), most };
    let refused = conflict(allot(&stage, &tour, rule(&tour, "alpha", 12, HOUR)).await);
    assert_eq!(refused, Conflict::AllotmentExceedsStock { rows: vec![row(11)], more: 0 }, "four that it has and seven of the ten");
    allot(&stage, &tour, rule(&tour, "alpha", 11, HOUR)).await.unwrap();
    let refused = conflict(allot(&stage, &tour, rule(&tour, "beta", 10, HOUR)).await);
    assert_eq!(refused, Conflict::AllotmentExceedsStock { rows: vec![row(9)], more: 0 });

    // And the stock is never set below it.
    let set = async |max| {
        let dates = rule(&tour, "alpha", 0, 0).dates;
        let levels = StockLevels { max: Some(max), ..StockLevels::default() };
        set_stock_of_options(&stage.hub, tour.supplier, vec![tour.option(1), tour.option(0)], dates, levels).await
    };
    let row = |in_use| StockInUse { option: tour.option(1), date: DAY, start_time: Some(time(9, 0, 0, 0)), in_use };
    assert_eq!(conflict(set(19).await), Conflict::StockBelowAllotted { rows: vec![row(20)], more: 0 });
    assert_eq!(conflict(set(9).await), Conflict::StockBelowSold { rows: vec![row(10)], more: 0 });
    assert_eq!(set(25).await.unwrap().rows, 1);
    assert_eq!(set(20).await.unwrap().rows, 1);

    // What is released already keeps nothing, so it may be as large as it likes.
    stage.clock.set(start(&tour) - SignedDuration::from_hours(1));
    allot(&stage, &tour, rule(&tour, "alpha", 1000, HOUR)).await.unwrap();
    assert_eq!((shown(&stage, &tour, "alpha").await, shown(&stage, &tour, "beta").await), (vec![10, 3], vec![10, 3]));
    assert_eq!(set(10).await.unwrap().rows, 1);
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn are_refused_when_they_make_no_sense(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (tour, _) = bus(&stage).await;
    let (harbor, hanok, lumiere) = (stage.world.harbor.clone(), tour.supplier, stage.world.supplier("lumiere").id);
    directory::ensure_channel(&stage.hub, "gamma", "Gamma", "UTC").await.unwrap();
    let choices = || vec!["alpha".to_owned(), "beta".to_owned()];
    for unknown in ["gamma", "nobody", "ALPHA"] {
        let refused = faults(allot(&stage, &tour, rule(&tour, unknown, 1, 0)).await);
        let reason = Reason::NotAChoice { value: unknown.to_owned(), choices: choices() };
        assert_eq!((&refused[0].path, &refused[0].reason, refused.len()), (&"channel_code".into(), &reason, 1));
    }
    let foreign = faults(set_allotments(&stage.hub, lumiere, rule(&tour, "alpha", 1, 0)).await);
    let unknown = AllotmentRule { option: Uuid::nil().into(), ..rule(&tour, "alpha", 1, 0) };
    assert_eq!(foreign, faults(set_allotments(&stage.hub, lumiere, unknown).await), "another's option is one that does not exist");
    assert_eq!(foreign[0].reason, Reason::NoSuchOption);
    let child = AllotmentRule { option: tour.option(2), ..rule(&tour, "alpha", 1, 0) };
    assert_eq!(fault_codes(allot(&stage, &tour, child).await), ["not_for_this_kind"]);
    let cruise = stage.world.make_undated(&stage.hub).await;
    let refused = faults(set_allotments(&stage.hub, hanok, rule(&cruise, "alpha", 1, 0)).await);
    assert_eq!(
        (&refused[0].path, &refused[0].reason),
        (&"option_code".into(), &Reason::NotForThisKind),
        "it has no start to release before"
    );
    let mut everything = rule(&tour, "nobody", 1, 0);
    everything.dates = StockDates { from: DAY, to: date(2026, 7, 9), weekdays: vec![], start_times: vec![] };
    assert_eq!(fault_codes(allot(&stage, &tour, everything).await), ["not_a_choice", "required", "ends_before_start"]);
    assert!(is_not_found(&explain_stock(&stage.hub, lumiere, Uuid::nil().into()).await));

    let mut july = rule(&harbor, "beta", 1, 0);
    july.dates = StockDates { from: date(2026, 7, 30), to: date(2026, 8, 2), weekdays: vec![], start_times: vec![time(18, 0, 0, 0)] };
    assert_eq!(set_allotments(&stage.hub, lumiere, july.clone()).await.unwrap(), RowsSet { rows: 2, without_stock: 2 });
    let of_harbor = AllotmentFilter { product: Some(harbor.id), ..AllotmentFilter::default() };
    assert_eq!(allotments_of_supplier(&stage.hub, lumiere, of_harbor.clone(), PAGE).await.unwrap().total, 2);
    // Who may not sell it any more can still be taken off it.
    let beta = stage.world.channel("beta").id;
    for product in [harbor.id, stage.world.paris.id] {
        directory::unassign(&stage.hub, beta, product).await.unwrap();
    }
    july.quantity = 0;
    assert_eq!(set_allotments(&stage.hub, lumiere, july.clone()).await.unwrap().rows, 2);
    assert_eq!(allotments_of_supplier(&stage.hub, lumiere, of_harbor, PAGE).await.unwrap().total, 0);
    assert_eq!(fault_codes(set_allotments(&stage.hub, lumiere, july).await), ["not_a_choice"], "now it is a stranger");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn and_orders_and_rules_at_once_never_disagree(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Arc::new(Stage::new(engine).await);
    let (tour, registrations) = bus(&stage).await;
    let other = stage.another_hub().await;
    let mut work = JoinSet::new();
    for n in 0..60_usize {
        let (stage, other, tour) = (Arc::clone(&stage), other.clone(), tour.clone());
        work.spawn(async move {
            let channel = ["alpha", "beta"][n % 2];
            match n % 6 {
                0 => {
                    let allotted = set_allotments(&other, tour.supplier, rule(&tour, channel, (n % 7) as i64, HOUR)).await;
                    assert!(allotted.is_ok() || conflict(allotted).code() == "allotment_exceeds_stock");
                }
                1 => {
                    let levels = StockLevels { max: Some(15 + (n % 9) as i64), ..StockLevels::default() };
                    let dates = rule(&tour, channel, 0, 0).dates;
                    let set = set_stock_of_options(&other, tour.supplier, vec![tour.option(n % 2)], dates, levels).await;
                    assert!(set.is_ok() || conflict(set).code().starts_with("stock_below"));
                }
                _ => {
                    let hub = if n % 4 < 2 { &stage.hub } else { &other };
                    let order = OrderBuilder::new(&format!("O-{n}")).line(registrations[n % 2], tour.option(n % 3 % 2), start(&tour), 1);
                    let Ok(placed) = stage.place_on(hub, channel, &order).await else { return };
                    if n % 3 == 0 {
                        stage.as_channel(channel, tour.kind, placed.lines[0].order, Action::TravelerCancel).await.unwrap();
                    }
                }
            }
        });
    }
    work.join_all().await;
    stage.assert_stock_is_sound().await;
}
