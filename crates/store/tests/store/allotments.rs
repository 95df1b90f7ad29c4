//! Allotments: kept, taken from, given back, released and listed; and the rows they are on, explained.

use axhub_domain::allotment::Allotment;
use axhub_domain::ids::{ChannelId, StockId, SupplierId};
use axhub_domain::inventory::{StockSlot, UNDATED};
use axhub_store::allotments::{self, AllotmentFilter, NewAllotment};
use axhub_store::paging::Page;
use axhub_store::stock::explained;
use axhub_store::{Error, Result, Session, params};
use axhub_testkit::Engine;
use jiff::Timestamp;
use rstest::rstest;

use crate::fixture::{DAYS, Fixture, StockLevel, TestOrder, id, later, nine, now, set_stock};

const ALL: Page = Page { number: 1, size: 100 };

/// `quantity` for a channel on the row `n`, released so many minutes from now.
fn allot(n: u128, channel: u128, quantity: i64, release: i64) -> NewAllotment {
    NewAllotment { stock: id(n), allotment: Allotment { channel: id(channel), quantity, taken: 0, release_at: later(release) } }
}

async fn put(s: &Session, allotments: &[NewAllotment]) -> Result<()> {
    allotments::put(s, allotments, now()).await
}

/// Row, channel, quantity and taken of all allotments on the rows 51 to 56.
async fn all(fixture: &Fixture) -> Vec<(u128, u128, i64, i64)> {
    let rows: Vec<StockId> = (51..57).map(id).collect();
    let found: Result<Vec<(StockId, Allotment)>> = tx!(fixture.db(), Snapshot, rows, |s, rows| allotments::of(s, rows).await);
    let found = found.unwrap().into_iter();
    found.map(|(row, a)| (row.0.as_u128(), a.channel.0.as_u128(), a.quantity, a.taken)).collect()
}

#[rstest]
#[tokio::test]
async fn are_kept_taken_from_and_taken_away(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let made: Result<()> = tx!(fixture.db(), Write, |s| {
        put(s, &[]).await?;
        put(s, &[allot(51, 11, 4, 60), allot(51, 12, 2, 60), allot(54, 11, 9, 60)]).await?;
        allotments::take(s, &[]).await?;
        allotments::take(s, &[(id(51), id(11), 3), (id(54), id(11), 2)]).await?;
        // Another quantity: what is taken stays.
        put(s, &[allot(51, 11, 6, 90)]).await?;
        allotments::take(s, &[(id(51), id(11), -1)]).await?;
        allotments::remove(s, id(12), &[id(51), id(54)]).await
    });
    made.unwrap();
    assert_eq!(all(&fixture).await, [(51, 11, 6, 2), (54, 11, 9, 2)]);
    let in_range: Result<Vec<(StockId, Allotment)>> =
        tx!(fixture.db(), Snapshot, |s| allotments::in_range(s, &[id(41)], (DAYS[0], DAYS[2]), 9).await);
    assert_eq!(in_range.unwrap().iter().map(|(row, a)| (row.0.as_u128(), a.release_at)).collect::<Vec<_>>(), [(51, later(90))]);

    let nobodys: Result<()> = tx!(fixture.db(), Write, |s| allotments::take(s, &[(id(51), id(12), 1)]).await);
    assert!(matches!(nobodys, Err(Error::Contended(_))), "{nobodys:?}");
    let too_much: Result<()> = tx!(fixture.db(), Write, |s| allotments::take(s, &[(id(51), id(11), -3)]).await);
    assert!(matches!(too_much, Err(Error::Constraint(_))), "{too_much:?}");
    let nothing: Result<()> = tx!(fixture.db(), Write, |s| put(s, &[allot(52, 11, 0, 60)]).await);
    assert!(matches!(nothing, Err(Error::Constraint(_))), "{nothing:?}");
}

#[rstest]
#[tokio::test]
async fn on_stock_without_a_date_are_in_every_range(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let always = StockSlot { date: UNDATED, start_time: crate::fixture::NINE, starts_at: "9999-01-01T00:00:00Z".parse().unwrap() };
    let found: Result<[usize; 3]> = tx!(fixture.db(), Write, |s| {
        set_stock(s, id(42), &[(id(60), always)], StockLevel { max: 5, min: 0, on_sale: true }, later(1)).await?;
        put(s, &[allot(60, 11, 1, 60)]).await?;
        let pools = [id(42)];
        Ok([
            allotments::in_range(s, &pools, (DAYS[0], DAYS[0]), 9).await?.len(),
            allotments::in_range(s, &pools, (DAYS[0], UNDATED), 9).await?.len(),
            allotments::in_range(s, &pools, (DAYS[0], UNDATED), 0).await?.len(),
        ])
    });
    assert_eq!(found.unwrap(), [1, 1, 0]);
}

#[rstest]
#[tokio::test]
async fn agree_with_the_tickets_of_their_channels(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    // Two adults and three vans of two units each, all of alpha.
    let order = TestOrder::new(100, "A-1", &[(fixture.adult, 0, 2), (fixture.van, 0, 3)]);
    fixture.place(vec![order]).await.unwrap();
    let ordered = |channel: ChannelId| {
        let db = fixture.db().clone();
        async move {
            let found: Result<Vec<(StockId, i64)>> =
                tx!(db, Snapshot, |s| allotments::ordered_by(s, channel, &[id(51), id(52), id(54)]).await);
            let mut found: Vec<_> = found.unwrap().into_iter().map(|(row, units)| (row.0.as_u128(), units)).collect();
            found.sort_unstable();
            found
        }
    };
    assert_eq!(ordered(fixture.alpha).await, [(51, 2), (54, 6)]);
    assert_eq!(ordered(fixture.beta).await, []);

    let made: Result<()> = tx!(fixture.db(), Write, |s| {
        put(s, &[allot(51, 11, 4, 60), allot(54, 11, 9, 60), allot(52, 12, 1, 60)]).await?;
        allotments::take(s, &[(id(51), id(11), 2), (id(54), id(11), 6)]).await
    });
    made.unwrap();
    let mismatches = || async {
        let found: Result<Vec<allotments::Mismatch>> = tx!(fixture.db(), Snapshot, |s| allotments::mismatches(s).await);
        found.unwrap().into_iter().map(|found| (found.stock.0.as_u128(), found.taken, found.by_tickets)).collect::<Vec<_>>()
    };
    assert_eq!(mismatches().await, []);
    // A used ticket keeps its unit, a cancelled one does not; and what was never ordered was never taken.
    let changed: Result<()> = tx!(fixture.db(), Write, |s| {
        s.execute("UPDATE tickets SET status = 2 WHERE id = $1", &params![id::<axhub_domain::ids::TicketId>(111)]).await?;
        s.execute("UPDATE tickets SET status = 3 WHERE id = $1", &params![id::<axhub_domain::ids::TicketId>(121)]).await?;
        allotments::take(s, &[(id(52), id(12), 1)]).await
    });
    changed.unwrap();
    assert_eq!(mismatches().await, [(52, 1, 0), (54, 6, 4)]);
}

#[rstest]
#[tokio::test]
async fn are_released_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let made: Result<()> = tx!(fixture.db(), Write, |s| {
        put(s, &[allot(51, 11, 4, 60), allot(51, 12, 2, 30), allot(54, 11, 9, 20), allot(55, 11, 1, 0)]).await?;
        allotments::take(s, &[(id(54), id(11), 12)]).await
    });
    made.unwrap();
    let due = |at: Timestamp, limit| {
        let db = fixture.db().clone();
        async move {
            let found: Result<Vec<StockId>> = tx!(db, Read, |s| allotments::due(s, at, limit).await);
            found.unwrap().into_iter().map(|row| row.0.as_u128()).collect::<Vec<_>>()
        }
    };
    assert_eq!(due(later(19), 9).await, [], "what is released when it is made is not due");
    assert_eq!(due(later(60), 9).await, [54, 51, 51]);
    assert_eq!(due(later(60), 1).await, [54]);
    let mark = |at: Timestamp| {
        let db = fixture.db().clone();
        async move {
            let rows: Vec<StockId> = vec![id(51), id(54)];
            let marked: Result<Vec<(StockId, i64)>> = tx!(db, Write, rows, |s, rows| allotments::mark_released(s, rows, at).await);
            let mut marked: Vec<_> = marked.unwrap().into_iter().map(|(row, kept)| (row.0.as_u128(), kept)).collect();
            marked.sort_unstable();
            marked
        }
    };
    assert_eq!(mark(later(30)).await, [(51, 2), (54, 0)], "all of the nine were taken, and more");
    assert_eq!(mark(later(30)).await, []);
    assert_eq!(due(later(60), 9).await, [51]);
    let again: Result<()> = tx!(fixture.db(), Write, |s| put(s, &[allot(54, 11, 9, 40)]).await);
    again.unwrap();
    assert_eq!(due(later(60), 9).await, [54, 51], "a new time is waited for anew");
}

#[rstest]
#[tokio::test]
async fn are_listed_to_the_supplier_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let made: Result<()> = tx!(fixture.db(), Write, |s| {
        put(s, &[allot(51, 12, 2, 30), allot(51, 11, 4, 60), allot(52, 11, 1, 60), allot(54, 11, 9, 20)]).await
    });
    made.unwrap();
    let list = |supplier: SupplierId, filter: AllotmentFilter, page: Page| {
        let db = fixture.db().clone();
        async move {
            let found: Result<axhub_store::paging::Paged<allotments::ListedAllotment>> =
                tx!(db, Snapshot, filter, |s, filter| allotments::list_of_supplier(s, supplier, filter, page).await);
            let found = found.unwrap();
            (found.items.into_iter().map(|item| (item.stock.0.as_u128(), item.channel_code)).collect::<Vec<_>>(), found.total)
        }
    };
    let alpha = |row| (row, "alpha".to_owned());
    let everything = vec![alpha(51), (51, "beta".to_owned()), alpha(54), alpha(52)];
    assert_eq!(list(fixture.lumiere, AllotmentFilter::default(), ALL).await, (everything, 4));
    assert_eq!(list(fixture.lumiere, AllotmentFilter::default(), Page { number: 2, size: 3 }).await, (vec![alpha(52)], 4));
    assert_eq!(list(fixture.hanok, AllotmentFilter::default(), ALL).await, (vec![], 0));
    let of_beta = AllotmentFilter { channel: Some("beta".to_owned()), ..AllotmentFilter::default() };
    assert_eq!(list(fixture.lumiere, of_beta, ALL).await.1, 1);
    let later = AllotmentFilter { from: Some(DAYS[1]), to: Some(DAYS[2]), ..AllotmentFilter::default() };
    assert_eq!(list(fixture.lumiere, later, ALL).await, (vec![alpha(52)], 1));
    for (product, total) in [(21, 4), (22, 0)] {
        let of_product = AllotmentFilter { product: Some(id(product)), ..AllotmentFilter::default() };
        assert_eq!(list(fixture.lumiere, of_product, ALL).await.1, total);
    }
}

#[rstest]
#[tokio::test]
async fn are_only_for_channels_that_the_supplier_knows(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let find = |supplier: SupplierId, code: &'static str| {
        let db = fixture.db().clone();
        async move {
            let found: Result<(Option<ChannelId>, Vec<String>)> = tx!(db, Snapshot, |s| {
                let channel = allotments::channel_of_supplier(s, supplier, id(41), code).await?;
                Ok((channel, allotments::channels_of_supplier(s, supplier).await?))
            });
            let (channel, all) = found.unwrap();
            (channel.map(|channel| channel.0.as_u128()), all.join(" "))
        }
    };
    let (lumiere, hanok) = (fixture.lumiere, fixture.hanok);
    let known = |channel, all: &str| (channel, all.to_owned());
    assert_eq!(find(lumiere, "alpha").await, known(Some(11), "alpha"));
    assert_eq!(find(lumiere, "beta").await, known(None, "alpha"));
    assert_eq!(find(lumiere, "gamma").await, known(None, "alpha"));
    assert_eq!(find(hanok, "alpha").await, known(None, ""), "alpha sells nothing of hanok's");

    let rule = |n: u128, supplier: Option<SupplierId>, country: Option<&'static str>| {
        let db = fixture.db().clone();
        async move {
            let made: Result<()> = tx!(db, Write, |s| {
                let sql = "INSERT INTO assignment_rules (id, channel_id, supplier_id, country, mark_up, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
                s.execute_one(sql, &params![uuid::Uuid::from_u128(n), id::<ChannelId>(12), supplier, country, 100_000_i64, now()]).await
            });
            made.unwrap();
        }
    };
    rule(1, None, Some("France")).await;
    assert_eq!(find(hanok, "beta").await, known(None, ""), "a rule for a country says nothing of a supplier");
    rule(2, Some(hanok), None).await;
    assert_eq!((find(hanok, "beta").await, find(lumiere, "beta").await), (known(Some(12), "beta"), known(None, "alpha")));
    // Who has an allotment can be named to take it away, whatever it may sell by now.
    let made: Result<()> = tx!(fixture.db(), Write, |s| put(s, &[allot(52, 12, 1, 60)]).await);
    made.unwrap();
    assert_eq!(find(lumiere, "beta").await, known(Some(12), "alpha"));
    rule(3, None, None).await;
    assert_eq!(find(lumiere, "beta").await, known(Some(12), "alpha beta"));
}

#[rstest]
#[tokio::test]
async fn and_orders_explain_a_row(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let orders = [TestOrder::new(100, "A-1", &[(fixture.adult, 0, 2)]), TestOrder::new(200, "A-2", &[(fixture.child, 0, 1)])];
    fixture.place(orders.into_iter().collect()).await.unwrap();
    type Explained = (explained::WholeRow, Vec<explained::OrderedBy>, Vec<(String, Allotment)>, Vec<explained::DrawingOption>);
    let explain = |supplier: SupplierId| {
        let db = fixture.db().clone();
        async move {
            let found: Result<Option<Explained>> = tx!(db, Snapshot, |s| {
                let Some(whole) = explained::of_supplier(s, supplier, id(51)).await? else { return Ok(None) };
                let allotments = explained::allotments(s, id(51)).await?;
                Ok(Some((whole, explained::ordered_by(s, id(51)).await?, allotments, explained::options(s, id(51)).await?)))
            });
            found.unwrap()
        }
    };
    assert_eq!(explain(fixture.hanok).await, None);
    let changed: Result<()> = tx!(fixture.db(), Write, |s| {
        put(s, &[allot(51, 12, 2, 30)]).await?;
        let slot = [(id(51), crate::fixture::slot(0))];
        set_stock(s, id(41), &slot, StockLevel { max: 9, min: 0, on_sale: false }, later(5)).await?;
        // Closed already: the first note stays.
        set_stock(s, id(41), &slot, StockLevel { max: 8, min: 0, on_sale: false }, later(6)).await?;
        s.execute("UPDATE tickets SET status = 2 WHERE id = $1", &params![id::<axhub_domain::ids::TicketId>(111)]).await?;
        s.execute("UPDATE stock_pools SET name = 'bus' WHERE id = $1", &params![id::<axhub_domain::ids::PoolId>(41)]).await?;
        Ok(())
    });
    changed.unwrap();
    let (whole, ordered, allotments, options) = explain(fixture.lumiere).await.unwrap();
    assert_eq!((whole.closed_by.as_deref(), whole.closed_at, whole.pool_name.as_deref()), (Some("lumiere"), Some(later(5)), Some("bus")));
    assert_eq!((whole.row.max, whole.row.ordered, whole.row.starts_at, whole.is_published), (8, 3, nine(0), true));
    let expected =
        explained::OrderedBy { channel: id(11), code: "alpha".to_owned(), orders: 2, open_tickets: 2, used_tickets: 1, units: 3 };
    assert_eq!(ordered, [expected]);
    assert_eq!(allotments, [("beta".to_owned(), allot(51, 12, 2, 30).allotment)]);
    let options: Vec<_> = options.into_iter().map(|option| (option.id.0.as_u128(), option.name, option.weight)).collect();
    assert_eq!(options, [(31, "Adult".to_owned(), 1), (32, "Child".to_owned(), 1)]);

    let opened: Result<()> = tx!(fixture.db(), Write, |s| {
        set_stock(s, id(41), &[(id(51), crate::fixture::slot(0))], StockLevel { max: 8, min: 0, on_sale: true }, later(7)).await
    });
    opened.unwrap();
    let (whole, ..) = explain(fixture.lumiere).await.unwrap();
    assert_eq!((whole.closed_by, whole.closed_at), (None, None));
}
