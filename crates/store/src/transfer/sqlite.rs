//! The ends of a copy that are files of SQLite.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value as SqliteValue;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, params_from_iter};

use super::pieces::{Batch, Piece, send};
use super::plan::{APPLICATION_ID, HISTORY, Plan, Table, UNFINISHED, check_pages, count};
use super::source::Backup;
use super::{CopiedTable, Result, TransferError};
use crate::engine::migrate_sqlite;
use crate::error::Error;

/// How long to wait for another program that has locked the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens a database that is there.
pub(super) fn open_database(path: &Path) -> Result<Connection> {
    if !path.exists() {
        return Err(TransferError::Refused(format!("there is no database {}", path.display())));
    }
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn open(path: &Path, how: OpenFlags) -> Result<Connection> {
    let failed = |error| TransferError::file(path, &error);
    let connection = Connection::open_with_flags(path, how | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    Ok(connection)
}

/// Copies a database into an empty file.
///
/// `VACUUM INTO` reads one moment and keeps no writer waiting. Unlike a copy of pages it leaves behind what was deleted but
/// still stands in free pages, such as the personal data of travelers that were erased.
pub(super) fn copy(source: &Connection, file: &Path, plan: &Plan) -> Result<Vec<CopiedTable>> {
    let name = file.to_str().ok_or_else(|| TransferError::file(file, &"SQLite writes only files whose names are UTF-8"))?;
    source.execute("VACUUM INTO ?1", [name]).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull | ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::ReadOnly) => {
            TransferError::file(file, &error)
        }
        _ => Error::from(error).into(),
    })?;
    let failed = |error| TransferError::file(file, &error);
    let copy = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&copy).map_err(failed)?;
    for table in plan.not_copied() {
        copy.execute(&format!("DELETE FROM {}", table.quoted()), []).map_err(failed)?;
    }
    check(&copy, file, plan)
}

/// A file that is thrown away when anything fails needs no journal, and is made safe at the end.
fn prepare(file: &Connection) -> rusqlite::Result<()> {
    for pragma in ["journal_mode = DELETE", "journal_mode = OFF"] {
        file.query_row(&format!("PRAGMA {pragma}"), [], |_| Ok(()))?;
    }
    file.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536")
}

/// Looks at a copy as a whole, and counts it.
fn check(copy: &Connection, file: &Path, plan: &Plan) -> Result<Vec<CopiedTable>> {
    check_pages(copy, file)?;
    let failed = |error| TransferError::file(file, &error);
    let lost: Option<String> = match copy.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)) {
        Err(rusqlite::Error::QueryReturnedNoRows) => None,
        lost => Some(lost.map_err(failed)?),
    };
    if let Some(table) = lost {
        return Err(TransferError::file(file, &format!("a row of {table} names a row that is not there")));
    }
    plan.copied().map(|(_, table)| Ok(CopiedTable { name: table.name.clone(), rows: count(copy, table).map_err(failed)? })).collect()
}

/// Writes what comes into an empty file.
pub(super) fn write(file: &Path, plan: &Plan, pieces: &flume::Receiver<Piece>) -> Result<Vec<CopiedTable>> {
    let failed = |error| TransferError::file(file, &error);
    let mut copy = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    copy.pragma_update(None, APPLICATION_ID, UNFINISHED).map_err(failed)?;
    // With a journal, since what migrates tries again when it fails.
    migrate_sqlite(&mut copy).map_err(|error| TransferError::file(file, &error))?;
    prepare(&copy).map_err(failed)?;
    // What a killed program leaves must not pass for a whole backup: it says that it is unfinished from before it has a table, and
    // that it is axhub's when nothing else is missing.
    let history = take_history(&copy).map_err(failed)?;
    let indexes = take_indexes(&copy).map_err(failed)?;
    for table in &plan.tables {
        copy.execute(&format!("DELETE FROM {}", table.quoted()), []).map_err(failed)?;
    }
    fill(&mut copy, file, plan, pieces)?;
    // All that was written is on disk when this is done, so that what comes behind it is the last thing to get there.
    copy.execute_batch(&format!("PRAGMA synchronous = FULL; BEGIN; {}; COMMIT", indexes.join(";"))).map_err(failed)?;
    give_history(&mut copy, history).map_err(failed)?;
    check(&copy, file, plan)
}

/// The rows of the history, as they stand.
type History = Vec<[SqliteValue; 4]>;

const HISTORY_COLUMNS: &str = "version, name, applied_on, checksum";

/// Takes the rows out of the history.
fn take_history(copy: &Connection) -> rusqlite::Result<History> {
    let mut rows = copy.prepare(&format!("SELECT {HISTORY_COLUMNS} FROM {HISTORY} ORDER BY version"))?;
    let row = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
    let history = rows.query_map([], row)?.collect::<rusqlite::Result<_>>()?;
    copy.execute(&format!("DELETE FROM {HISTORY}"), [])?;
    Ok(history)
}

/// Puts them back, with which the file is no longer unfinished.
fn give_history(copy: &mut Connection, history: History) -> rusqlite::Result<()> {
    let transaction = copy.transaction()?;
    for row in history {
        transaction.execute(&format!("INSERT INTO {HISTORY} ({HISTORY_COLUMNS}) VALUES (?, ?, ?, ?)"), row)?;
    }
    transaction.pragma_update(None, APPLICATION_ID, 0)?;
    transaction.commit()
}

/// Drops the indexes that are not part of a table, and gives the statements that make them: rows come faster without.
fn take_indexes(copy: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid";
    let indexes: Vec<(String, String)> =
        copy.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (name, _) in &indexes {
        copy.execute(&format!("DROP INDEX {}", super::plan::quoted(name)), [])?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

fn fill(copy: &mut Connection, file: &Path, plan: &Plan, pieces: &flume::Receiver<Piece>) -> Result<()> {
    let failed = |error| TransferError::file(file, &error);
    let mut transaction = copy.transaction().map_err(failed)?;
    let mut insert = String::new();
    loop {
        match pieces.recv().map_err(|_| TransferError::OtherEnd)? {
            Piece::Table(place) => {
                // One transaction a table.
                transaction.commit().map_err(failed)?;
                transaction = copy.transaction().map_err(failed)?;
                insert = insert_into(plan, place)?;
            }
            Piece::Rows(rows) => insert_all(&transaction, &insert, rows).map_err(failed)?,
            Piece::Counted { table, last } => set_counter(&transaction, &table, last).map_err(failed)?,
            Piece::End => return transaction.commit().map_err(failed),
        }
    }
}

fn insert_into(plan: &Plan, place: usize) -> Result<String> {
    let table = plan.tables.get(place).ok_or(TransferError::OtherEnd)?;
    let values = vec!["?"; table.columns.len()].join(", ");
    Ok(format!("INSERT INTO {} ({}) VALUES ({values})", table.quoted(), table.columns()))
}

fn insert_all(transaction: &Transaction<'_>, insert: &str, rows: Vec<Vec<SqliteValue>>) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(insert)?;
    for row in rows {
        statement.execute(params_from_iter(row))?;
    }
    Ok(())
}

/// SQLite has noted the greatest number that it has seen; the last one may belong to a row that is gone.
fn set_counter(transaction: &Transaction<'_>, table: &str, last: i64) -> rusqlite::Result<()> {
    let known = "UPDATE sqlite_sequence SET seq = MAX(seq, ?2) WHERE name = ?1";
    if transaction.execute(known, (table, last))? == 0 {
        transaction.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", (table, last))?;
    }
    Ok(())
}

/// Reads all of a database, from one moment.
pub(super) fn read(backup: &Backup, plan: &Plan, pieces: &flume::Sender<Piece>) -> Result<()> {
    let (source, path) = (&backup.connection, &backup.path);
    let failed = |error| TransferError::file(path, &error);
    source.execute_batch("BEGIN").map_err(failed)?;
    for (place, table) in plan.copied() {
        send(pieces, Piece::Table(place))?;
        read_table(source, path, table, pieces)?;
    }
    let sql = "SELECT name, seq FROM sqlite_sequence";
    let mut statement = source.prepare(sql).map_err(failed)?;
    let counters = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
    for counter in counters {
        let (table, last) = counter.map_err(failed)?;
        send(pieces, Piece::Counted { table, last })?;
    }
    backup.check_unchanged()?;
    send(pieces, Piece::End)
}

fn read_table(source: &Connection, path: &Path, table: &Table, pieces: &flume::Sender<Piece>) -> Result<()> {
    let failed = |error| TransferError::file(path, &error);
    let sql = format!("SELECT {} FROM {}", table.columns(), table.quoted());
    let mut statement = source.prepare(&sql).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let mut batch = Batch::default();
    while let Some(row) = rows.next().map_err(failed)? {
        let values: Vec<SqliteValue> = (0..table.columns.len()).map(|at| row.get(at)).collect::<rusqlite::Result<_>>().map_err(failed)?;
        if let Some(piece) = batch.add(values) {
            send(pieces, piece)?;
        }
    }
    send(pieces, batch.rest())
}
