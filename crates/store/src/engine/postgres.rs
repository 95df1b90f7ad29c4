//! PostgreSQL, and engines that speak its protocol: a pool of connections with their statements prepared.

use std::pin::pin;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use futures_util::poll;
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::AbortHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, NoTls};

use super::freshness::{Freshness, Moment, Touched};
use super::recording::{Recording, Step};
use super::session::{ConnectionOf, Session};
use super::value::{Row, RowOf, Value};
use super::{Mode, Options, TransactionError, Work, listen, migrate, should_retry};
use crate::error::{Error, Result};

/// How long a transaction waits for a connection.
const WAIT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a new connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(super) struct Postgres {
    pool: Pool,
    config: Arc<Config>,
    freshness: Freshness,
    listener: Arc<Listener>,
    /// Not so with some engines that speak the protocol.
    notifies: bool,
    recording: Option<Recording>,
}

/// The task that hears of other programs' changes, once somebody wants to know. It ends with the last clone.
#[derive(Default)]
struct Listener(OnceLock<AbortHandle>);

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(task) = self.0.get() {
            task.abort();
        }
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

impl Postgres {
    pub(super) async fn open(url: &str, options: Options) -> Result<Postgres> {
        // The driver's message names the faulty part of the URL, never a password.
        let mut config = Config::from_str(url).map_err(|error| Error::Address(error.to_string()))?;
        if config.get_application_name().is_none() {
            config.application_name("axhub");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        let manager = Manager::from_config(config.clone(), NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(options.connections.max(1))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT))
            .recycle_timeout(Some(CONNECT_TIMEOUT))
            .post_create(Hook::async_fn(|client, _| Box::pin(set_up(client))))
            .build()
            .map_err(|error| Error::Address(error.to_string()))?;
        let mut postgres = Postgres {
            pool,
            config: Arc::new(config),
            freshness: Freshness::default(),
            listener: Arc::default(),
            notifies: true,
            recording: options.recording,
        };
        let client = postgres.connection().await?;
        postgres.notifies = can_notify(&client).await?;
        drop(client);
        Ok(postgres)
    }

    pub(super) fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// The moment that it is. The first call begins to listen, since only programs that keep something need to.
    pub(super) fn moment(&self) -> Option<Moment> {
        if !self.notifies {
            return None;
        }
        self.listener.0.get_or_init(|| tokio::spawn(listen::forever(Arc::clone(&self.config), self.freshness.clone())).abort_handle());
        self.freshness.moment()
    }

    pub(super) async fn migrate(&self) -> Result<usize> {
        let mut client = Object::take(self.connection().await?);
        migrate::postgres(&mut client).await
    }

    /// A standby and a server that was set to read only say so in every transaction.
    pub(super) async fn check_writable(&self) -> Result<()> {
        let client = self.connection().await?;
        let read_only: String = client.query_one("SELECT current_setting('transaction_read_only')", &[]).await?.try_get(0)?;
        match read_only.as_str() {
            "off" => Ok(()),
            _ => Err(Error::Unavailable("the server takes no writes: transaction_read_only is on".to_owned())),
        }
    }

    pub(super) async fn run<I, T, E, F>(&self, name: &'static str, mode: Mode, input: I, work: F) -> std::result::Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: TransactionError,
        F: for<'a> Fn(&'a Session, &'a I) -> Work<'a, std::result::Result<T, E>> + Send + Sync + 'static,
    {
        let mut attempt = 1;
        loop {
            let result = self.transact(name, mode, &input, &work).await;
            if !should_retry(name, &result, attempt) {
                return result;
            }
            // Those that got in each other's way must not meet again at the next turn.
            tokio::time::sleep(back_off(attempt)).await;
            attempt += 1;
        }
    }

    async fn transact<I, T, E, F>(&self, name: &'static str, mode: Mode, input: &I, work: &F) -> std::result::Result<T, E>
    where
        E: TransactionError,
        F: for<'a> Fn(&'a Session, &'a I) -> Work<'a, std::result::Result<T, E>>,
    {
        let session = Session::new(ConnectionOf::Postgres(self.connection().await?)).recorded(self.recording.as_ref());
        session.name(name);
        let begin = match mode {
            Mode::Read => return work(&session, input).await,
            Mode::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Write => "BEGIN",
        };
        let open = OpenTransaction(Some(session));
        open.control(begin).await?;
        match work(open.session()?, input).await {
            Ok(value) if mode == Mode::Write => {
                let touched = open.session()?.take_touched();
                let committed = open.control(&self.commit(&touched)).await;
                // Also after an error: the transaction may have been committed before the connection broke.
                self.freshness.changed(&touched);
                committed?;
                open.finish();
                Ok(value)
            }
            Ok(value) => {
                open.control("COMMIT").await?;
                open.finish();
                Ok(value)
            }
            Err(error) => {
                // When even this fails, dropping `open` closes the connection, and the server rolls back.
                if open.control("ROLLBACK").await.is_ok() {
                    open.finish();
                }
                Err(error)
            }
        }
    }

    /// The statement that ends a transaction well, and tells other programs what it touched; this one's own listener too,
    /// since a caller that goes away while it waits for the commit never comes to note it.
    ///
    /// The message has nothing but letters, digits and `*` in it, so it can stand in the text, which `NOTIFY` wants.
    fn commit(&self, touched: &Touched) -> String {
        match touched.message().filter(|_| self.notifies) {
            Some(message) => format!("NOTIFY {}, '{message}'; COMMIT", listen::CHANNEL),
            None => "COMMIT".to_owned(),
        }
    }

    async fn connection(&self) -> Result<Object> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => Error::from(error),
            error => Error::Unavailable(error.to_string()),
        })
    }
}

/// How plans are made for our statements, each of which finds what it needs by an index.
///
/// A plan is kept for as long as its connection lives. One that was made while a table was small would read the whole of it,
/// and go on to when the table has grown, until somebody counts its rows: so whole tables are read only where there is no
/// other way. And no statement is so slow that planning it anew, or compiling it, would pay.
pub const POSTGRES_SETTINGS: [(&str, &str); 3] = [("enable_seqscan", "off"), ("plan_cache_mode", "force_generic_plan"), ("jit", "off")];

async fn set_up(client: &mut ClientWrapper) -> std::result::Result<(), HookError> {
    let settings: String = POSTGRES_SETTINGS.map(|(name, value)| format!("SET {name} = {value};")).concat();
    match client.batch_execute(&settings).await {
        // Another engine of this protocol plans in its own way.
        Err(error) if error.code().is_none() => Err(HookError::Backend(error)),
        _ => Ok(()),
    }
}

/// Whether the engine knows `NOTIFY`. A server that is in trouble or takes no writes now may.
async fn can_notify(client: &Object) -> Result<bool> {
    match client.batch_execute(&format!("LISTEN {0}; UNLISTEN {0}", listen::CHANNEL)).await {
        Ok(()) => Ok(true),
        Err(error) => match error.code() {
            Some(&SqlState::FEATURE_NOT_SUPPORTED | &SqlState::SYNTAX_ERROR) => Ok(false),
            Some(_) => Ok(true),
            None => Err(error.into()),
        },
    }
}

/// A transaction that is not over. Dropped in the middle, it takes its connection out of the pool, so that nobody
/// inherits what it left.
struct OpenTransaction(Option<Session>);

impl OpenTransaction {
    fn session(&self) -> Result<&Session> {
        self.0.as_ref().ok_or_else(|| Error::Database("the transaction is over".to_owned()))
    }

    async fn control(&self, sql: &str) -> Result<()> {
        let session = self.session()?;
        session.note(Step::of(sql));
        match &session.connection {
            ConnectionOf::Postgres(client) => Ok(client.batch_execute(sql).await?),
            ConnectionOf::Sqlite(_) => Err(Error::Database("not a session of PostgreSQL".to_owned())),
        }
    }

    fn finish(mut self) {
        self.0.take();
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        if let Some(Session { connection: ConnectionOf::Postgres(client), .. }) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

/// 1, 2, 4, … milliseconds up to 128, with up to as much again by chance.
fn back_off(attempt: u32) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let base = 1u64 << attempt.min(7);
    let jitter = RandomState::new().hash_one(attempt) % base;
    Duration::from_millis(base + jitter)
}

fn references(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

pub(super) async fn query(client: &Object, turn: &Mutex<()>, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
    let mine = turn.lock().await;
    let statement = client.prepare_cached(sql).await?;
    let params = references(params);
    let rows = sent(client.query(&statement, &params), mine).await?;
    Ok(rows.into_iter().map(|row| Row(RowOf::Postgres(row))).collect())
}

pub(super) async fn execute(client: &Object, turn: &Mutex<()>, sql: &str, params: &[Value]) -> Result<u64> {
    let mine = turn.lock().await;
    let statement = client.prepare_cached(sql).await?;
    let params = references(params);
    Ok(sent(client.execute(&statement, &params), mine).await?)
}

/// Awaits an answer, and lets the next statement go as soon as this one has gone: the driver sends when it is first polled.
async fn sent<T>(answer: impl Future<Output = T>, turn: MutexGuard<'_, ()>) -> T {
    let mut answer = pin!(answer);
    let at_once = poll!(answer.as_mut());
    drop(turn);
    match at_once {
        Poll::Ready(answer) => answer,
        Poll::Pending => answer.await,
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else {
            let text = source_chain(&error);
            return if is_misuse(&text) { Error::Database(text) } else { Error::Unavailable(text) };
        };
        // Without the server's detail, which may quote stored values.
        let text = format!("{} ({})", refusal.message(), refusal.code().code());
        let code = refusal.code();
        let class = code.code().get(..2).unwrap_or_default();
        match (code, class) {
            (&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED, _) => Error::Contended(text),
            (
                &SqlState::CRASH_SHUTDOWN
                | &SqlState::ADMIN_SHUTDOWN
                | &SqlState::CANNOT_CONNECT_NOW
                | &SqlState::READ_ONLY_SQL_TRANSACTION,
                _,
            ) => Error::Unavailable(text),
            (&SqlState::PROTOCOL_VIOLATION, _) => Error::Database(text),
            (_, "08" | "53" | "28" | "3D") => Error::Unavailable(text),
            (_, "23") => Error::Constraint(text),
            _ => Error::Database(text),
        }
    }
}

/// Whether the driver complains about what it was told, and not about the connection. Its errors tell it in words only.
fn is_misuse(text: &str) -> bool {
    const COMPLAINTS: &[&str] =
        &["error serializing parameter", "error deserializing column", "error encoding message", "invalid column", "expected "];
    COMPLAINTS.iter().any(|complaint| text.starts_with(complaint))
}

fn source_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
