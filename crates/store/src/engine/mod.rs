//! A thin layer over two native drivers: one SQL text, one flow, one door.
//!
//! It knows nothing of travel. [`Database::run`] is the door: it begins a transaction, runs an `async fn` over a
//! [`Session`], commits or rolls back, repeats what lost against another transaction, and counts it all by name.
//! On PostgreSQL the function awaits the network; on SQLite it runs on a thread that owns a connection, where every
//! call completes at once, so that a whole transaction makes one hop between threads.

mod address;
mod checkpoint;
mod committing;
mod complaints;
mod dialect;
mod freshness;
mod hosts;
mod lanes;
mod limits;
mod link;
mod listen;
mod migrate;
mod pool;
mod postgres;
mod recording;
mod session;
mod sqlite;
mod value;
mod watch;

use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

pub use address::Address;
pub use freshness::{Freshness, Moment, Topic};
pub use limits::Limits;
pub use migrate::postgres_schema;
pub(crate) use migrate::{check as check_version, newest as newest_version, sqlite as migrate_sqlite};
pub use pool::POSTGRES_SETTINGS;
pub use recording::{Recorded, Recording, Step};
pub use session::Session;
pub(crate) use sqlite::{connect_read_only, has_log};
pub(crate) use value::to_sqlite;
pub use value::{Column, Reader, Row, ToValue, Value};

use crate::error::{Error, Result};

/// How a transaction uses the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Statements that only read and need not agree with each other.
    Read,
    /// Statements that only read, all from one and the same moment.
    Snapshot,
    /// Statements that change something: all or nothing, durable when it returns.
    Write,
}

/// What a transaction's function returns.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An error that a transaction's function may return: the layer needs to know when to run it again.
pub trait TransactionError: From<Error> + Send + 'static {
    /// The store's error inside, if it is one.
    fn store_error(&self) -> Option<&Error>;
}

impl TransactionError for Error {
    fn store_error(&self) -> Option<&Error> {
        Some(self)
    }
}

/// How often a transaction is run again when another one was in the way.
const MAX_ATTEMPTS: u32 = 12;

/// A database of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    engine: Engine,
}

#[derive(Clone, Debug)]
enum Engine {
    Postgres(postgres::Postgres),
    Sqlite(sqlite::Sqlite),
}

/// Sizes of the pools behind a [`Database`], and who watches it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most connections to PostgreSQL, or reading threads of SQLite.
    pub connections: usize,
    /// How long PostgreSQL may take.
    pub limits: Limits,
    /// Where all that the database is asked is noted, if anywhere.
    pub recording: Option<Recording>,
    /// Whether a file of SQLite is opened so that nothing of it can change, as a backup should be. On PostgreSQL the mode of
    /// a transaction says that.
    pub read_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { connections: 8, limits: Limits::default(), recording: None, read_only: false }
    }
}

impl Database {
    /// Opens a database; of SQLite, creates the file when there is none. Nothing is migrated.
    ///
    /// # Errors
    /// When it cannot be reached or opened.
    pub async fn open(address: &Address, options: Options) -> Result<Database> {
        let engine = match address {
            Address::Sqlite(path) => Engine::Sqlite(sqlite::Sqlite::open(path, &options)?),
            Address::Postgres(url) => Engine::Postgres(postgres::Postgres::open(url, options).await?),
        };
        Ok(Database { engine })
    }

    /// Applies every migration that the database lacks, and says how many those were.
    ///
    /// # Errors
    /// When one fails, or the database has one that this program does not know.
    pub async fn migrate(&self) -> Result<usize> {
        match &self.engine {
            Engine::Postgres(postgres) => postgres.migrate().await,
            Engine::Sqlite(sqlite) => sqlite.migrate().await,
        }
    }

    /// Whether the schema is the one this program knows.
    ///
    /// # Errors
    /// [`Error::Schema`] with what to do when it is not.
    pub async fn check_schema(&self) -> Result<()> {
        let applied = self
            .run("schema.check", Mode::Read, (), |session, ()| {
                Box::pin(async move {
                    session.query_one("SELECT CAST(COALESCE(MAX(version), 0) AS bigint) FROM refinery_schema_history", &[]).await?.int(0)
                })
            })
            .await;
        migrate::check(applied)
    }

    /// Whether a transaction that writes can begin. Changes nothing, and is over as soon as it is known.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database only reads; [`Error::Contended`] when another process keeps it from writing.
    pub async fn check_writable(&self) -> Result<()> {
        match &self.engine {
            Engine::Postgres(postgres) => postgres.check_writable().await,
            Engine::Sqlite(sqlite) => sqlite.check_writable().await,
        }
    }

    /// A connection to PostgreSQL for the caller alone, for what no transaction of [`run`](Self::run) can do: streams.
    pub(crate) async fn postgres_connection(&self) -> Result<deadpool_postgres::ClientWrapper> {
        match &self.engine {
            Engine::Postgres(postgres) => postgres.own_connection().await,
            Engine::Sqlite(_) => Err(Error::Database("SQLite has no connections to give".to_owned())),
        }
    }

    /// When topics changed last, for whoever keeps what it has read.
    pub fn freshness(&self) -> &Freshness {
        match &self.engine {
            Engine::Postgres(postgres) => postgres.freshness(),
            Engine::Sqlite(sqlite) => sqlite.freshness(),
        }
    }

    /// The moment that it is, to be taken before something is read that is to be kept; `None` while nothing may be kept,
    /// because another program might change it unheard. Begins to listen when it is first called.
    pub fn moment(&self) -> Option<Moment> {
        match &self.engine {
            Engine::Postgres(postgres) => postgres.moment(),
            Engine::Sqlite(sqlite) => sqlite.moment(),
        }
    }

    /// The engine's name, for logs and metrics.
    pub fn engine_name(&self) -> &'static str {
        match &self.engine {
            Engine::Postgres(_) => "postgres",
            Engine::Sqlite(_) => "sqlite",
        }
    }

    /// The one door: runs `work` over `input` in a transaction of this name.
    ///
    /// `work` may be run several times; what it is given does not change between the runs. It must not await
    /// anything but its session.
    ///
    /// # Errors
    /// What `work` returns, and the database's own errors.
    pub async fn run<I, T, E, F>(&self, name: &'static str, mode: Mode, input: I, work: F) -> std::result::Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: TransactionError,
        F: for<'a> Fn(&'a Session, &'a I) -> Work<'a, std::result::Result<T, E>> + Send + Sync + 'static,
    {
        let started = Instant::now();
        let result = match &self.engine {
            Engine::Postgres(postgres) => postgres.run(name, mode, input, work).await,
            Engine::Sqlite(sqlite) => sqlite.run(name, mode, input, work).await,
        };
        let outcome = match &result {
            Ok(_) => "ok",
            Err(error) if error.store_error().is_some() => "failed",
            Err(_) => "refused",
        };
        metrics::histogram!("axhub_transaction_seconds", "name" => name, "outcome" => outcome).record(started.elapsed().as_secs_f64());
        result
    }
}

/// Whether a transaction that ended so should be run again, and counts it when it should.
fn should_retry<T, E: TransactionError>(name: &'static str, result: &std::result::Result<T, E>, attempt: u32) -> bool {
    let Err(error) = result else { return false };
    let Some(error) = error.store_error().filter(|error| error.is_retryable() && attempt < MAX_ATTEMPTS) else { return false };
    count_retry(name, error);
    true
}

fn count_retry(name: &'static str, error: &Error) {
    metrics::counter!("axhub_transaction_retries_total", "name" => name, "why" => complaints::why_again(error)).increment(1);
}
