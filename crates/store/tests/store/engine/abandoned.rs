//! What becomes of work when whoever asked for it goes away, and of more work than there is room for.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use axhub_store::{Database, Error, Mode, Options, Result, params};
use axhub_testkit::{Engine, TestDatabase};
use futures_util::poll;
use rstest::rstest;
use tokio::task::JoinHandle;

use super::{numbers, scratch};

const INSERT: &str = "INSERT INTO scratch (id, n) VALUES ($1, $2)";

async fn insert(db: Database, n: i64) -> Result<()> {
    tx!(db, Write, |s| s.execute_one(INSERT, &params![n, n]).await)
}

/// A transaction that does not end until it is told.
pub(super) struct Held {
    end: mpsc::Sender<()>,
    held: JoinHandle<Result<()>>,
}

impl Held {
    /// Occupies the one that writes to a file.
    pub(super) async fn writer(db: &Database) -> Held {
        let (began, has_begun) = tokio::sync::oneshot::channel();
        let (end, is_over) = mpsc::channel::<()>();
        let (signals, db) = (std::sync::Mutex::new(Some((began, is_over))), db.clone());
        let held = tokio::spawn(async move {
            let held: Result<()> = tx!(db, Write, signals, |s, signals| {
                s.touches_nothing();
                let (began, is_over) = signals.lock().unwrap().take().unwrap();
                began.send(()).unwrap();
                let _ = is_over.recv();
                Ok(())
            });
            held
        });
        has_begun.await.unwrap();
        Held { end, held }
    }

    pub(super) async fn end(self) {
        drop(self.end);
        self.held.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_was_given_up_before_its_turn_is_not_begun() {
    let test = scratch(Engine::Sqlite).await;
    let held = Held::writer(test.database()).await;
    for n in 0..20 {
        let mut abandoned = Box::pin(insert(test.database().clone(), n));
        assert!(poll!(abandoned.as_mut()).is_pending());
    }
    let wanted = tokio::spawn(insert(test.database().clone(), 99));
    tokio::task::yield_now().await;
    held.end().await;
    wanted.await.unwrap().unwrap();
    assert_eq!(numbers(test.database()).await, [(99, 99)]);
}

#[tokio::test]
async fn what_was_given_up_in_its_turn_is_not_tried_again() {
    let test = scratch(Engine::Sqlite).await;
    let attempts = Arc::new(AtomicU32::new(0));
    let (tried, trial) = mpsc::channel::<()>();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let (db, given) = (test.database().clone(), (Arc::clone(&attempts), std::sync::Mutex::new((tried, may_go_on))));
    let mut abandoned = Box::pin(async move {
        let lost: Result<()> = tx!(db, Write, given, |_s, (attempts, signals)| {
            attempts.fetch_add(1, Ordering::SeqCst);
            let signals = signals.lock().unwrap();
            signals.0.send(()).unwrap();
            let _ = signals.1.recv();
            Err(Error::Contended("made up".to_owned()))
        });
        lost
    });
    assert!(poll!(abandoned.as_mut()).is_pending());
    trial.recv().unwrap();
    drop(abandoned);
    drop(go_on);
    insert(test.database().clone(), 1).await.unwrap();
    assert_eq!(attempts.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn more_than_there_is_room_for_is_refused_at_once() {
    let test = scratch(Engine::Sqlite).await;
    let held = Held::writer(test.database()).await;
    let (mut waiting, mut refused) = (Vec::new(), 0);
    for n in 0..1500 {
        let mut asked = Box::pin(insert(test.database().clone(), n % 1000));
        match poll!(asked.as_mut()) {
            std::task::Poll::Pending => waiting.push(asked),
            std::task::Poll::Ready(Err(Error::Unavailable(_))) => refused += 1,
            std::task::Poll::Ready(other) => panic!("{other:?}"),
        }
    }
    assert!(refused > 0 && waiting.len() >= 500, "{refused} refused, {} waiting", waiting.len());
    assert_eq!(numbers(test.database()).await, [], "those that read have a way of their own");
    waiting.truncate(3);
    held.end().await;
    for waiting in waiting {
        waiting.await.unwrap();
    }
    assert_eq!(numbers(test.database()).await.len(), 3);
}

async fn pid(db: &Database) -> Result<i64> {
    tx!(db, Read, |s| s.query_one("SELECT CAST(pg_backend_pid() AS bigint), CAST(pg_sleep(0.2) AS text)", &[]).await?.int(0))
}

/// The servers' processes behind the two connections of a database.
async fn both_pids(db: &Database) -> BTreeSet<i64> {
    let (one, other) = tokio::join!(pid(db), pid(db));
    BTreeSet::from([one.unwrap(), other.unwrap()])
}

/// Waits until so many sessions of this database sleep.
async fn until_sleeping(test: &TestDatabase, wanted: i64) {
    let began = Instant::now();
    while sleeping(test).await != wanted {
        assert!(began.elapsed() < Duration::from_secs(20), "{wanted} never sleep");
    }
}

async fn sleeping(test: &TestDatabase) -> i64 {
    let count: Result<i64> = tx!(test.database(), Read, |s| {
        let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
        s.query_one(sql, &[]).await?.int(0)
    });
    count.unwrap()
}

#[rstest]
#[tokio::test]
async fn nobody_waits_behind_a_read_of_which_nobody_wants_the_answer(#[values(Mode::Read, Mode::Snapshot)] mode: Mode) {
    let test = scratch(Engine::Postgres).await;
    let db = test.open_with(Options { connections: 2, ..Options::default() }).await;
    let both = both_pids(&db).await;
    assert_eq!(both.len(), 2);
    let reading = db.clone();
    let abandoned = tokio::spawn(async move {
        let read: Result<()> = reading
            .run("test", mode, (), |s, ()| Box::pin(async move { s.query("SELECT CAST(pg_sleep(3) AS text)", &[]).await.map(drop) }))
            .await;
        read
    });
    until_sleeping(&test, 1).await;
    abandoned.abort();
    abandoned.await.unwrap_err();
    let began = Instant::now();
    for n in 0..4 {
        insert(db.clone(), n).await.unwrap();
    }
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!(sleeping(&test).await, 1, "else this proves nothing");
    until_sleeping(&test, 0).await;
    assert_eq!(both_pids(&db).await, both, "its connection comes back when it is over");
}
