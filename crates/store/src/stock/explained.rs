//! Everything about one stock row: who drew from it, who may, and who closed it.

use axhub_domain::allotment::Allotment;
use axhub_domain::ids::{ChannelId, OptionId, ProductId, StockId, SupplierId};
use axhub_domain::inventory::StockRow;
use axhub_domain::product::{Depth, OptionKind, option_name};
use jiff::Timestamp;

use super::stock_row;
use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;
use crate::products::from_json;

/// A row with what is not needed to sell from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeRow {
    /// The row.
    pub row: StockRow,
    /// Who closed it, while it is closed.
    pub closed_by: Option<String>,
    /// When.
    pub closed_at: Option<Timestamp>,
    /// The name of its pool, when options share it.
    pub pool_name: Option<String>,
    /// Its product.
    pub product: ProductId,
    /// Whether that was ever published.
    pub is_published: bool,
}

/// A row of the supplier's stock.
///
/// # Errors
/// The database's.
pub async fn of_supplier(s: &Session, supplier: SupplierId, id: StockId) -> Result<Option<WholeRow>> {
    let sql = concat!(
        "SELECT ",
        stock_columns!(),
        ", s.closed_by, s.closed_at, sp.name, p.id, p.version >= 1
         FROM stock s JOIN stock_pools sp ON sp.id = s.pool_id JOIN products p ON p.id = sp.product_id
         WHERE s.id = $2 AND p.supplier_id = $1"
    );
    let whole = |row: &Row| {
        let mut r = row.reader();
        Ok(WholeRow {
            row: stock_row(&mut r)?,
            closed_by: r.take()?,
            closed_at: r.take()?,
            pool_name: r.take()?,
            product: r.take()?,
            is_published: r.take()?,
        })
    };
    s.query_opt(sql, &params![supplier, id]).await?.as_ref().map(whole).transpose()
}

/// An option that draws from a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawingOption {
    /// The option.
    pub id: OptionId,
    /// Whether it has stock of its own, or only changes the price.
    pub kind: OptionKind,
    /// Its name.
    pub name: String,
    /// How much of the pool one unit takes.
    pub weight: i64,
    /// The least units in one order.
    pub min_quantity: u32,
    /// Whether it is sold.
    pub is_active: bool,
    /// Whether channels see it.
    pub is_published: bool,
}

/// The options that draw from a row, in order.
///
/// # Errors
/// The database's.
pub async fn options(s: &Session, row: StockId) -> Result<Vec<DrawingOption>> {
    let sql = "SELECT o.id, o.kind, o.depths, o.weight, o.min_quantity, o.is_active, o.is_published
        FROM stock s JOIN options o ON o.pool_id = s.pool_id WHERE s.id = $1 ORDER BY o.position, o.id";
    let rows = s.query(sql, &params![row]).await?;
    let option = |row: &Row| {
        let mut r = row.reader();
        Ok(DrawingOption {
            id: r.take()?,
            kind: r.take()?,
            name: option_name(&from_json::<Vec<Depth>>(r.take()?)?),
            weight: r.take()?,
            min_quantity: r.take()?,
            is_active: r.take()?,
            is_published: r.take()?,
        })
    };
    rows.iter().map(option).collect()
}

/// A channel and what it has of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedBy {
    /// The channel.
    pub channel: ChannelId,
    /// Its code.
    pub code: String,
    /// Orders with open or used tickets.
    pub orders: i64,
    /// Open tickets.
    pub open_tickets: i64,
    /// Used tickets.
    pub used_tickets: i64,
    /// Units of the pool that those tickets take.
    pub units: i64,
}

/// What each channel has of a row, by the channels' codes.
///
/// # Errors
/// The database's.
pub async fn ordered_by(s: &Session, row: StockId) -> Result<Vec<OrderedBy>> {
    let sql =
        "SELECT c.id, c.code, COUNT(DISTINCT o.id), COUNT(CASE WHEN t.status = 1 THEN 1 END), COUNT(CASE WHEN t.status = 2 THEN 1 END),
            CAST(SUM(o.weight) AS bigint)
        FROM orders o JOIN tickets t ON t.order_id = o.id AND t.status IN (1, 2) JOIN channels c ON c.id = o.channel_id
        WHERE o.stock_id = $1 GROUP BY c.id, c.code ORDER BY c.code";
    let rows = s.query(sql, &params![row]).await?;
    let ordered = |row: &Row| {
        let mut r = row.reader();
        Ok(OrderedBy {
            channel: r.take()?,
            code: r.take()?,
            orders: r.take()?,
            open_tickets: r.take()?,
            used_tickets: r.take()?,
            units: r.take()?,
        })
    };
    rows.iter().map(ordered).collect()
}

/// The channels that may sell a product, by their codes.
///
/// # Errors
/// The database's.
pub async fn sellers(s: &Session, product: ProductId) -> Result<Vec<(ChannelId, String)>> {
    let sql = "SELECT c.id, c.code FROM assignments a JOIN channels c ON c.id = a.channel_id WHERE a.product_id = $1 ORDER BY c.code";
    s.query(sql, &params![product]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The allotments on a row with the channels' codes, by those.
///
/// # Errors
/// The database's.
pub async fn allotments(s: &Session, row: StockId) -> Result<Vec<(String, Allotment)>> {
    let sql = "SELECT c.code, a.channel_id, a.quantity, a.taken, a.release_at FROM allotments a JOIN channels c ON c.id = a.channel_id
        WHERE a.stock_id = $1 ORDER BY c.code";
    let rows = s.query(sql, &params![row]).await?;
    let allotment = |row: &Row| {
        let mut r = row.reader();
        Ok((r.take()?, Allotment { channel: r.take()?, quantity: r.take()?, taken: r.take()?, release_at: r.take()? }))
    };
    rows.iter().map(allotment).collect()
}
