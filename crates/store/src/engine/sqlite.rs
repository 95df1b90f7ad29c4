//! SQLite: one thread that writes, several that read, each with a connection of its own.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use parking_lot::Mutex;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::checkpoint::{self, Checkpoints};
use super::freshness::{Freshness, Moment};
use super::lanes::Lane;
use super::recording::Step;
use super::session::{ConnectionOf, Session};
use super::{Mode, Options, TransactionError, Work, migrate, should_retry, watch};
use crate::error::{Error, Result};

/// How long one attempt of a transaction waits for another process's. With all its attempts, a transaction gives up
/// before the request that wants it does.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a look at whether one can write waits for another process. The writer waits with it.
const CHECK_TIMEOUT: Duration = Duration::from_millis(500);

/// How many translated statements a connection keeps prepared.
const STATEMENT_CACHE: usize = 256;

/// How much of the file the writer keeps in memory, in KiB as SQLite wants it told. The upper pages of all indexes over a million
/// orders fit; with less, each order reads some of them anew.
const WRITER_CACHE: i64 = -32_768;

/// The lanes to the threads. They end when the last clone is dropped.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    writer: Lane,
    readers: Lane,
    checkpoints: Checkpoints,
    freshness: Freshness,
    watcher: Arc<OnceLock<()>>,
}

impl Sqlite {
    pub(super) fn open(path: &Path, options: &Options) -> Result<Sqlite> {
        let freshness = Freshness::default();
        if !options.read_only {
            make_private(path)?;
        }
        let connect = if options.read_only { connect_read_only } else { connect };
        let session = |connection| Session::new(ConnectionOf::Sqlite(Mutex::new(connection))).recorded(options.recording.as_ref());
        let writing = connect(path)?;
        checkpoint::leave_to_others(&writing)?;
        writing.pragma_update(None, "cache_size", WRITER_CACHE)?;
        let writer = Lane::to("axhub-writer", [session(writing)])?;
        let checkpoints = Checkpoints::start(connect(path)?)?;
        let mut reading = Vec::new();
        for _ in 0..options.connections.max(1) {
            let reader = connect(path)?;
            reader.execute_batch("PRAGMA query_only = ON")?;
            reading.push(session(reader));
        }
        let readers = Lane::to("axhub-reader", reading)?;
        Ok(Sqlite { writer, readers, checkpoints, freshness, watcher: Arc::default() })
    }

    pub(super) fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// The moment that it is. The first call begins to watch the file, since only programs that keep something need to.
    pub(super) fn moment(&self) -> Option<Moment> {
        self.watcher.get_or_init(|| {
            tokio::spawn(watch::watch(self.writer.downgrade(), self.freshness.clone()));
        });
        self.freshness.moment()
    }

    pub(super) async fn run<I, T, E, F>(&self, name: &'static str, mode: Mode, input: I, work: F) -> std::result::Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: TransactionError,
        F: for<'a> Fn(&'a Session, &'a I) -> Work<'a, std::result::Result<T, E>> + Send + Sync + 'static,
    {
        let (freshness, checkpoints) = (self.freshness.clone(), self.checkpoints.clone());
        self.lane(mode)
            .submit(move |session, is_abandoned| {
                session.name(name);
                let mut attempt = 1;
                loop {
                    let result = transact(session, mode, &freshness, &input, &work);
                    if is_abandoned() || !should_retry(name, &result, attempt) {
                        if mode == Mode::Write {
                            checkpoints.are_due();
                        }
                        return result;
                    }
                    attempt += 1;
                }
            })
            .await
            .map_err(E::from)?
    }

    pub(super) async fn migrate(&self) -> Result<usize> {
        self.writer
            .submit(|session, _| {
                let ConnectionOf::Sqlite(connection) = &session.connection else { return Ok(0) };
                migrate::sqlite(&mut connection.lock())
            })
            .await?
    }

    pub(super) async fn check_writable(&self) -> Result<()> {
        self.writer
            .submit(|session, _| {
                let ConnectionOf::Sqlite(connection) = &session.connection else { return Ok(()) };
                let connection = connection.lock();
                // SQLite begins to write what it may only read, too, and refuses the first change.
                if connection.is_readonly("main")? {
                    return Err(Error::Unavailable("the file may only be read".to_owned()));
                }
                connection.busy_timeout(CHECK_TIMEOUT)?;
                let outcome = connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK");
                connection.busy_timeout(BUSY_TIMEOUT)?;
                Ok(outcome?)
            })
            .await?
    }

    fn lane(&self, mode: Mode) -> &Lane {
        if mode == Mode::Write { &self.writer } else { &self.readers }
    }
}

/// Makes the file for its owner alone when there is none: it will hold personal data. SQLite gives what it puts beside it
/// the same permissions. A file that is there keeps what it has; so does one that is named by a URI.
fn make_private(path: &Path) -> Result<()> {
    if path.as_os_str().as_encoded_bytes().starts_with(b"file:") {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(Error::Unavailable(format!("{}: {error}", path.display()))),
        _ => Ok(()),
    }
}

fn connect(path: &Path) -> Result<Connection> {
    // Each connection is one thread's, so SQLite need not lock it at every call.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    rusqlite::vtab::array::load_module(&connection)?;
    use_write_ahead_log(&connection)?;
    // FULL makes every commit durable: an order that was answered is on disk.
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;")?;
    Ok(connection)
}

/// A connection that changes nothing, neither the file nor what lies beside it.
///
/// While a program has the file open there is a log beside it, which is read with it. Without a log nobody writes, and SQLite is told
/// so, because else it would begin a log of its own, and leave it there.
pub(crate) fn connect_read_only(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let immutable = if has_log(path) { "" } else { "&immutable=1" };
    let connection = Connection::open_with_flags(format!("file:{}?mode=ro{immutable}", uri_path(path)?), flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    rusqlite::vtab::array::load_module(&connection)?;
    connection.execute_batch("PRAGMA cache_size = -65536;")?;
    // A file that is no database is found out now, and not by the first who asks something.
    connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether a log of SQLite's lies beside a file: some program has it open, or was killed while it had.
pub(crate) fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    Path::new(&log).exists()
}

/// A path as a part of a URI.
fn uri_path(path: &Path) -> Result<String> {
    let text = path.to_str().ok_or_else(|| Error::Address("the name of the file is no UTF-8".to_owned()))?;
    Ok(text.replace('%', "%25").replace('?', "%3f").replace('#', "%23"))
}

/// Turns a fresh file into one with a write-ahead log. While several programs do that at once, SQLite refuses all but one
/// at once, however long the busy timeout is.
fn use_write_ahead_log(connection: &Connection) -> Result<()> {
    let started = Instant::now();
    loop {
        match connection.execute_batch("PRAGMA journal_mode = WAL").map_err(Error::from) {
            Err(error) if error.is_retryable() && started.elapsed() < BUSY_TIMEOUT => std::thread::sleep(Duration::from_millis(5)),
            outcome => return outcome,
        }
    }
}

fn transact<I, T, E, F>(session: &Session, mode: Mode, freshness: &Freshness, input: &I, work: &F) -> std::result::Result<T, E>
where
    E: TransactionError,
    F: for<'a> Fn(&'a Session, &'a I) -> Work<'a, std::result::Result<T, E>>,
{
    control(session, if mode == Mode::Write { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
    let result = work(session, input).now_or_never().unwrap_or_else(|| {
        let misuse = Error::Database("a transaction awaited something other than its session".to_owned());
        Err(misuse.into())
    });
    let touched = session.take_touched();
    let result = result.and_then(|value| control(session, "COMMIT").map(|()| value).map_err(E::from));
    if mode == Mode::Write && result.is_ok() {
        freshness.changed(&touched);
    }
    if result.is_err() {
        roll_back(session);
    }
    result
}

fn control(session: &Session, sql: &'static str) -> Result<()> {
    session.note(Step::of(sql));
    match &session.connection {
        ConnectionOf::Sqlite(connection) => Ok(connection.lock().execute_batch(sql)?),
        ConnectionOf::Postgres(_) => Err(Error::Database("not a session of SQLite".to_owned())),
    }
}

/// Undoes the transaction that is open, if one is.
pub(super) fn roll_back(session: &Session) {
    let ConnectionOf::Sqlite(connection) = &session.connection else { return };
    session.note(Step::RollBack);
    let connection = connection.lock();
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Contended(text),
            Some(ErrorCode::ConstraintViolation) => Error::Constraint(text),
            Some(
                ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied,
            ) => Error::Unavailable(text),
            _ => Error::Database(text),
        }
    }
}
