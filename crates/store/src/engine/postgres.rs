//! PostgreSQL, and engines that speak its protocol: transactions over a pool of connections with their statements prepared.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use deadpool_postgres::ClientWrapper;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;

use super::committing::Committing;
use super::freshness::{Freshness, Message, Moment};
use super::hosts::Hosts;
use super::limits::Limits;
use super::link::Link;
use super::pool::{self, Borrowed, Connected, Connections};
use super::recording::{Recording, Step};
use super::session::{ConnectionOf, Session};
use super::{Mode, Options, TransactionError, Work, count_retry, listen, migrate, should_retry};
use crate::error::{Error, Result};
use crate::planted::planted;

#[derive(Clone)]
pub(super) struct Postgres {
    pool: Connections,
    hosts: Arc<Hosts>,
    limits: Limits,
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
        let limits = options.limits;
        let hosts = Arc::new(Hosts::read(url, &limits)?);
        let pool = pool::open(Arc::clone(&hosts), limits, options.connections)?;
        let notifies = can_notify(&*pool::borrow(&pool).await?).await?;
        Ok(Postgres {
            pool,
            hosts,
            limits,
            freshness: Freshness::default(),
            listener: Arc::default(),
            notifies,
            recording: options.recording,
        })
    }

    pub(super) fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// The moment that it is. The first call begins to listen, since only programs that keep something need to.
    pub(super) fn moment(&self) -> Option<Moment> {
        if !self.notifies {
            return None;
        }
        self.listener.0.get_or_init(|| tokio::spawn(listen::forever(Arc::clone(&self.hosts), self.freshness.clone())).abort_handle());
        self.freshness.moment()
    }

    pub(super) async fn migrate(&self) -> Result<usize> {
        migrate::postgres(&mut *self.own_connection().await?).await
    }

    /// A connection for the caller alone, on which things take as long as they take.
    pub(super) async fn own_connection(&self) -> Result<ClientWrapper> {
        let connected = Borrowed::take(pool::borrow(&self.pool).await?);
        pool::set(&connected.client, Limits::NONE.into_iter()).await?;
        Ok(connected.client)
    }

    /// A standby and a server that was set to read only say so in every transaction.
    pub(super) async fn check_writable(&self) -> Result<()> {
        self.run("schema.writable", Mode::Read, (), |session, ()| {
            Box::pin(async move {
                let read_only: String = session.query_one("SELECT current_setting('transaction_read_only')", &[]).await?.get(0)?;
                match read_only.as_str() {
                    "off" => Ok(()),
                    _ => Err(Error::Unavailable("the server takes no writes: transaction_read_only is on".to_owned())),
                }
            })
        })
        .await
    }

    /// Runs a transaction, again when another was in the way; and once again on another connection when its own broke
    /// before the commit was sent, since then it is certain that nothing was done.
    pub(super) async fn run<I, T, E, F>(&self, name: &'static str, mode: Mode, input: I, work: F) -> std::result::Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: TransactionError,
        F: for<'a> Fn(&'a Session, &'a I) -> Work<'a, std::result::Result<T, E>> + Send + Sync + 'static,
    {
        let (began, mut was_lost, mut attempt) = (Instant::now(), false, 1);
        loop {
            let result = self.transact(name, mode, &input, &work).await;
            let has_time = began.elapsed() < self.limits.again;
            if let Err(error) = &result
                && let Some(lost @ Error::Lost(why)) = error.store_error()
            {
                if was_lost || !has_time {
                    return Err(Error::Unavailable(why.clone()).into());
                }
                tracing::info!(transaction = name, why, "a connection was lost before the commit: the transaction is run again");
                count_retry(name, lost);
                was_lost = true;
                continue;
            }
            if !has_time || !should_retry(name, &result, attempt) {
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
        let link = Link::new(pool::borrow(&self.pool).await?, Arc::clone(&self.hosts), self.limits, mode);
        let session = Session::new(ConnectionOf::Postgres(Box::new(link))).recorded(self.recording.as_ref());
        session.name(name);
        let begin = match mode {
            Mode::Read => return work(&session, input).await,
            Mode::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Write => "BEGIN",
        };
        session.note(Step::of(begin));
        link_of(&session)?.begin(begin).await?;
        match work(&session, input).await {
            Ok(value) if mode == Mode::Write => {
                self.commit(session).await?;
                Ok(value)
            }
            Ok(value) => {
                end(&session, "COMMIT").await?;
                Ok(value)
            }
            Err(error) => {
                // When even this fails, dropping the session closes the connection, and the server rolls back.
                if !link_of(&session)?.is_lost() {
                    let _ = timeout(self.limits.silence, end(&session, "ROLLBACK")).await;
                }
                Err(error)
            }
        }
    }

    /// Commits. From the moment that this is sent, an error says nothing of whether it was done, unless it is the server
    /// that refuses it.
    async fn commit(&self, session: Session) -> Result<()> {
        link_of(&session)?.check()?;
        let touched = session.take_touched();
        let freshness = self.freshness.clone();
        let message = freshness.message(&touched).filter(|_| self.notifies);
        let sql = commit_statement(message.as_ref());
        let committing = Committing::new(async move {
            let committed = end(&session, &sql).await;
            // Also after an error: the transaction may have been committed before the connection broke, or may yet be, and then
            // its message is the news.
            freshness.changed_and_told(&touched, message.filter(|_| committed.is_ok()));
            committed
        });
        planted!(EarlyAnswer => bugs::commit_later(committing));
        match timeout(self.limits.commit, committing).await {
            Ok(Err(Error::Lost(why) | Error::Unavailable(why))) => Err(Error::Unsure(why)),
            Ok(committed) => committed,
            Err(_) => Err(Error::Unsure(format!("no answer to the commit within {} s", self.limits.commit.as_secs()))),
        }
    }
}

/// The statement that ends a transaction well, and tells other programs what it touched; this one's own listener too, since a
/// program that ends while it waits for the commit never comes to note it.
///
/// The message has nothing but letters, digits, `*` and a space in it, so it can stand in the text, which `NOTIFY` wants.
fn commit_statement(message: Option<&Message>) -> String {
    match message {
        Some(Message { text, .. }) => format!("NOTIFY {}, '{text}'; COMMIT", listen::CHANNEL),
        None => "COMMIT".to_owned(),
    }
}

fn link_of(session: &Session) -> Result<&Link> {
    match &session.connection {
        ConnectionOf::Postgres(link) => Ok(link),
        ConnectionOf::Sqlite(_) => Err(Error::Database("not a session of PostgreSQL".to_owned())),
    }
}

async fn end(session: &Session, sql: &str) -> Result<()> {
    session.note(Step::of(sql));
    link_of(session)?.end(sql).await
}

/// Whether the engine knows `NOTIFY`. A server that is in trouble or takes no writes now may.
async fn can_notify(connected: &Connected) -> Result<bool> {
    match connected.client.batch_execute(&format!("LISTEN {0}; UNLISTEN {0}", listen::CHANNEL)).await {
        Ok(()) => Ok(true),
        Err(error) => match error.code() {
            Some(&SqlState::FEATURE_NOT_SUPPORTED | &SqlState::SYNTAX_ERROR) => Ok(false),
            Some(_) => Ok(true),
            None => Err(Error::from(error)),
        },
    }
}

/// 1, 2, 4, … milliseconds up to 128, with up to as much again by chance.
fn back_off(attempt: u32) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let base = 1u64 << attempt.min(7);
    let jitter = RandomState::new().hash_one(attempt) % base;
    Duration::from_millis(base + jitter)
}
