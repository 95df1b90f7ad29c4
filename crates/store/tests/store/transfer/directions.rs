//! All four ways, and what has come of it.

use std::path::Path;

use axhub_store::{Address, Result, params};
use axhub_testkit::{Engine, TestDatabase};
use rstest::rstest;
use uuid::Uuid;

use super::{ODD, Place, backup, dump, dump_without_leases, filled, goes_on, open, restore};

#[rstest]
#[tokio::test]
async fn a_backup_holds_everything_whichever_engine_it_came_from() {
    let place = Place::new();
    let (sqlite, postgres) = (filled(Engine::Sqlite).await, filled(Engine::Postgres).await);
    let copied = backup(&sqlite.test, &place.file("sqlite.db")).await;
    let other = backup(&postgres.test, &place.file("postgres.db")).await;
    let Address::Sqlite(source) = sqlite.test.address() else { panic!("a file") };

    let original = dump_without_leases(source);
    assert_eq!(dump(&place.file("sqlite.db")), original);
    assert_eq!(dump(&place.file("postgres.db")), original);
    assert_eq!(copied.tables, other.tables);
    assert_eq!(copied.schema, other.schema);
    for table in &copied.tables {
        assert_eq!(original[&table.name].1.len() as u64, table.rows, "{}", table.name);
    }
    assert_eq!(copied.rows(), copied.tables.iter().map(|table| table.rows).sum::<u64>());
    assert_eq!(copied.bytes, std::fs::metadata(place.file("sqlite.db")).unwrap().len());
    let filled: Vec<&str> = copied.tables.iter().filter(|table| table.rows > 0).map(|table| table.name.as_str()).collect();
    assert!(filled.len() > 20, "{filled:?}");
}

#[rstest]
#[tokio::test]
async fn a_restored_hub_goes_on(
    #[values(Engine::Sqlite, Engine::Postgres)] from: Engine,
    #[values(Engine::Sqlite, Engine::Postgres)] to: Engine,
    #[values(false, true)] is_migrated: bool,
) {
    let place = Place::new();
    let fixture = filled(from).await;
    let made = backup(&fixture.test, &place.file("backup.db")).await;
    let target = Target::new(&place, to, is_migrated).await;

    let restored = restore(&place.file("backup.db"), target.address()).await;
    assert_eq!((restored.tables, restored.schema, restored.bytes), (made.tables, made.schema, made.bytes));

    let database = open(target.address()).await;
    let again = place.file("again.db");
    axhub_store::transfer::backup(target.address(), &again, false).await.unwrap();
    assert_eq!(dump(&again), dump(&place.file("backup.db")));
    let notes: Result<String> = tx!(database, Read, Uuid::from_u128(1), |s, id| {
        s.query_one("SELECT notes FROM suppliers WHERE id = $1", &params![*id]).await?.get(0)
    });
    assert_eq!(notes.unwrap(), ODD);
    goes_on(&database).await;
}

#[rstest]
#[tokio::test]
async fn an_empty_database_is_a_backup_too(
    #[values(Engine::Sqlite, Engine::Postgres)] from: Engine,
    #[values(Engine::Sqlite, Engine::Postgres)] to: Engine,
) {
    let place = Place::new();
    let source = TestDatabase::new(from).await;
    let made = backup(&source, &place.file("backup.db")).await;
    assert_eq!(made.rows(), 1, "the feed's own row");
    let target = Target::new(&place, to, false).await;
    restore(&place.file("backup.db"), target.address()).await;
    // And into what it has been restored into, since that is empty still.
    restore(&place.file("backup.db"), target.address()).await;
    open(target.address()).await.check_schema().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn foreign_keys_hold_in_a_restored_database(#[values(Engine::Sqlite, Engine::Postgres)] to: Engine) {
    let place = Place::new();
    backup(&filled(Engine::Sqlite).await.test, &place.file("backup.db")).await;
    let target = Target::new(&place, to, true).await;
    restore(&place.file("backup.db"), target.address()).await;
    let database = open(target.address()).await;
    for sql in ["DELETE FROM suppliers", "DELETE FROM stock", "DELETE FROM channel_orders", "DELETE FROM orders"] {
        let refused: Result<u64> = tx!(database, Write, |s| s.execute(sql, &[]).await);
        assert!(matches!(refused, Err(axhub_store::Error::Constraint(_))), "{sql}: {refused:?}");
    }
}

/// A database to restore into, gone with the test.
enum Target {
    File(Address),
    Server(Box<TestDatabase>),
}

impl Target {
    async fn new(place: &Place, engine: Engine, is_migrated: bool) -> Target {
        match engine {
            Engine::Sqlite => {
                let path = place.file("restored.db");
                if is_migrated {
                    make_migrated(place, &path).await;
                }
                Target::File(Address::Sqlite(path))
            }
            Engine::Postgres if is_migrated => Target::Server(Box::new(TestDatabase::new(engine).await)),
            Engine::Postgres => Target::Server(Box::new(TestDatabase::empty(engine).await)),
        }
    }

    fn address(&self) -> &Address {
        match self {
            Target::File(address) => address,
            Target::Server(test) => test.address(),
        }
    }
}

/// A file that is migrated, and that nobody uses.
pub(super) async fn make_migrated(place: &Place, path: &Path) {
    backup(&TestDatabase::new(Engine::Sqlite).await, &place.file("fresh.db")).await;
    std::fs::rename(place.file("fresh.db"), path).unwrap();
}
