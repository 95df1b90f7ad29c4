//! What only SQLite has: one writer, other processes on the same file, and no network to await.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use axhub_store::{Address, Database, Error, Mode, Options, Result, params};
use axhub_testkit::{Engine, TestDatabase};
use rstest::rstest;

use super::{numbers, scratch};

const INSERT: &str = "INSERT INTO scratch (id, n) VALUES ($1, $2)";

#[rstest]
#[tokio::test]
async fn a_transaction_that_awaits_something_else_is_an_error(#[values(Mode::Read, Mode::Snapshot, Mode::Write)] mode: Mode) {
    let test = scratch(Engine::Sqlite).await;
    let awaited: Result<()> = test
        .database()
        .run("test", mode, (), move |s, ()| {
            Box::pin(async move {
                if mode == Mode::Write {
                    s.execute_one(INSERT, &params![1i64, 1i64]).await?;
                }
                tokio::task::yield_now().await;
                Ok(())
            })
        })
        .await;
    assert!(matches!(&awaited, Err(Error::Database(text)) if text.contains("awaited something other")), "{awaited:?}");
    assert_eq!(numbers(test.database()).await, [], "and it is undone");
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_hurt_the_next() {
    let test = scratch(Engine::Sqlite).await;
    for n in 0..20i64 {
        let db = test.database().clone();
        let abandoned = tokio::spawn(async move {
            let result: Result<()> = tx!(db, Write, |s| s.execute_one(INSERT, &params![n, n]).await);
            result
        });
        if n % 2 == 0 {
            tokio::task::yield_now().await;
        }
        abandoned.abort();
    }
    let kept: Result<()> = tx!(test.database(), Write, |s| s.execute_one(INSERT, &params![99i64, 99i64]).await);
    kept.unwrap();
    assert_eq!(numbers(test.database()).await.last(), Some(&(99, 99)));
}

/// A connection of another program that keeps the file locked for writing.
fn lock_from_outside(test: &TestDatabase) -> rusqlite::Connection {
    let Address::Sqlite(path) = test.address() else { panic!("not SQLite") };
    let outside = rusqlite::Connection::open(path).unwrap();
    outside.busy_timeout(Duration::from_secs(20)).unwrap();
    outside.execute_batch("BEGIN IMMEDIATE").unwrap();
    outside
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_waits_for_another_program_and_then_goes_on() {
    let test = scratch(Engine::Sqlite).await;
    let outside = lock_from_outside(&test);
    outside.execute("INSERT INTO scratch (id, n) VALUES (2, 2)", []).unwrap();
    let db = test.database().clone();
    let writing = tokio::spawn(async move {
        let kept: Result<()> = tx!(db, Write, |s| s.execute_one(INSERT, &params![1i64, 1i64]).await);
        kept
    });
    assert_eq!(numbers(test.database()).await, [], "readers do not wait");
    outside.execute_batch("COMMIT").unwrap();
    writing.await.unwrap().unwrap();
    assert_eq!(numbers(test.database()).await, [(1, 1), (2, 2)]);
}

#[tokio::test]
async fn a_writer_tries_again_and_gives_up_when_another_program_does_not() {
    let test = scratch(Engine::Sqlite).await;
    let db = test.database();
    // The setting belongs to the connection, and there is only one that writes.
    let impatient: Result<()> = tx!(db, Write, |s| s.query("PRAGMA busy_timeout = 20", &[]).await.map(drop));
    impatient.unwrap();
    let busy_timeout = Duration::from_millis(20);
    let outside = lock_from_outside(&test);
    let started = Instant::now();
    let lost: Result<()> = tx!(db, Write, |s| s.execute_one(INSERT, &params![1i64, 1i64]).await);
    assert!(matches!(lost, Err(Error::Contended(_))), "{lost:?}");
    let took = started.elapsed();
    assert!(took > 2 * busy_timeout && took < Duration::from_secs(10), "{took:?}");
    assert_eq!(numbers(db).await, [], "reading works all the while");

    outside.execute_batch("ROLLBACK").unwrap();
    let kept: Result<()> = tx!(db, Write, |s| s.execute_one(INSERT, &params![1i64, 1i64]).await);
    kept.unwrap();
}

#[tokio::test]
async fn what_was_committed_is_on_disk() {
    let test = scratch(Engine::Sqlite).await;
    let settings: Result<(String, i64, i64)> = tx!(test.database(), Write, |s| {
        let mode = s.query_one("PRAGMA journal_mode", &[]).await?.get(0)?;
        let synchronous = s.query_one("PRAGMA synchronous", &[]).await?.int(0)?;
        Ok((mode, synchronous, s.query_one("PRAGMA foreign_keys", &[]).await?.int(0)?))
    });
    const FULL: i64 = 2;
    assert_eq!(settings.unwrap(), ("wal".to_owned(), FULL, 1));
}

/// Opens and migrates one file on many threads: all open it at the same moment, and then all migrate it at the same moment.
fn open_and_migrate_on_many_threads(address: &Address) -> Vec<Result<usize>> {
    const THREADS: usize = 6;
    let (open, migrate) = (Barrier::new(THREADS), Barrier::new(THREADS));
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        open.wait();
        let db = runtime.block_on(Database::open(address, Options::default()));
        migrate.wait();
        runtime.block_on(async { db?.migrate().await })
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_fresh_file_can_be_opened_and_closed_by_many_at_once() {
    let test = TestDatabase::empty(Engine::Sqlite).await;
    let Address::Sqlite(path) = test.address() else { panic!("not SQLite") };
    for round in 0..20 {
        let address = Address::Sqlite(path.with_file_name(format!("fresh-{round}.db")));
        let opening: Vec<_> = (0..6)
            .map(|_| {
                let address = address.clone();
                tokio::spawn(async move { Database::open(&address, Options::default()).await.map(drop) })
            })
            .collect();
        for opening in opening {
            opening.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn a_fresh_file_can_be_opened_and_migrated_by_many_at_once() {
    let test = TestDatabase::empty(Engine::Sqlite).await;
    let Address::Sqlite(path) = test.address() else { panic!("not SQLite") };
    for round in 0..30 {
        let address = Address::Sqlite(path.with_file_name(format!("fresh-{round}.db")));
        let applied: Result<Vec<usize>> = open_and_migrate_on_many_threads(&address).into_iter().collect();
        let mut applied = applied.unwrap();
        applied.sort_unstable();
        let (all, none) = applied.split_last().unwrap();
        assert!(*all > 0 && none.iter().all(|count| *count == 0), "{applied:?}");
        Database::open(&address, Options::default()).await.unwrap().check_schema().await.unwrap();
    }
}

#[tokio::test]
async fn a_place_where_nothing_can_be_is_not_available() {
    let test = TestDatabase::empty(Engine::Sqlite).await;
    let Address::Sqlite(path) = test.address() else { panic!("not SQLite") };
    let nowhere = Address::Sqlite(path.join("not/a/directory.db"));
    let opened = Database::open(&nowhere, Options::default()).await;
    assert!(matches!(opened, Err(Error::Unavailable(_))), "{opened:?}");
}

/// It is full of personal data, and so is what lies beside it.
#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let test = TestDatabase::new(Engine::Sqlite).await;
    let Address::Sqlite(file) = test.address() else { panic!("another engine") };
    let mode = |ending: &str| std::fs::metadata(format!("{}{ending}", file.display())).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(""), mode("-wal"), mode("-shm")].map(|mode| format!("{mode:o}")), ["600", "600", "600"]);

    // Who gave others a right to it had a reason.
    std::fs::set_permissions(file, PermissionsExt::from_mode(0o640)).unwrap();
    drop(test.open().await);
    assert_eq!(format!("{:o}", mode("")), "640");
}
