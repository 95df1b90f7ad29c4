//! The file itself: its name, its mode, what it replaces, and what is left when something goes wrong.

use std::fs::{self, OpenOptions};
use std::path::Path;

use axhub_store::transfer;
use axhub_store::{Address, Result};
use axhub_testkit::{Engine, TestDatabase};
use rstest::rstest;

use super::directions::make_migrated;
use super::{Place, backup, change_file, dump, filled, why};

#[cfg(unix)]
#[rstest]
#[tokio::test]
async fn only_its_owner_may_read_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let place = Place::new();
    let fixture = filled(engine).await;
    backup(&fixture.test, &place.file("backup.db")).await;
    transfer::restore(&place.file("backup.db"), &Address::Sqlite(place.file("restored.db"))).await.unwrap();
    for name in ["backup.db", "restored.db"] {
        assert_eq!(mode(&place.file(name)), 0o600, "{name}");
    }
    assert_eq!(place.names(), ["backup.db", "restored.db"], "nothing else is left");
}

#[rstest]
#[tokio::test]
async fn a_file_is_replaced_only_on_demand(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let place = Place::new();
    let (file, fixture) = (place.file("backup.db"), filled(engine).await);
    for there in ["", "something else"] {
        fs::write(&file, there).unwrap();
        let refused = why(transfer::backup(fixture.test.address(), &file, false).await);
        assert!(refused.contains("backup.db is there already") && refused.contains("--force"), "{refused}");
        assert_eq!(fs::read_to_string(&file).unwrap(), there);
        transfer::backup(fixture.test.address(), &file, true).await.unwrap();
        assert_eq!(place.names(), ["backup.db"]);
        assert_eq!(dump(&file)["orders"].1.len(), 3);
        fs::remove_file(&file).unwrap();
    }
    // An old backup of which only a part is left, which nobody can use.
    backup(&fixture.test, &file).await;
    OpenOptions::new().write(true).open(&file).unwrap().set_len(fs::metadata(&file).unwrap().len() / 2).unwrap();
    transfer::backup(fixture.test.address(), &file, true).await.unwrap();
    assert_eq!(dump(&file)["orders"].1.len(), 3);
    // One with a log that somebody has left: it must not become the new one's.
    make_migrated(&place, &file).await;
    let in_use = super::open(&Address::Sqlite(file.clone())).await;
    let refused = why(transfer::backup(fixture.test.address(), &file, true).await);
    assert!(refused.contains("in use"), "{refused}");
    in_use.check_schema().await.unwrap();
    assert_eq!(dump(&file)["orders"].1.len(), 0);
}

#[rstest]
#[tokio::test]
async fn the_log_of_a_database_that_is_gone_is_not_taken_for_the_new_ones(#[values("-wal", "-journal")] suffix: &str) {
    let place = Place::new();
    let (file, log) = (place.file("backup.db"), place.file(&format!("backup.db{suffix}")));
    let fixture = filled(Engine::Sqlite).await;
    fs::write(&log, "what was never moved to the file").unwrap();
    let refused = why(transfer::backup(fixture.test.address(), &file, true).await);
    assert!(refused.contains(log.to_str().unwrap()) && refused.contains("delete it first"), "{refused}");
    backup(&fixture.test, &place.file("other.db")).await;
    let refused = why(transfer::restore(&place.file("other.db"), &Address::Sqlite(file.clone())).await);
    assert!(refused.contains("delete it first"), "{refused}");
    assert!(!file.exists());
    fs::remove_file(&log).unwrap();
    backup(&fixture.test, &file).await;
}

#[rstest]
#[tokio::test]
async fn a_database_is_not_copied_onto_itself() {
    let place = Place::new();
    let fixture = filled(Engine::Sqlite).await;
    let Address::Sqlite(source) = fixture.test.address() else { panic!("a file") };
    let refused = why(transfer::backup(fixture.test.address(), source, true).await);
    assert!(refused.contains("onto itself"), "{refused}");
    let file = place.file("backup.db");
    backup(&fixture.test, &file).await;
    let refused = why(transfer::restore(&file, &Address::Sqlite(file.clone())).await);
    assert!(refused.contains("onto itself"), "{refused}");
    assert_eq!(dump(&file)["orders"].1.len(), 3);
}

#[rstest]
#[tokio::test]
async fn a_place_that_cannot_be_written_is_named(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let place = Place::new();
    let source = TestDatabase::new(engine).await;
    for (path, told) in [
        (place.file("nowhere/backup.db"), "No such file or directory"),
        (place.file(""), "is a directory"),
        (place.file("file/backup.db"), "Not a directory"),
    ] {
        fs::write(place.file("file"), "").unwrap();
        let refused = why(transfer::backup(source.address(), &path, true).await);
        assert!(refused.contains(told), "{refused}");
        assert!(refused.contains(path.to_str().unwrap().trim_end_matches('/')), "{refused}");
    }
    assert_eq!(place.names(), ["file"]);
}

#[rstest]
#[tokio::test]
async fn what_a_killed_program_left_is_written_over(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let place = Place::new();
    let (file, unfinished) = (place.file("backup.db"), place.file("backup.db.unfinished"));
    let source = TestDatabase::new(engine).await;
    fs::write(&unfinished, "half of a backup".repeat(1000)).unwrap();
    fs::write(place.file("backup.db.unfinished-journal"), "half of a journal").unwrap();
    let writer = OpenOptions::new().write(true).open(&unfinished).unwrap();
    writer.lock().unwrap();
    let refused = why(transfer::backup(source.address(), &file, false).await);
    assert!(refused.contains("being written by another axhub"), "{refused}");
    drop(writer);
    transfer::backup(source.address(), &file, false).await.unwrap();
    assert_eq!(place.names(), ["backup.db"]);
    assert_eq!(dump(&file)["feed"].1.len(), 1);
    #[cfg(unix)]
    assert_eq!(mode(&file), 0o600, "whatever it was that was left");
}

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file).unwrap().permissions()) & 0o777
}

#[rstest]
#[tokio::test]
async fn what_was_erased_is_not_in_a_backup() {
    const SECRET: &str = "what nobody may know any more";
    let place = Place::new();
    let fixture = filled(Engine::Sqlite).await;
    for sql in [
        "UPDATE travelers SET name = 'what nobody may know any more'",
        "UPDATE travelers SET name = ''",
        "UPDATE reviewers SET name = 'what nobody may know any more'",
        "DELETE FROM reviewers",
    ] {
        let done: Result<u64> = tx!(fixture.db(), Write, |s| s.execute(sql, &[]).await);
        done.unwrap();
    }
    let Address::Sqlite(source) = fixture.test.address() else { panic!("a file") };
    let says_it = |file: &Path| fs::read(file).unwrap().windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    assert!(says_it(source) || says_it(&source.with_extension("db-wal")), "this test proves nothing any more");
    backup(&fixture.test, &place.file("backup.db")).await;
    assert!(!says_it(&place.file("backup.db")));
}

#[rstest]
#[tokio::test]
async fn a_copy_that_fails_leaves_nothing(#[values(Engine::Sqlite, Engine::Postgres)] to: Engine) {
    let place = Place::new();
    let file = place.file("backup.db");
    backup(&filled(Engine::Sqlite).await.test, &file).await;
    // Not as SQLite breaks a file, but as somebody who edits one.
    change_file(&file, "DELETE FROM suppliers");
    let server = TestDatabase::empty(Engine::Postgres).await;
    let target = if to == Engine::Postgres { server.address().clone() } else { Address::Sqlite(place.file("restored.db")) };
    let refused = why(transfer::restore(&file, &target).await);
    assert!(refused.contains("foreign key") || refused.contains("names a row that is not there"), "{refused}");
    assert_eq!(place.names(), ["backup.db"]);
    if to == Engine::Postgres {
        let made = backup(&server, &place.file("left.db")).await;
        assert_eq!(made.rows(), 1, "nothing but the feed's own row");
    }
}
