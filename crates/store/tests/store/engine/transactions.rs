//! The one door: all or nothing, one moment, run again when another was in the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use axhub_store::{Error, Mode, Result, TransactionError, params};
use axhub_testkit::Engine;
use parking_lot::Mutex;
use rstest::rstest;

use super::{numbers, scratch};

const INSERT: &str = "INSERT INTO scratch (id, n) VALUES ($1, $2)";

/// An error of a use case.
#[derive(Debug)]
enum Refused {
    ByTheRules,
    ByTheDatabase(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::ByTheDatabase(error)
    }
}

impl TransactionError for Refused {
    fn store_error(&self) -> Option<&Error> {
        match self {
            Refused::ByTheRules => None,
            Refused::ByTheDatabase(error) => Some(error),
        }
    }
}

#[rstest]
#[tokio::test]
async fn are_kept_when_they_succeed_and_undone_when_they_fail(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let db = test.database();
    let kept: Result<()> = tx!(db, Write, |s| s.execute_one(INSERT, &params![1i64, 1i64]).await);
    kept.unwrap();

    let attempts = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&attempts);
    let refused: std::result::Result<(), Refused> = tx!(db, Write, counted, |s, counted| {
        counted.fetch_add(1, Ordering::SeqCst);
        s.execute_one(INSERT, &params![2i64, 2i64]).await?;
        Err(Refused::ByTheRules)
    });
    assert!(matches!(refused, Err(Refused::ByTheRules)));
    assert_eq!(attempts.load(Ordering::SeqCst), 1, "the rules say the same every time");

    let failed: Result<()> = tx!(db, Write, |s| {
        s.execute_one(INSERT, &params![3i64, 3i64]).await?;
        s.execute_one(INSERT, &params![3i64, 3i64]).await
    });
    assert!(matches!(failed, Err(Error::Constraint(_))), "{failed:?}");
    assert_eq!(numbers(db).await, [(1, 1)]);
}

#[rstest]
#[tokio::test]
async fn are_seen_by_every_other_way_in_as_soon_as_they_return(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let other = test.open().await;
    for n in 1..=20i64 {
        let kept: Result<()> = tx!(test.database(), Write, |s| s.execute_one(INSERT, &params![n, n]).await);
        kept.unwrap();
        assert_eq!(numbers(&other).await.len() as i64, n);
        assert_eq!(numbers(test.database()).await.len() as i64, n);
    }
}

/// Where a transaction waits in its middle, holding its thread. It fails rather than hangs.
fn wait(signal: &Mutex<mpsc::Receiver<()>>) {
    let receive = || signal.lock().recv_timeout(Duration::from_secs(20));
    // Other tasks may have to run on this very thread meanwhile.
    tokio::task::block_in_place(receive).expect("the other side of the test did not come");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_snapshot_see_one_moment(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let (read_once, was_read) = mpsc::channel();
    let (written, was_written) = mpsc::channel();
    let (db, signals) = (test.database().clone(), (Mutex::new(read_once), Mutex::new(was_written)));
    let reading = tokio::spawn(async move {
        let counts: Result<(i64, i64)> = tx!(db, Snapshot, signals, |s, (read_once, was_written)| {
            let before = s.query_one("SELECT COUNT(*) FROM scratch", &[]).await?.int(0)?;
            read_once.lock().send(()).unwrap();
            wait(was_written);
            Ok((before, s.query_one("SELECT COUNT(*) FROM scratch", &[]).await?.int(0)?))
        });
        counts.unwrap()
    });
    wait(&Mutex::new(was_read));
    let kept: Result<()> = tx!(test.database(), Write, |s| s.execute_one(INSERT, &params![1i64, 1i64]).await);
    kept.unwrap();
    written.send(()).unwrap();
    assert_eq!(reading.await.unwrap(), (0, 0));
    assert_eq!(numbers(test.database()).await, [(1, 1)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn are_not_seen_before_they_are_whole(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let (wrote, has_written) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();
    let (db, signals) = (test.database().clone(), (Mutex::new(wrote), Mutex::new(may_go_on)));
    let writing = tokio::spawn(async move {
        let kept: Result<()> = tx!(db, Write, signals, |s, (wrote, may_go_on)| {
            s.execute_one(INSERT, &params![1i64, 1i64]).await?;
            wrote.lock().send(()).unwrap();
            wait(may_go_on);
            s.execute_one(INSERT, &params![2i64, 2i64]).await
        });
        kept.unwrap();
    });
    wait(&Mutex::new(has_written));
    assert_eq!(numbers(test.database()).await, []);
    go_on.send(()).unwrap();
    writing.await.unwrap();
    assert_eq!(numbers(test.database()).await, [(1, 1), (2, 2)]);
}

#[rstest]
#[tokio::test]
async fn of_a_snapshot_cannot_write(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let written: Result<()> = tx!(test.database(), Snapshot, |s| s.execute_one(INSERT, &params![1i64, 1i64]).await);
    written.unwrap_err();
    assert_eq!(numbers(test.database()).await, []);
}

#[rstest]
#[tokio::test]
async fn that_lost_are_run_again_from_the_start(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    for mode in [Mode::Read, Mode::Snapshot, Mode::Write] {
        let attempts = Arc::new(AtomicU32::new(0));
        let work = |s: &axhub_store::Session, counted: &Arc<AtomicU32>| {
            let attempt = counted.fetch_add(1, Ordering::SeqCst) + 1;
            let _ = s;
            async move { if attempt < 4 { Err(Error::Contended("made up".to_owned())) } else { Ok(attempt) } }
        };
        let result: Result<u32> =
            test.database().run("test", mode, Arc::clone(&attempts), move |s, counted| Box::pin(work(s, counted))).await;
        assert_eq!(result.unwrap(), 4, "{mode:?}");
    }

    let attempts = Arc::new(AtomicU32::new(0));
    let kept: Result<()> = tx!(test.database(), Write, Arc::clone(&attempts), |s, counted| {
        let attempt = i64::from(counted.fetch_add(1, Ordering::SeqCst));
        s.execute_one(INSERT, &params![attempt, attempt]).await?;
        if attempt < 2 { Err(Error::Contended("made up".to_owned())) } else { Ok(()) }
    });
    kept.unwrap();
    assert_eq!(numbers(test.database()).await, [(2, 2)], "what the first attempts wrote is undone");
}

#[rstest]
#[tokio::test]
async fn that_lose_for_ever_are_given_up(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let attempts = Arc::new(AtomicU32::new(0));
    let started = Instant::now();
    let lost: Result<()> = tx!(test.database(), Write, Arc::clone(&attempts), |s, counted| {
        counted.fetch_add(1, Ordering::SeqCst);
        s.execute_one("UPDATE scratch SET n = 1 WHERE id = 404", &[]).await
    });
    assert!(matches!(lost, Err(Error::Contended(_))), "{lost:?}");
    let attempts = attempts.load(Ordering::SeqCst);
    assert!((2..=20).contains(&attempts), "{attempts} attempts");
    assert!(started.elapsed() < Duration::from_secs(10));
    let other_errors = Arc::new(AtomicU32::new(0));
    let failed: Result<()> = tx!(test.database(), Write, Arc::clone(&other_errors), |s, counted| {
        counted.fetch_add(1, Ordering::SeqCst);
        s.execute_one(INSERT, &params![1i64, 1000i64]).await
    });
    failed.unwrap_err();
    assert_eq!(other_errors.load(Ordering::SeqCst), 1, "a broken constraint stays broken");
}

#[rstest]
#[tokio::test]
async fn that_panic_are_undone_and_leave_the_connection_usable(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    // One connection of each sort, so that the next transaction gets the very one that the panic went through.
    let db = test.open_with(axhub_store::Options { connections: 1, ..Default::default() }).await;
    for mode in [Mode::Write, Mode::Snapshot, Mode::Read] {
        let panicking = db.clone();
        let outcome = tokio::spawn(async move {
            let nothing: Result<()> = panicking
                .run("test", mode, (), move |s, ()| {
                    Box::pin(async move {
                        if mode == Mode::Write {
                            s.execute_one(INSERT, &params![1i64, 1i64]).await?;
                        }
                        s.query("SELECT id FROM scratch", &[]).await?;
                        panic!("made up")
                    })
                })
                .await;
            nothing
        });
        // It may come out as an error or go on as the panic; it must not look like success.
        if let Ok(result) = outcome.await {
            result.unwrap_err();
        }
        assert_eq!(numbers(&db).await, [], "{mode:?}");
    }
    let kept: Result<()> = tx!(db, Write, |s| s.execute_one(INSERT, &params![1i64, 2i64]).await);
    kept.unwrap();
    assert_eq!(numbers(&db).await, [(1, 2)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn that_add_to_one_number_at_once_all_count(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = scratch(engine).await;
    let made: Result<()> = tx!(test.database(), Write, |s| s.execute_one(INSERT, &params![1i64, 0i64]).await);
    made.unwrap();
    let ways_in = [test.database().clone(), test.open().await];
    let adding = (0..100).map(|at| {
        let db = ways_in[at % 2].clone();
        tokio::spawn(async move {
            let added: Result<()> = tx!(db, Write, |s| {
                let n = s.query_one("SELECT n FROM scratch WHERE id = 1 FOR UPDATE", &[]).await?.int(0)?;
                s.execute_one("UPDATE scratch SET n = $1 WHERE id = 1", &params![n + 1]).await
            });
            added.unwrap();
        })
    });
    for adding in adding.collect::<Vec<_>>() {
        adding.await.unwrap();
    }
    assert_eq!(numbers(test.database()).await, [(1, 100)]);
}
