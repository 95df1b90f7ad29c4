//! What the migrations make: tables, columns, constraints and indexes.
//!
//! SQLite keeps the statements that made them. PostgreSQL writes them anew, each version in its own words, so there they are told
//! by what does not change: kinds, names and columns.

use super::Check;
use super::findings::Findings;
use crate::engine::Session;
use crate::error::Result;
use crate::schema::{self, OBJECTS, Object};

pub(super) const NAME: &str = "schema";
pub(super) const RULE: &str = "Tables, columns, constraints and indexes are those that the migrations make, and are in force.";

/// What a new database of PostgreSQL is made of, a line each.
const ON_POSTGRES: &str = include_str!("schema/postgres.txt");

pub(super) async fn check(s: &Session) -> Result<Check> {
    if s.is_sqlite() { of_sqlite(s).await } else { of_postgres(s).await }
}

async fn of_sqlite(s: &Session) -> Result<Check> {
    let mut findings = Findings::default();
    let found = s.query(OBJECTS, &[]).await?;
    let found: Vec<Object> =
        found.iter().map(|row| Ok(Object { kind: row.get(0)?, name: row.get(1)?, sql: row.get(2)? })).collect::<Result<_>>()?;
    let wanted = schema::of_new()?;
    for object in schema::lacking(&wanted, &found) {
        findings.add(|| format!("the {} {} is missing, or not as it should be", object.kind, object.name));
    }
    Ok(Check::new(NAME, RULE, wanted.len() as u64, findings))
}

async fn of_postgres(s: &Session) -> Result<Check> {
    let (found, mut findings) = (lines(s).await?, Findings::default());
    // What somebody has added is theirs.
    for line in ON_POSTGRES.lines().filter(|line| found.binary_search_by(|known| known.as_str().cmp(line)).is_err()) {
        let name = line.split_once(": ").map_or(line, |(name, _)| name);
        findings.add(|| format!("the {name} is missing, not in force, or not as it should be"));
    }
    Ok(Check::new(NAME, RULE, ON_POSTGRES.lines().count() as u64, findings))
}

/// What a database of PostgreSQL is made of, sorted. A foreign key is in force by triggers, which can be switched off.
pub(super) async fn lines(s: &Session) -> Result<Vec<String>> {
    let sql = "WITH tables AS (SELECT c.oid, CAST(c.relname AS text) AS name FROM pg_class c
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace <> 'pg_catalog'::regnamespace AND pg_table_is_visible(c.oid)
                AND c.relname <> 'refinery_schema_history')
        SELECT concat('column ', t.name, '.', a.attname, ': ', format_type(a.atttypid, a.atttypmod),
                CASE WHEN a.attnotnull THEN ' not null' END,
                CASE WHEN a.attidentity <> '' THEN ' identity' WHEN a.atthasdef THEN ' default' END)
            FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT concat(CASE k.contype WHEN 'p' THEN 'primary key ' WHEN 'u' THEN 'unique key ' WHEN 'f' THEN 'foreign key ' ELSE 'check ' END,
                k.conname, ': ', t.name, ' (', (SELECT string_agg(CAST(a.attname AS text), ', '
                    ORDER BY CASE WHEN k.contype = 'c' THEN a.attnum ELSE key.place END)
                    FROM unnest(k.conkey) WITH ORDINALITY AS key(attnum, place)
                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum), ')',
                (SELECT concat(' of ', p.relname) FROM pg_class p WHERE p.oid = k.confrelid),
                CASE WHEN NOT k.convalidated OR EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled = 'D')
                    THEN ' not in force' END)
            FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype IN ('p', 'u', 'f', 'c')
        UNION ALL
        SELECT concat('index ', n.relname, ': ', t.name, ' (', (SELECT string_agg(replace(pg_get_indexdef(i.indexrelid, place, TRUE), '\"', ''), ', '
                    ORDER BY place) FROM generate_series(1, CAST(i.indnkeyatts AS int)) AS place), ')',
                CASE WHEN i.indisunique THEN ' unique' END, CASE WHEN i.indpred IS NOT NULL THEN ' partial' END,
                CASE WHEN NOT (i.indisvalid AND i.indisready) THEN ' not in force' END)
            FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class n ON n.oid = i.indexrelid";
    let mut lines: Vec<String> = s.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
    lines.sort_unstable();
    Ok(lines)
}
