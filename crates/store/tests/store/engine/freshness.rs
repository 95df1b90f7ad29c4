//! When what was read is known to be old: at once for what the program itself changes, soon for what others do, and always
//! when that cannot be known.

use std::time::{Duration, Instant};

use axhub_store::engine::{Moment, Topic};
use axhub_store::{Database, Options, Result, params};
use axhub_testkit::Engine;
use rstest::rstest;
use uuid::Uuid;

use super::abandoned::Held;
use super::scratch;

const A: Topic = Topic { part: 'a', id: Uuid::from_u128(1) };
const B: Topic = Topic { part: 'b', id: Uuid::from_u128(2) };

/// The longest that may be sent again what another program has changed, as docs/performance.md says.
const BOUND: Duration = Duration::from_secs(2);

/// A moment, as soon as there are any.
pub(super) async fn moment(db: &Database) -> Moment {
    let began = Instant::now();
    loop {
        match db.moment() {
            Some(moment) => return moment,
            None => assert!(began.elapsed() < Duration::from_secs(20), "nothing can be heard"),
        }
        tokio::task::yield_now().await;
    }
}

/// Waits until these topics are known to have changed, or not known to be as they were; says how long that took.
pub(super) async fn until_changed(db: &Database, since: Moment, topics: &[Topic]) -> Duration {
    let began = Instant::now();
    while db.freshness().is_unchanged(since, topics) {
        assert!(began.elapsed() < Duration::from_secs(20), "it goes unnoticed");
        tokio::task::yield_now().await;
    }
    began.elapsed()
}

async fn touch(db: &Database, topics: &'static [Topic]) {
    let changed: Result<()> = tx!(db, Write, |s| {
        s.touches(topics.iter().copied());
        s.execute("UPDATE scratch SET n = 1", &[]).await.map(drop)
    });
    changed.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_transaction_that_panicked_tells_nothing_of_the_next_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let db = test.open_with(Options { connections: 1, ..Options::default() }).await;
    let panicking = db.clone();
    let panicked = tokio::spawn(async move {
        let nothing: Result<()> = tx!(panicking, Write, |s| {
            s.touches([A]);
            s.execute("UPDATE scratch SET n = 1", &[]).await?;
            panic!("made up")
        });
        nothing
    });
    if let Ok(result) = panicked.await {
        result.unwrap_err();
    }
    let before = moment(&db).await;
    let untold: Result<()> = tx!(db, Write, |s| s.execute_one("INSERT INTO scratch (id, n) VALUES ($1, $2)", &params![1i64, 1i64]).await);
    untold.unwrap();
    assert!(!db.freshness().is_unchanged(before, &[B]), "it may have changed anything");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_writer_waits_nothing_is_known_of_other_programs() {
    let test = scratch(Engine::Sqlite).await;
    let db = test.database();
    let before = moment(db).await;
    let held = Held::writer(db).await;
    let took = until_changed(db, before, &[]).await;
    assert!(took < BOUND, "{took:?}");
    assert_eq!(db.moment(), None);
    held.end().await;
    moment(db).await;
}

#[tokio::test]
async fn what_a_program_told_of_its_own_change_changes_nothing_again() {
    let test = scratch(Engine::Postgres).await;
    let (db, other) = (test.database(), test.open().await);
    for _ in 0..3 {
        moment(db).await;
        touch(db, &[A]).await;
        let noted = moment(db).await;
        touch(&other, &[B]).await;
        // What was told before has come by then.
        until_changed(db, noted, &[B]).await;
        assert!(db.freshness().is_unchanged(noted, &[A]));
    }
    let before = moment(db).await;
    touch(&other, &[A]).await;
    until_changed(db, before, &[A]).await;
}
