//! Backups: a whole database as one file, and back, from and to either engine.

mod directions;
mod files;
mod occupied;
mod refused;
mod schema;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axhub_store::engine::ToValue;
use axhub_store::transfer::{self, Copied, TransferError};
use axhub_store::{Address, Database, Options, Result, Session, changes, params};
use axhub_testkit::{Engine, TestDatabase};
use jiff::Timestamp;
use jiff::civil::{Date, Time, date, time};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use crate::fixture::{Fixture, TestOrder, id, later, now};

/// What a careless copy gets wrong.
const ODD: &str = "한옥 🏯 \"quoted\" 'single' \\N \\. \t\r\n\u{1} e\u{301} \u{feff}";

/// A directory of a test's own.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The names of all files there are.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// A database with a little of everything, the same on both engines.
async fn filled(engine: Engine) -> Fixture {
    let fixture = Fixture::with_order(engine).await;
    fixture.place(vec![TestOrder::new(200, "A-2", &[(id(31), 1, 1), (id(33), 2, 3)])]).await.unwrap();
    let odd: Result<()> = tx!(fixture.db(), Write, |s| put_odd_rows(s).await);
    odd.unwrap();
    fixture
}

async fn put_odd_rows(s: &Session) -> Result<()> {
    let (first, last): (Timestamp, Timestamp) = ("0001-01-01T00:00:00Z".parse().unwrap(), "9999-12-30T22:00:00.999999Z".parse().unwrap());
    s.execute_one("UPDATE suppliers SET notes = $1 WHERE id = $2", &params![ODD, Uuid::from_u128(1)]).await?;
    let settings = "INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, $3)";
    s.execute_one(settings, &params!["empty", "", first]).await?;
    s.execute_one(settings, &params!["long", "가".repeat(700_000), last]).await?;
    let rates = "INSERT INTO exchange_rates (base_currency, quote_currency, valid_from, rate) VALUES ($1, $2, $3, $4)";
    s.execute_one(rates, &params!["USD", "EUR", last, i64::MAX]).await?;
    let document = json!({ "odd": ODD, "none": null, "list": [[], {}, -1, i64::MAX, true], "number": exact("12345678901234567890.5") });
    let drafts = "INSERT INTO product_drafts (product_id, base_version, document, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)";
    s.execute_one(drafts, &params![Uuid::from_u128(21), 1i64, document, first, last]).await?;
    let stock =
        "INSERT INTO stock (id, pool_id, date, start_time, starts_at, max_quantity, min_quantity, held, ordered, on_sale, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let (day, end): (Date, Time) = (date(9999, 12, 31), time(23, 59, 59, 999_999_000));
    let stock_row = params![Uuid::max(), Uuid::from_u128(41), day, end, last, i64::MAX, 0i64, 0i64, 0i64, false, first];
    s.execute_one(stock, &stock_row).await?;
    let reviews =
        "INSERT INTO reviews (id, channel_id, review_code, known_by, product_id, score_type, reviewed_at, fingerprint, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let fingerprint: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 8).unwrap());
    let review = params![Uuid::nil(), Uuid::from_u128(11), "", "content", Uuid::from_u128(21), "none", first, fingerprint, last];
    s.execute_one(reviews, &review).await?;
    s.execute_one("INSERT INTO reviewers (review_id, name) VALUES ($1, $2)", &params![Uuid::nil(), ODD]).await?;
    let lease = "INSERT INTO leases (name, holder, held_until) VALUES ($1, $2, $3)";
    s.execute_one(lease, &params!["task", Uuid::max(), last]).await?;

    // Two with positions, one without, and one that is gone, whose number is never given again.
    changes::record(s, &[change(1), change(2)], now()).await?;
    changes::give_positions(s, 10).await?;
    changes::record(s, &[change(3), change(4)], now()).await?;
    s.execute_one("DELETE FROM changes WHERE seq = $1", &[4i64.to_value()]).await
}

fn exact(number: &str) -> serde_json::Value {
    serde_json::from_str(number).unwrap()
}

fn change(n: i64) -> changes::NewChange {
    let product_kind = axhub_domain::product::ProductKind::Tour;
    changes::NewChange { kind: changes::ChangeKind::Stock, product_kind, product: id(21), channel: None, data: json!({ "n": n }) }
}

async fn backup(from: &TestDatabase, to: &Path) -> Copied {
    transfer::backup(from.address(), to, false).await.unwrap()
}

async fn restore(from: &Path, to: &Address) -> Copied {
    transfer::restore(from, to).await.unwrap()
}

async fn open(address: &Address) -> Database {
    Database::open(address, Options::default()).await.unwrap()
}

/// Why something was refused, in full.
fn why<T>(result: std::result::Result<T, TransferError>) -> String {
    result.err().expect("it is refused").to_string()
}

/// Everything in a file: the columns and rows of every table, and the last numbers that were given to rows.
fn dump(file: &Path) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'refinery_schema_history'
        AND (name NOT LIKE 'sqlite_%' OR name = 'sqlite_sequence')";
    let tables: Vec<String> = connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(|row| row.unwrap()).collect();
    tables.into_iter().map(|table| (table.clone(), rows(&connection, &table))).collect()
}

fn rows(connection: &Connection, table: &str) -> (Vec<String>, Vec<String>) {
    let columns = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let mut columns: Vec<String> = columns.column_names().map(str::to_owned).collect();
    columns.sort();
    let mut statement = connection.prepare(&format!("SELECT {} FROM {table}", columns.join(", "))).unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        let values: Vec<rusqlite::types::Value> = (0..columns.len()).map(|at| row.get_unwrap(at)).collect();
        Ok(format!("{values:?}"))
    };
    let mut rows: Vec<String> = statement.query_map([], row).unwrap().map(|row| row.unwrap()).collect();
    rows.sort();
    (columns, rows)
}

/// The same of a database that servers may have open; without what is the servers' own.
fn dump_without_leases(file: &Path) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let mut all = dump(file);
    all.get_mut("leases").unwrap().1.clear();
    all
}

/// Runs a statement on a file that is no running database.
fn change_file(file: &Path, sql: &str) {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
}

/// Numbers and positions of what a channel sees behind a position, once what was committed has positions.
async fn seen(db: &Database, after: i64) -> Vec<(i64, i64)> {
    let given: Result<usize> = tx!(db, Write, |s| changes::give_positions(s, 10).await);
    given.unwrap();
    let seen: Result<Vec<changes::Change>> = tx!(db, Read, |s| changes::of_channel(s, id(11), after, 10).await);
    seen.unwrap().into_iter().map(|change| (change.position, change.data["n"].as_i64().unwrap())).collect()
}

/// A hub goes on in a restored database: orders, stock, the feed.
async fn goes_on(db: &Database) {
    db.check_schema().await.unwrap();
    assert_eq!(seen(db, 2).await, [(3, 3)], "what had no position gets the next one");
    let recorded: Result<()> = tx!(db, Write, |s| changes::record(s, &[change(5)], later(1)).await);
    recorded.unwrap();
    assert_eq!(seen(db, 2).await, [(3, 3), (4, 5)], "behind the last cursor comes what is new, once");
    let counted: Result<i64> = tx!(db, Read, |s| s.query_one("SELECT MAX(seq) FROM changes", &[]).await?.int(0));
    assert_eq!(counted.unwrap(), 5, "the number of the row that is gone is not given again");
    let held: Result<i64> = tx!(db, Read, |s| s.query_one("SELECT COUNT(*) FROM leases", &[]).await?.int(0));
    assert_eq!(held.unwrap(), 0, "leases are not restored");
    let mismatches: Result<Vec<_>> = tx!(db, Read, |s| axhub_store::stock::mismatches(s).await);
    assert_eq!(mismatches.unwrap(), []);
}
