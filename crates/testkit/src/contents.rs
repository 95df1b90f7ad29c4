//! All that stands in a database, to see whether anything changed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axhub_store::engine::Row;
use axhub_store::{Database, Error, Mode, Session};

/// The rows of every table as text, by the table's name. Two of these are equal when nothing was added, changed or taken
/// away in between.
///
/// When a key was last used is left out: that is noted in the background, some time after the answer.
pub async fn contents(database: &Database) -> BTreeMap<String, String> {
    static OF_SQLITE: OnceLock<Statements> = OnceLock::new();
    static OF_POSTGRES: OnceLock<Statements> = OnceLock::new();
    let is_sqlite = database.engine_name() == "sqlite";
    let of_engine = if is_sqlite { &OF_SQLITE } else { &OF_POSTGRES };
    let read = database.run("test.contents", Mode::Snapshot, (), move |s, ()| {
        Box::pin(async move {
            let statements = match of_engine.get() {
                Some(known) => known,
                None => {
                    let made = if is_sqlite { of_sqlite(s).await? } else { of_postgres(s).await? };
                    of_engine.get_or_init(|| made)
                }
            };
            let mut contents = BTreeMap::new();
            for (table, sql) in statements {
                contents.insert(table.clone(), s.query_one(sql, &[]).await?.get(0)?);
            }
            Ok::<_, Error>(contents)
        })
    });
    read.await.unwrap_or_else(|error| panic!("the database cannot be read: {error}"))
}

/// The names of the tables, and what reads each whole.
type Statements = Vec<(String, &'static str)>;

/// The column that is left out.
const NOTED_LATER: &str = "last_used_at";

async fn of_postgres(s: &Session) -> Result<Statements, Error> {
    let tables = "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename";
    let tables = names(&s.query(tables, &[]).await?)?;
    Ok(tables.into_iter().map(|table| (table.clone(), rows_of_postgres(&table))).collect())
}

fn rows_of_postgres(table: &str) -> &'static str {
    let row = format!("SELECT CAST(to_jsonb(t) - '{NOTED_LATER}' AS text) AS row_text FROM {table} t");
    for_ever(format!("SELECT COALESCE(string_agg(row_text, chr(10) ORDER BY row_text), '') FROM ({row}) q"))
}

async fn of_sqlite(s: &Session) -> Result<Statements, Error> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let mut statements = Vec::new();
    for table in names(&s.query(tables, &[]).await?)? {
        let columns = names(&s.query("SELECT name FROM pragma_table_info($1)", &axhub_store::params![table]).await?)?;
        let columns: Vec<String> = columns.iter().filter(|name| *name != NOTED_LATER).map(|name| format!("quote({name})")).collect();
        let row = format!("SELECT {} AS row_text FROM {table} ORDER BY 1", columns.join(" || ',' || "));
        statements.push((table, for_ever(format!("SELECT COALESCE(group_concat(row_text, char(10)), '') FROM ({row})"))));
    }
    Ok(statements)
}

/// A session takes constant statements only. These are made of the names of our own tables, once for each.
fn for_ever(sql: String) -> &'static str {
    sql.leak()
}

fn names(rows: &[Row]) -> Result<Vec<String>, Error> {
    rows.iter().map(|row| row.get(0)).collect()
}
