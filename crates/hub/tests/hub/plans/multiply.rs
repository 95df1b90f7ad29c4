//! Many rows out of a few: every row with all that belongs to it, many times over.

use axhub_store::{Database, Error, Mode, Result, Session};
use axhub_testkit::Engine;

/// How often.
const COPIES: u32 = 800;

/// The tables, each behind those that it names.
const TABLES: &[&str] = &[
    "api_keys",
    "products",
    "product_versions",
    "stock_pools",
    "options",
    "option_prices",
    "stock",
    "allotments",
    "assignments",
    "registrations",
    "channel_orders",
    "orders",
    "tickets",
    "travelers",
    "events",
    "changes",
];

/// Columns that hold codes of their owners, of which there are no copies, or no id at all.
const KEPT: &[&str] = &["supplier_id", "channel_id", "rule_id", "channel_product_id"];
/// Texts that there may be only once.
const UNIQUE_TEXTS: &[&str] = &["prefix", "channel_order_code"];

/// Copies everything there is.
pub(super) async fn multiply(database: &Database, engine: Engine) {
    let copied = database.run("test.multiply", Mode::Write, (), move |s, ()| {
        Box::pin(async move {
            // A week of stock is enough, and some of what the feed tells of it.
            s.execute("DELETE FROM stock WHERE date > '2026-07-08'", &[]).await?;
            s.execute("DELETE FROM changes WHERE kind = 'stock' AND seq > 20", &[]).await?;
            allot(s).await?;
            for table in TABLES {
                copy(s, engine, table).await?;
            }
            Ok::<_, Error>(())
        })
    });
    copied.await.unwrap();
}

/// Tells PostgreSQL what there is, as it finds out by itself in time. SQLite is never told.
pub(super) async fn analyze(database: &Database, engine: Engine) {
    if engine == Engine::Postgres {
        let told: Result<u64> = database.run("test.analyze", Mode::Read, (), |s, ()| Box::pin(s.execute("VACUUM (ANALYZE)", &[]))).await;
        told.unwrap();
    }
}

/// Every day of the museum is kept for alpha in part; on the days of its orders, nobody asks what it has taken.
async fn allot(s: &Session) -> Result<()> {
    let sql = "INSERT INTO allotments (stock_id, channel_id, quantity, taken, release_at, is_released)
        SELECT s.id, c.id, 5, 0, s.starts_at, FALSE FROM channels c, stock s
        WHERE c.code = 'alpha' AND s.pool_id IN (SELECT o.pool_id FROM options o JOIN products p ON p.id = o.product_id WHERE p.kind = 'day-ticket')";
    assert!(s.execute(sql, &[]).await? > 0);
    Ok(())
}

async fn copy(s: &Session, engine: Engine, table: &str) -> Result<()> {
    let columns: Vec<String> = columns(s, engine, table).await?.into_iter().filter(|column| column != "seq").collect();
    assert!(!columns.is_empty(), "there is no table {table}");
    let values: Vec<String> = columns.iter().map(|column| value(engine, table, column)).collect();
    let sql = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT n.i + 1 FROM n WHERE n.i < {COPIES})
         INSERT INTO {table} ({}) SELECT {} FROM {table} t CROSS JOIN n",
        columns.join(", "),
        values.join(", ")
    );
    // Statements are static; a test may leak a few.
    s.execute(sql.leak(), &[]).await?;
    Ok(())
}

/// A column of the copy number `n.i` of `t`.
fn value(engine: Engine, table: &str, column: &str) -> String {
    let is_id = column == "id" || column.ends_with("_id");
    match engine {
        _ if KEPT.contains(&column) => format!("t.{column}"),
        _ if UNIQUE_TEXTS.contains(&column) => format!("t.{column} || '-' || n.i"),
        // The feed gives positions by itself.
        _ if (table, column) == ("changes", "position") => "NULL".to_owned(),
        Engine::Postgres if is_id => format!("overlay(t.{column}::text PLACING lpad(n.i::text, 8, '0') FROM 1 FOR 8)::uuid"),
        Engine::Sqlite if is_id => {
            format!("CASE WHEN t.{column} IS NOT NULL THEN unhex(printf('%08d', n.i) || substr(hex(t.{column}), 9)) END")
        }
        Engine::Postgres | Engine::Sqlite => format!("t.{column}"),
    }
}

async fn columns(s: &Session, engine: Engine, table: &str) -> Result<Vec<String>> {
    let sql = match engine {
        Engine::Postgres => format!(
            "SELECT CAST(attname AS text) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"
        ),
        Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
    };
    s.query(sql.leak(), &[]).await?.iter().map(|row| row.get(0)).collect()
}
