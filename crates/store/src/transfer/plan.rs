//! What is copied: the tables and columns that the migrations make, asked of a database that they were applied to.

use std::path::Path;

use rusqlite::Connection;

use super::{Result, TransferError};
use crate::engine::{check_version, migrate_sqlite, newest_version};
use crate::error::Error;
use crate::schema::{self, Object};

/// Rows that are the servers' own and make no sense anywhere else: who does a background task until when.
const SERVERS_OWN: &[&str] = &["leases"];

/// Where the migrations that were applied are noted. Each engine has notes of its own, so they are made and not copied.
pub(super) const HISTORY: &str = "refinery_schema_history";

/// Where a file says whose it is.
pub(super) const APPLICATION_ID: &str = "application_id";

/// What it says while it is written from PostgreSQL: any number that no other program uses.
pub(super) const UNFINISHED: i64 = 0x6178_6875;

/// What is copied.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The version of the schema.
    pub(super) schema: usize,
    /// Every table.
    pub(super) tables: Vec<Table>,
    /// All that a file of SQLite is made of.
    objects: Vec<Object>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// How many rows the migrations put into it.
    pub(super) first_rows: u64,
    /// Whether its rows are copied.
    pub(super) is_copied: bool,
}

impl Table {
    /// Its name, as statements have it.
    pub(super) fn quoted(&self) -> String {
        quoted(&self.name)
    }

    /// Its columns, as statements have them.
    pub(super) fn columns(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| quoted(column)).collect();
        columns.join(", ")
    }

    /// Asks for a row that migrations did not put there.
    pub(super) fn any_row(&self) -> String {
        format!("SELECT 1 FROM {} LIMIT 1 OFFSET {}", self.quoted(), self.first_rows)
    }
}

/// A name, whatever it is made of.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Plan {
    /// What the migrations make.
    pub(super) fn new() -> Result<Plan> {
        let mut fresh = Connection::open_in_memory().map_err(Error::from)?;
        migrate_sqlite(&mut fresh)?;
        let mut tables = tables(&fresh).map_err(Error::from)?;
        for table in &mut tables {
            table.first_rows = count(&fresh, table).map_err(Error::from)?;
        }
        Ok(Plan { schema: newest_version(), tables, objects: schema::of_file(&fresh).map_err(Error::from)? })
    }

    /// The tables whose rows are copied, with their places.
    pub(super) fn copied(&self) -> impl Iterator<Item = (usize, &Table)> {
        self.tables.iter().enumerate().filter(|(_, table)| table.is_copied)
    }

    /// The tables whose rows are not.
    pub(super) fn not_copied(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| !table.is_copied)
    }

    /// Refuses a database of another version.
    pub(super) fn check_database(&self, database: &Connection) -> Result<()> {
        let applied = version(database).map_err(Error::from)?;
        Ok(check_version(Ok(applied.unwrap_or(0)))?)
    }

    /// Refuses a file that is no whole backup of this version.
    pub(super) fn check_backup(&self, backup: &Connection, file: &Path) -> Result<()> {
        let refused = |why: &str| Err(TransferError::Refused(format!("{} {why}", file.display())));
        let says: i64 =
            backup.pragma_query_value(None, APPLICATION_ID, |row| row.get(0)).map_err(|error| TransferError::file(file, &error))?;
        if says == UNFINISHED {
            return refused("is not a backup: it was never finished");
        }
        let known = i64::try_from(self.schema).unwrap_or(i64::MAX);
        match version(backup) {
            Err(error) => return Err(TransferError::file(file, &error)),
            Ok(None) => return refused("is not a backup: it is a database, but not axhub's"),
            Ok(Some(version)) if version > known => {
                return refused(&format!(
                    "is of schema {version}, and this axhub knows only {known}: restore it with the axhub that made it, or a newer one"
                ));
            }
            Ok(Some(version)) if version < known => {
                return refused(&format!(
                    "is of schema {version}, and this axhub's is {known}: run `axhub migrate --database sqlite:COPY` on a copy of it, and restore that"
                ));
            }
            Ok(Some(_)) => {}
        }
        // The same that a rule of `verify` looks at.
        let found = schema::of_file(backup).map_err(|error| TransferError::file(file, &error))?;
        if let Some(object) = schema::lacking(&self.objects, &found).next() {
            return refused(&format!("is damaged: its {} {} is not as it should be", object.kind, object.name));
        }
        check_pages(backup, file)
    }
}

/// Refuses a file in which something is broken that can be seen without knowing what it says.
pub(super) fn check_pages(database: &Connection, file: &Path) -> Result<()> {
    let told: String =
        database.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| TransferError::file(file, &error))?;
    if told == "ok" { Ok(()) } else { Err(TransferError::file(file, &format!("damaged: {told}"))) }
}

/// The newest migration that was applied; `None` when this is no database of axhub.
fn version(database: &Connection) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT COUNT(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    if !database.query_row(sql, [HISTORY], |row| row.get(0))? {
        return Ok(None);
    }
    database.query_row(&format!("SELECT MAX(version) FROM {HISTORY}"), [], |row| row.get(0))
}

/// How many rows a table has.
pub(super) fn count(database: &Connection, table: &Table) -> rusqlite::Result<u64> {
    let rows: i64 = database.query_row(&format!("SELECT COUNT(*) FROM {}", table.quoted()), [], |row| row.get(0))?;
    Ok(rows.unsigned_abs())
}

/// All tables there are but SQLite's own and the history.
pub(super) fn tables(database: &Connection) -> rusqlite::Result<Vec<Table>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' AND name <> ?1 ORDER BY name";
    let names: Vec<String> = database.prepare(sql)?.query_map([HISTORY], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut tables = Vec::with_capacity(names.len());
    for name in names {
        let columns = database
            .prepare("SELECT name FROM pragma_table_xinfo(?1) ORDER BY cid")?
            .query_map([&name], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        tables.push(Table { columns, first_rows: 0, is_copied: !SERVERS_OWN.contains(&name.as_str()), name });
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_is_what_the_migrations_make() {
        let plan = Plan::new().unwrap();
        let names: Vec<&str> = plan.tables.iter().map(|table| table.name.as_str()).collect();
        for name in ["orders", "travelers", "changes", "feed", "statements", "leases"] {
            assert!(names.contains(&name), "{name} is not in {names:?}");
        }
        assert!(!names.contains(&HISTORY) && !names.contains(&"sqlite_sequence"));
        // A table that is not copied must be here on purpose.
        let not_copied: Vec<&str> = plan.not_copied().map(|table| table.name.as_str()).collect();
        assert_eq!(not_copied, ["leases"]);
        let with_rows: Vec<&str> = plan.tables.iter().filter(|table| table.first_rows > 0).map(|table| table.name.as_str()).collect();
        assert_eq!(with_rows, ["feed"]);
        let feed = plan.tables.iter().find(|table| table.name == "feed").unwrap();
        assert_eq!(
            (feed.columns(), feed.any_row()),
            (
                "\"id\", \"position\", \"told_after\", \"noted_after\", \"discarded\"".to_owned(),
                "SELECT 1 FROM \"feed\" LIMIT 1 OFFSET 1".to_owned()
            )
        );
    }

    #[test]
    fn names_are_quoted() {
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
