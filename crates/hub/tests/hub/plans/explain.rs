//! What an engine says of how it would run a statement.

use std::collections::BTreeMap;
use std::fmt;

use axhub_store::engine::{Recorded, Step, Value};
use axhub_store::{Database, Error, Mode, Result, Session};
use axhub_testkit::Engine;

/// Tables that stay small whatever is sold.
const SMALL: &[&str] = &["assignment_rules", "channels", "exchange_rates", "feed", "leases", "settings", "suppliers"];

/// All tables of the schema that are not [`SMALL`].
const BIG: &[&str] = &[
    "allotments",
    "answers",
    "api_keys",
    "assignment_rule_exceptions",
    "assignments",
    "audit_log",
    "changes",
    "channel_orders",
    "events",
    "option_prices",
    "options",
    "orders",
    "product_drafts",
    "product_versions",
    "products",
    "questions",
    "refunds",
    "registrations",
    "reviewers",
    "reviews",
    "statements",
    "stock",
    "stock_pools",
    "tickets",
    "travelers",
];

/// Indexes of what is only passing through, which are as good as empty.
const PASSING: &[&str] = &["changes_without_position"];

/// A statement that reads a whole table.
pub(super) struct Scan {
    pub(super) transaction: &'static str,
    pub(super) table: &'static str,
    sql: &'static str,
    plan: String,
}

impl fmt::Display for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--- {} reads all of {}: {}\n{}", self.transaction, self.table, self.sql, self.plan)
    }
}

/// Every recorded statement that would read a whole table.
pub(super) async fn scans(database: &Database, engine: Engine, recorded: Vec<Recorded>) -> Vec<Scan> {
    let mut statements: BTreeMap<(&'static str, &'static str), Vec<Value>> = BTreeMap::new();
    for Recorded { transaction, step } in recorded {
        if let Step::Statement { sql, params } = step {
            statements.insert((transaction, sql), params);
        }
    }
    let mut scans = Vec::new();
    for ((transaction, sql), params) in statements {
        for plan in explain(database, engine, sql, params).await {
            let tables = BIG.iter().filter(|table| plan.iter().any(|line| reads_all(engine, line, sql, table)));
            scans.extend(tables.map(|table| Scan { transaction, table, sql, plan: plan.join("\n") }));
        }
    }
    scans
}

/// Its plans: the one for the parameters as they were, and the one for any parameters, if PostgreSQL would change to that
/// when the statement is run often.
async fn explain(database: &Database, engine: Engine, sql: &'static str, params: Vec<Value>) -> Vec<Vec<String>> {
    let plans = database.run("test.explain", Mode::Write, params, move |s, params| {
        Box::pin(async move {
            match engine {
                Engine::Sqlite => Ok::<_, Error>(vec![lines(s, format!("EXPLAIN QUERY PLAN {sql}"), params, 3).await?]),
                Engine::Postgres => {
                    let with_these = lines(s, format!("EXPLAIN {sql}"), params, 0).await?;
                    s.execute("SET LOCAL plan_cache_mode = force_generic_plan", &[]).await?;
                    s.execute(format!("PREPARE explained AS {sql}").leak(), &[]).await?;
                    let any = vec!["NULL"; params.len()].join(", ");
                    let any = if any.is_empty() { any } else { format!("({any})") };
                    let with_any = lines(s, format!("EXPLAIN EXECUTE explained{any}"), &[], 0).await?;
                    s.execute("DEALLOCATE explained", &[]).await?;
                    let changes = cost(&with_any) < cost(&with_these) + planning(&with_these);
                    Ok([Some(with_these), changes.then_some(with_any)].into_iter().flatten().collect())
                }
            }
        })
    });
    plans.await.unwrap_or_else(|error| panic!("{error}: {sql}"))
}

/// The lines of an answer; a test may leak a few statements.
async fn lines(s: &Session, sql: String, params: &[Value], column: usize) -> Result<Vec<String>> {
    s.query(sql.leak(), params).await?.iter().map(|row| row.get(column)).collect()
}

/// What PostgreSQL reckons a plan to cost.
fn cost(plan: &[String]) -> f64 {
    let of_all = plan.first().and_then(|line| line.split_once(".."));
    of_all.and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok()).unwrap_or_else(|| panic!("no cost: {plan:?}"))
}

/// What it reckons that planning costs.
fn planning(plan: &[String]) -> f64 {
    let tables = plan.iter().filter(|line| line.contains("Scan ")).count();
    2.5 * (tables as f64 + 1.0)
}

/// Whether a line of a plan says that all of a table is read.
fn reads_all(engine: Engine, line: &str, sql: &str, table: &str) -> bool {
    if PASSING.iter().any(|index| line.contains(index)) {
        return false;
    }
    match engine {
        Engine::Postgres => {
            let of = line.split_once("Seq Scan on ").and_then(|(_, rest)| rest.split_whitespace().next());
            of == Some(table)
        }
        Engine::Sqlite => {
            let of = line.strip_prefix("SCAN ").and_then(|rest| rest.split_whitespace().next());
            // A table that the statement does not name stands there for foreign keys, and is looked at only when one is broken.
            of.is_some_and(|of| aliases(sql, table).any(|alias| alias == of))
        }
    }
}

/// The names under which a statement uses a table: its own, and the words behind it, if they are names. Keywords stand in
/// capitals.
fn aliases<'a>(sql: &'a str, table: &'a str) -> impl Iterator<Item = &'a str> {
    let words = || sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let uses = words().zip(words().skip(1).chain([""])).filter(move |(word, _)| *word == table);
    uses.flat_map(|(word, next)| [word, next]).filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

/// A new table belongs to one of both lists.
#[test]
fn every_table_is_known() {
    let schema = axhub_store::engine::postgres_schema();
    let made = schema.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")).filter_map(|rest| rest.split_whitespace().next());
    let unknown: Vec<&str> = made.filter(|table| !BIG.contains(table) && !SMALL.contains(table)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
