//! The layer under the statements: values, transactions, and what each engine does in trouble.

mod abandoned;
mod away;
mod freshness;
mod postgres;
mod recording;
mod sqlite;
mod statements;
mod transactions;
mod values;

use axhub_store::{Database, Result};
use axhub_testkit::{Engine, TestDatabase};

/// A database with one table of every type of column, called `scratch`.
async fn scratch(engine: Engine) -> TestDatabase {
    let test = TestDatabase::empty(engine).await;
    let sql = match engine {
        Engine::Sqlite => {
            "CREATE TABLE scratch (id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 1000), u BLOB, t TEXT, b INTEGER, at INTEGER, d TEXT, tm TEXT, j TEXT, x BLOB) STRICT"
        }
        Engine::Postgres => {
            "CREATE TABLE scratch (id bigint PRIMARY KEY, n bigint CHECK (n < 1000), u uuid, t text, b boolean, at timestamptz, d date, tm time, j jsonb, x bytea)"
        }
    };
    let made: Result<u64> = tx!(test.database(), Write, |s| s.execute(sql, &[]).await);
    made.unwrap();
    test
}

/// The numbers in `scratch`, by their ids.
async fn numbers(db: &Database) -> Vec<(i64, i64)> {
    let read: Result<_> = tx!(db, Read, |s| {
        let rows = s.query("SELECT id, n FROM scratch WHERE n IS NOT NULL ORDER BY id", &[]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect()
    });
    read.unwrap()
}
