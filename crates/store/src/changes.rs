//! The feed of changes: what happened to products, stock, orders and answers, for channels that poll.
//!
//! Changes are written in the transaction that makes them, without a position. [`give_positions`] gives positions to
//! those that are committed, under a lock; so whoever has read up to a position has seen everything before it, and
//! what commits later comes later. Writers never wait for each other because of the feed.

use axhub_domain::ids::{ChannelId, ProductId};
use axhub_domain::product::ProductKind;
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A product has a new version, or the channel may or may not sell it any more.
    Product,
    /// Its prices changed.
    Price,
    /// A stock row changed.
    Stock,
    /// An order or one of its tickets changed.
    Order,
    /// A supplier answered.
    Answer,
}

impl ChangeKind {
    /// All kinds.
    pub const ALL: [ChangeKind; 5] = [ChangeKind::Product, ChangeKind::Price, ChangeKind::Stock, ChangeKind::Order, ChangeKind::Answer];

    /// The word in the database and in the feed.
    pub const fn word(self) -> &'static str {
        match self {
            ChangeKind::Product => "product",
            ChangeKind::Price => "price",
            ChangeKind::Stock => "stock",
            ChangeKind::Order => "order",
            ChangeKind::Answer => "answer",
        }
    }

    fn from_word(word: &str) -> Option<ChangeKind> {
        ChangeKind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A change to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct NewChange {
    /// What kind of thing changed.
    pub kind: ChangeKind,
    /// The kind of its product.
    pub product_kind: ProductKind,
    /// Its product.
    pub product: ProductId,
    /// The only channel that may see it; all that may sell the product when `None`.
    pub channel: Option<ChannelId>,
    /// What it was changed to.
    pub data: Json,
}

/// A recorded change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its place in the feed, from 1.
    pub position: i64,
    /// When it was made.
    pub at: Timestamp,
    /// What kind of thing changed.
    pub kind: ChangeKind,
    /// The kind of its product.
    pub product_kind: ProductKind,
    /// Its product.
    pub product: ProductId,
    /// What it was changed to.
    pub data: Json,
}

/// Records changes, in this order.
///
/// # Errors
/// The database's.
pub async fn record(s: &Session, changes: &[NewChange], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO changes (at, kind, product_kind, product_id, channel_id, data)
        SELECT k.at, k.kind, k.product_kind, k.product_id, k.channel_id, k.data
        FROM {{k(at instant, kind text, product_kind text, product_id uuid, channel_id uuid, data json)}}";
    let row = |c: &NewChange| params![now, c.kind.word(), c.product_kind, c.product, c.channel, c.data];
    s.execute_each(sql, changes.iter().map(row).collect()).await?;
    Ok(())
}

/// Whether committed changes wait for their positions.
///
/// # Errors
/// The database's.
pub async fn any_without_position(s: &Session) -> Result<bool> {
    s.query_one("SELECT EXISTS (SELECT 1 FROM changes WHERE position IS NULL)", &[]).await?.get(0)
}

/// Gives positions to committed changes, at most `limit`, and says to how many. Needs [`Mode::Write`](crate::Mode::Write).
///
/// # Errors
/// The database's.
pub async fn give_positions(s: &Session, limit: u32) -> Result<usize> {
    let last = s.query_one("SELECT position FROM feed WHERE id = 1 FOR UPDATE", &[]).await?.int(0)?;
    let waiting = s.query("SELECT seq FROM changes WHERE position IS NULL ORDER BY seq LIMIT $1", &params![i64::from(limit)]).await?;
    let mut placed = Vec::with_capacity(waiting.len());
    for (row, position) in waiting.iter().zip(last + 1..) {
        placed.push(params![row.int(0)?, position]);
    }
    if placed.is_empty() {
        return Ok(0);
    }
    let count = placed.len();
    let sql = "UPDATE changes SET position = k.position FROM {{k(seq int, position int)}} WHERE changes.seq = k.seq";
    s.execute_each(sql, placed).await?;
    let end = last + i64::try_from(count).unwrap_or_default();
    s.execute_one("UPDATE feed SET position = $1 WHERE id = 1", &params![end]).await?;
    Ok(count)
}

/// Deletes the changes of a product that goes, and notes how many positions went with them: whoever verifies the feed needs to
/// know that nothing else is missing. Needs [`Mode::Write`](crate::Mode::Write).
///
/// # Errors
/// The database's.
pub async fn discard(s: &Session, product: ProductId) -> Result<()> {
    // First, so that none of them gets its position between the counting and the deleting.
    s.query_one("SELECT position FROM feed WHERE id = 1 FOR UPDATE", &[]).await?;
    let sql = "UPDATE feed SET discarded = discarded + (SELECT COUNT(*) FROM changes WHERE product_id = $1 AND position IS NOT NULL)
        WHERE id = 1";
    s.execute_one(sql, &params![product]).await?;
    s.execute("DELETE FROM changes WHERE product_id = $1", &params![product]).await?;
    Ok(())
}

/// The last position that was given.
///
/// # Errors
/// The database's.
pub async fn last_position(s: &Session) -> Result<i64> {
    s.query_one("SELECT position FROM feed WHERE id = 1", &[]).await?.int(0)
}

/// What the channel may see of the changes behind a position, oldest first.
///
/// # Errors
/// The database's.
pub async fn of_channel(s: &Session, channel: ChannelId, after: i64, limit: u32) -> Result<Vec<Change>> {
    // Not with OR, for which SQLite would gather all that lies behind the position and sort it; and not with EXISTS, for which
    // PostgreSQL may read all that the channel may sell.
    let sql = "SELECT c.position, c.at, c.kind, c.product_kind, c.product_id, c.data FROM changes c
        WHERE c.position > $2 AND CASE WHEN c.channel_id IS NULL
            THEN (SELECT a.channel_id FROM assignments a WHERE a.channel_id = $1 AND a.product_id = c.product_id) IS NOT NULL
            ELSE c.channel_id = $1 END
        ORDER BY c.position LIMIT $3";
    s.query(sql, &params![channel, after, i64::from(limit)]).await?.iter().map(change).collect()
}

/// The channel's order changes behind a position, of one kind of product, oldest first; under the kind of tickets,
/// those of day-tickets too.
///
/// # Errors
/// The database's.
pub async fn orders_of_channel(
    s: &Session,
    channel: ChannelId,
    kind: ProductKind,
    after: i64,
    since: Option<Timestamp>,
    limit: u32,
) -> Result<Vec<Change>> {
    // The channel as a range, in which only the index that begins with it has these in their order: PostgreSQL would rather go
    // through everybody's changes. And the position once more, since that index has only what has one.
    let sql = "SELECT c.position, c.at, c.kind, c.product_kind, c.product_id, c.data FROM changes c
        WHERE c.channel_id <= $1 AND (c.channel_id, c.position) > ($1, $2) AND c.position > $2 AND c.kind = 'order'
            AND (c.product_kind = $3 OR (c.product_kind = 'day-ticket' AND $3 = 'ticket')) AND (c.at >= $4 OR $4 IS NULL)
        ORDER BY c.channel_id, c.position LIMIT $5";
    s.query(sql, &params![channel, after, kind, since, i64::from(limit)]).await?.iter().map(change).collect()
}

fn change(row: &Row) -> Result<Change> {
    let mut r = row.reader();
    let (position, at) = (r.take()?, r.take()?);
    let kind = ChangeKind::from_word(&r.take::<String>()?).unwrap_or(ChangeKind::Product);
    Ok(Change { position, at, kind, product_kind: r.take()?, product: r.take()?, data: r.take()? })
}
