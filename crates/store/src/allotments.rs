//! Allotments: units of stock rows that are kept for channels. Whoever changes one holds the lock of its stock row.

use axhub_domain::allotment::Allotment;
use axhub_domain::ids::{ChannelId, PoolId, ProductId, StockId, SupplierId};
use axhub_domain::inventory::UNDATED;
use axhub_domain::product::ProductKind;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::engine::{Row, Session};
use crate::error::{Error, Result};
use crate::paging::{Page, Paged, count};
use crate::params;

macro_rules! columns {
    () => {
        "a.stock_id, a.channel_id, a.quantity, a.taken, a.release_at"
    };
}

/// Whether channel `c` may sell something of supplier `$1`, or will once it is published.
macro_rules! may_sell {
    () => {
        "(EXISTS (SELECT 1 FROM assignments a JOIN products p ON p.id = a.product_id WHERE a.channel_id = c.id AND p.supplier_id = $1)
          OR EXISTS (SELECT 1 FROM assignment_rules r WHERE r.channel_id = c.id
                AND (r.supplier_id = $1 OR (r.supplier_id IS NULL AND r.country IS NULL))))"
    };
}

pub(crate) fn allotment(row: &Row) -> Result<(StockId, Allotment)> {
    let mut r = row.reader();
    Ok((r.take()?, Allotment { channel: r.take()?, quantity: r.take()?, taken: r.take()?, release_at: r.take()? }))
}

/// The allotments on these rows, row by row, and those of a row by channel.
///
/// # Errors
/// The database's.
pub async fn of(s: &Session, rows: &[StockId]) -> Result<Vec<(StockId, Allotment)>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sql = concat!("SELECT ", columns!(), " FROM allotments a WHERE a.stock_id = ANY($1) ORDER BY a.stock_id, a.channel_id");
    s.query(sql, &params![rows]).await?.iter().map(allotment).collect()
}

/// The allotments on the rows of pools from one date to another, and on those without a date; by row and channel. At
/// most so many of them, whichever.
///
/// # Errors
/// The database's.
pub async fn in_range(s: &Session, pools: &[PoolId], (from, to): (Date, Date), most: i64) -> Result<Vec<(StockId, Allotment)>> {
    // Not with OR, for which SQLite would read all dates of the pools.
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM stock s JOIN allotments a ON a.stock_id = s.id WHERE s.pool_id = ANY($1) AND s.date >= $2 AND s.date <= $3
         UNION ALL SELECT ",
        columns!(),
        " FROM stock s JOIN allotments a ON a.stock_id = s.id WHERE s.pool_id = ANY($1) AND s.date = $4 AND NOT ($4 >= $2 AND $4 <= $3)
         LIMIT $5"
    );
    let rows = s.query(sql, &params![pools, from, to, UNDATED, most]).await?;
    let mut allotments: Vec<(StockId, Allotment)> = rows.iter().map(allotment).collect::<Result<_>>()?;
    allotments.sort_unstable_by_key(|(row, allotment)| (*row, allotment.channel));
    Ok(allotments)
}

/// Notes what channels took of rows that they have allotments on.
///
/// # Errors
/// The database's; [`Error::Contended`] when an allotment is gone, which the lock of its stock row rules out.
pub async fn take(s: &Session, taken: &[(StockId, ChannelId, i64)]) -> Result<()> {
    let sql = "UPDATE allotments SET taken = allotments.taken + k.units
        FROM {{k(stock_id uuid, channel_id uuid, units int)}}
        WHERE allotments.stock_id = k.stock_id AND allotments.channel_id = k.channel_id";
    let changed = s.execute_each(sql, taken.iter().map(|(row, channel, units)| params![row, channel, units]).collect()).await?;
    if changed == taken.len() as u64 { Ok(()) } else { Err(Error::Contended("allotments changed under a batch of orders".to_owned())) }
}

/// An allotment on a row, to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewAllotment {
    /// The row.
    pub stock: StockId,
    /// What is allotted there.
    pub allotment: Allotment,
}

/// Makes allotments, or changes those that are there. What a channel has taken stays as it is known already.
///
/// # Errors
/// The database's.
pub async fn put(s: &Session, allotments: &[NewAllotment], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO allotments (stock_id, channel_id, quantity, taken, release_at, is_released)
        SELECT k.stock_id, k.channel_id, k.quantity, k.taken, k.release_at, k.is_released
        FROM {{k(stock_id uuid, channel_id uuid, quantity int, taken int, release_at instant, is_released bool)}} WHERE TRUE
        ON CONFLICT (stock_id, channel_id) DO UPDATE SET quantity = excluded.quantity, release_at = excluded.release_at,
            is_released = excluded.is_released";
    let row = |new: &NewAllotment| {
        let NewAllotment { stock, allotment: a } = new;
        params![stock, a.channel, a.quantity, a.taken, a.release_at, a.is_released(now)]
    };
    s.execute_each(sql, allotments.iter().map(row).collect()).await?;
    Ok(())
}

/// Takes the channel's allotments on these rows away.
///
/// # Errors
/// The database's.
pub async fn remove(s: &Session, channel: ChannelId, rows: &[StockId]) -> Result<()> {
    s.execute("DELETE FROM allotments WHERE channel_id = $1 AND stock_id = ANY($2)", &params![channel, rows]).await?;
    Ok(())
}

/// Units that the channel has of these rows in open and used tickets; nothing of rows of which it has none.
///
/// # Errors
/// The database's.
pub async fn ordered_by(s: &Session, channel: ChannelId, rows: &[StockId]) -> Result<Vec<(StockId, i64)>> {
    let sql = "SELECT o.stock_id, CAST(SUM(o.weight) AS bigint) FROM orders o JOIN tickets t ON t.order_id = o.id
        WHERE o.stock_id = ANY($2) AND o.channel_id = $1 AND t.status IN (1, 2) GROUP BY o.stock_id";
    s.query(sql, &params![channel, rows]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The channel of this code, if it may sell something of the supplier's, or will by a rule, or has an allotment on this
/// pool: no other channel is known to the supplier.
///
/// # Errors
/// The database's.
pub async fn channel_of_supplier(s: &Session, supplier: SupplierId, pool: PoolId, code: &str) -> Result<Option<ChannelId>> {
    let sql = concat!(
        "SELECT c.id FROM channels c WHERE c.code = $3 AND (",
        may_sell!(),
        " OR EXISTS (SELECT 1 FROM stock s JOIN allotments a ON a.stock_id = s.id AND a.channel_id = c.id WHERE s.pool_id = $2))"
    );
    s.query_opt(sql, &params![supplier, pool, code]).await?.map(|row| row.get(0)).transpose()
}

/// The codes of the channels that may sell something of the supplier's, or will by a rule.
///
/// # Errors
/// The database's.
pub async fn channels_of_supplier(s: &Session, supplier: SupplierId) -> Result<Vec<String>> {
    let sql = concat!("SELECT c.code FROM channels c WHERE ", may_sell!(), " ORDER BY c.code");
    s.query(sql, &params![supplier]).await?.iter().map(|row| row.get(0)).collect()
}

/// Rows with allotments whose time has come, and that are not marked so; those that wait longest first.
///
/// # Errors
/// The database's.
pub async fn due(s: &Session, now: Timestamp, limit: u32) -> Result<Vec<StockId>> {
    let sql = "SELECT stock_id FROM allotments WHERE NOT is_released AND release_at <= $1 ORDER BY release_at, stock_id LIMIT $2";
    s.query(sql, &params![now, i64::from(limit)]).await?.iter().map(|row| row.get(0)).collect()
}

/// Marks the allotments on these rows whose time has come. Answers the rows of those that were marked now, with the units
/// that each of them kept until then.
///
/// # Errors
/// The database's.
pub async fn mark_released(s: &Session, rows: &[StockId], now: Timestamp) -> Result<Vec<(StockId, i64)>> {
    let sql = "UPDATE allotments SET is_released = TRUE WHERE stock_id = ANY($1) AND NOT is_released AND release_at <= $2
        RETURNING stock_id, quantity, taken";
    let marked = s.query(sql, &params![rows, now]).await?;
    marked.iter().map(|row| Ok((row.get(0)?, (row.int(1)? - row.int(2)?).max(0)))).collect()
}

/// Which allotments of a list are wanted; all where `None`.
#[derive(Clone, Debug, Default)]
pub struct AllotmentFilter {
    /// Only on this product's stock.
    pub product: Option<ProductId>,
    /// Only of the channel of this code.
    pub channel: Option<String>,
    /// From this date on.
    pub from: Option<Date>,
    /// Up to this date.
    pub to: Option<Date>,
}

/// An allotment with the row that it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAllotment {
    /// The row.
    pub stock: StockId,
    /// The pool of that.
    pub pool: PoolId,
    /// The pool's name, when options share it.
    pub pool_name: Option<String>,
    /// The product.
    pub product: ProductId,
    /// The kind of that.
    pub kind: ProductKind,
    /// The local date.
    pub date: Date,
    /// The local start time.
    pub start_time: Time,
    /// The start.
    pub starts_at: Timestamp,
    /// The channel's code.
    pub channel_code: String,
    /// The allotment itself.
    pub allotment: Allotment,
}

/// A page of the allotments on the supplier's stock, by date, time, row and channel.
///
/// # Errors
/// The database's.
pub async fn list_of_supplier(s: &Session, supplier: SupplierId, filter: &AllotmentFilter, page: Page) -> Result<Paged<ListedAllotment>> {
    macro_rules! wanted {
        () => {
            " FROM products p JOIN stock_pools sp ON sp.product_id = p.id JOIN stock s ON s.pool_id = sp.id
                JOIN allotments a ON a.stock_id = s.id JOIN channels c ON c.id = a.channel_id
              WHERE p.supplier_id = $1 AND (p.id = $2 OR $2 IS NULL) AND (c.code = $3 OR $3 IS NULL)
                AND (s.date >= $4 OR $4 IS NULL) AND (s.date <= $5 OR $5 IS NULL)"
        };
    }
    let params = params![supplier, filter.product, filter.channel, filter.from, filter.to];
    let total = s.query_one(concat!("SELECT COUNT(*)", wanted!()), &params).await?;
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", s.pool_id, sp.name, p.id, p.kind, s.date, s.start_time, s.starts_at, c.code",
        wanted!(),
        " ORDER BY s.date, s.start_time, s.id, c.code LIMIT $6 OFFSET $7"
    );
    let mut params = params.to_vec();
    params.extend(params![page.limit(), page.offset()]);
    let rows = s.query(sql, &params).await?;
    Ok(Paged { items: rows.iter().map(listed).collect::<Result<_>>()?, total: count(&total)? })
}

fn listed(row: &Row) -> Result<ListedAllotment> {
    let mut r = row.reader();
    let stock = r.take()?;
    let allotment = Allotment { channel: r.take()?, quantity: r.take()?, taken: r.take()?, release_at: r.take()? };
    Ok(ListedAllotment {
        stock,
        pool: r.take()?,
        pool_name: r.take()?,
        product: r.take()?,
        kind: r.take()?,
        date: r.take()?,
        start_time: r.take()?,
        starts_at: r.take()?,
        channel_code: r.take()?,
        allotment,
    })
}

/// An allotment that does not say what its channel's tickets say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The row.
    pub stock: StockId,
    /// The channel.
    pub channel: ChannelId,
    /// What the allotment says is taken.
    pub taken: i64,
    /// What the channel's tickets take.
    pub by_tickets: i64,
}

/// All allotments whose taken units are not those of their channels' tickets. Reads everything; for checks.
///
/// # Errors
/// The database's.
pub async fn mismatches(s: &Session) -> Result<Vec<Mismatch>> {
    let sql = "SELECT a.stock_id, a.channel_id, a.taken, CAST(COALESCE(sold.units, 0) AS bigint)
        FROM allotments a LEFT JOIN (
            SELECT o.stock_id, o.channel_id, SUM(o.weight) AS units FROM orders o JOIN tickets t ON t.order_id = o.id
            WHERE t.status IN (1, 2) GROUP BY o.stock_id, o.channel_id
        ) sold ON sold.stock_id = a.stock_id AND sold.channel_id = a.channel_id
        WHERE a.taken <> COALESCE(sold.units, 0) ORDER BY a.stock_id, a.channel_id";
    let rows = s.query(sql, &[]).await?;
    rows.iter().map(|row| Ok(Mismatch { stock: row.get(0)?, channel: row.get(1)?, taken: row.get(2)?, by_tickets: row.get(3)? })).collect()
}
