//! Statements: what happened in a month with the tickets that a channel sold of a supplier.
//!
//! An open month is made anew whenever it is asked for; a closed one is kept to the byte. Everything that happens later goes
//! into the month in which the hub recorded it, so nothing is said twice and nothing is left out.

mod list;

use axhub_domain::ids::{ChannelId, SupplierId};
use axhub_domain::month::{Month, Period};
use axhub_domain::reconcile::{Listed, Reconciliation};
use axhub_domain::refusal::Conflict;
use axhub_domain::statement::{Head, SoldTicket, Statement, digest};
use axhub_store::statements::{self, ClosedStatement};
use axhub_store::{Mode, Session, directory};
use jiff::Timestamp;
use serde_json::json;

use crate::actor::ByOperator;
use crate::audit::{Note, note};
use crate::error::StoreError;
use crate::{Error, Hub, Result, settings};

pub use list::{ListedMonth, MAX_MONTHS, MonthFilter, list};

/// Whose statement of which month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementOf {
    /// The channel's code.
    pub channel: String,
    /// The supplier's code.
    pub supplier: String,
    /// The month.
    pub month: Month,
}

impl std::fmt::Display for StatementOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.channel, self.supplier, self.month)
    }
}

/// That a month is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// The SHA-256 of the document, in hexadecimal digits.
    pub hash: String,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// By whom.
    pub closed_by: String,
}

impl From<&ClosedStatement> for Closure {
    fn from(closed: &ClosedStatement) -> Self {
        Closure { hash: closed.hash.clone(), closed_at: closed.closed_at, closed_by: closed.closed_by.clone() }
    }
}

/// A statement as a document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The JSON; of a closed month exactly the bytes that were hashed.
    pub json: String,
    /// Whether and how the month was closed.
    pub closed: Option<Closure>,
}

impl Document {
    /// What the document says.
    ///
    /// # Errors
    /// When a stored document makes no sense.
    pub async fn statement(self) -> Result<Statement> {
        apart(move || serde_json::from_str(&self.json).map_err(|error| nonsense(&error))).await
    }
}

/// The statement of a month, closed or as it is by now.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel or supplier.
pub async fn read(hub: &Hub, of: StatementOf) -> Result<Document> {
    match load(hub, of).await? {
        Loaded::Closed(closed) => Ok(Document { closed: Some(Closure::from(&closed)), json: closed.document }),
        Loaded::Open(open) => Ok(Document { json: make(open, false).await?.0, closed: None }),
    }
}

/// Closes a month: its statement never changes again. A month that is closed already stays as it is.
///
/// # Errors
/// [`Error::NOT_FOUND`]; [`Conflict::MonthNotOver`] before everything that belongs into the month is there.
pub async fn close(hub: &Hub, by: ByOperator, of: StatementOf) -> Result<Closure> {
    // Where a month begins and ends can change between reading and storing, when a neighbour is closed or the time zone is set.
    for _ in 0..3 {
        let open = match load(hub, of.clone()).await? {
            Loaded::Closed(closed) => return Ok(Closure::from(&closed)),
            Loaded::Open(open) => open,
        };
        let period = open.head.period;
        if hub.now() < period.settled_at() {
            return Err(Conflict::MonthNotOver { closes_from: period.settled_at() }.into());
        }
        let (document, lines) = make(open, true).await?;
        let hash = digest(&document);
        let closed = ClosedStatement { period, document, hash, closed_at: hub.now(), closed_by: by.name.clone() };
        if let Some(closure) = store(hub, &by, &of, closed, lines).await? {
            return Ok(closure);
        }
    }
    Err(Error::Store(StoreError::Contended("the boundaries of a month changed while it was closed".to_owned())))
}

/// Holds a channel's own list of tickets against the statement of a month.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel or supplier.
pub async fn reconcile(hub: &Hub, of: StatementOf, list: Vec<Listed>) -> Result<Reconciliation> {
    let statement = read(hub, of).await?.statement().await?;
    apart(move || Ok(axhub_domain::reconcile::reconcile(&statement, &list))).await
}

enum Loaded {
    Closed(ClosedStatement),
    Open(Open),
}

/// What the statement of an open month is made of.
struct Open {
    head: Head,
    tickets: Vec<SoldTicket>,
}

async fn load(hub: &Hub, of: StatementOf) -> Result<Loaded> {
    hub.database()
        .run("statement.read", Mode::Snapshot, of, |s, of| {
            Box::pin(async move {
                let (channel, supplier) = parties(s, of).await?;
                if let Some(closed) = statements::closed(s, channel, supplier, of.month).await? {
                    return Ok(Loaded::Closed(closed));
                }
                let (period, time_zone) = period(s, channel, supplier, of.month).await?;
                let tickets = statements::sold_tickets(s, channel, supplier, period).await?;
                let (channel_code, supplier_code) = (of.channel.clone(), of.supplier.clone());
                Ok(Loaded::Open(Open { head: Head { channel_code, supplier_code, month: of.month, time_zone, period }, tickets }))
            })
        })
        .await
}

async fn parties(s: &Session, of: &StatementOf) -> Result<(ChannelId, SupplierId)> {
    let channel = directory::channel_by_code(s, &of.channel).await?.ok_or(Error::NOT_FOUND)?;
    let supplier = directory::supplier_by_code(s, &of.supplier).await?.ok_or(Error::NOT_FOUND)?;
    Ok((channel.id, supplier.id))
}

/// From where to where an open month goes, and the zone that it is counted in.
async fn period(s: &Session, channel: ChannelId, supplier: SupplierId, month: Month) -> Result<(Period, String)> {
    let settings = settings::load(s).await?;
    let before = statements::closed_period(s, channel, supplier, month.plus(-1)).await?;
    let after = statements::closed_period(s, channel, supplier, month.plus(1)).await?;
    let period = month.period_between(&settings.statement_zone(), before.map(|period| period.to), after.map(|period| period.from));
    Ok((period, settings.statement_time_zone))
}

/// The document of an open month, and how many lines it has.
async fn make(open: Open, is_closed: bool) -> Result<(String, usize)> {
    apart(move || {
        let statement = Statement::make(open.head, is_closed, open.tickets);
        let document = serde_json::to_string(&statement).map_err(|error| nonsense(&error))?;
        Ok((document, statement.lines.len()))
    })
    .await
}

/// Stores a closed month, or finds that somebody else has closed it. `None` when it no longer goes from where to where the
/// document says.
async fn store(hub: &Hub, by: &ByOperator, of: &StatementOf, closed: ClosedStatement, lines: usize) -> Result<Option<Closure>> {
    let ids = hub.clone();
    hub.database()
        .run("statement.close", Mode::Write, (by.clone(), of.clone(), closed), move |s, (by, of, closed)| {
            let ids = ids.clone();
            Box::pin(async move {
                let (channel, supplier) = parties(s, of).await?;
                if let Some(earlier) = statements::closed(s, channel, supplier, of.month).await? {
                    return Ok(Some(Closure::from(&earlier)));
                }
                if period(s, channel, supplier, of.month).await?.0 != closed.period {
                    return Ok(None);
                }
                if !statements::insert(s, ids.new_id(), (channel, supplier, of.month), closed).await? {
                    return Err(Error::Store(StoreError::Contended("the month was closed by another server".to_owned())));
                }
                let details = json!({ "hash": closed.hash, "lines": lines });
                let noted = Note::by_operator(&ids, by, "statement.close", "statement", of).with(details);
                note(s, vec![noted], closed.closed_at).await?;
                Ok(Some(Closure::from(closed)))
            })
        })
        .await
}

/// Runs what takes long for a large month where it holds up nobody else.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only when the program ends.
            Err(_) => Err(Error::Overloaded),
        },
    }
}

fn nonsense(error: &serde_json::Error) -> Error {
    Error::Store(StoreError::Database(format!("a statement makes no sense: {error}")))
}
