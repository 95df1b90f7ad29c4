//! What happens while PostgreSQL is away: connections that break at the worst moment, servers that keep silent, transactions
//! that somebody has left in their middle, and an address of several hosts.

mod proxy;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axhub_store::{Address, Database, Error, Limits, Options, Result, params};
use axhub_testkit::{Engine, TestDatabase};
use tokio::net::TcpListener;
use tokio::sync::Barrier;

use super::freshness::{moment, until_changed};
use super::{numbers, scratch};
use proxy::{Fault, Proxy};

const INSERT: &str = "INSERT INTO scratch (id, n) VALUES ($1, $2)";

/// Short, since nobody wants to wait in a test; but a machine that is busy must not look like one that is gone.
fn brief() -> Limits {
    Limits {
        silence: Duration::from_millis(300),
        pulse: Duration::from_millis(700),
        commit: Duration::from_secs(1),
        connect: Duration::from_secs(1),
        free: Duration::from_secs(1),
        ..Limits::default()
    }
}

/// A database behind a proxy. The last two are there only to be kept.
struct Behind {
    db: Database,
    proxy: Proxy,
    test: TestDatabase,
}

impl Behind {
    async fn with(limits: Limits) -> Behind {
        let test = scratch(Engine::Postgres).await;
        let (proxy, address) = Proxy::to(test.address()).await;
        let db = Database::open(&address, Options { connections: 2, limits, ..Options::default() }).await.unwrap();
        Behind { db, proxy, test }
    }

    /// Inserts a number; says how often that was tried.
    async fn insert(&self, n: i64) -> (Result<()>, u32) {
        insert(&self.db, n).await
    }

    /// What is there, as one sees it who is not behind the proxy.
    async fn numbers(&self) -> Vec<(i64, i64)> {
        numbers(self.test.database()).await
    }
}

async fn insert(db: &Database, n: i64) -> (Result<()>, u32) {
    let attempts = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&attempts);
    let inserted: Result<()> = tx!(db, Write, (counted, n), |s, (counted, n)| {
        counted.fetch_add(1, Ordering::SeqCst);
        s.execute_one(INSERT, &params![*n, *n]).await
    });
    (inserted, attempts.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_not_sent_again() {
    let behind = Behind::with(brief()).await;
    behind.proxy.set(Fault::CutAfter("COMMIT"));
    let (lost, attempts) = behind.insert(1).await;
    assert!(matches!(lost, Err(Error::Unsure(_))), "{lost:?}");
    assert_eq!(attempts, 1);
    assert_eq!(behind.numbers().await, [(1, 1)], "it was committed");
}

#[tokio::test]
async fn a_commit_that_did_not_arrive_is_not_sent_again_since_nobody_knows() {
    let behind = Behind::with(brief()).await;
    behind.proxy.set(Fault::CutBefore("COMMIT"));
    let (lost, attempts) = behind.insert(1).await;
    assert!(matches!(lost, Err(Error::Unsure(_))), "{lost:?}");
    assert_eq!(attempts, 1);
    assert_eq!(behind.numbers().await, []);
    behind.proxy.set(Fault::None);
    behind.insert(1).await.0.unwrap();
}

#[tokio::test]
async fn a_commit_that_takes_too_long_is_given_up_and_goes_on() {
    let behind = Behind::with(brief()).await;
    behind.proxy.set(Fault::Swallow("COMMIT"));
    let began = Instant::now();
    let (lost, attempts) = behind.insert(1).await;
    assert!(matches!(lost, Err(Error::Unsure(_))), "{lost:?}");
    assert_eq!(attempts, 1);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    // It still has one of the two connections; the other one works.
    behind.proxy.set(Fault::None);
    assert_eq!(numbers(&behind.db).await, [(1, 1)]);
    behind.proxy.cut_all();
    behind.insert(2).await.0.unwrap();
    let (one, other) = tokio::join!(behind.insert(3), behind.insert(4));
    one.0.unwrap();
    other.0.unwrap();
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_commit_costs_one_more_attempt() {
    let behind = Behind::with(brief()).await;
    behind.proxy.set(Fault::CutBefore("INSERT"));
    let (lost, attempts) = behind.insert(1).await;
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
    assert_eq!(attempts, 2, "once more, and not for ever");

    let other = Behind::with(brief()).await;
    let (attempts, proxy) = (Arc::new(AtomicU32::new(0)), Arc::new(other.proxy));
    let given = (Arc::clone(&attempts), Arc::clone(&proxy));
    let kept: Result<()> = tx!(other.db, Write, given, |s, (attempts, proxy)| {
        s.execute_one(INSERT, &params![1i64, 1i64]).await?;
        if attempts.fetch_add(1, Ordering::SeqCst) == 0 {
            proxy.cut_all();
        }
        s.execute_one(INSERT, &params![2i64, 2i64]).await
    });
    kept.unwrap();
    assert_eq!(attempts.load(Ordering::SeqCst), 2);
    assert_eq!(numbers(other.test.database()).await, [(1, 1), (2, 2)]);
}

#[tokio::test]
async fn connections_that_broke_while_nobody_used_them_fail_nobody() {
    let behind = Behind::with(brief()).await;
    for round in 0..3 {
        // Both stand.
        let (one, other) = tokio::join!(behind.insert(10 * round + 1), behind.insert(10 * round + 2));
        assert!(one.0.is_ok() && other.0.is_ok(), "{one:?} {other:?}");
        behind.proxy.cut_all();
        assert_eq!(numbers(&behind.db).await.len() as i64, 2 * (round + 1), "a read comes through");
        behind.proxy.cut_all();
    }
    behind.insert(100).await.0.unwrap();
}

#[tokio::test]
async fn a_server_that_keeps_silent_is_given_up_and_comes_back() {
    let behind = Behind::with(brief()).await;
    behind.insert(1).await.0.unwrap();
    behind.proxy.set(Fault::Silence);
    let began = Instant::now();
    let (silent, _) = behind.insert(2).await;
    assert!(matches!(silent, Err(Error::Unavailable(_))), "{silent:?}");
    let read: Result<()> = tx!(behind.db, Read, |s| s.query("SELECT 1", &[]).await.map(drop));
    assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
    assert!(behind.db.check_writable().await.is_err());
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());

    behind.proxy.set(Fault::None);
    behind.insert(3).await.0.unwrap();
    behind.db.check_writable().await.unwrap();
    assert_eq!(behind.numbers().await, [(1, 1), (3, 3)]);
}

#[tokio::test]
async fn a_slow_statement_of_a_server_that_lives_is_waited_for() {
    let behind = Behind::with(brief()).await;
    let slept: Result<()> = tx!(behind.db, Write, |s| s.query("SELECT CAST(pg_sleep(1.5) AS text)", &[]).await.map(drop));
    slept.unwrap();
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended() {
    let behind = Behind::with(Limits { statement: Some(Duration::from_millis(300)), ..brief() }).await;
    let slept: Result<()> = tx!(behind.db, Write, |s| s.query("SELECT CAST(pg_sleep(10) AS text)", &[]).await.map(drop));
    assert!(matches!(&slept, Err(Error::Unavailable(why)) if why.contains("57014")), "{slept:?}");
    let opened = behind.proxy.opened();
    behind.insert(1).await.0.unwrap();
    assert_eq!(behind.proxy.opened(), opened, "the connection was good");
}

/// Two databases with a number in them, of which the first is to lock it and stop.
async fn two_ways_in(limits: Limits) -> (TestDatabase, Database, Database) {
    let test = scratch(Engine::Postgres).await;
    insert(test.database(), 1).await.0.unwrap();
    let options = Options { limits, ..Options::default() };
    let (one, other) = (test.open_with(options.clone()).await, test.open_with(options).await);
    (test, one, other)
}

async fn add_one(db: &Database) -> Result<()> {
    tx!(db, Write, |s| s.execute_one("UPDATE scratch SET n = n + 1 WHERE id = 1", &[]).await)
}

/// As a server that was stopped in the middle of a transaction, and goes on later.
#[tokio::test]
async fn a_transaction_that_was_left_in_its_middle_holds_up_the_others_for_a_moment_only() {
    let (test, left, other) = two_ways_in(Limits { idle: Some(Duration::from_millis(500)), ..brief() }).await;
    let (attempts, gates) = (Arc::new(AtomicU32::new(0)), Arc::new(Barrier::new(2)));
    let given = (Arc::clone(&attempts), Arc::clone(&gates));
    let leaving = tokio::spawn(async move {
        let done: Result<()> = tx!(left, Write, given, |s, (attempts, gates)| {
            let is_first = attempts.fetch_add(1, Ordering::SeqCst) == 0;
            s.execute_one("UPDATE scratch SET n = n + 10 WHERE id = 1", &[]).await?;
            if is_first {
                gates.wait().await;
                gates.wait().await;
            }
            s.execute_one(INSERT, &params![2i64, 2i64]).await
        });
        done
    });
    gates.wait().await;
    add_one(&other).await.unwrap();
    gates.wait().await;
    leaving.await.unwrap().unwrap();
    assert_eq!(attempts.load(Ordering::SeqCst), 2, "it went on, was told that it is over, and was run again");
    assert_eq!(numbers(test.database()).await, [(1, 12), (2, 2)]);
}

#[tokio::test]
async fn a_row_that_stays_locked_is_not_waited_for_for_ever() {
    let (test, holding, other) = two_ways_in(Limits { lock: Some(Duration::from_millis(300)), ..brief() }).await;
    let gates = Arc::new(Barrier::new(2));
    let given = Arc::clone(&gates);
    let holder = tokio::spawn(async move {
        let held: Result<()> = tx!(holding, Write, given, |s, gates| {
            s.execute_one("UPDATE scratch SET n = n + 10 WHERE id = 1", &[]).await?;
            gates.wait().await;
            gates.wait().await;
            Ok(())
        });
        held
    });
    gates.wait().await;
    let refused = add_one(&other).await;
    assert!(matches!(&refused, Err(Error::Unavailable(why)) if why.contains("55P03")), "{refused:?}");
    gates.wait().await;
    holder.await.unwrap().unwrap();
    add_one(&other).await.unwrap();
    assert_eq!(numbers(test.database()).await, [(1, 12)]);
}

#[tokio::test]
async fn a_session_that_only_reads_any_more_is_replaced() {
    let test = scratch(Engine::Postgres).await;
    let db = test.open_with(Options { connections: 1, ..Options::default() }).await;
    let demoted: Result<()> = tx!(db, Write, |s| s.execute("SET SESSION default_transaction_read_only = on", &[]).await.map(drop));
    demoted.unwrap();
    let (inserted, attempts) = insert(&db, 1).await;
    inserted.unwrap();
    assert_eq!(attempts, 2);
}

#[tokio::test]
async fn an_engine_that_lacks_a_setting_gets_the_others() {
    let test = scratch(Engine::Postgres).await;
    let (proxy, address) = Proxy::to(test.address()).await;
    proxy.set(Fault::Garble("client_connection_check_interval"));
    let db = Database::open(&address, Options { connections: 1, ..Options::default() }).await.unwrap();
    proxy.set(Fault::None);
    let set: Result<(String, String, String)> = tx!(db, Read, |s| {
        let row = s
            .query_one(
                "SELECT current_setting('lock_timeout'), current_setting('enable_seqscan'), current_setting('client_connection_check_interval')",
                &[],
            )
            .await?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    assert_eq!(set.unwrap(), ("7s".to_owned(), "off".to_owned(), "0".to_owned()));
}

#[tokio::test]
async fn migrations_take_as_long_as_they_take() {
    let test = TestDatabase::empty(Engine::Postgres).await;
    let limits = Limits { statement: Some(Duration::from_millis(1)), ..Limits::default() };
    let db = test.open_with(Options { limits, ..Options::default() }).await;
    assert!(db.migrate().await.unwrap() > 0);
}

#[tokio::test]
async fn while_the_listener_hears_nothing_for_a_server_that_keeps_silent_nothing_is_known() {
    let behind = Behind::with(brief()).await;
    let before = moment(&behind.db).await;
    behind.proxy.set(Fault::Silence);
    // Told to a listener that does not hear it.
    insert(behind.test.database(), 1).await.0.unwrap();
    let took = until_changed(&behind.db, before, &[]).await;
    assert!(took < Duration::from_secs(2), "docs/performance.md says so: {took:?}");
    assert_eq!(behind.db.moment(), None);

    behind.proxy.set(Fault::None);
    let after = moment(&behind.db).await;
    assert!(behind.db.freshness().is_unchanged(after, &[]) && !behind.db.freshness().is_unchanged(before, &[]));
}

/// The address of `test` with these hosts before its own.
fn behind_others(test: &TestDatabase, others: &[SocketAddr]) -> Address {
    let Address::Postgres(url) = test.address() else { panic!("not PostgreSQL") };
    let others: String = others.iter().map(|other| format!("{other},")).collect();
    url.replacen('@', &format!("@{others}"), 1).parse().unwrap()
}

#[tokio::test]
async fn of_several_hosts_the_one_that_answers_is_used() {
    let test = scratch(Engine::Postgres).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let address = behind_others(&test, &[nobody, silent.local_addr().unwrap()]);
    let began = Instant::now();
    let db = Database::open(&address, Options { connections: 1, ..Options::default() }).await.unwrap();
    insert(&db, 1).await.0.unwrap();
    assert!(began.elapsed() < Duration::from_secs(3), "a silent host holds nobody up: {:?}", began.elapsed());
    assert_eq!(numbers(&db).await, [(1, 1)]);
}

#[tokio::test]
async fn of_several_hosts_one_that_only_reads_will_not_do() {
    let test = scratch(Engine::Postgres).await;
    let (proxy, _) = Proxy::to(test.address()).await;
    let Address::Postgres(url) = behind_others(&test, &[proxy.address]) else { panic!("not PostgreSQL") };
    let url = format!("{url}?options=-c%20default_transaction_read_only%3Don");
    let Err(error) = Database::open(&url.parse().unwrap(), Options::default()).await else { panic!("both only read") };
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    let told = error.to_string();
    assert!(told.contains(&proxy.address.to_string()) && told.matches("does not allow writes").count() == 2, "{told}");
}

/// The first host is the primary until it is gone; then the second one is.
#[tokio::test]
async fn when_a_host_goes_away_the_next_one_is_used_and_nobody_notices() {
    let test = scratch(Engine::Postgres).await;
    let (first, _) = Proxy::to(test.address()).await;
    let db = Database::open(&behind_others(&test, &[first.address]), Options { connections: 2, limits: brief(), ..Options::default() })
        .await
        .unwrap();
    insert(&db, 1).await.0.unwrap();
    first.set(Fault::Silence);
    first.cut_all();
    insert(&db, 2).await.0.unwrap();
    assert_eq!(numbers(&db).await, [(1, 1), (2, 2)]);
    let opened = first.opened();
    insert(&db, 3).await.0.unwrap();
    assert_eq!(first.opened(), opened, "it is not asked first any more");
}
