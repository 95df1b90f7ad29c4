//! Stock rows: the one place where units are taken and returned. Rules that fill them are in [`rules`], and everything
//! that explains one in [`explained`].

use std::collections::{BTreeSet, HashSet};

use axhub_domain::ids::{OptionId, PoolId, ProductId, StockId};
use axhub_domain::inventory::{InventoryRef, StockRow, UNDATED};
use futures_util::try_join;
use jiff::civil::{Date, Time};
use jiff::{Span, Timestamp};

use crate::engine::{Row, Session};
use crate::error::{Error, Result};
use crate::paging::{Page, Paged, count};
use crate::params;
use crate::planted::planted;

macro_rules! stock_columns {
    () => {
        "s.id, s.pool_id, s.date, s.start_time, s.starts_at, s.max_quantity, s.min_quantity, s.held, s.ordered, s.on_sale"
    };
}
pub(crate) use stock_columns;

pub mod explained;
pub mod rules;

pub(crate) fn stock_row(r: &mut crate::engine::Reader<'_>) -> Result<StockRow> {
    Ok(StockRow {
        id: r.take()?,
        pool: r.take()?,
        date: r.take()?,
        start_time: r.take()?,
        starts_at: r.take()?,
        max: r.take()?,
        min: r.take()?,
        held: r.take()?,
        ordered: r.take()?,
        on_sale: r.take()?,
    })
}

/// The codes of the rows that orders name, each once, in order.
///
/// # Errors
/// The database's.
pub async fn find(s: &Session, wanted: &[(OptionId, InventoryRef)]) -> Result<Vec<StockId>> {
    let (mut by_start, mut by_date, mut found) = (HashSet::new(), HashSet::new(), BTreeSet::new());
    for (option, inventory) in wanted {
        match inventory {
            InventoryRef::Code(id) => drop(found.insert(*id)),
            InventoryRef::At(start) => drop(by_start.insert((*option, *start))),
            InventoryRef::On(date) => drop(by_date.insert((*option, *date))),
        }
    }
    let starts = "SELECT s.id FROM {{k(option_id uuid, starts_at instant)}}
        JOIN options o ON o.id = k.option_id JOIN stock s ON s.pool_id = o.pool_id AND s.starts_at = k.starts_at";
    let dates = "SELECT s.id FROM {{k(option_id uuid, date date)}}
        JOIN options o ON o.id = k.option_id JOIN stock s ON s.pool_id = o.pool_id AND s.date = k.date";
    let (by_start, by_date) = try_join!(
        s.query_each(starts, by_start.iter().map(|(option, start)| params![option, start]).collect()),
        s.query_each(dates, by_date.iter().map(|(option, date)| params![option, date]).collect()),
    )?;
    for row in by_start.iter().chain(&by_date) {
        found.insert(row.get(0)?);
    }
    Ok(found.into_iter().collect())
}

/// These rows, locked in the order of their codes until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(s: &Session, ids: &[StockId]) -> Result<Vec<StockRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    planted!(Lock => bugs::read_without_lock(s, ids).await);
    let sql = concat!("SELECT ", stock_columns!(), " FROM stock s WHERE s.id = ANY($1) ORDER BY s.id FOR UPDATE");
    s.query(sql, &params![ids]).await?.iter().map(|row| stock_row(&mut row.reader())).collect()
}

/// Takes units; every row must still have them.
///
/// # Errors
/// The database's; [`Error::Contended`] when one has fewer, which the lock and the decision before it rule out.
pub async fn take(s: &Session, taken: &[(StockId, i64)], now: Timestamp) -> Result<()> {
    planted!(Lock => bugs::take_unseen(s, taken, now).await);
    let sql = "UPDATE stock SET ordered = stock.ordered + k.units, updated_at = k.at
        FROM {{k(id uuid, units int, at instant)}}
        WHERE stock.id = k.id AND stock.on_sale AND stock.held + stock.ordered + k.units <= stock.max_quantity";
    let changed = s.execute_each(sql, taken.iter().map(|(id, units)| params![id, units, now]).collect()).await?;
    if changed == taken.len() as u64 { Ok(()) } else { Err(Error::Contended("stock changed under a batch of orders".to_owned())) }
}

/// Gives units back. Answers the row as it is then.
///
/// # Errors
/// The database's.
pub async fn give_back(s: &Session, id: StockId, units: i64, now: Timestamp) -> Result<StockRow> {
    planted!(StockReturn => bugs::keep(s, id).await);
    let sql = "UPDATE stock SET ordered = ordered - $2, updated_at = $3 WHERE id = $1
        RETURNING id, pool_id, date, start_time, starts_at, max_quantity, min_quantity, held, ordered, on_sale";
    stock_row(&mut s.query_one(sql, &params![id, units, now]).await?.reader())
}

/// The rows of pools from one date to another, and those without a date; by date, time and pool. At most so many of them,
/// whichever.
///
/// # Errors
/// The database's.
pub async fn in_range(s: &Session, pools: &[PoolId], (from, to): (Date, Date), most: i64) -> Result<Vec<StockRow>> {
    // Not with OR, for which SQLite would read all dates of the pools.
    let sql = concat!(
        "SELECT ",
        stock_columns!(),
        " FROM stock s WHERE s.pool_id = ANY($1) AND s.date >= $2 AND s.date <= $3
         UNION ALL SELECT ",
        stock_columns!(),
        " FROM stock s WHERE s.pool_id = ANY($1) AND s.date = $4 AND NOT ($4 >= $2 AND $4 <= $3)
         LIMIT $5"
    );
    let rows = s.query(sql, &params![pools, from, to, UNDATED, most]).await?;
    let mut rows: Vec<StockRow> = rows.iter().map(|row| stock_row(&mut row.reader())).collect::<Result<_>>()?;
    rows.sort_unstable_by_key(|row| (row.date, row.start_time, row.pool));
    Ok(rows)
}

/// An option's stock on one date and start time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionStock {
    /// The option.
    pub option: OptionId,
    /// How much of the pool one unit takes.
    pub weight: i64,
    /// The pool's name, when options share it.
    pub pool_name: Option<String>,
    /// The pool's row.
    pub row: StockRow,
}

/// Which stock rows of a product are wanted.
#[derive(Clone, Copy, Debug)]
pub struct StockFilter {
    /// The first date.
    pub from: Date,
    /// The last date; none when `None`.
    pub to: Option<Date>,
    /// Only this option's.
    pub option: Option<OptionId>,
    /// Only of options that channels see and may order.
    pub active_only: bool,
}

/// On how many days for each of its rows a page is looked for at first: not every option has stock every day.
const DAYS_PER_ROW: i64 = 2;

/// A page of the stock of a product's options that have stock of their own, by date, time and option.
///
/// The rows are looked for on as many days as should have them, and on all days only if those do not.
///
/// # Errors
/// The database's.
pub async fn list(s: &Session, product: ProductId, filter: StockFilter, page: Page) -> Result<Paged<OptionStock>> {
    macro_rules! wanted {
        () => {
            " FROM options o JOIN stock s ON s.pool_id = o.pool_id
             WHERE o.product_id = $1 AND o.kind = 'quantity' AND s.date >= $2 AND s.date <= $3
                AND (o.id = $4 OR $4 IS NULL) AND ((o.is_active AND o.is_published) OR NOT $5)"
        };
    }
    let count_sql = concat!("SELECT COUNT(*)", wanted!());
    let sql = concat!(
        "SELECT o.id, o.weight, (SELECT sp.name FROM stock_pools sp WHERE sp.id = o.pool_id), ",
        stock_columns!(),
        wanted!(),
        " ORDER BY s.date, s.start_time, o.position, o.id LIMIT $6 OFFSET $7"
    );
    let (last, near) = (filter.to.unwrap_or(Date::MAX), days_after(filter.from, DAYS_PER_ROW.saturating_mul(page.end())));
    let params = |to: Date| params![product, filter.from, to, filter.option, filter.active_only];
    let with_page = |to: Date| [params(to).as_slice(), &params![page.limit(), page.offset()]].concat();
    let (all, near_page) = (params(last), with_page(near.min(last)));
    let (total, mut rows) = try_join!(s.query_one(count_sql, &all), s.query(sql, &near_page))?;
    let total = count(&total)?;
    if near < last && !page.is_filled_by(rows.len(), total) {
        rows = s.query(sql, &with_page(last)).await?;
    }
    let option_stock = |row: &Row| {
        let mut r = row.reader();
        Ok(OptionStock { option: r.take()?, weight: r.take()?, pool_name: r.take()?, row: stock_row(&mut r)? })
    };
    Ok(Paged { items: rows.iter().map(option_stock).collect::<Result<_>>()?, total })
}

/// So many days after a date; the last date there is when that is none.
fn days_after(date: Date, days: i64) -> Date {
    Span::new().try_days(days).and_then(|span| date.checked_add(span)).unwrap_or(Date::MAX)
}

/// A row that breaks the arithmetic of stock: its ordered units are not those of its open and used tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The row.
    pub stock: StockId,
    /// Its date and start time.
    pub at: (Date, Time),
    /// What it says is ordered.
    pub ordered: i64,
    /// What its tickets take.
    pub by_tickets: i64,
}

/// All rows whose ordered units are not those of their tickets. Reads everything; for checks.
///
/// # Errors
/// The database's.
pub async fn mismatches(s: &Session) -> Result<Vec<Mismatch>> {
    let sql = "SELECT s.id, s.date, s.start_time, s.ordered, CAST(COALESCE(sold.units, 0) AS bigint)
        FROM stock s LEFT JOIN (
            SELECT o.stock_id, SUM(o.weight) AS units FROM orders o JOIN tickets t ON t.order_id = o.id
            WHERE t.status IN (1, 2) GROUP BY o.stock_id
        ) sold ON sold.stock_id = s.id
        WHERE s.ordered <> COALESCE(sold.units, 0) ORDER BY s.date, s.start_time, s.id";
    let rows = s.query(sql, &[]).await?;
    rows.iter()
        .map(|row| Ok(Mismatch { stock: row.get(0)?, at: (row.get(1)?, row.get(2)?), ordered: row.get(3)?, by_tickets: row.get(4)? }))
        .collect()
}
