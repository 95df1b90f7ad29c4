//! The bugs, and what happens instead in the places that they break.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use axhub_domain::ids::{ChannelId, StockId};
use axhub_domain::inventory::StockRow;
use jiff::Timestamp;
use parking_lot::Mutex;

use crate::engine::Session;
use crate::error::Result;
use crate::params;
use crate::placing::KnownOrder;
use crate::stock::stock_row;

/// A bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// Nothing guards stock: neither a lock nor the condition of the update. The table's own check must go, too, which
    /// is whoever plants the bug's to do: [`Planted::STOCK_CHECK`].
    Lock,
    /// An order that was placed before is placed again.
    Replay,
    /// What is cancelled or rejected gives nothing back.
    StockReturn,
    /// Whatever is written is answered before it is committed. On PostgreSQL only: on SQLite the one thread that commits is the
    /// one that answers.
    EarlyAnswer,
}

impl Planted {
    /// All bugs.
    pub const ALL: [Planted; 4] = [Planted::Lock, Planted::Replay, Planted::StockReturn, Planted::EarlyAnswer];

    /// What the schema says against the bug of the lock.
    pub const STOCK_CHECK: &'static str = "CHECK (held + ordered <= max_quantity)";

    /// Its name on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Planted::Lock => "lock",
            Planted::Replay => "replay",
            Planted::StockReturn => "stock-return",
            Planted::EarlyAnswer => "early-answer",
        }
    }
}

impl std::fmt::Display for Planted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Planted {
    type Err = String;

    fn from_str(word: &str) -> std::result::Result<Planted, String> {
        let found = Planted::ALL.into_iter().find(|bug| bug.word() == word);
        found.ok_or_else(|| format!("{word} is no bug; there are {}", Planted::ALL.map(Planted::word).join(", ")))
    }
}

/// 0 for none, else the place in [`Planted::ALL`] from 1.
static PLANTED: AtomicU8 = AtomicU8::new(0);

/// Plants a bug in this process, for as long as it runs.
pub fn plant(bug: Planted) {
    PLANTED.store(bug as u8 + 1, Ordering::Relaxed);
}

pub(crate) fn is(bug: Planted) -> bool {
    PLANTED.load(Ordering::Relaxed) == bug as u8 + 1
}

/// Stock as it is without a lock.
///
/// SQLite has one writer, who is alone whatever a statement says: there is no lock to leave out. What guards stock there is
/// that it is read inside of the transaction. So there it is told as it was when it was read the time before.
pub(crate) async fn read_without_lock(s: &Session, ids: &[StockId]) -> Result<Vec<StockRow>> {
    static READ_BEFORE: Mutex<Option<HashMap<StockId, StockRow>>> = Mutex::new(None);

    let sql = "SELECT s.id, s.pool_id, s.date, s.start_time, s.starts_at, s.max_quantity, s.min_quantity, s.held, s.ordered, s.on_sale
        FROM stock s WHERE s.id = ANY($1) ORDER BY s.id";
    let rows: Vec<StockRow> = s.query(sql, &params![ids]).await?.iter().map(|row| stock_row(&mut row.reader())).collect::<Result<_>>()?;
    if !s.is_sqlite() {
        // Long enough for another server to read the same.
        s.query("SELECT pg_sleep(0.03)", &[]).await?;
        return Ok(rows);
    }
    let mut before = READ_BEFORE.lock();
    let before = before.get_or_insert_default();
    Ok(rows.into_iter().map(|row| before.insert(row.id, row.clone()).unwrap_or(row)).collect())
}

/// Takes units whether the rows still have them or not.
pub(crate) async fn take_unseen(s: &Session, taken: &[(StockId, i64)], now: Timestamp) -> Result<()> {
    let sql = "UPDATE stock SET ordered = stock.ordered + k.units, updated_at = k.at
        FROM {{k(id uuid, units int, at instant)}} WHERE stock.id = k.id";
    s.execute_each(sql, taken.iter().map(|(id, units)| params![id, units, now]).collect()).await?;
    Ok(())
}

/// Commits a little later, and says at once that it has.
pub(crate) fn commit_later(commit: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
    /// Long enough for an answer to arrive, short enough for clients not to be slowed down.
    const LATER: Duration = Duration::from_millis(100);

    tokio::spawn(async move {
        tokio::time::sleep(LATER).await;
        // Nobody hears how it went.
        let _ = commit.await;
    });
    Ok(())
}

/// Answers the row that units should go back to, without giving it any.
pub(crate) async fn keep(s: &Session, id: StockId) -> Result<StockRow> {
    let sql = "SELECT s.id, s.pool_id, s.date, s.start_time, s.starts_at, s.max_quantity, s.min_quantity, s.held, s.ordered, s.on_sale
        FROM stock s WHERE s.id = $1 FOR UPDATE";
    stock_row(&mut s.query_one(sql, &params![id]).await?.reader())
}

/// Knows none of these orders. Those that are stored get another code, so that the schema takes theirs once more.
pub(crate) async fn forget(s: &Session, codes: &[(ChannelId, &str)]) -> Result<Vec<KnownOrder>> {
    static FORGOTTEN: AtomicU64 = AtomicU64::new(0);

    let sql = "UPDATE channel_orders SET channel_order_code = k.other FROM {{k(channel_id uuid, code text, other text)}}
        WHERE channel_orders.channel_id = k.channel_id AND channel_orders.channel_order_code = k.code";
    let row = |(channel, code): &(ChannelId, &str)| {
        let number = FORGOTTEN.fetch_add(1, Ordering::Relaxed);
        params![channel, *code, format!("{code}~{}~{number}", std::process::id())]
    };
    s.execute_each(sql, codes.iter().map(row).collect()).await?;
    Ok(Vec::new())
}
