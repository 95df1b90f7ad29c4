//! Where the engines' SQL must differ.
//!
//! Statements are written once, in PostgreSQL's words as far as SQLite shares them. These differ:
//!
//! | written | PostgreSQL | SQLite |
//! |---|---|---|
//! | `{{k(id uuid, units int)}}` | `unnest($1::uuid[], $2::bigint[]) AS k(id, units)` | `(SELECT ?1 AS id, ?2 AS units) AS k`, once per row |
//! | `$1` | as written | `?1`: there `$1` would be a name, counted where it first appears |
//! | `x = ANY($1)` | as written | `x IN rarray(?1)` |
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
    let sql = parameter_table(sql, dialect);
    match dialect {
        Dialect::Postgres => sql,
        Dialect::Sqlite => without_row_locks(&any_of_array(&sql)).replace('$', "?"),
    }
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
        assert_eq!(statement(sql, Dialect::Sqlite), "UPDATE t SET n = t.n + k.n FROM (SELECT ?1 AS id, ?2 AS n) AS k WHERE t.id = k.id");
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
    fn migrations_name_types_once() {
        let sql = "CREATE TABLE t (id {uuid} PRIMARY KEY, at {instant}) {strict}";
        assert_eq!(migration(sql, Dialect::Postgres), "CREATE TABLE t (id uuid PRIMARY KEY, at timestamptz) ");
        assert_eq!(migration(sql, Dialect::Sqlite), "CREATE TABLE t (id BLOB PRIMARY KEY, at INTEGER) STRICT");
    }
}
