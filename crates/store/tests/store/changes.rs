//! The feed of changes.

use std::sync::mpsc;
use std::time::Duration;

use axhub_domain::product::ProductKind;
use axhub_store::changes::{self, ChangeKind, NewChange};
use axhub_store::{Database, Error, Result, products};
use axhub_testkit::Engine;
use parking_lot::Mutex;
use rstest::rstest;
use serde_json::json;

use crate::fixture::{Fixture, id, later, now, product, unassign};

fn change(kind: ChangeKind, n: i64) -> NewChange {
    NewChange { kind, product_kind: ProductKind::Tour, product: id(21), channel: None, data: json!({ "n": n }) }
}

async fn record(db: &Database, new: Vec<NewChange>) {
    let recorded: Result<()> = tx!(db, Write, new, |s, new| changes::record(s, new, later(1)).await);
    recorded.unwrap();
}

async fn give_positions(db: &Database, limit: u32) -> usize {
    let given: Result<usize> = tx!(db, Write, |s| changes::give_positions(s, limit).await);
    given.unwrap()
}

/// Position and number of what a channel sees behind a position.
async fn seen(db: &Database, channel: u128, after: i64, limit: u32) -> Vec<(i64, i64)> {
    let seen: Result<Vec<changes::Change>> = tx!(db, Read, |s| changes::of_channel(s, id(channel), after, limit).await);
    seen.unwrap().into_iter().map(|change| (change.position, change.data["n"].as_i64().unwrap())).collect()
}

#[rstest]
#[tokio::test]
async fn get_positions_in_their_order_when_somebody_looks(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let db = fixture.db();
    let state = async || {
        let state: Result<(bool, i64)> = tx!(db, Read, |s| Ok((changes::any_without_position(s).await?, changes::last_position(s).await?)));
        state.unwrap()
    };
    assert_eq!((state().await, give_positions(db, 10).await), ((false, 0), 0));
    record(db, vec![]).await;
    let all = ChangeKind::ALL.iter().zip(1..).map(|(kind, n)| change(*kind, n)).collect();
    record(db, all).await;
    assert_eq!((state().await, seen(db, 11, 0, 10).await), ((true, 0), vec![]), "nobody sees what has no position");
    assert_eq!((give_positions(db, 3).await, state().await), (3, (true, 3)));
    assert_eq!((give_positions(db, 3).await, state().await), (2, (false, 5)));
    assert_eq!(seen(db, 11, 0, 10).await, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]);
    assert_eq!(seen(db, 11, 2, 2).await, [(3, 3), (4, 4)]);
    assert_eq!(seen(db, 11, 5, 10).await, []);

    let whole: Result<Vec<changes::Change>> = tx!(db, Read, |s| changes::of_channel(s, id(11), 4, 10).await);
    let last = changes::Change {
        position: 5,
        at: later(1),
        kind: ChangeKind::Answer,
        product_kind: ProductKind::Tour,
        product: id(21),
        data: json!({ "n": 5 }),
    };
    assert_eq!(whole.unwrap(), [last]);
}

#[rstest]
#[tokio::test]
async fn are_seen_by_those_whom_they_concern(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let db = fixture.db();
    let made: Result<()> = tx!(db, Write, |s| products::insert(s, &product(22, 2, "Not alpha's")).await);
    made.unwrap();
    let of_alpha = NewChange { channel: Some(id(11)), ..change(ChangeKind::Order, 2) };
    let of_beta = NewChange { channel: Some(id(12)), ..change(ChangeKind::Order, 3) };
    let day_ticket = NewChange { product_kind: ProductKind::DayTicket, ..of_alpha.clone() };
    let elsewhere = NewChange { product: id(22), ..change(ChangeKind::Product, 4) };
    let everybody = change(ChangeKind::Stock, 1);
    record(db, vec![everybody, of_alpha, of_beta, elsewhere, NewChange { data: json!({ "n": 5 }), ..day_ticket }]).await;
    assert_eq!(give_positions(db, 100).await, 5);
    assert_eq!(seen(db, 11, 0, 10).await, [(1, 1), (2, 2), (5, 5)]);
    assert_eq!(seen(db, 12, 0, 10).await, [(3, 3)], "beta may not sell the tour, but an order is its own");
    let removed: Result<bool> = tx!(db, Write, |s| unassign(s, id(11), id(21)).await);
    removed.unwrap();
    assert_eq!(seen(db, 11, 0, 10).await, [(2, 2), (5, 5)]);

    let orders = async |channel: u128, kind, after, since| {
        let seen: Result<Vec<changes::Change>> =
            tx!(db, Read, |s| changes::orders_of_channel(s, id(channel), kind, after, since, 10).await);
        seen.unwrap().into_iter().map(|change| change.position).collect::<Vec<_>>()
    };
    assert_eq!(orders(11, ProductKind::Tour, 0, None).await, [2]);
    assert_eq!(orders(11, ProductKind::DayTicket, 0, Some(later(1))).await, [5]);
    assert_eq!(orders(11, ProductKind::DayTicket, 0, Some(later(2))).await, [0i64; 0]);
    assert_eq!(orders(11, ProductKind::Tour, 2, None).await, [0i64; 0]);
    assert_eq!(orders(12, ProductKind::Tour, 0, Some(now())).await, [3]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn that_commit_late_come_behind_what_was_read(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let (written, is_written) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let (db, signals) = (fixture.db().clone(), (Mutex::new(written), Mutex::new(may_go_on)));
    // The first change is written first and committed last.
    let slow = tokio::spawn(async move {
        let recorded: Result<()> = tx!(db, Write, signals, |s, (written, may_go_on)| {
            changes::record(s, &[change(ChangeKind::Stock, 1)], later(1)).await?;
            written.lock().send(()).unwrap();
            let receive = || may_go_on.lock().recv_timeout(Duration::from_secs(20));
            tokio::task::block_in_place(receive).map_err(|_| Error::Database("the test did not go on".to_owned()))
        });
        recorded.unwrap();
    });
    is_written.recv_timeout(Duration::from_secs(20)).unwrap();
    let db = fixture.db();
    if engine == Engine::Postgres {
        record(db, vec![change(ChangeKind::Stock, 2)]).await;
        assert_eq!(give_positions(db, 10).await, 1);
        assert_eq!(seen(db, 11, 0, 10).await, [(1, 2)], "the reader is at position 1");
    }
    go_on.send(()).unwrap();
    slow.await.unwrap();
    // SQLite has one writer: there the second could only come now.
    if engine == Engine::Sqlite {
        record(db, vec![change(ChangeKind::Stock, 2)]).await;
        assert_eq!(give_positions(db, 1).await, 1);
        assert_eq!(seen(db, 11, 0, 10).await, [(1, 1)]);
    }
    assert_eq!(give_positions(db, 10).await, 1);
    assert_eq!(seen(db, 11, 1, 10).await.len(), 1, "and finds the other behind it");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn get_each_position_once_whoever_gives_them(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let ways_in = [fixture.db().clone(), fixture.test.open().await];
    let working = (0..20).map(|n| {
        let db = ways_in[n % 2].clone();
        tokio::spawn(async move {
            record(&db, vec![change(ChangeKind::Stock, n as i64)]).await;
            give_positions(&db, 3).await;
        })
    });
    for working in working.collect::<Vec<_>>() {
        working.await.unwrap();
    }
    while give_positions(fixture.db(), 100).await > 0 {}
    let mut seen = seen(fixture.db(), 11, 0, 100).await;
    assert_eq!(seen.iter().map(|(position, _)| *position).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
    seen.sort_by_key(|(_, n)| *n);
    assert_eq!(seen.iter().map(|(_, n)| *n).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
}
