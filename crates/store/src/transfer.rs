//! A whole database as one file, and back: `axhub backup` and `axhub restore`.
//!
//! A backup is a database of SQLite with axhub's own schema, whichever engine it came from. So it can be opened, checked,
//! served, and restored into either engine, which is also the way from one engine to the other.
//!
//! Everything is read from one moment, while servers go on: SQLite copies itself, PostgreSQL streams its tables from a
//! snapshot. What is to be copied, the migrations say ([`plan`]); nothing has to be added here for a new table. A file gets
//! its name when it is whole ([`file`]); PostgreSQL is filled in one transaction. So there is never half of a copy.

mod file;
mod pieces;
mod plan;
mod postgres;
mod source;
mod sqlite;
mod wire;

use std::path::{Path, PathBuf};

use deadpool_postgres::ClientWrapper;

use crate::engine::{Address, Database, Limits, Options};
use crate::error::Error;
use file::NewFile;
use plan::Plan;
use source::Backup;

/// Why a database was not copied. What that has come to, [`TransferError::outcome`] says; an empty database of PostgreSQL may have got
/// the schema in any case.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// What was asked for makes no sense with what is there.
    #[error("{0}")]
    Refused(String),
    /// A file cannot be read or written.
    #[error("{}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system or SQLite says.
        why: String,
    },
    /// The database's own error.
    #[error(transparent)]
    Database(#[from] Error),
    /// The copy was made and has its name, but the system could not say that this is on disk.
    #[error("{}: {why}", path.display())]
    NotSafe {
        /// Which.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// One end of a copy stopped because the other did, whose error is the one to be told.
    #[error("the other end of the copy has stopped")]
    OtherEnd,
}

/// What has come of a copy that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is as it was.
    Nothing,
    /// The database did not say whether it was done: all of it is there, or nothing.
    Unknown,
    /// It is there, whole, and may not survive a loss of power.
    NotSafe,
}

/// What a copy answers.
pub type Result<T> = std::result::Result<T, TransferError>;

impl TransferError {
    /// What has come of the copy.
    pub fn outcome(&self) -> Outcome {
        match self {
            TransferError::Database(Error::Unsure(_)) => Outcome::Unknown,
            TransferError::NotSafe { .. } => Outcome::NotSafe,
            _ => Outcome::Nothing,
        }
    }

    fn file(path: &Path, why: &(impl ToString + ?Sized)) -> TransferError {
        TransferError::File { path: path.to_owned(), why: why.to_string() }
    }
}

/// What was copied.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The version of the schema.
    pub schema: usize,
    /// Every table.
    pub tables: Vec<CopiedTable>,
    /// The size of the backup.
    pub bytes: u64,
}

/// What was copied of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
}

impl Copied {
    /// All rows.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Copies a database to a file, as it is at one moment. Servers go on meanwhile.
///
/// # Errors
/// A database that is not there or has another schema; a file that is there, unless it may be replaced; a full disk and
/// whatever else keeps one of them from being read or written.
pub async fn backup(from: &Address, to: &Path, may_replace: bool) -> Result<Copied> {
    let to = to.to_owned();
    match from {
        Address::Sqlite(path) => {
            let from = path.clone();
            blocking(move || {
                let plan = Plan::new()?;
                let source = sqlite::open_database(&from)?;
                plan.check_database(&source)?;
                let target = NewFile::create(&to, may_replace, &from)?;
                let tables = sqlite::copy(&source, target.path(), &plan)?;
                finish(&plan, tables, target)
            })
            .await
        }
        Address::Postgres(_) => {
            let (plan, client) = (Plan::new()?, connect(from).await?);
            let target = NewFile::create(&to, may_replace, Path::new(""))?;
            let (sender, pieces) = pieces::channel();
            let (path, of_writer) = (target.path().to_owned(), plan.clone());
            let writing = blocking(move || sqlite::write(&path, &of_writer, &pieces));
            let (read, written) = futures_util::join!(postgres::read(&client, &plan, sender), writing);
            let tables = both(read, written)?;
            blocking(move || finish(&plan, tables, target)).await
        }
    }
}

/// Puts a backup into a database that is empty, migrated or not; a file of SQLite is made when there is none.
///
/// # Errors
/// A file that is no backup, or of another schema; a database with something in it; a file of SQLite that somebody uses;
/// whatever else keeps one of them from being read or written.
pub async fn restore(from: &Path, to: &Address) -> Result<Copied> {
    let from = from.to_owned();
    match to {
        Address::Sqlite(path) => {
            let to = path.clone();
            blocking(move || {
                let (plan, source) = opened(&from)?;
                let target = NewFile::in_place_of_nothing(&to, &from, &plan)?;
                let tables = sqlite::copy(&source.connection, target.path(), &plan)?;
                source.check_unchanged()?;
                Ok(Copied { bytes: size(&from)?, ..finish(&plan, tables, target)? })
            })
            .await
        }
        Address::Postgres(_) => {
            let (plan, source, bytes) = blocking(move || {
                let (plan, source) = opened(&from)?;
                Ok((plan, source, size(&from)?))
            })
            .await?;
            let client = connect_empty(to, &plan).await?;
            let (sender, pieces) = pieces::channel();
            let of_reader = plan.clone();
            let reading = blocking(move || sqlite::read(&source, &of_reader, &sender));
            let (read, written) = futures_util::join!(reading, postgres::write(&client, &plan, pieces));
            Ok(Copied { schema: plan.schema, tables: both(read, written)?, bytes })
        }
    }
}

/// The backup in a file, which has been looked at.
fn opened(file: &Path) -> Result<(Plan, Backup)> {
    let plan = Plan::new()?;
    let source = Backup::open(file)?;
    plan.check_backup(&source.connection, file)?;
    Ok((plan, source))
}

fn finish(plan: &Plan, tables: Vec<CopiedTable>, target: NewFile) -> Result<Copied> {
    Ok(Copied { schema: plan.schema, tables, bytes: target.finish()? })
}

fn size(file: &Path) -> Result<u64> {
    Ok(std::fs::metadata(file).map_err(|error| TransferError::file(file, &error))?.len())
}

/// One connection, on which things take as long as they take.
fn unhurried() -> Options {
    Options { connections: 1, limits: Limits::unhurried(), ..Options::default() }
}

/// A connection to a database. Whether it has the schema, whoever reads it looks at, at the moment that is read.
async fn connect(address: &Address) -> Result<ClientWrapper> {
    Ok(Database::open(address, unhurried()).await?.postgres_connection().await?)
}

/// A connection to a database without anything in it, which gets the schema when it has none.
async fn connect_empty(address: &Address, plan: &Plan) -> Result<ClientWrapper> {
    let database = Database::open(address, unhurried()).await?;
    let client = database.postgres_connection().await?;
    // First: a migration cannot be taken back, and this may be the wrong database.
    postgres::refuse_rows(&client, plan).await?;
    database.migrate().await?;
    database.check_schema().await?;
    Ok(client)
}

/// What the writing end of a copy answers, or the first error of the two.
fn both<T>(read: Result<()>, written: Result<T>) -> Result<T> {
    match (read, written) {
        (Ok(()), written) => written,
        (Err(TransferError::OtherEnd), Err(error)) => Err(error),
        (Err(error), _) => Err(error),
    }
}

/// Does what waits for files on a thread where nobody else waits for it.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Error::Database(format!("the copy was broken off: {error}")).into()))
}
