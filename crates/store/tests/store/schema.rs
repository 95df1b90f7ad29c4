//! Migrations, and what the schema does not allow whatever the code says.

use axhub_store::changes::{self, ChangeKind, NewChange};
use axhub_store::{Database, Error, Result, events, params, verify};
use axhub_testkit::{Engine, TestDatabase};
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use serde_json::json;

use crate::events::event;
use crate::fixture::{Fixture, id, later};

#[rstest]
#[tokio::test]
async fn a_second_migration_has_nothing_to_do(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = TestDatabase::empty(engine).await;
    let first = test.database().migrate().await.unwrap();
    assert!(first > 0);
    assert_eq!(test.database().migrate().await.unwrap(), 0);
    assert_eq!(test.open().await.migrate().await.unwrap(), 0);
    test.database().check_schema().await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_start_at_once_migrate_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    for _ in 0..3 {
        let test = TestDatabase::empty(engine).await;
        let mut servers: Vec<Database> = Vec::new();
        for _ in 0..6 {
            servers.push(test.open_with(axhub_store::Options { connections: 2, ..Default::default() }).await);
        }
        let migrating: Vec<_> = servers.into_iter().map(|db| tokio::spawn(async move { db.migrate().await })).collect();
        let mut applied = Vec::new();
        for migrating in migrating {
            applied.push(migrating.await.unwrap().unwrap());
        }
        applied.sort_unstable();
        assert_eq!(applied.iter().filter(|count| **count > 0).count(), 1, "{applied:?}");
        test.database().check_schema().await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn a_database_without_schema_says_what_to_do(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = TestDatabase::empty(engine).await;
    let Err(Error::Schema(advice)) = test.database().check_schema().await else { panic!("it has no schema") };
    assert!(advice.contains("axhub migrate"), "{advice}");
}

#[rstest]
#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    let from_the_future: Result<u64> = tx!(test.database(), Write, |s| {
        let sql = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
            SELECT 999, 'from_the_future', applied_on, checksum FROM refinery_schema_history WHERE version = 1";
        s.execute(sql, &[]).await
    });
    assert_eq!(from_the_future.unwrap(), 1);
    let Err(Error::Schema(advice)) = test.database().check_schema().await else { panic!("it is newer") };
    assert!(advice.contains("newer axhub"), "{advice}");
    let migrated = test.database().migrate().await;
    assert!(matches!(migrated, Err(Error::Schema(_))), "{migrated:?}");
}

/// What the migration says of a database that an older program has used: the last moment that the feed need not tell, the same
/// of the audit log, and the positions that are gone.
async fn recorded_since(db: &Database) -> (Option<Timestamp>, Option<Timestamp>, i64) {
    let migration = include_str!("../../migrations/V7__recorded_since.sql");
    let update = &migration[migration.find("UPDATE feed").unwrap()..];
    let since: Result<(Option<Timestamp>, Option<Timestamp>, i64)> = tx!(db, Write, |s| {
        s.execute_one(update.trim_end(), &[]).await?;
        let row = s.query_one("SELECT told_after, noted_after, discarded FROM feed", &[]).await?;
        Ok((row.get(0)?, row.get(1)?, row.int(2)?))
    });
    since.unwrap()
}

/// Records two changes, of which one is gone as soon as it has its position.
async fn record_and_lose(db: &Database, at: Timestamp) {
    let product_kind = axhub_domain::product::ProductKind::Tour;
    let change = NewChange { kind: ChangeKind::Price, product_kind, product: id(21), channel: None, data: json!({}) };
    let recorded: Result<()> = tx!(db, Write, change, |s, change| {
        changes::record(s, &[change.clone(), change.clone()], at).await?;
        changes::give_positions(s, 10).await?;
        s.execute_one("DELETE FROM changes WHERE position = (SELECT MAX(position) FROM changes)", &[]).await
    });
    recorded.unwrap();
}

#[rstest]
#[tokio::test]
async fn what_happened_before_the_feed_and_the_audit_log_is_known(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let empty = TestDatabase::new(engine).await;
    assert_eq!(recorded_since(empty.database()).await, (None, None, 0));
    // Nothing was recorded yet when this happened.
    let fixture = Fixture::with_order(engine).await;
    let happened: Result<()> = tx!(fixture.db(), Write, |s| events::insert(s, &[event(81, 110, 2)]).await);
    happened.unwrap();
    let (told, noted, discarded) = recorded_since(fixture.db()).await;
    assert!(told >= noted, "{told:?}");
    assert_eq!((noted, discarded), (Some(later(2)), 0));
    record_and_lose(fixture.db(), told.unwrap() + SignedDuration::from_mins(1)).await;
    assert_eq!(recorded_since(fixture.db()).await, (told, noted, 1), "what came later is told, but for one");
    record_and_lose(fixture.db(), Timestamp::UNIX_EPOCH).await;
    assert_eq!(recorded_since(fixture.db()).await, (None, noted, 2), "everything is told");
}

/// Runs a statement that the schema must not allow.
async fn assert_forbidden(fixture: &Fixture, sql: &'static str) {
    let result: Result<u64> = tx!(fixture.db(), Write, |s| s.execute(sql, &[]).await);
    assert!(matches!(result, Err(Error::Constraint(_))), "{sql}: {result:?}");
}

#[rstest]
#[tokio::test]
async fn stock_never_goes_below_nothing_or_above_its_maximum(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    for sql in [
        "UPDATE stock SET ordered = -1",
        "UPDATE stock SET held = -1",
        "UPDATE stock SET min_quantity = -1",
        "UPDATE stock SET ordered = max_quantity + 1",
        "UPDATE stock SET held = max_quantity - ordered + 1",
        "UPDATE stock SET max_quantity = held + ordered - 1",
        "UPDATE stock SET max_quantity = -1",
        "UPDATE stock SET starts_at = (SELECT MIN(starts_at) FROM stock)",
    ] {
        assert_forbidden(&fixture, sql).await;
    }
}

#[rstest]
#[tokio::test]
async fn what_makes_no_sense_cannot_be_stored(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    for sql in [
        "UPDATE api_keys SET kind = 'nobody'",
        "UPDATE api_keys SET operator_name = 'as well'",
        "UPDATE api_keys SET channel_id = NULL",
        "UPDATE exchange_rates SET rate = 0",
        "UPDATE products SET kind = 'boat'",
        "UPDATE products SET version = -1",
        "UPDATE products SET confirmation = 'maybe'",
        "UPDATE products SET cut_off_minutes = -1",
        "UPDATE options SET kind = 'free'",
        "UPDATE options SET weight = 0",
        "UPDATE options SET persons_per_unit = 0",
        "UPDATE options SET min_quantity = 0",
        "UPDATE options SET max_quantity = min_quantity - 1",
        "UPDATE option_prices SET net = -1",
        "UPDATE option_prices SET valid_from = '2026-01-01', valid_to = NULL",
        "UPDATE option_prices SET valid_from = '2026-01-02', valid_to = '2026-01-01'",
        "UPDATE assignments SET mark_up = 0",
        "UPDATE orders SET status = 0",
        "UPDATE orders SET status = 7",
        "UPDATE orders SET quantity = 0",
        "UPDATE orders SET weight = 0",
        "UPDATE tickets SET status = 0",
        "UPDATE tickets SET status = 5",
        "UPDATE tickets SET position = 0",
        "UPDATE travelers SET role = 'stowaway'",
        "UPDATE travelers SET ticket_id = NULL WHERE role = 'traveler'",
        "UPDATE channels SET code = 'alpha'",
        "UPDATE suppliers SET code = 'lumiere'",
    ] {
        assert_forbidden(&fixture, sql).await;
    }
}

#[rstest]
#[tokio::test]
async fn what_others_refer_to_cannot_go(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    for sql in [
        "DELETE FROM suppliers",
        "DELETE FROM channels",
        "DELETE FROM products",
        "DELETE FROM options",
        "DELETE FROM stock_pools",
        "DELETE FROM stock",
        "DELETE FROM registrations",
        "DELETE FROM channel_orders",
        "DELETE FROM orders",
        "DELETE FROM tickets",
    ] {
        assert_forbidden(&fixture, sql).await;
    }
}

#[rstest]
#[tokio::test]
async fn a_state_of_a_broken_stock_row_is_told_by_the_check(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let found: Result<(usize, Vec<axhub_store::stock::Mismatch>)> = tx!(fixture.db(), Write, fixture.stock[0], |s, stock| {
        let sound = axhub_store::stock::mismatches(s).await?.len();
        s.execute_one("UPDATE stock SET ordered = ordered + 1 WHERE id = $1", &params![stock]).await?;
        Ok((sound, axhub_store::stock::mismatches(s).await?))
    });
    let (sound, broken) = found.unwrap();
    assert_eq!(sound, 0);
    assert_eq!(broken.len(), 1);
    assert_eq!((broken[0].stock, broken[0].ordered, broken[0].by_tickets), (fixture.stock[0], 3, 2));
}

#[tokio::test]
async fn verify_knows_what_a_new_database_of_postgres_is_made_of() {
    let test = TestDatabase::new(Engine::Postgres).await;
    let known = include_str!("../../src/verify/schema/postgres.txt");
    let found: String = verify::postgres_objects(test.database()).await.unwrap().iter().map(|line| format!("{line}\n")).collect();
    assert!(known == found, "crates/store/src/verify/schema/postgres.txt must be:\n{found}");
}
