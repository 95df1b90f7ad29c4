//! A connection of the pool while a transaction uses it: it notices when the connection is of no use any more, and then the
//! pool does not get it back; and what was left on it in the middle is over before the pool gets it back.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use futures_util::poll;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;

use super::Mode;
use super::hosts::Hosts;
use super::limits::Limits;
use super::pool::{Borrowed, Connected};
use super::value::{Row, RowOf, Value};
use crate::error::{Error, Result};

/// A connection that a transaction uses. Dropped in the middle of one that writes, it is closed, so that nobody inherits what
/// it left.
///
/// Dropped while it reads, it is kept until the server has answered: so it stays one of the pool's connections for as long as
/// the server works on it, and whoever asks for much and goes away does not give the server more to do than the pool has room
/// for. Nor does the next one wait behind what nobody wants to know any more.
pub(super) struct Link {
    /// There until it is dropped.
    borrowed: Option<Borrowed>,
    hosts: Arc<Hosts>,
    limits: Limits,
    mode: Mode,
    /// How many answers are still to come.
    awaited: AtomicUsize,
    /// Whether it is there only to have its connection cleared.
    clears: bool,
    /// Whether a transaction is open on it.
    open: AtomicBool,
    /// Whether it is of no use any more.
    lost: AtomicBool,
}

type Answer<T> = std::result::Result<T, tokio_postgres::Error>;

impl Link {
    pub(super) fn new(borrowed: Borrowed, hosts: Arc<Hosts>, limits: Limits, mode: Mode) -> Link {
        Link {
            borrowed: Some(borrowed),
            hosts,
            limits,
            mode,
            awaited: AtomicUsize::new(0),
            clears: false,
            open: AtomicBool::new(false),
            lost: AtomicBool::new(false),
        }
    }

    fn connected(&self) -> Result<&Connected> {
        let borrowed = self.borrowed.as_ref().ok_or_else(|| Error::Database("the connection was given back".to_owned()))?;
        Ok(borrowed)
    }

    /// Begins a transaction.
    pub(super) async fn begin(&self, sql: &'static str) -> Result<()> {
        self.open.store(true, Ordering::Relaxed);
        let connected = self.connected()?;
        self.answer(connected, pin!(connected.client.batch_execute(sql)), self.limits.answer()).await
    }

    /// Ends it. There is no limit to how long that takes while the server lives. The text may be made while running: a commit
    /// tells what it touched.
    pub(super) async fn end(&self, sql: &str) -> Result<()> {
        let connected = self.connected()?;
        self.answer(connected, pin!(connected.client.batch_execute(sql)), None).await?;
        self.open.store(false, Ordering::Relaxed);
        // Answers come in the order of what was asked, also those that nobody waits for any more.
        self.awaited.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// Fails when it is known that nothing can be sent any more.
    pub(super) fn check(&self) -> Result<()> {
        if self.lost.load(Ordering::Relaxed) || self.connected()?.client.is_closed() {
            self.lose();
            return Err(Error::Lost("the connection was closed".to_owned()));
        }
        Ok(())
    }

    /// Whether it is of no use any more.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    pub(super) async fn query(&self, turn: &Mutex<()>, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
        let connected = self.connected()?;
        let mine = turn.lock().await;
        let statement = self.answer(connected, pin!(connected.client.prepare_cached(sql)), self.limits.answer()).await?;
        let params = references(params);
        let mut answer = pin!(connected.client.query(&statement, &params));
        let at_once = poll!(answer.as_mut());
        drop(mine);
        let rows = self.rest(connected, at_once, answer).await?;
        Ok(rows.into_iter().map(|row| Row(RowOf::Postgres(row))).collect())
    }

    pub(super) async fn execute(&self, turn: &Mutex<()>, sql: &'static str, params: &[Value]) -> Result<u64> {
        let connected = self.connected()?;
        let mine = turn.lock().await;
        let statement = self.answer(connected, pin!(connected.client.prepare_cached(sql)), self.limits.answer()).await?;
        let params = references(params);
        let mut answer = pin!(connected.client.execute(&statement, &params));
        // The driver sends when it is first polled; then the next statement may go.
        let at_once = poll!(answer.as_mut());
        drop(mine);
        self.rest(connected, at_once, answer).await
    }

    /// What is left to wait for after the first poll.
    async fn rest<T>(
        &self,
        connected: &Connected,
        at_once: Poll<Answer<T>>,
        answer: Pin<&mut impl Future<Output = Answer<T>>>,
    ) -> Result<T> {
        match at_once {
            Poll::Ready(answer) => self.look(answer.map_err(Error::from)),
            Poll::Pending => self.answer(connected, answer, self.limits.answer()).await,
        }
    }

    async fn answer<T>(
        &self,
        connected: &Connected,
        answer: Pin<&mut impl Future<Output = Answer<T>>>,
        limit: Option<Duration>,
    ) -> Result<T> {
        // Dropped before the answer is there, this leaves the number as it is.
        self.awaited.fetch_add(1, Ordering::Relaxed);
        let answer = self.while_it_lives(connected.host, answer, limit).await;
        self.awaited.fetch_sub(1, Ordering::Relaxed);
        self.look(answer)
    }

    /// Waits until what was left on the connection is over. When that fails, it is closed.
    async fn clear(self) {
        let cleared = match self.connected() {
            // Nothing, behind all that was asked before.
            Ok(connected) if !self.open.load(Ordering::Relaxed) => {
                self.answer(connected, pin!(connected.client.batch_execute("")), self.limits.answer()).await
            }
            Ok(_) => self.end("ROLLBACK").await,
            Err(error) => Err(error),
        };
        match cleared {
            Ok(()) => self.awaited.store(0, Ordering::Relaxed),
            Err(error) => tracing::debug!(%error, "what nobody waits for any more could not be ended"),
        }
    }

    /// Waits for an answer. When none comes for a while, it asks on another connection whether the server lives: a machine
    /// that is gone, and a server that has been stopped, say nothing for ever.
    async fn while_it_lives<T>(
        &self,
        host: usize,
        mut answer: Pin<&mut impl Future<Output = Answer<T>>>,
        limit: Option<Duration>,
    ) -> Result<T> {
        let began = Instant::now();
        loop {
            if let Ok(answer) = timeout(self.limits.silence, answer.as_mut()).await {
                return answer.map_err(Error::from);
            }
            if let Some(limit) = limit.filter(|limit| began.elapsed() > *limit) {
                return Err(Error::Lost(format!("no answer within {} s", limit.as_secs())));
            }
            match select(answer.as_mut(), pin!(self.hosts.lives(host))).await {
                Either::Left((answer, _)) => return answer.map_err(Error::from),
                Either::Right((true, _)) => {}
                Either::Right((false, _)) => {
                    return match poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await {
                        Poll::Ready(answer) => answer.map_err(Error::from),
                        Poll::Pending => Err(Error::Lost("the server keeps silent".to_owned())),
                    };
                }
            }
        }
    }

    /// Notes when an answer means that the connection is of no use any more.
    fn look<T>(&self, answer: Result<T>) -> Result<T> {
        if let Err(Error::Lost(_)) = answer {
            self.lose();
        }
        answer
    }

    fn lose(&self) {
        self.lost.store(true, Ordering::Relaxed);
        if let Ok(connected) = self.connected() {
            self.hosts.lost(connected.host);
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(borrowed) = self.borrowed.take() else { return };
        let is_open = self.open.load(Ordering::Relaxed);
        let awaited = self.awaited.load(Ordering::Relaxed);
        let is_clear = !is_open && awaited == 0;
        let is_spoilt = self.lost.load(Ordering::Relaxed) || (is_open && self.mode == Mode::Write);
        match Handle::try_current() {
            _ if is_clear && !is_spoilt => drop(borrowed),
            Ok(runtime) if !is_spoilt && !self.clears => {
                let mut link = Link::new(borrowed, Arc::clone(&self.hosts), self.limits, self.mode);
                link.clears = true;
                link.open = AtomicBool::new(is_open);
                link.awaited = AtomicUsize::new(awaited);
                runtime.spawn(link.clear());
            }
            _ => drop(Borrowed::take(borrowed)),
        }
    }
}

fn references(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
