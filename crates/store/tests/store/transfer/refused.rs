//! What is no backup, and what may not be restored into.

use std::fs;
use std::path::Path;

use axhub_store::transfer;
use axhub_store::{Address, Result};
use axhub_testkit::{Engine, TestDatabase};
use rstest::rstest;
use rusqlite::Connection;

use super::directions::make_migrated;
use super::{Place, backup, change_file, dump, filled, why};

const FROM_THE_FUTURE: &str = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
    SELECT 999, 'from_the_future', applied_on, checksum FROM refinery_schema_history WHERE version = 1";

/// Makes a file that is no backup, out of one that is.
fn spoil(kind: &str, file: &Path) {
    match kind {
        "missing" => fs::remove_file(file).unwrap(),
        "empty" => fs::write(file, "").unwrap(),
        "text" => fs::write(file, "TABLE,ROWS\norders,12\n".repeat(100)).unwrap(),
        "directory" => {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        }
        "another database" => {
            fs::remove_file(file).unwrap();
            Connection::open(file).unwrap().execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
        }
        "newer" => change_file(file, FROM_THE_FUTURE),
        "older" => change_file(file, "DELETE FROM refinery_schema_history WHERE version > 3"),
        "without a table" => change_file(file, "DROP TABLE refunds"),
        "without a column" => change_file(file, "ALTER TABLE channels DROP COLUMN notes"),
        "without an index" => change_file(file, "DROP INDEX reviews_by_own_code"),
        "with another index" => change_file(file, "DROP INDEX changes_of_product; CREATE INDEX changes_of_product ON changes (seq)"),
        // What a program leaves that was killed while it wrote from PostgreSQL.
        "half" => change_file(file, "DELETE FROM refinery_schema_history"),
        // The same, before there was anything to copy in it.
        "begun" => change_file(file, "PRAGMA application_id = 0x61786875"),
        // What one leaves that was killed while it wrote from SQLite.
        "with a journal" => fs::write(file.with_extension("db-journal"), "what has to be taken back").unwrap(),
        "truncated" => {
            let length = fs::metadata(file).unwrap().len();
            fs::OpenOptions::new().write(true).open(file).unwrap().set_len(length / 2).unwrap();
        }
        "overwritten" => {
            let mut bytes = fs::read(file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle..].fill(0xA5);
            fs::write(file, bytes).unwrap();
        }
        _ => panic!("{kind}"),
    }
}

#[rstest]
#[case("missing", "No such file")]
#[case("empty", "is not a backup: it is empty")]
#[case("text", "is not a backup: it is no database of SQLite")]
#[case("directory", "is not a backup: it is a directory")]
#[case("another database", "is not a backup: it is a database, but not axhub's")]
#[case("newer", "is of schema 999, and this axhub knows only")]
#[case("older", "axhub migrate")]
#[case("without a table", "is damaged: its table refunds")]
#[case("without a column", "is damaged: its table channels")]
#[case("without an index", "is damaged: its index reviews_by_own_code")]
#[case("with another index", "is damaged: its index changes_of_product")]
#[case("half", "is not a backup: it is a database, but not axhub's")]
#[case("begun", "is not a backup: it was never finished")]
#[case("with a journal", "is not a backup: it is unfinished")]
#[case("truncated", "malformed")]
#[case("overwritten", "")]
#[tokio::test]
async fn what_is_no_whole_backup_is_refused(
    #[case] kind: &str,
    #[case] told: &str,
    #[values(Engine::Sqlite, Engine::Postgres)] to: Engine,
) {
    let place = Place::new();
    let file = place.file("backup.db");
    backup(&filled(Engine::Sqlite).await.test, &file).await;
    spoil(kind, &file);
    let server = TestDatabase::new(Engine::Postgres).await;
    let target = if to == Engine::Postgres { server.address().clone() } else { Address::Sqlite(place.file("restored.db")) };
    let refused = why(transfer::restore(&file, &target).await);
    assert!(refused.contains(told) && refused.contains("backup.db"), "{kind}: {refused}");
    assert!(!place.file("restored.db").exists());
    if to == Engine::Postgres {
        assert_eq!(backup(&server, &place.file("left.db")).await.rows(), 1, "nothing but the feed's own row");
    }
}

#[rstest]
#[tokio::test]
async fn nothing_is_restored_over_something(#[values(Engine::Sqlite, Engine::Postgres)] to: Engine) {
    let place = Place::new();
    let file = place.file("backup.db");
    backup(&filled(Engine::Sqlite).await.test, &file).await;
    let server = filled(Engine::Postgres).await;
    fs::copy(&file, place.file("full.db")).unwrap();
    change_file(&place.file("full.db"), "DELETE FROM tickets");
    let target = if to == Engine::Postgres { server.test.address().clone() } else { Address::Sqlite(place.file("full.db")) };
    let refused = why(transfer::restore(&file, &target).await);
    assert!(refused.contains("is not empty: there are rows in"), "{refused}");
    assert_eq!(dump(&place.file("full.db"))["orders"].1.len(), 3);
    let left: Result<i64> = tx!(server.db(), Read, |s| s.query_one("SELECT COUNT(*) FROM orders", &[]).await?.int(0));
    assert_eq!(left.unwrap(), 3);
}

#[rstest]
#[tokio::test]
async fn a_file_that_somebody_uses_is_left_alone() {
    let place = Place::new();
    let (file, target) = (place.file("backup.db"), place.file("restored.db"));
    backup(&filled(Engine::Sqlite).await.test, &file).await;
    make_migrated(&place, &target).await;
    let in_use = super::open(&Address::Sqlite(target.clone())).await;
    let refused = why(transfer::restore(&file, &Address::Sqlite(target.clone())).await);
    assert!(refused.contains("in use: stop the server"), "{refused}");
    in_use.check_schema().await.unwrap();
    drop(in_use);
    fs::write(place.file("notes.txt"), "no database").unwrap();
    let refused = why(transfer::restore(&file, &Address::Sqlite(place.file("notes.txt"))).await);
    assert!(refused.contains("is no database"), "{refused}");
}

#[rstest]
#[tokio::test]
async fn no_backup_is_made_of_another_schema(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let place = Place::new();
    let file = place.file("backup.db");
    let empty = TestDatabase::empty(engine).await;
    let refused = why(transfer::backup(empty.address(), &file, false).await);
    assert!(refused.contains("axhub migrate"), "{refused}");
    let newer = TestDatabase::new(engine).await;
    let future: Result<u64> = tx!(newer.database(), Write, |s| s.execute(FROM_THE_FUTURE, &[]).await);
    future.unwrap();
    let refused = why(transfer::backup(newer.address(), &file, false).await);
    assert!(refused.contains("newer axhub"), "{refused}");
    let missing = Address::Sqlite(place.file("nothing.db"));
    let refused = why(transfer::backup(&missing, &file, false).await);
    assert!(refused.contains("there is no database") && refused.contains("nothing.db"), "{refused}");
    assert_eq!(place.names(), Vec::<String>::new());
}
