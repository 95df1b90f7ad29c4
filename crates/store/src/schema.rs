//! What the migrations make in a file of SQLite, and whether another file has it.

use rusqlite::Connection;

use crate::engine::migrate_sqlite;
use crate::error::Result;

/// Asks for what a file is made of: kind, name and statement of everything but SQLite's own and the history of migrations, which
/// is not ours to say. Tables come first, since whatever else is missing may have gone with one.
pub(crate) const OBJECTS: &str = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
    AND name <> 'refinery_schema_history' ORDER BY type = 'table' DESC, type, name";

/// A table, an index, or what else there may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) kind: String,
    pub(crate) name: String,
    /// The statement that makes it.
    pub(crate) sql: String,
}

/// What a new file is made of.
pub(crate) fn of_new() -> Result<Vec<Object>> {
    let mut new = Connection::open_in_memory()?;
    migrate_sqlite(&mut new)?;
    Ok(of_file(&new)?)
}

/// What this one is made of.
pub(crate) fn of_file(file: &Connection) -> rusqlite::Result<Vec<Object>> {
    let object = |row: &rusqlite::Row<'_>| Ok(Object { kind: row.get(0)?, name: row.get(1)?, sql: row.get(2)? });
    file.prepare(OBJECTS)?.query_map([], object)?.collect()
}

/// What a file lacks, or has otherwise. What somebody has added is theirs.
pub(crate) fn lacking<'o>(wanted: &'o [Object], found: &'o [Object]) -> impl Iterator<Item = &'o Object> {
    wanted.iter().filter(|object| !found.contains(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_missing_or_otherwise_is_found() {
        let wanted = of_new().unwrap();
        assert!(wanted.len() > 60 && wanted[0].kind == "table");
        let mut file = Connection::open_in_memory().unwrap();
        migrate_sqlite(&mut file).unwrap();
        file.execute_batch("CREATE INDEX of_mine ON orders (status)").unwrap();
        assert_eq!(lacking(&wanted, &of_file(&file).unwrap()).count(), 0);
        file.execute_batch(
            "DROP INDEX reviews_by_own_code; DROP INDEX changes_of_product; CREATE INDEX changes_of_product ON changes (seq)",
        )
        .unwrap();
        let found = of_file(&file).unwrap();
        let names: Vec<&str> = lacking(&wanted, &found).map(|object| object.name.as_str()).collect();
        assert_eq!(names, ["changes_of_product", "reviews_by_own_code"]);
    }
}
