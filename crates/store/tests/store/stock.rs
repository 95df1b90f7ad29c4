//! Stock rows: found, locked, taken from, given back to, and filled.

use std::sync::Arc;

use axhub_domain::ids::StockId;
use axhub_domain::inventory::{InventoryRef, StockRow, StockSlot, UNDATED};
use axhub_store::paging::{Page, Paged};
use axhub_store::stock::{self, OptionStock, StockFilter, rules};
use axhub_store::{Error, Result, params, products};
use axhub_testkit::Engine;
use jiff::civil::{date, time};
use rstest::rstest;

use crate::fixture::{DAYS, Fixture, NINE, StockLevel, TestOrder, id, later, nine, option, set_stock, slot};

async fn rows(fixture: &Fixture, ids: Vec<StockId>) -> Vec<StockRow> {
    let found: Result<Vec<StockRow>> = tx!(fixture.db(), Write, ids, |s, ids| stock::lock(s, ids).await);
    found.unwrap()
}

/// What is ordered in the row `n`.
async fn ordered(fixture: &Fixture, n: u128) -> i64 {
    rows(fixture, vec![id(n)]).await[0].ordered
}

#[rstest]
#[tokio::test]
async fn is_found_however_an_order_names_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let find = |wanted: Vec<(axhub_domain::ids::OptionId, InventoryRef)>| {
        let db = fixture.db().clone();
        async move {
            let found: Result<Vec<StockId>> = tx!(db, Write, wanted, |s, wanted| stock::find(s, wanted).await);
            found.unwrap()
        }
    };
    let (adult, child, van) = (fixture.adult, fixture.child, fixture.van);
    assert_eq!(find(vec![]).await, []);
    assert_eq!(find(vec![(adult, InventoryRef::At(nine(0)))]).await, [id(51)]);
    assert_eq!(find(vec![(child, InventoryRef::At(nine(0)))]).await, [id(51)], "child draws from adult's stock");
    assert_eq!(find(vec![(van, InventoryRef::On(DAYS[2]))]).await, [id(56)]);
    assert_eq!(find(vec![(adult, InventoryRef::At(later(0)))]).await, [], "nothing starts then");
    assert_eq!(find(vec![(id(404), InventoryRef::At(nine(0)))]).await, []);
    let all = vec![
        (van, InventoryRef::At(nine(1))),
        (adult, InventoryRef::On(DAYS[1])),
        (child, InventoryRef::At(nine(1))),
        (adult, InventoryRef::Code(id(52))),
        (adult, InventoryRef::Code(id(51))),
    ];
    assert_eq!(find(all).await, [id(51), id(52), id(55)], "each once, in order");
}

#[rstest]
#[tokio::test]
async fn is_read_whole_in_the_order_of_its_codes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    assert_eq!(rows(&fixture, vec![]).await, []);
    let found = rows(&fixture, vec![id(54), id(404), id(51)]).await;
    let row = |n, pool, max| StockRow {
        id: id(n),
        pool: id(pool),
        date: DAYS[0],
        start_time: NINE,
        starts_at: nine(0),
        max,
        min: 2,
        held: 0,
        ordered: 0,
        on_sale: true,
    };
    assert_eq!(found, [row(51, 41, 10), row(54, 42, 20)]);
}

#[rstest]
#[tokio::test]
async fn gives_what_it_has_and_no_more(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let take = |taken: Vec<(StockId, i64)>| {
        let db = fixture.db().clone();
        async move {
            let result: Result<()> = tx!(db, Write, taken, |s, taken| stock::take(s, taken, later(1)).await);
            result
        }
    };
    take(vec![]).await.unwrap();
    take(vec![(id(51), 4), (id(54), 20)]).await.unwrap();
    take(vec![(id(51), 6)]).await.unwrap();
    assert_eq!((ordered(&fixture, 51).await, ordered(&fixture, 54).await, ordered(&fixture, 52).await), (10, 20, 0));

    let too_much = take(vec![(id(52), 1), (id(51), 1)]).await;
    assert!(matches!(too_much, Err(Error::Contended(_))), "{too_much:?}");
    assert_eq!(ordered(&fixture, 52).await, 0, "all or nothing");
    let unknown = take(vec![(id(404), 1)]).await;
    assert!(matches!(unknown, Err(Error::Contended(_))), "{unknown:?}");

    let held: Result<()> =
        tx!(fixture.db(), Write, |s| s.execute_one("UPDATE stock SET held = 3 WHERE id = $1", &params![id::<StockId>(52)]).await);
    held.unwrap();
    take(vec![(id(52), 8)]).await.unwrap_err();
    take(vec![(id(52), 7)]).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn that_is_closed_gives_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let taken: Result<()> = tx!(fixture.db(), Write, |s| {
        let level = StockLevel { max: 10, min: 0, on_sale: false };
        set_stock(s, id(41), &[(id(99), slot(0))], level, later(1)).await?;
        stock::take(s, &[(id(51), 1)], later(1)).await
    });
    assert!(matches!(taken, Err(Error::Contended(_))), "{taken:?}");
}

#[rstest]
#[tokio::test]
async fn takes_back_what_it_gave_and_no_more(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let give_back = |n: u128, units: i64| {
        let db = fixture.db().clone();
        async move {
            let result: Result<StockRow> = tx!(db, Write, |s| stock::give_back(s, id(n), units, later(1)).await);
            result.map(|row| row.ordered)
        }
    };
    assert_eq!(give_back(51, 1).await.unwrap(), 1, "the row as it is then");
    assert_eq!(ordered(&fixture, 51).await, 1);
    let too_much = give_back(51, 2).await;
    assert!(matches!(too_much, Err(Error::Constraint(_))), "{too_much:?}");
    assert_eq!(ordered(&fixture, 51).await, 1);
    give_back(404, 1).await.unwrap_err();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn is_never_taken_twice(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Arc::new(Fixture::new(engine).await);
    let ways_in = [fixture.db().clone(), fixture.test.open().await];
    let fighting = (0..30).map(|at| {
        let db = ways_in[at % 2].clone();
        tokio::spawn(async move {
            let got: Result<bool> = tx!(db, Write, |s| {
                let rows = stock::lock(s, &[id(51), id(52)]).await?;
                if rows.iter().any(|row| row.remain() < 1) {
                    return Ok(false);
                }
                // In turns from the one row first and from the other, which must not matter.
                let (first, second) = if at % 4 < 2 { (51, 52) } else { (52, 51) };
                stock::take(s, &[(id(first), 1), (id(second), 1)], later(1)).await?;
                Ok(true)
            });
            got.unwrap()
        })
    });
    let mut won = 0;
    for fighting in fighting.collect::<Vec<_>>() {
        won += i64::from(fighting.await.unwrap());
    }
    assert_eq!(won, 10);
    assert_eq!((ordered(&fixture, 51).await, ordered(&fixture, 52).await), (10, 10));
}

#[rstest]
#[tokio::test]
async fn is_filled_and_changed_without_touching_what_is_sold(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let fourth = StockSlot { date: date(2026, 7, 4), start_time: time(23, 59, 0, 0), starts_at: later(9999) };
    let changed: Result<Vec<StockRow>> = tx!(fixture.db(), Write, |s| {
        let level = StockLevel { max: 3, min: 1, on_sale: false };
        set_stock(s, id(41), &[], level, later(1)).await?;
        set_stock(s, id(41), &[(id(98), slot(0)), (id(99), fourth)], level, later(1)).await?;
        rules::lock(s, &[id(41)], DAYS[0], date(2026, 7, 31)).await
    });
    let seen: Vec<_> =
        changed.unwrap().into_iter().map(|row| (row.id, row.max, row.min, row.ordered, row.on_sale, row.start_time)).collect();
    let expected = [
        (id(51), 3, 1, 2, false, NINE),
        (id(52), 10, 2, 0, true, NINE),
        (id(53), 10, 2, 0, true, NINE),
        (id(99), 3, 1, 0, false, time(23, 59, 0, 0)),
    ];
    assert_eq!(seen, expected, "the first keeps its code and what is ordered");

    let too_low: Result<()> = tx!(fixture.db(), Write, |s| {
        set_stock(s, id(41), &[(id(97), slot(0))], StockLevel { max: 1, min: 0, on_sale: true }, later(1)).await
    });
    assert!(matches!(too_low, Err(Error::Contended(_))), "{too_low:?}");
}

#[rstest]
#[tokio::test]
async fn of_a_range_is_of_one_pool_and_both_ends_belong_to_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let range = |from, to| {
        let db = fixture.db().clone();
        async move {
            let found: Result<Vec<StockRow>> = tx!(db, Write, |s| rules::lock(s, &[id(42)], from, to).await);
            found.unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(range(DAYS[0], DAYS[1]).await, [id(54), id(55)]);
    assert_eq!(range(DAYS[1], DAYS[1]).await, [id(55)]);
    assert_eq!(range(DAYS[2], DAYS[0]).await, []);
}

async fn listed(fixture: &Fixture, filter: StockFilter, page: Page) -> (Vec<(u128, u128)>, u64) {
    let listed: Result<Paged<OptionStock>> = tx!(fixture.db(), Snapshot, |s| stock::list(s, id(21), filter, page).await);
    let listed = listed.unwrap();
    (listed.items.iter().map(|stock| (stock.option.0.as_u128(), stock.row.id.0.as_u128())).collect(), listed.total)
}

#[rstest]
#[tokio::test]
async fn is_listed_by_date_time_and_option(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let early = StockSlot { date: DAYS[1], start_time: time(7, 0, 0, 0), starts_at: later(100) };
    let changed: Result<()> = tx!(fixture.db(), Write, |s| {
        set_stock(s, id(42), &[(id(57), early)], StockLevel { max: 20, min: 0, on_sale: false }, later(1)).await
    });
    changed.unwrap();
    let all = StockFilter { from: DAYS[0], to: None, option: None, active_only: true };
    let page = Page { number: 1, size: 100 };
    let everything = vec![(31, 51), (33, 54), (33, 57), (31, 52), (33, 55), (31, 53), (33, 56)];
    assert_eq!(listed(&fixture, all, page).await, (everything, 7), "closed rows too; child has no stock of its own");
    assert_eq!(listed(&fixture, all, Page { number: 2, size: 3 }).await, (vec![(31, 52), (33, 55), (31, 53)], 7));
    assert_eq!(listed(&fixture, all, Page { number: 9, size: 3 }).await, (vec![], 7));
    assert_eq!(listed(&fixture, StockFilter { from: DAYS[2], ..all }, page).await, (vec![(31, 53), (33, 56)], 2));
    assert_eq!(listed(&fixture, StockFilter { to: Some(DAYS[0]), ..all }, page).await, (vec![(31, 51), (33, 54)], 2));
    let vans = StockFilter { option: Some(fixture.van), to: Some(DAYS[0]), ..all };
    assert_eq!(listed(&fixture, vans, page).await, (vec![(33, 54)], 1));

    let closed: Result<()> = tx!(fixture.db(), Write, |s| {
        let mut van = option(33, "Van", 33, 42, 2);
        van.option.is_active = false;
        products::publish_options(s, &[van]).await
    });
    closed.unwrap();
    assert_eq!(listed(&fixture, StockFilter { option: Some(fixture.van), ..all }, page).await, (vec![], 0));
    let with_inactive = StockFilter { option: Some(fixture.van), active_only: false, ..all };
    assert_eq!(listed(&fixture, with_inactive, page).await.1, 4);
}

#[rstest]
#[tokio::test]
async fn is_listed_whole_however_far_apart_its_days_are(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let years_later = |n: i16, time| StockSlot { date: date(2026 + n, 7, 1), start_time: time, starts_at: later(n.into()) };
    let slots = [(id(60), years_later(2, NINE)), (id(61), years_later(5, NINE))];
    let always = StockSlot { date: UNDATED, start_time: NINE, starts_at: "9999-01-01T00:00:00Z".parse().unwrap() };
    let set: Result<()> = tx!(fixture.db(), Write, |s| {
        let level = StockLevel { max: 5, min: 0, on_sale: true };
        set_stock(s, id(41), &slots, level, later(1)).await?;
        set_stock(s, id(42), &[(id(62), slots[0].1), (id(63), always)], level, later(1)).await
    });
    set.unwrap();
    let all = StockFilter { from: DAYS[0], to: None, option: None, active_only: true };
    let expected = [(31, 51), (33, 54), (31, 52), (33, 55), (31, 53), (33, 56), (31, 60), (33, 62), (31, 61), (33, 63)];
    for size in [1, 2, 3, 4, 7, 10, 11] {
        let mut pages = Vec::new();
        for number in 1..=10 / size + 2 {
            let (items, total) = listed(&fixture, all, Page { number, size }).await;
            assert_eq!(total, 10);
            pages.extend(items);
        }
        assert_eq!(pages, expected, "in pages of {size}");
    }
    let until = StockFilter { to: Some(date(2028, 7, 1)), ..all };
    assert_eq!(listed(&fixture, until, Page { number: 2, size: 6 }).await, (vec![(31, 60), (33, 62)], 8));
    let none = StockFilter { from: date(2029, 1, 1), to: Some(date(2030, 1, 1)), ..all };
    assert_eq!(listed(&fixture, none, Page { number: 1, size: 6 }).await, (vec![], 0));
    let only_undated = StockFilter { from: UNDATED, ..all };
    assert_eq!(listed(&fixture, only_undated, Page { number: 1, size: 200 }).await, (vec![(33, 63)], 1));
    let far = Page { number: u32::MAX, size: 200 };
    assert_eq!(listed(&fixture, all, far).await, (vec![], 10));
}

#[rstest]
#[tokio::test]
async fn agrees_with_its_open_and_used_tickets(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let orders = vec![
        TestOrder::new(100, "A-1", &[(fixture.adult, 0, 2), (fixture.van, 0, 3)]),
        TestOrder::new(200, "A-2", &[(fixture.child, 0, 1)]),
    ];
    fixture.place(orders).await.unwrap();
    assert_eq!((ordered(&fixture, 51).await, ordered(&fixture, 54).await), (3, 6));
    async fn mismatches(fixture: &Fixture) -> Vec<(StockId, i64, i64)> {
        let found: Result<Vec<stock::Mismatch>> = tx!(fixture.db(), Read, |s| stock::mismatches(s).await);
        found.unwrap().into_iter().map(|found| (found.stock, found.ordered, found.by_tickets)).collect()
    }
    assert_eq!(mismatches(&fixture).await, []);

    // A used ticket keeps its unit, a cancelled one does not.
    let changed: Result<u64> = tx!(fixture.db(), Write, |s| {
        s.execute("UPDATE tickets SET status = 2 WHERE order_id = $1", &params![id::<axhub_domain::ids::OrderId>(110)]).await?;
        s.execute("UPDATE tickets SET status = 3 WHERE id = $1", &params![id::<axhub_domain::ids::TicketId>(121)]).await
    });
    assert_eq!(changed.unwrap(), 1);
    assert_eq!(mismatches(&fixture).await, [(id(54), 6, 4)]);
}

#[rstest]
#[tokio::test]
async fn of_a_range_of_several_pools_has_what_is_undated_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let always = StockSlot { date: UNDATED, start_time: NINE, starts_at: "9999-01-01T00:00:00Z".parse().unwrap() };
    let found: Result<[Vec<StockRow>; 6]> = tx!(fixture.db(), Write, |s| {
        set_stock(s, id(42), &[(id(60), always)], StockLevel { max: 5, min: 0, on_sale: true }, later(1)).await?;
        Ok([
            stock::in_range(s, &[id(42), id(41)], (DAYS[0], DAYS[1]), 9).await?,
            stock::in_range(s, &[id(41)], (DAYS[2], DAYS[2]), 9).await?,
            stock::in_range(s, &[], (DAYS[0], DAYS[2]), 9).await?,
            stock::in_range(s, &[id(42)], (DAYS[2], UNDATED), 9).await?,
            stock::in_range(s, &[id(42), id(41)], (DAYS[0], DAYS[1]), 5).await?,
            stock::in_range(s, &[id(42), id(41)], (DAYS[0], DAYS[1]), 4).await?,
        ])
    });
    let ids = found.unwrap().map(|rows| rows.into_iter().map(|row| row.id.0.as_u128()).collect::<Vec<_>>());
    let [found @ .., as_many, fewer] = ids;
    assert_eq!(found, [vec![51, 54, 52, 55, 60], vec![53], vec![], vec![56, 60]], "each once");
    assert_eq!((&as_many, fewer.len()), (&found[0], 4), "no more than so many");
}
