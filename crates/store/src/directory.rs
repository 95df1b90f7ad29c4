//! Suppliers, channels, what channels may sell, and exchange rates.

use axhub_domain::ids::{ChannelId, ProductId, SupplierId};
use axhub_domain::pricing::{ExchangeRate, MarkUp, Rates};
use jiff::Timestamp;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// A supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    /// Its id.
    pub id: SupplierId,
    /// Its code, which people use.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its code, which people use.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The IANA name of the zone its clocks show.
    pub time_zone: String,
}

/// How often the keys of a channel may be used in a minute; no bound where `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    /// For reading.
    pub reads_per_minute: Option<u32>,
    /// For ordering and all other writing.
    pub orders_per_minute: Option<u32>,
}

/// Sets the rate limits of a channel.
///
/// # Errors
/// The database's.
pub async fn set_rate_limits(s: &Session, channel: ChannelId, limits: RateLimits) -> Result<()> {
    let sql = "UPDATE channels SET reads_per_minute = $2, orders_per_minute = $3 WHERE id = $1";
    s.execute_one(sql, &params![channel, limits.reads_per_minute, limits.orders_per_minute]).await
}

/// Adds a supplier; `false` when the code is taken.
///
/// # Errors
/// The database's.
pub async fn insert_supplier(s: &Session, supplier: &Supplier, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO suppliers (id, code, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO NOTHING";
    Ok(s.execute(sql, &params![supplier.id, supplier.code, supplier.name, now]).await? == 1)
}

/// The supplier of a code.
///
/// # Errors
/// The database's.
pub async fn supplier_by_code(s: &Session, code: &str) -> Result<Option<Supplier>> {
    let row = s.query_opt("SELECT id, code, name FROM suppliers WHERE code = $1", &params![code]).await?;
    row.map(|row| Ok(Supplier { id: row.get(0)?, code: row.get(1)?, name: row.get(2)? })).transpose()
}

/// All suppliers, by code.
///
/// # Errors
/// The database's.
pub async fn suppliers(s: &Session) -> Result<Vec<Supplier>> {
    let rows = s.query("SELECT id, code, name FROM suppliers ORDER BY code", &[]).await?;
    rows.iter().map(|row| Ok(Supplier { id: row.get(0)?, code: row.get(1)?, name: row.get(2)? })).collect()
}

/// Adds a channel; `false` when the code is taken.
///
/// # Errors
/// The database's.
pub async fn insert_channel(s: &Session, channel: &Channel, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO channels (id, code, name, time_zone, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING";
    Ok(s.execute(sql, &params![channel.id, channel.code, channel.name, channel.time_zone, now]).await? == 1)
}

/// The channel of a code.
///
/// # Errors
/// The database's.
pub async fn channel_by_code(s: &Session, code: &str) -> Result<Option<Channel>> {
    let row = s.query_opt("SELECT id, code, name, time_zone FROM channels WHERE code = $1", &params![code]).await?;
    row.as_ref().map(channel).transpose()
}

/// The IANA name of the zone that the channel's clocks show.
///
/// # Errors
/// The database's.
pub async fn zone_of_channel(s: &Session, channel: ChannelId) -> Result<Option<String>> {
    let row = s.query_opt("SELECT time_zone FROM channels WHERE id = $1", &params![channel]).await?;
    row.map(|row| row.get(0)).transpose()
}

/// All channels, by code.
///
/// # Errors
/// The database's.
pub async fn channels(s: &Session) -> Result<Vec<Channel>> {
    let rows = s.query("SELECT id, code, name, time_zone FROM channels ORDER BY code", &[]).await?;
    rows.iter().map(channel).collect()
}

fn channel(row: &Row) -> Result<Channel> {
    Ok(Channel { id: row.get(0)?, code: row.get(1)?, name: row.get(2)?, time_zone: row.get(3)? })
}

/// Lets a channel sell products with a mark-up; one that it may sell already gets the new mark-up.
///
/// # Errors
/// The database's.
pub async fn assign(s: &Session, channel: ChannelId, products: &[(ProductId, MarkUp)], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO assignments (channel_id, product_id, mark_up, created_at)
        SELECT k.channel_id, k.product_id, k.mark_up, k.created_at
        FROM {{k(channel_id uuid, product_id uuid, mark_up int, created_at instant)}} WHERE TRUE
        ON CONFLICT (channel_id, product_id) DO UPDATE SET mark_up = excluded.mark_up";
    s.execute_each(sql, products.iter().map(|(product, mark_up)| params![channel, product, mark_up, now]).collect()).await?;
    Ok(())
}

/// Forbids a channel to sell a product; `false` when it could not anyway.
///
/// # Errors
/// The database's.
pub async fn unassign(s: &Session, channel: ChannelId, product: ProductId) -> Result<bool> {
    let sql = "DELETE FROM assignments WHERE channel_id = $1 AND product_id = $2";
    Ok(s.execute(sql, &params![channel, product]).await? == 1)
}

/// The mark-up at which a channel may sell a product; `None` when it may not.
///
/// # Errors
/// The database's.
pub async fn mark_up(s: &Session, channel: ChannelId, product: ProductId) -> Result<Option<MarkUp>> {
    let sql = "SELECT mark_up FROM assignments WHERE channel_id = $1 AND product_id = $2";
    s.query_opt(sql, &params![channel, product]).await?.map(|row| row.get(0)).transpose()
}

/// Adds a dated rate, or replaces the one of the same instant.
///
/// # Errors
/// The database's.
pub async fn set_rate(s: &Session, rate: &ExchangeRate) -> Result<()> {
    let sql = "INSERT INTO exchange_rates (base_currency, quote_currency, valid_from, rate) VALUES ($1, $2, $3, $4)
        ON CONFLICT (base_currency, quote_currency, valid_from) DO UPDATE SET rate = excluded.rate";
    s.execute_one(sql, &params![rate.base, rate.quote, rate.valid_from, rate.rate]).await
}

/// All rates there ever were; they are few.
///
/// # Errors
/// The database's.
pub async fn rates(s: &Session) -> Result<Rates> {
    let rows = s.query("SELECT base_currency, quote_currency, valid_from, rate FROM exchange_rates", &[]).await?;
    let rate = |row: &Row| Ok(ExchangeRate { base: row.get(0)?, quote: row.get(1)?, valid_from: row.get(2)?, rate: row.get(3)? });
    Ok(Rates::new(rows.iter().map(rate).collect::<Result<_>>()?))
}
