//! What only PostgreSQL has: deadlocks, serialization failures, and connections that can be lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axhub_store::{Address, Database, Error, Mode, Options, Result, params};
use axhub_testkit::{Engine, TestDatabase};
use tokio::sync::Barrier;
use tokio_postgres::NoTls;

use super::{numbers, scratch};

const INSERT: &str = "INSERT INTO scratch (id, n) VALUES ($1, $2)";

async fn two_numbers() -> TestDatabase {
    let test = scratch(Engine::Postgres).await;
    let made: Result<u64> = tx!(test.database(), Write, |s| s.execute("INSERT INTO scratch (id, n) VALUES (1, 0), (2, 0)", &[]).await);
    made.unwrap();
    test
}

/// What the two sides of a fight share: the first attempts meet in the middle, so that they really fight.
#[derive(Clone)]
struct Fight {
    middle: Arc<Barrier>,
    attempts: Arc<AtomicU32>,
}

impl Fight {
    fn new() -> Fight {
        Fight { middle: Arc::new(Barrier::new(2)), attempts: Arc::default() }
    }

    fn begin(&self) -> bool {
        self.attempts.fetch_add(1, Ordering::SeqCst) < 2
    }

    async fn meet(&self, is_first: bool) {
        if is_first {
            self.middle.wait().await;
        }
    }
}

#[tokio::test]
async fn a_deadlock_is_broken_and_both_come_through() {
    let test = two_numbers().await;
    let fight = Fight::new();
    let side = |first: i64, second: i64| {
        let (db, fight) = (test.database().clone(), fight.clone());
        async move {
            let added: Result<()> = tx!(db, Write, fight, |s, fight| {
                let is_first = fight.begin();
                s.execute_one("UPDATE scratch SET n = n + 1 WHERE id = $1", &params![first]).await?;
                fight.meet(is_first).await;
                s.execute_one("UPDATE scratch SET n = n + 1 WHERE id = $1", &params![second]).await
            });
            added
        }
    };
    let (one, other) = tokio::join!(side(1, 2), side(2, 1));
    one.unwrap();
    other.unwrap();
    assert_eq!(fight.attempts.load(Ordering::SeqCst), 3, "one side was run again");
    assert_eq!(numbers(test.database()).await, [(1, 2), (2, 2)]);
}

#[tokio::test]
async fn a_serialization_failure_of_a_statement_is_run_again() {
    let test = two_numbers().await;
    let fight = Fight::new();
    let side = || {
        let (db, fight) = (test.database().clone(), fight.clone());
        async move {
            let added: Result<()> = tx!(db, Write, fight, |s, fight| {
                let is_first = fight.begin();
                s.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", &[]).await?;
                let n = s.query_one("SELECT n FROM scratch WHERE id = 1", &[]).await?.int(0)?;
                fight.meet(is_first).await;
                s.execute_one("UPDATE scratch SET n = $1 WHERE id = 1", &params![n + 1]).await
            });
            added
        }
    };
    let (one, other) = tokio::join!(side(), side());
    one.unwrap();
    other.unwrap();
    assert_eq!(fight.attempts.load(Ordering::SeqCst), 3);
    assert_eq!(numbers(test.database()).await, [(1, 2), (2, 0)]);
}

#[tokio::test]
async fn a_serialization_failure_of_the_commit_is_run_again() {
    let test = two_numbers().await;
    let fight = Fight::new();
    // Each reads what the other writes: PostgreSQL finds out when the second one commits.
    let side = |read: i64, write: i64| {
        let (db, fight) = (test.database().clone(), fight.clone());
        async move {
            let added: Result<()> = tx!(db, Write, fight, |s, fight| {
                let is_first = fight.begin();
                s.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", &[]).await?;
                let n = s.query_one("SELECT n FROM scratch WHERE id = $1", &params![read]).await?.int(0)?;
                s.execute_one("UPDATE scratch SET n = $2 WHERE id = $1", &params![write, n + 1]).await?;
                fight.meet(is_first).await;
                Ok(())
            });
            added
        }
    };
    let (one, other) = tokio::join!(side(1, 2), side(2, 1));
    one.unwrap();
    other.unwrap();
    assert_eq!(fight.attempts.load(Ordering::SeqCst), 3);
    let mut written = numbers(test.database()).await.into_iter().map(|(_, n)| n).collect::<Vec<_>>();
    written.sort_unstable();
    assert_eq!(written, [1, 2], "as if one had come after the other");
}

/// How many connections to the database of `test` are in this state.
async fn connections_in(test: &TestDatabase, state: &str) -> i64 {
    let Address::Postgres(url) = test.address() else { panic!("not PostgreSQL") };
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND ($1 = '' OR state = $1)";
    client.query_one(sql, &[&state]).await.unwrap().get(0)
}

/// Asks until so many connections are in this state; servers notice the end of a connection a moment later.
async fn until_connections_in(test: &TestDatabase, state: &str, count: i64) {
    let started = Instant::now();
    while connections_in(test, state).await != count {
        assert!(started.elapsed() < Duration::from_secs(20), "still not {count} connections {state}");
    }
}

#[tokio::test]
async fn a_transaction_whose_caller_goes_away_leaves_nothing_open() {
    let test = scratch(Engine::Postgres).await;
    let db = test.open_with(Options { connections: 1, ..Options::default() }).await;
    for mode in [Mode::Write, Mode::Snapshot] {
        let in_the_middle = Arc::new(Barrier::new(2));
        let (abandoned, middle) = (db.clone(), Arc::clone(&in_the_middle));
        let task = tokio::spawn(async move {
            let never: Result<()> = abandoned
                .run("test", mode, middle, move |s, middle| {
                    Box::pin(async move {
                        if mode == Mode::Write {
                            s.execute_one(INSERT, &params![1i64, 1i64]).await?;
                        }
                        s.query("SELECT id FROM scratch", &[]).await?;
                        middle.wait().await;
                        std::future::pending().await
                    })
                })
                .await;
            never
        });
        in_the_middle.wait().await;
        assert_eq!(connections_in(&test, "idle in transaction").await, 1);
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        until_connections_in(&test, "idle in transaction", 0).await;
        // The pool has room for one connection: this is the next one to use it.
        assert_eq!(numbers(&db).await, [], "{mode:?}");
    }
    let kept: Result<()> = tx!(db, Write, |s| s.execute_one(INSERT, &params![1i64, 1i64]).await);
    kept.unwrap();
}

#[tokio::test]
async fn a_lost_connection_is_unavailable_and_replaced() {
    let test = scratch(Engine::Postgres).await;
    let db = test.open_with(Options { connections: 1, ..Options::default() }).await;
    let lost: Result<()> = tx!(db, Write, |s| {
        s.execute_one(INSERT, &params![1i64, 1i64]).await?;
        s.query("SELECT pg_terminate_backend(pg_backend_pid())", &[]).await?;
        s.execute_one(INSERT, &params![2i64, 2i64]).await
    });
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
    assert_eq!(numbers(&db).await, []);
}

#[tokio::test]
async fn connections_that_the_server_closed_are_not_used_again() {
    let test = scratch(Engine::Postgres).await;
    let db = test.open_with(Options { connections: 1, ..Options::default() }).await;
    assert_eq!(numbers(&db).await, []);
    let Address::Postgres(url) = test.address() else { panic!("not PostgreSQL") };
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    client.query(all, &[]).await.unwrap();
    until_connections_in(&test, "active", 0).await;
    drop(client);
    until_connections_in(&test, "", 0).await;
    assert_eq!(numbers(&db).await, []);
}

#[tokio::test]
async fn when_all_connections_are_busy_a_caller_waits() {
    let test = scratch(Engine::Postgres).await;
    let db = test.open_with(Options { connections: 1, ..Options::default() }).await;
    let in_the_middle = Arc::new(Barrier::new(2));
    let (busy, middle) = (db.clone(), Arc::clone(&in_the_middle));
    let first = tokio::spawn(async move {
        let kept: Result<()> = tx!(busy, Write, middle, |s, middle| {
            middle.wait().await;
            middle.wait().await;
            s.execute_one(INSERT, &params![1i64, 1i64]).await
        });
        kept.unwrap();
    });
    in_the_middle.wait().await;
    let release = async {
        in_the_middle.wait().await;
        first.await.unwrap();
    };
    let (seen, ()) = tokio::join!(numbers(&db), release);
    assert_eq!(seen, [(1, 1)], "there is one connection, so it came after");
}

#[tokio::test]
async fn nobody_there_is_unavailable_and_no_password_is_told() {
    let address: Address = "postgres://axhub:s3cret@127.0.0.1:1/axhub".parse().unwrap();
    let Err(error) = Database::open(&address, Options::default()).await else { panic!("somebody is there") };
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(!error.to_string().contains("s3cret"));
    let wrong_url: Address = "postgres://axhub:s3cret@host:notaport/axhub".parse().unwrap();
    let Err(error) = Database::open(&wrong_url, Options::default()).await else { panic!("that is no URL") };
    assert!(matches!(error, Error::Address(_)), "{error:?}");
    assert!(!error.to_string().contains("s3cret"));
}

#[tokio::test]
async fn a_broken_constraint_does_not_tell_stored_values() {
    let test = scratch(Engine::Postgres).await;
    let broken: Result<()> = tx!(test.database(), Write, |s| {
        s.execute("CREATE UNIQUE INDEX one_of_each ON scratch (t)", &[]).await?;
        s.execute("INSERT INTO scratch (id, t) VALUES (1, 'Hong Gildong')", &[]).await?;
        s.execute("INSERT INTO scratch (id, t) VALUES (2, 'Hong Gildong')", &[]).await.map(drop)
    });
    let error = broken.unwrap_err();
    assert!(matches!(error, Error::Constraint(_)), "{error:?}");
    assert!(!error.to_string().contains("Gildong"), "{error}");
}
