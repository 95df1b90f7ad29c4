//! Filling stock by rules: many rows of many pools at once.

use axhub_domain::ids::{OptionId, PoolId, ProductId, StockId, SupplierId};
use axhub_domain::inventory::{StockRow, UNDATED};
use axhub_domain::product::{OptionKind, ProductKind};
use jiff::Timestamp;
use jiff::civil::Date;

use super::stock_row;
use crate::engine::{Row, Session};
use crate::error::{Error, Result};
use crate::params;

/// An option with what setting its stock needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockedOption {
    /// The option.
    pub option: OptionId,
    /// Whether it has stock of its own.
    pub option_kind: OptionKind,
    /// The pool it draws from.
    pub pool: PoolId,
    /// Its product.
    pub product: ProductId,
    /// The kind of that.
    pub kind: ProductKind,
    /// The IANA name of the zone of that.
    pub time_zone: String,
}

/// Those of these options that are the supplier's, in any order.
///
/// # Errors
/// The database's.
pub async fn options_of_supplier(s: &Session, supplier: SupplierId, options: &[OptionId]) -> Result<Vec<StockedOption>> {
    let sql = "SELECT o.id, o.kind, o.pool_id, p.id, p.kind, p.time_zone FROM options o JOIN products p ON p.id = o.product_id
        WHERE o.id = ANY($2) AND p.supplier_id = $1";
    let rows = s.query(sql, &params![supplier, options]).await?;
    let option = |row: &Row| {
        let mut r = row.reader();
        Ok(StockedOption {
            option: r.take()?,
            option_kind: r.take()?,
            pool: r.take()?,
            product: r.take()?,
            kind: r.take()?,
            time_zone: r.take()?,
        })
    };
    rows.iter().map(option).collect()
}

/// The code of a supplier, as it is noted where it closes stock.
///
/// # Errors
/// The database's.
pub async fn code_of_supplier(s: &Session, supplier: SupplierId) -> Result<String> {
    s.query_one("SELECT code FROM suppliers WHERE id = $1", &params![supplier]).await?.get(0)
}

/// Locks pools in the order of their codes until the transaction ends: whoever makes rows does it alone, since a row that is not
/// there yet cannot be locked. Orders go on meanwhile.
///
/// # Errors
/// The database's.
pub async fn lock_pools(s: &Session, pools: &[PoolId]) -> Result<()> {
    s.query("SELECT id FROM stock_pools WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", &params![pools]).await?;
    Ok(())
}

/// The rows of pools from one date to another, and those without a date, locked in the order of their codes until the
/// transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(s: &Session, pools: &[PoolId], from: Date, to: Date) -> Result<Vec<StockRow>> {
    let sql = concat!(
        "SELECT ",
        stock_columns!(),
        " FROM stock s WHERE s.pool_id = ANY($1) AND ((s.date >= $2 AND s.date <= $3) OR s.date = $4) ORDER BY s.id FOR UPDATE"
    );
    s.query(sql, &params![pools, from, to, UNDATED]).await?.iter().map(|row| stock_row(&mut row.reader())).collect()
}

/// Makes these rows, or changes those that are there. What is held and ordered stays. A row that is closed by it is
/// noted as closed by `by`; one that was closed before keeps its note.
///
/// # Errors
/// The database's; [`Error::Contended`] when somebody else made one of the rows meanwhile.
pub async fn put(s: &Session, rows: &[StockRow], by: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO stock (id, pool_id, date, start_time, starts_at, max_quantity, min_quantity, held, ordered, on_sale,
            closed_by, closed_at, updated_at)
        SELECT k.id, k.pool_id, k.date, k.start_time, k.starts_at, k.max_quantity, k.min_quantity, 0, 0, k.on_sale,
            k.closed_by, k.closed_at, k.at
        FROM {{k(id uuid, pool_id uuid, date date, start_time time, starts_at instant, max_quantity int, min_quantity int, on_sale bool, closed_by text, closed_at instant, at instant)}}
        WHERE TRUE
        ON CONFLICT (pool_id, date, start_time) DO UPDATE SET max_quantity = excluded.max_quantity,
            min_quantity = excluded.min_quantity, on_sale = excluded.on_sale,
            closed_by = CASE WHEN stock.on_sale OR excluded.on_sale THEN excluded.closed_by ELSE stock.closed_by END,
            closed_at = CASE WHEN stock.on_sale OR excluded.on_sale THEN excluded.closed_at ELSE stock.closed_at END,
            updated_at = excluded.updated_at";
    // In one order, so that two suppliers' keys, or two calls with one, wait for each other one way only.
    let mut rows: Vec<&StockRow> = rows.iter().collect();
    rows.sort_unstable_by_key(|row| (row.pool, row.date, row.start_time));
    let row = |row: &StockRow| {
        let (closed_by, closed_at) = Some((by, now)).filter(|_| !row.on_sale).unzip();
        let (id, pool) = (row.id, row.pool);
        params![id, pool, row.date, row.start_time, row.starts_at, row.max, row.min, row.on_sale, closed_by, closed_at, now]
    };
    // A row that another server made, and sold from, since the range was locked: the next try sees it.
    let put = s.execute_each(sql, rows.into_iter().map(row).collect()).await;
    put.map_err(|error| if let Error::Constraint(text) = error { Error::Contended(text) } else { error })?;
    Ok(())
}

/// The products of these rows.
///
/// # Errors
/// The database's.
pub async fn products_of(s: &Session, rows: &[StockId]) -> Result<Vec<(StockId, ProductId, ProductKind)>> {
    let sql = "SELECT s.id, p.id, p.kind FROM stock s JOIN stock_pools sp ON sp.id = s.pool_id JOIN products p ON p.id = sp.product_id
        WHERE s.id = ANY($1)";
    s.query(sql, &params![rows]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}
