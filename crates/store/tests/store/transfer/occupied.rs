//! Databases of PostgreSQL with something in them: not even migrated. And files that somebody begins to use meanwhile.

use std::path::Path;

use axhub_store::engine::postgres_schema;
use axhub_store::transfer;
use axhub_testkit::{Engine, TestDatabase};
use rstest::rstest;
use tokio_postgres::{Client, NoTls};

use super::{Place, backup, filled, why};

async fn client(database: &TestDatabase) -> Client {
    let (client, connection) = tokio_postgres::connect(&database.address_text(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The tables of a database, in all schemas but the server's own.
async fn tables(client: &Client) -> Vec<String> {
    let sql =
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Makes a database what the first migration made of it.
async fn make_old(client: &Client) {
    let newest = TestDatabase::new(Engine::Postgres).await;
    let sql = "SELECT format('(%s, %L, %L, %L)', version, name, applied_on, checksum) FROM refinery_schema_history WHERE version = 1";
    let noted: String = self::client(&newest).await.query_one(sql, &[]).await.unwrap().get(0);
    let schema = postgres_schema();
    let (first, _) = schema.split_once("-- V2__").unwrap();
    let history = "CREATE TABLE refinery_schema_history
        (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255))";
    client.batch_execute(&format!("{first}; {history}; INSERT INTO refinery_schema_history VALUES {noted}")).await.unwrap();
}

#[tokio::test]
async fn an_older_database_with_rows_is_not_migrated() {
    let place = Place::new();
    let file = place.file("backup.db");
    backup(&filled(Engine::Sqlite).await.test, &file).await;
    let server = TestDatabase::empty(Engine::Postgres).await;
    let client = client(&server).await;
    make_old(&client).await;
    let row = "INSERT INTO suppliers (id, code, name, created_at) VALUES ('018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f10', 'hanok', 'Hanok', now())";
    client.batch_execute(row).await.unwrap();
    let before = tables(&client).await;
    let refused = why(transfer::restore(&file, server.address()).await);
    assert!(refused.contains("is not empty: there are rows in suppliers"), "{refused}");
    let version: i32 = client.query_one("SELECT MAX(version) FROM refinery_schema_history", &[]).await.unwrap().get(0);
    assert_eq!((version, tables(&client).await), (1, before), "it is as it was");

    // Without the row it is an empty one of an older version, which is as good as a new one.
    client.batch_execute("DELETE FROM suppliers").await.unwrap();
    transfer::restore(&file, server.address()).await.unwrap();
}

#[tokio::test]
async fn nothing_is_put_beside_another_programs_tables() {
    let place = Place::new();
    let file = place.file("backup.db");
    backup(&filled(Engine::Sqlite).await.test, &file).await;
    let server = TestDatabase::empty(Engine::Postgres).await;
    let client = client(&server).await;
    client.batch_execute("CREATE TABLE \"Their notes\" (text text); INSERT INTO \"Their notes\" VALUES ('')").await.unwrap();
    let refused = why(transfer::restore(&file, server.address()).await);
    assert!(refused.contains("there are rows in \"Their notes\""), "{refused}");
    assert_eq!(tables(&client).await, ["public.Their notes"]);
}

#[tokio::test]
async fn a_table_of_the_same_name_in_another_schema_is_another_programs() {
    let place = Place::new();
    let file = place.file("backup.db");
    backup(&filled(Engine::Sqlite).await.test, &file).await;
    let server = TestDatabase::new(Engine::Postgres).await;
    let client = client(&server).await;
    client.batch_execute("CREATE SCHEMA theirs; CREATE TABLE theirs.feed (id int); INSERT INTO theirs.feed VALUES (1)").await.unwrap();
    let refused = why(transfer::restore(&file, server.address()).await);
    assert!(refused.contains("there are rows in theirs.feed"), "{refused}");
}

/// Opens a file as a server does, and changes it.
fn begin_to_serve(file: &Path) -> rusqlite::Connection {
    let server = rusqlite::Connection::open(file).unwrap();
    server.execute_batch("PRAGMA journal_mode = WAL; UPDATE feed SET position = position + 1").unwrap();
    server
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_begins_on_the_file_that_is_restored_is_noticed(#[values(true, false)] stays: bool) {
    let place = Place::new();
    let file = place.file("backup.db");
    backup(&filled(Engine::Sqlite).await.test, &file).await;
    let server = TestDatabase::new(Engine::Postgres).await;
    let client = client(&server).await;
    // The copy waits for this before it writes anything, and so before it has read everything.
    client.batch_execute("BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE").await.unwrap();
    let (from, to) = (file.clone(), server.address().clone());
    let restoring = tokio::spawn(async move { transfer::restore(&from, &to).await });
    // Tables of other tests' databases have the same numbers.
    let waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'orders'::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while client.query(waiting, &[]).await.unwrap().is_empty() {
        if restoring.is_finished() {
            panic!("it did not wait: {:?}", restoring.await.unwrap().map_err(|error| error.to_string()));
        }
        // The server needs its processors for the connections of what is awaited.
        client.batch_execute("SELECT pg_sleep(0.01)").await.unwrap();
    }
    let serving = Some(begin_to_serve(&file)).filter(|_| stays);
    client.batch_execute("ROLLBACK").await.unwrap();
    let refused = why(restoring.await.unwrap());
    assert!(refused.contains("another program opened") && refused.contains("backup.db meanwhile"), "{refused}");
    let rows: i64 = client.query_one("SELECT COUNT(*) FROM orders", &[]).await.unwrap().get(0);
    assert_eq!(rows, 0);
    drop(serving);
}
