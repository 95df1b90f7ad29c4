//! Where the engines' SQL must differ.
//!
//! Statements are written once, in PostgreSQL's words as far as SQLite shares them. These differ:
//!
//! | written | PostgreSQL | SQLite |
//! |---|---|---|
//! | `{{k(id uuid, units int)}}` | `unnest($1::uuid[], $2::bigint[]) AS k(id, units)` | `(SELECT ?1 AS id, ?2 AS units) AS k`, once per row |
//! | `INSERT … SELECT k.id FROM {{…}}` | the same | `INSERT … VALUES (?1)` |
//! | `UPDATE … SET n = k.units FROM {{…}} WHERE …` | the same | `UPDATE … SET n = ?2 WHERE …` |
//! | `$1` | as written | `?1`: there `$1` would be a name, counted where it first appears |
//! | `x = ANY($1)` | as written | `x IN rarray(?1)` |
//! | `uuid_of(x)`, of a text | `CAST(x AS uuid)` | `unhex(x, '-')`, which is null where `x` is none |
//! | `FOR UPDATE`, `FOR NO KEY UPDATE`, `FOR UPDATE OF x` | as written | nothing: a writer is alone |
//! | `{uuid}`, `{instant}`, … in migrations | `uuid`, `timestamptz`, … | `BLOB`, `INTEGER`, … |
//!
//! The first form is a table of parameters: one statement over many rows, whether it selects, inserts or updates.

use std::collections::HashMap;

use parking_lot::RwLock;

/// Which engine's words are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Dialect {
    Postgres,
    Sqlite,
}

/// Types of columns: what statements and migrations write, what PostgreSQL has, what SQLite has.
const TYPES: &[(&str, &str, &str)] = &[
    ("uuid", "uuid", "BLOB"),
    ("int", "bigint", "INTEGER"),
    ("text", "text", "TEXT"),
    ("bool", "boolean", "INTEGER"),
    ("instant", "timestamptz", "INTEGER"),
    ("date", "date", "TEXT"),
    ("time", "time", "TEXT"),
    ("json", "jsonb", "TEXT"),
    ("bytes", "bytea", "BLOB"),
    ("serial", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("strict", "", "STRICT"),
];

/// A statement in this engine's words. Each static text is translated once.
pub(super) fn statement(sql: &'static str, dialect: Dialect) -> &'static str {
    type Translations = HashMap<(Dialect, usize, usize), &'static str>;
    static TRANSLATED: RwLock<Option<Translations>> = RwLock::new(None);

    let key = (dialect, sql.as_ptr().addr(), sql.len());
    if let Some(known) = TRANSLATED.read().as_ref().and_then(|known| known.get(&key)) {
        return known;
    }
    // Statements are static, so there are as many leaks as there are statements in the source.
    let translated: &'static str = translate(sql, dialect).leak();
    TRANSLATED.write().get_or_insert_default().insert(key, translated);
    translated
}

fn translate(sql: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => uuids_of_texts(&parameter_table(sql, dialect), "CAST(", " AS uuid)"),
        Dialect::Sqlite => {
            let sql = &uuids_of_texts(sql, "unhex(", ", '-')");
            let sql = one_row(sql).unwrap_or_else(|| parameter_table(sql, dialect));
            without_row_locks(&any_of_array(&sql)).replace('$', "?")
        }
    }
}

/// An `INSERT` or `UPDATE` from a table of parameters, as one of the single row that SQLite is given at a time. It does not
/// see by itself that there is but one: from a `SELECT` it would keep a copy of every page it changes, and an `UPDATE` would
/// write the row to a table of its own first.
fn one_row(sql: &str) -> Option<String> {
    let (before, rest) = sql.split_once("{{")?;
    let (table, after) = rest.split_once("}}")?;
    let before = before.trim_end().strip_suffix("FROM")?;
    let (name, columns) = table.trim().trim_end_matches(')').split_once('(')?;
    let columns: Vec<&str> = columns.split(',').filter_map(|column| Some(column.trim().split_once(' ')?.0)).collect();
    let after = after.trim_start();
    match before.split_whitespace().next()? {
        "UPDATE" if after.starts_with("WHERE ") => numbered(&format!("{before}{after}"), name, &columns),
        "INSERT" => {
            let (insert, selected) = before.rsplit_once("SELECT ")?;
            let after = after.strip_prefix("WHERE TRUE").unwrap_or(after).trim_start();
            // Columns and literals, and nothing that chooses among rows.
            let is_plain = selected.split(',').all(|value| !value.trim().contains(['(', ' ']))
                && (after.is_empty() || after.starts_with("ON CONFLICT") || after.starts_with("RETURNING"));
            let values = numbered(selected.trim(), name, &columns)?;
            is_plain.then(|| format!("{insert}VALUES ({values}) {after}").trim_end().to_owned())
        }
        _ => None,
    }
}

/// `k.units` as `$2`, everywhere; `None` when there is no such column.
fn numbered(sql: &str, table: &str, columns: &[&str]) -> Option<String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let prefix = format!("{table}.");
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(&prefix) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let column = &found[prefix.len()..];
        let end = column.find(|c| !is_of_name(c)).unwrap_or(column.len());
        // Of `stock.id` the end looks like `k.id`.
        if before.ends_with(is_of_name) {
            out.push_str(&found[..prefix.len() + end]);
        } else {
            let number = columns.iter().position(|known| *known == &column[..end])? + 1;
            out.push_str(&format!("${number}"));
        }
        rest = &column[end..];
    }
    out.push_str(rest);
    Some(out)
}

/// Replaces `{{name(column type, …)}}`.
fn parameter_table(sql: &str, dialect: Dialect) -> String {
    let Some((before, rest)) = sql.split_once("{{") else { return sql.to_owned() };
    let Some((table, after)) = rest.split_once("}}") else { return sql.to_owned() };
    let Some((name, columns)) = table.trim().trim_end_matches(')').split_once('(') else { return sql.to_owned() };
    let columns: Vec<(&str, &str)> = columns.split(',').filter_map(|column| column.trim().split_once(' ')).collect();
    let table = match dialect {
        Dialect::Postgres => {
            let arrays: Vec<_> =
                columns.iter().enumerate().map(|(i, (_, kind))| format!("${}::{}[]", i + 1, type_name(kind, dialect))).collect();
            let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
            format!("unnest({}) AS {name}({})", arrays.join(", "), names.join(", "))
        }
        Dialect::Sqlite => {
            let values: Vec<_> = columns.iter().enumerate().map(|(i, (name, _))| format!("${} AS {name}", i + 1)).collect();
            format!("(SELECT {}) AS {name}", values.join(", "))
        }
    };
    format!("{before}{table}{after}")
}

/// Replaces `uuid_of(x)`, in which `x` has no brackets.
fn uuids_of_texts(sql: &str, before: &str, after: &str) -> String {
    let mut parts = sql.split("uuid_of(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (text, rest) = part.split_once(')').unwrap_or((part, ""));
        out += &format!("{before}{text}{after}{rest}");
    }
    out
}

fn any_of_array(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once("= ANY(") {
        out.push_str(before);
        out.push_str("IN rarray(");
        rest = after;
    }
    out.push_str(rest);
    out
}

fn without_row_locks(sql: &str) -> String {
    let lock = ["FOR UPDATE", "FOR NO KEY UPDATE"].iter().find_map(|lock| sql.find(lock));
    lock.map_or(sql, |at| sql[..at].trim_end()).to_owned()
}

/// A migration in this engine's words.
pub(super) fn migration(sql: &str, dialect: Dialect) -> String {
    TYPES.iter().fold(sql.to_owned(), |sql, (written, ..)| sql.replace(&format!("{{{written}}}"), type_name(written, dialect)))
}

fn type_name(written: &str, dialect: Dialect) -> &'static str {
    let Some((_, postgres, sqlite)) = TYPES.iter().find(|(name, ..)| *name == written) else { return "unknown_type" };
    match dialect {
        Dialect::Postgres => postgres,
        Dialect::Sqlite => sqlite,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_table_is_arrays_or_one_row() {
        let sql = "UPDATE t SET n = t.n + k.n FROM {{k(id uuid, n int)}} WHERE t.id = k.id";
        assert_eq!(
            statement(sql, Dialect::Postgres),
            "UPDATE t SET n = t.n + k.n FROM unnest($1::uuid[], $2::bigint[]) AS k(id, n) WHERE t.id = k.id"
        );
        assert_eq!(statement(sql, Dialect::Sqlite), "UPDATE t SET n = t.n + ?2 WHERE t.id = ?1");
        let sql = "SELECT t.n FROM {{k(id uuid, n int)}} JOIN t ON t.id = k.id AND t.n = k.n";
        let one_row = "SELECT t.n FROM (SELECT ?1 AS id, ?2 AS n) AS k JOIN t ON t.id = k.id AND t.n = k.n";
        assert_eq!(statement(sql, Dialect::Sqlite), one_row);
    }

    #[test]
    fn sqlite_inserts_and_updates_one_row_at_a_time() {
        let sql = "UPDATE stock SET ordered = stock.ordered + k.ordered, at = k.at
            FROM {{k(id uuid, at instant, ordered int)}}
            WHERE stock.id = k.id AND stock.at_all";
        assert_eq!(
            statement(sql, Dialect::Sqlite).split_whitespace().collect::<Vec<_>>().join(" "),
            "UPDATE stock SET ordered = stock.ordered + ?3, at = ?2 WHERE stock.id = ?1 AND stock.at_all"
        );
        let sql = "INSERT INTO t (id, n, m) SELECT k.id, k.n, k.n FROM {{k(n int, id uuid)}} WHERE TRUE ON CONFLICT (id) DO NOTHING";
        assert_eq!(statement(sql, Dialect::Sqlite), "INSERT INTO t (id, n, m) VALUES (?2, ?1, ?1) ON CONFLICT (id) DO NOTHING");
        let sql = "INSERT INTO t (id, n) SELECT k.id, 0 FROM {{k(id uuid)}}";
        assert_eq!(statement(sql, Dialect::Sqlite), "INSERT INTO t (id, n) VALUES (?1, 0)");
        for more_than_values in [
            "INSERT INTO t (id) SELECT COALESCE(k.id, 1) FROM {{k(id uuid)}}",
            "INSERT INTO t (id, n) SELECT k.id, k.id || 'x' FROM {{k(id uuid)}}",
            "INSERT INTO t (id) SELECT k.id FROM {{k(id uuid)}} WHERE k.id IS NOT NULL",
            "INSERT INTO t (id) SELECT k.id FROM {{k(id uuid)}} JOIN u ON u.id = k.id",
        ] {
            assert!(statement(more_than_values, Dialect::Sqlite).contains("SELECT ?1 AS id"), "{more_than_values}");
        }
    }

    #[test]
    fn sqlite_has_no_arrays_and_no_row_locks() {
        let sql = "SELECT n FROM t WHERE id = ANY($1) AND kind = ANY($2) ORDER BY id FOR UPDATE OF t";
        assert_eq!(statement(sql, Dialect::Postgres), sql);
        assert_eq!(statement(sql, Dialect::Sqlite), "SELECT n FROM t WHERE id IN rarray(?1) AND kind IN rarray(?2) ORDER BY id");
        let sql = "SELECT n FROM t FOR NO KEY UPDATE";
        assert_eq!((statement(sql, Dialect::Postgres), statement(sql, Dialect::Sqlite)), (sql, "SELECT n FROM t"));
    }

    #[test]
    fn a_text_is_read_as_an_id() {
        let sql = "SELECT uuid_of(c.data->>'a') FROM c WHERE uuid_of(c.b) IS NULL";
        assert_eq!(statement(sql, Dialect::Postgres), "SELECT CAST(c.data->>'a' AS uuid) FROM c WHERE CAST(c.b AS uuid) IS NULL");
        assert_eq!(statement(sql, Dialect::Sqlite), "SELECT unhex(c.data->>'a', '-') FROM c WHERE unhex(c.b, '-') IS NULL");
    }

    #[test]
    fn migrations_name_types_once() {
        let sql = "CREATE TABLE t (id {uuid} PRIMARY KEY, at {instant}) {strict}";
        assert_eq!(migration(sql, Dialect::Postgres), "CREATE TABLE t (id uuid PRIMARY KEY, at timestamptz) ");
        assert_eq!(migration(sql, Dialect::Sqlite), "CREATE TABLE t (id BLOB PRIMARY KEY, at INTEGER) STRICT");
    }
}
