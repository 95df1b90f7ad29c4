//! The ends of a copy that are PostgreSQL: `COPY` in its binary form, a row at a time.

use std::pin::pin;

use futures_util::TryStreamExt;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::{BinaryCopyInWriter, BinaryCopyOutStream};
use tokio_postgres::types::Type;

use super::file::not_empty;
use super::pieces::{Batch, Piece, Values, send_async};
use super::plan::{HISTORY, Plan, Table, quoted};
use super::wire::{FromWire, to_wire};
use super::{CopiedTable, Result, TransferError};
use crate::engine::check_version;
use crate::error::Error;

/// A copy takes as long as it takes, and reads whole tables, which the hub's own settings are against.
const SETTINGS: &str = "SET LOCAL enable_seqscan = on; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0";

/// Reads all of a database, from one moment.
pub(super) async fn read(client: &Client, plan: &Plan, pieces: flume::Sender<Piece>) -> Result<()> {
    run(client, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    run(client, SETTINGS).await?;
    check_version(version(client).await)?;
    for (place, table) in plan.copied() {
        send_async(&pieces, Piece::Table(place)).await?;
        read_table(client, table, &pieces).await?;
    }
    // Not of the same moment, but never less than what was given until then.
    for (_, table) in plan.copied() {
        let Some(column) = counted_column(client, table).await? else { continue };
        let sequence: String =
            client.query_one("SELECT pg_get_serial_sequence($1, $2)", &[&table.quoted(), &column]).await.map_err(Error::from)?.get(0);
        // Where a number was set and none was given since, it is the next one.
        let sql = format!("SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {sequence}");
        let last: i64 = client.query_one(&sql, &[]).await.map_err(Error::from)?.get(0);
        send_async(&pieces, Piece::Counted { table: table.name.clone(), last }).await?;
    }
    run(client, "COMMIT").await?;
    send_async(&pieces, Piece::End).await
}

/// The newest migration that was applied, at the moment that is read.
async fn version(client: &Client) -> crate::error::Result<i64> {
    Ok(client.query_one(&format!("SELECT COALESCE(MAX(version), 0)::bigint FROM {HISTORY}"), &[]).await?.get(0))
}

async fn read_table(client: &Client, table: &Table, pieces: &flume::Sender<Piece>) -> Result<()> {
    let types = types(client, table).await?;
    let sql = format!("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT binary)", table.columns(), table.quoted());
    let stream = client.copy_out(&sql).await.map_err(Error::from)?;
    let mut rows = pin!(BinaryCopyOutStream::new(stream, &types));
    let mut batch = Batch::default();
    while let Some(row) = rows.try_next().await.map_err(Error::from)? {
        let value = |at: usize| row.try_get::<FromWire>(at).map(|value| value.0).map_err(Error::from);
        let values: Values = (0..types.len()).map(value).collect::<std::result::Result<_, _>>().map_err(|error| in_table(table, &error))?;
        if let Some(piece) = batch.add(values) {
            send_async(pieces, piece).await?;
        }
    }
    send_async(pieces, batch.rest()).await
}

/// Refuses a database in which there is anything that migrations did not put there, be it of axhub or of another program.
///
/// What comes with the server or one of its extensions is nobody's data. Tables of an older schema are those of the plan.
pub(super) async fn refuse_rows(client: &Client, plan: &Plan) -> Result<()> {
    let tables = "SELECT c.oid::regclass::text, c.relname::text, pg_table_is_visible(c.oid) FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' AND NOT EXISTS (SELECT 1
            FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1";
    for row in client.query(tables, &[]).await.map_err(Error::from)? {
        let (table, name, is_visible): (String, String, bool) = (row.get(0), row.get(1), row.get(2));
        let known = plan.tables.iter().find(|known| is_visible && known.name == name);
        if (is_visible && name == HISTORY) || known.is_some_and(|known| !known.is_copied) {
            continue;
        }
        let any = format!("SELECT 1 FROM {table} LIMIT 1 OFFSET {}", known.map_or(0, |known| known.first_rows));
        if client.query_opt(&any, &[]).await.map_err(Error::from)?.is_some() {
            return Err(not_empty("the database", &table));
        }
    }
    Ok(())
}

/// Writes what comes into a database without anything in it, all or nothing.
pub(super) async fn write(client: &Client, plan: &Plan, pieces: flume::Receiver<Piece>) -> Result<Vec<CopiedTable>> {
    run(client, "BEGIN").await?;
    run(client, SETTINGS).await?;
    let names: Vec<String> = plan.tables.iter().map(Table::quoted).collect();
    run(client, &format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", "))).await?;
    for (_, table) in plan.copied() {
        if client.query_opt(&table.any_row(), &[]).await.map_err(Error::from)?.is_some() {
            return Err(not_empty("the database", &table.name));
        }
    }
    for name in &names {
        run(client, &format!("DELETE FROM {name}")).await?;
    }
    // Made anew at the end they take a fraction of the time, and the foreign keys are checked all together, whatever came first.
    let hindrances = hindrances(client, &names).await?;
    for hindrance in &hindrances {
        run(client, &hindrance.drop).await?;
    }
    let tables = fill(client, plan, &pieces).await?;
    for hindrance in hindrances.iter().rev() {
        run(client, &hindrance.make).await?;
    }
    // The hub's statements need to know how big the tables are now.
    run(client, &format!("ANALYZE {}", names.join(", "))).await?;
    commit(client).await?;
    Ok(tables)
}

async fn commit(client: &Client) -> Result<()> {
    let unsure = |error| match Error::from(error) {
        Error::Lost(why) => Error::Unsure(format!("{why}. If the database is still empty, it was not")),
        error => error,
    };
    Ok(client.batch_execute("COMMIT").await.map_err(unsure)?)
}

async fn fill(client: &Client, plan: &Plan, pieces: &flume::Receiver<Piece>) -> Result<Vec<CopiedTable>> {
    let mut copied = Vec::with_capacity(plan.tables.len());
    let mut piece = next(pieces).await?;
    loop {
        match piece {
            Piece::Table(place) => {
                let table = plan.tables.get(place).ok_or(TransferError::OtherEnd)?;
                let (rows, behind) = write_table(client, table, pieces).await?;
                copied.push(CopiedTable { name: table.name.clone(), rows });
                piece = behind;
                continue;
            }
            Piece::Rows(_) => return Err(TransferError::OtherEnd),
            Piece::Counted { table, last } => set_counter(client, plan, &table, last).await?,
            Piece::End => return Ok(copied),
        }
        piece = next(pieces).await?;
    }
}

async fn next(pieces: &flume::Receiver<Piece>) -> Result<Piece> {
    pieces.recv_async().await.map_err(|_| TransferError::OtherEnd)
}

/// Writes the rows of a table, and gives their number and what came behind them.
async fn write_table(client: &Client, table: &Table, pieces: &flume::Receiver<Piece>) -> Result<(u64, Piece)> {
    let types = types(client, table).await?;
    let sql = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", table.quoted(), table.columns());
    let sink = client.copy_in(&sql).await.map_err(Error::from)?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    let behind = loop {
        match next(pieces).await? {
            Piece::Rows(rows) => {
                for row in rows {
                    let values = row.into_iter().zip(&types).map(|(value, ty)| to_wire(value, ty));
                    let values = values.collect::<crate::error::Result<Vec<_>>>().map_err(|error| in_table(table, &error))?;
                    writer.as_mut().write_raw(&values).await.map_err(|error| in_table(table, &Error::from(error)))?;
                }
            }
            behind => break behind,
        }
    };
    let rows = writer.as_mut().finish().await.map_err(|error| in_table(table, &Error::from(error)))?;
    Ok((rows, behind))
}

/// The types of a table's columns, in the order of the plan.
async fn types(client: &Client, table: &Table) -> Result<Vec<Type>> {
    let sql = format!("SELECT {} FROM {}", table.columns(), table.quoted());
    let statement = client.prepare(&sql).await.map_err(Error::from)?;
    Ok(statement.columns().iter().map(|column| column.type_().clone()).collect())
}

/// The column of a table that the database counts by itself.
async fn counted_column(client: &Client, table: &Table) -> Result<Option<String>> {
    let sql = "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attidentity <> ''";
    Ok(client.query_opt(sql, &[&table.quoted()]).await.map_err(Error::from)?.map(|row| row.get(0)))
}

async fn set_counter(client: &Client, plan: &Plan, name: &str, last: i64) -> Result<()> {
    // SQLite counts for tables that are none of ours, too.
    let Some((_, table)) = plan.copied().find(|(_, table)| table.name == name) else { return Ok(()) };
    let Some(column) = counted_column(client, table).await? else { return Ok(()) };
    let next = last.checked_add(1).ok_or_else(|| TransferError::Refused(format!("there are no more numbers for rows of {name}")))?;
    run(client, &format!("ALTER TABLE {} ALTER COLUMN {} RESTART WITH {next}", table.quoted(), quoted(&column))).await
}

/// A foreign key, or an index that is no part of its table: what drops it, and what makes it again.
struct Hindrance {
    drop: String,
    make: String,
}

async fn hindrances(client: &Client, tables: &[String]) -> Result<Vec<Hindrance>> {
    let foreign_keys = "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname),
            'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE contype = 'f' AND conrelid IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS t(name))";
    let indexes = "SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid)
        FROM pg_index WHERE indrelid IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS t(name))
            AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)";
    let mut found = client.query(foreign_keys, &[&tables]).await.map_err(Error::from)?;
    found.extend(client.query(indexes, &[&tables]).await.map_err(Error::from)?);
    Ok(found.iter().map(|row| Hindrance { drop: row.get(0), make: row.get(1) }).collect())
}

async fn run(client: &Client, sql: &str) -> Result<()> {
    Ok(client.batch_execute(sql).await.map_err(Error::from)?)
}

/// Says where in the database it was. Errors of values do not quote them.
fn in_table(table: &Table, error: &Error) -> TransferError {
    TransferError::Refused(format!("{}: {error}", table.name))
}
