//! What an engine says of how it would run a statement.

use std::collections::BTreeMap;
use std::fmt;

use axhub_store::engine::{Recorded, Step, Value};
use axhub_store::{Database, Error, Mode, POSTGRES_SETTINGS, Result, Session};
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

/// How an engine would run a statement.
pub(super) struct Plan {
    pub(super) transaction: &'static str,
    pub(super) sql: &'static str,
    engine: Engine,
    lines: Vec<String>,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--- {}: {}\n{}", self.transaction, self.sql, self.lines.join("\n"))
    }
}

impl Plan {
    /// The big tables that it reads from end to end.
    pub(super) fn whole_tables(&self) -> impl Iterator<Item = &'static str> {
        BIG.iter().copied().filter(|table| (0..self.lines.len()).any(|at| self.reads_all(at, table)))
    }

    /// Whether it gathers rows and sorts them, to take a page of them only then.
    pub(super) fn sorts_for_page(&self) -> bool {
        let is_sort = |line: &String| match self.engine {
            // An incremental one takes what comes in order and sorts what is equal.
            Engine::Postgres => line.trim_start_matches([' ', '-', '>']).starts_with("Sort "),
            Engine::Sqlite => line == "USE TEMP B-TREE FOR ORDER BY",
        };
        self.sql.contains("LIMIT") && self.lines.iter().any(is_sort)
    }

    pub(super) fn uses(&self, index: &str) -> bool {
        self.lines.iter().any(|line| line.split_whitespace().any(|word| word == index))
    }

    /// Whether a line says that all of a table is read.
    fn reads_all(&self, at: usize, table: &str) -> bool {
        let line = &self.lines[at];
        if PASSING.iter().any(|index| line.contains(index)) {
            return false;
        }
        match self.engine {
            Engine::Postgres if line.contains("Bitmap Index Scan on ") => {
                let heap = self.lines[..at].iter().rev().find_map(|line| scanned(line, "Bitmap Heap Scan on "));
                heap == Some(table) && !self.is_conditional(at)
            }
            Engine::Postgres if line.contains("Index Scan ") || line.contains("Index Only Scan ") => {
                scanned(line, " on ") == Some(table) && !self.is_conditional(at)
            }
            Engine::Postgres => scanned(line, "Seq Scan on ") == Some(table),
            Engine::Sqlite => {
                let of = line.strip_prefix("SCAN ").and_then(|rest| rest.split_whitespace().next());
                // A table that the statement does not name stands there for foreign keys, and is looked at only when one is broken.
                of.is_some_and(|of| aliases(self.sql, table).any(|alias| alias == of))
            }
        }
    }

    /// Whether the scan in this line of PostgreSQL's begins and ends somewhere in its index: the lines below it say so.
    fn is_conditional(&self, at: usize) -> bool {
        let of_scan = self.lines[at + 1..].iter().map(|line| line.trim_start()).take_while(|line| !line.starts_with("->"));
        of_scan.into_iter().any(|line| line.starts_with("Index Cond: "))
    }
}

fn scanned<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    line.split_once(before).and_then(|(_, rest)| rest.split_whitespace().next())
}

/// How every recorded statement would be run.
pub(super) async fn plans(database: &Database, engine: Engine, recorded: Vec<Recorded>) -> Vec<Plan> {
    let mut statements: BTreeMap<(&'static str, &'static str), Vec<Value>> = BTreeMap::new();
    for Recorded { transaction, step } in recorded {
        if let Step::Statement { sql, params } = step {
            statements.insert((transaction, sql), params);
        }
    }
    let mut plans = Vec::new();
    for ((transaction, sql), params) in statements {
        plans.push(Plan { transaction, sql, engine, lines: explain(database, engine, sql, params).await });
    }
    plans
}

/// What the engine says to connections as the product has them: PostgreSQL makes one plan for any parameters.
async fn explain(database: &Database, engine: Engine, sql: &'static str, params: Vec<Value>) -> Vec<String> {
    let plan = database.run("test.explain", Mode::Write, params, move |s, params| {
        Box::pin(async move {
            match engine {
                Engine::Sqlite => Ok::<_, Error>(lines(s, format!("EXPLAIN QUERY PLAN {sql}"), params, 3).await?),
                Engine::Postgres => {
                    for (name, value) in POSTGRES_SETTINGS {
                        let set = lines(s, format!("SHOW {name}"), &[], 0).await?;
                        assert_eq!(set, [value], "{name} is not as the product sets it");
                    }
                    s.execute(format!("PREPARE explained AS {sql}").leak(), &[]).await?;
                    let any = vec!["NULL"; params.len()].join(", ");
                    let any = if any.is_empty() { any } else { format!("({any})") };
                    let plan = lines(s, format!("EXPLAIN EXECUTE explained{any}"), &[], 0).await?;
                    s.execute("DEALLOCATE explained", &[]).await?;
                    Ok(plan)
                }
            }
        })
    });
    plan.await.unwrap_or_else(|error| panic!("{error}: {sql}"))
}

/// The lines of an answer; a test may leak a few statements.
async fn lines(s: &Session, sql: String, params: &[Value], column: usize) -> Result<Vec<String>> {
    s.query(sql.leak(), params).await?.iter().map(|row| row.get(column)).collect()
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

/// What the engines said of statements before they were mended is found out.
#[test]
fn plans_are_read_as_they_are_meant() {
    let plan = |engine, sql, text: &str| {
        let lines = text.lines().map(str::to_owned).collect();
        Plan { transaction: "test", sql, engine, lines }
    };
    let merged = "MULTI-INDEX OR\nINDEX 1\nSEARCH c USING INDEX changes_of_channel (channel_id=? AND position>?)\nINDEX 2\n\
        SEARCH c USING INDEX changes_of_channel (channel_id=? AND position>?)\nUSE TEMP B-TREE FOR ORDER BY";
    let sql = "SELECT c.data FROM changes c WHERE … ORDER BY c.position LIMIT ?3";
    let merged = plan(Engine::Sqlite, sql, merged);
    assert_eq!((merged.whole_tables().count(), merged.sorts_for_page()), (0, true));
    assert!(merged.uses("changes_of_channel") && !merged.uses("changes_of"));
    let in_order = plan(Engine::Sqlite, sql, "SEARCH c USING INDEX sqlite_autoindex_changes_1 (position>?)");
    assert_eq!((in_order.whole_tables().count(), in_order.sorts_for_page()), (0, false));
    let scan = plan(Engine::Sqlite, sql, "SCAN c USING INDEX sqlite_autoindex_changes_1");
    assert_eq!(scan.whole_tables().collect::<Vec<_>>(), ["changes"]);

    let sql = "SELECT … FROM assignments a JOIN products p ON … LIMIT $3";
    let hashed = "Limit  (cost=202.22..202.22 rows=1 width=208)\n  ->  Sort  (cost=202.21..202.22 rows=1 width=208)\n\
        \u{20}       Sort Key: p.created_at, p.id\n        ->  Hash Join  (cost=156.91..202.20 rows=1 width=208)\n\
        \u{20}             ->  Index Only Scan using assignments_pkey on assignments a  (cost=23.51..67.71 rows=416 width=24)\n\
        \u{20}                   Index Cond: (channel_id = $1)\n\
        \u{20}             ->  Hash  (cost=133.28..133.28 rows=10 width=208)\n\
        \u{20}                   ->  Index Scan using products_pkey on products p  (cost=0.28..133.28 rows=10 width=208)\n\
        \u{20}                         Filter: (version >= 1)";
    let hashed = plan(Engine::Postgres, sql, hashed);
    assert_eq!((hashed.whole_tables().collect::<Vec<_>>(), hashed.sorts_for_page()), (vec!["products"], true));
    let bitmap = "Bitmap Heap Scan on orders o  (cost=1..2 rows=3 width=0)\n  ->  Bitmap Index Scan on orders_by_time  (cost=1..2)";
    assert_eq!(plan(Engine::Postgres, sql, bitmap).whole_tables().collect::<Vec<_>>(), ["orders"]);
    let bounded = plan(Engine::Postgres, sql, &format!("{bitmap}\n        Index Cond: (at >= $1)"));
    assert_eq!((bounded.whole_tables().count(), bounded.sorts_for_page()), (0, false));
    assert_eq!(plan(Engine::Postgres, sql, "Seq Scan on tickets t  (cost=1..2)").whole_tables().collect::<Vec<_>>(), ["tickets"]);
    assert!(!plan(Engine::Postgres, sql, "->  Incremental Sort  (cost=1..2)").sorts_for_page());
}
