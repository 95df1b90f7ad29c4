//! A session: what a transaction's function talks to.

use std::rc::Rc;

use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::types::Value as SqliteValue;

use super::dialect::{Dialect, statement};
use super::freshness::{Topic, Touched};
use super::link::Link;
use super::recording::{Recorder, Recording, Step};
use super::value::{Row, RowOf, Value, to_sqlite};
use crate::error::{Error, Result};

/// A connection with a transaction open on it.
///
/// Its functions take `&self`, so that statements can be awaited together and travel in one go. They are sent, and so
/// run, in the order in which they are first polled, which `try_join!` of `futures_util` takes from its arguments: a later
/// one may rest on what an earlier one has locked or inserted.
pub struct Session {
    pub(super) connection: ConnectionOf,
    /// Whose statement is sent next.
    turn: tokio::sync::Mutex<()>,
    touched: Mutex<Touched>,
    recorder: Option<Recorder>,
}

pub(super) enum ConnectionOf {
    Postgres(Box<Link>),
    /// Never contended: a mutex only because a `Session` has to be `Sync`.
    Sqlite(Mutex<Connection>),
}

impl Session {
    pub(super) fn new(connection: ConnectionOf) -> Session {
        Session { connection, turn: tokio::sync::Mutex::default(), touched: Mutex::new(Touched::Everything), recorder: None }
    }

    /// The same, with all that it is asked noted where there is something to note it in.
    pub(super) fn recorded(mut self, recording: Option<&Recording>) -> Session {
        self.recorder = recording.cloned().map(Recorder::new);
        self
    }

    /// Everything that follows belongs to this transaction.
    pub(super) fn name(&self, transaction: &'static str) {
        if let Some(recorder) = &self.recorder {
            recorder.name(transaction);
        }
    }

    pub(super) fn note(&self, step: Step) {
        if let Some(recorder) = &self.recorder {
            recorder.note(step);
        }
    }

    fn note_statement(&self, sql: &'static str, params: &[Value]) {
        if self.recorder.is_some() {
            self.note(Step::Statement { sql, params: params.to_vec() });
        }
    }

    /// A statement in the words of this session's engine.
    fn translated(&self, sql: &'static str) -> &'static str {
        match &self.connection {
            ConnectionOf::Postgres(_) => statement(sql, Dialect::Postgres),
            ConnectionOf::Sqlite(_) => statement(sql, Dialect::Sqlite),
        }
    }

    /// Whether this is SQLite: for what only one of the engines can be asked.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.connection, ConnectionOf::Sqlite(_))
    }

    /// Tells that this transaction changes these topics, and none but what it tells. A transaction that writes and never
    /// tells is taken to change everything that anybody has kept.
    pub fn touches(&self, topics: impl IntoIterator<Item = Topic>) {
        let mut touched = self.touched.lock();
        match &mut *touched {
            Touched::Only(told) => told.extend(topics),
            Touched::Everything => *touched = Touched::Only(topics.into_iter().collect()),
        }
    }

    /// Tells that this transaction changes nothing that anybody keeps.
    pub fn touches_nothing(&self) {
        self.touches([]);
    }

    /// What this transaction has touched; the next one begins anew.
    pub(super) fn take_touched(&self) -> Touched {
        std::mem::replace(&mut *self.touched.lock(), Touched::Everything)
    }

    /// The rows that a statement answers.
    ///
    /// # Errors
    /// The database's.
    pub async fn query(&self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
        let sql = self.translated(sql);
        self.note_statement(sql, params);
        match &self.connection {
            ConnectionOf::Postgres(link) => link.query(&self.turn, sql, params).await,
            ConnectionOf::Sqlite(connection) => sqlite_query(&connection.lock(), sql, params),
        }
    }

    /// The row that a statement answers, if it answers one.
    ///
    /// # Errors
    /// The database's, and more than one row.
    pub async fn query_opt(&self, sql: &'static str, params: &[Value]) -> Result<Option<Row>> {
        let mut rows = self.query(sql, params).await?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            count => Err(Error::Database(format!("{count} rows where there can be only one: {sql}"))),
        }
    }

    /// The one row that a statement answers.
    ///
    /// # Errors
    /// The database's, and any other number of rows.
    pub async fn query_one(&self, sql: &'static str, params: &[Value]) -> Result<Row> {
        self.query_opt(sql, params).await?.ok_or_else(|| Error::Database(format!("no row where there must be one: {sql}")))
    }

    /// How many rows a statement changed.
    ///
    /// # Errors
    /// The database's.
    pub async fn execute(&self, sql: &'static str, params: &[Value]) -> Result<u64> {
        let sql = self.translated(sql);
        self.note_statement(sql, params);
        match &self.connection {
            ConnectionOf::Postgres(link) => link.execute(&self.turn, sql, params).await,
            ConnectionOf::Sqlite(connection) => sqlite_execute(&connection.lock(), sql, params),
        }
    }

    /// Runs a statement over a table of parameters (`{{k(…)}}`, see `dialect`) and gives all rows it answers.
    ///
    /// `rows` are the rows of that table; all have one value per column.
    ///
    /// # Errors
    /// The database's.
    pub async fn query_each<const N: usize>(&self, sql: &'static str, rows: Vec<[Value; N]>) -> Result<Vec<Row>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let sql = self.translated(sql);
        match &self.connection {
            ConnectionOf::Postgres(link) => {
                let columns = columns(rows);
                self.note_statement(sql, &columns);
                link.query(&self.turn, sql, &columns).await
            }
            ConnectionOf::Sqlite(connection) => {
                let connection = connection.lock();
                let mut all = Vec::new();
                for row in &rows {
                    self.note_statement(sql, row);
                    all.extend(sqlite_query(&connection, sql, row)?);
                }
                Ok(all)
            }
        }
    }

    /// Runs a statement over a table of parameters and says how many rows it changed.
    ///
    /// # Errors
    /// The database's.
    pub async fn execute_each<const N: usize>(&self, sql: &'static str, rows: Vec<[Value; N]>) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        let sql = self.translated(sql);
        match &self.connection {
            ConnectionOf::Postgres(link) => {
                let columns = columns(rows);
                self.note_statement(sql, &columns);
                link.execute(&self.turn, sql, &columns).await
            }
            ConnectionOf::Sqlite(connection) => {
                let connection = connection.lock();
                let mut changed = 0;
                for row in &rows {
                    self.note_statement(sql, row);
                    changed += sqlite_execute(&connection, sql, row)?;
                }
                Ok(changed)
            }
        }
    }

    /// Runs a statement that must change exactly one row.
    ///
    /// # Errors
    /// The database's; [`Error::Contended`] when it changed none, since somebody else must have been faster.
    pub async fn execute_one(&self, sql: &'static str, params: &[Value]) -> Result<()> {
        match self.execute(sql, params).await? {
            1 => Ok(()),
            changed => Err(Error::Contended(format!("{changed} rows changed where it must be one: {sql}"))),
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

/// A table of rows as one list per column.
fn columns<const N: usize>(rows: Vec<[Value; N]>) -> Vec<Value> {
    let mut columns: [Vec<Value>; N] = std::array::from_fn(|_| Vec::with_capacity(rows.len()));
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    columns.into_iter().map(Value::List).collect()
}

fn bind(statement: &mut rusqlite::CachedStatement<'_>, params: &[Value]) -> Result<()> {
    // SQLite takes a parameter that is not bound for null.
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        return Err(Error::Database(format!("expected {wanted} parameters but got {}", params.len())));
    }
    for (index, value) in params.iter().enumerate() {
        match value {
            Value::List(values) => {
                let values: Rc<Vec<SqliteValue>> = Rc::new(values.iter().map(to_sqlite).collect());
                statement.raw_bind_parameter(index + 1, values)?;
            }
            value => statement.raw_bind_parameter(index + 1, to_sqlite(value))?,
        }
    }
    Ok(())
}

fn sqlite_query(connection: &Connection, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    let width = statement.column_count();
    bind(&mut statement, params)?;
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..width).map(|index| row.get::<_, SqliteValue>(index)).collect::<rusqlite::Result<_>>()?;
        all.push(Row(RowOf::Sqlite(values)));
    }
    Ok(all)
}

fn sqlite_execute(connection: &Connection, sql: &'static str, params: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    Ok(statement.raw_execute()? as u64)
}
