//! The schema's migrations, embedded in the binary and applied in order.

use refinery_core::error::Kind;
use refinery_core::{Migration, Runner};
use rusqlite::{Connection, TransactionBehavior};

use super::dialect::{Dialect, migration};
use crate::error::{Error, Result};

/// Name and text of every migration, in the words of `dialect`. Applied ones never change.
const MIGRATIONS: &[(&str, &str)] = &[
    ("V1__initial", include_str!("../../migrations/V1__initial.sql")),
    ("V2__feedback_and_changes", include_str!("../../migrations/V2__feedback_and_changes.sql")),
    ("V3__suppliers_and_operators", include_str!("../../migrations/V3__suppliers_and_operators.sql")),
    ("V4__rates_are_told", include_str!("../../migrations/V4__rates_are_told.sql")),
    ("V5__speed", include_str!("../../migrations/V5__speed.sql")),
    ("V6__fewer_index_entries", include_str!("../../migrations/V6__fewer_index_entries.sql")),
    ("V7__recorded_since", include_str!("../../migrations/V7__recorded_since.sql")),
];

/// Any number that no other program uses: several servers that start at once migrate one after another.
const ADVISORY_LOCK: i64 = 0x0061_7868_7562;

/// The whole schema in PostgreSQL's words, as the migrations make it: what a clone of a database must agree with.
pub fn postgres_schema() -> String {
    MIGRATIONS.iter().map(|(name, sql)| format!("-- {name}\n{}", migration(sql, Dialect::Postgres))).collect()
}

fn runner(dialect: Dialect) -> Result<Runner> {
    let migrations: Vec<Migration> = MIGRATIONS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, &migration(sql, dialect)))
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| failed(&error))?;
    Ok(Runner::new(&migrations))
}

/// Without the server's detail, which may quote stored values.
fn failed(error: &refinery_core::Error) -> Error {
    let cause = match error.kind() {
        Kind::Connection(doing, cause) => {
            match cause.downcast_ref::<tokio_postgres::Error>().and_then(tokio_postgres::Error::as_db_error) {
                Some(refusal) => format!("{doing}: {} ({})", refusal.message(), refusal.code().code()),
                None => error.to_string(),
            }
        }
        _ => error.to_string(),
    };
    Error::Schema(format!("the database could not be migrated: {cause}"))
}

/// All that is missing, in one transaction with its entries in the history: a migration that was applied but not noted
/// could never be applied again.
pub(crate) fn sqlite(connection: &mut Connection) -> Result<usize> {
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    let runner = runner(Dialect::Sqlite)?.set_grouped(true);
    // Another process may have applied them between our look at the history and our turn to write. Then ours are undone,
    // and at the second look nothing is missing.
    let report = runner.run(connection).or_else(|_| runner.run(connection)).map_err(|error| failed(&error))?;
    Ok(report.applied_migrations().len())
}

/// `client` is to be used for nothing else afterwards: when it closes, its lock is gone, whatever happened.
pub(super) async fn postgres(client: &mut tokio_postgres::Client) -> Result<usize> {
    client.execute("SELECT pg_advisory_lock($1)", &[&ADVISORY_LOCK]).await?;
    let applied = runner(Dialect::Postgres)?.run_async(client).await.map_err(|error| failed(&error));
    client.execute("SELECT pg_advisory_unlock($1)", &[&ADVISORY_LOCK]).await?;
    Ok(applied?.applied_migrations().len())
}

/// The newest version of the schema that this program knows.
pub(crate) fn newest() -> usize {
    MIGRATIONS.len()
}

/// Whether the newest applied migration is the newest this program knows.
pub(crate) fn check(applied: Result<i64>) -> Result<()> {
    let known = i64::try_from(newest()).unwrap_or(i64::MAX);
    match applied {
        Ok(applied) if applied == known => Ok(()),
        Ok(applied) if applied > known => {
            Err(Error::Schema(format!("the database is at schema {applied}, this axhub knows only {known}: run a newer axhub")))
        }
        Ok(_) | Err(Error::Database(_)) => Err(Error::Schema("the database is not migrated: run `axhub migrate` first".to_owned())),
        Err(error) => Err(error),
    }
}
