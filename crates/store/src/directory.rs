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
    /// What operators note about it.
    pub notes: String,
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
    /// What operators note about it, such as the vocabulary it uses.
    pub notes: String,
    /// How often its keys may be used.
    pub limits: RateLimits,
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
    let sql = "INSERT INTO suppliers (id, code, name, notes, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING";
    Ok(s.execute(sql, &params![supplier.id, supplier.code, supplier.name, supplier.notes, now]).await? == 1)
}

/// Stores the name and the notes of a supplier.
///
/// # Errors
/// The database's.
pub async fn update_supplier(s: &Session, supplier: &Supplier) -> Result<()> {
    let sql = "UPDATE suppliers SET name = $2, notes = $3 WHERE id = $1";
    s.execute_one(sql, &params![supplier.id, supplier.name, supplier.notes]).await
}

macro_rules! supplier {
    ($rest:literal) => {
        concat!("SELECT id, code, name, notes FROM suppliers ", $rest)
    };
}

/// The supplier of a code.
///
/// # Errors
/// The database's.
pub async fn supplier_by_code(s: &Session, code: &str) -> Result<Option<Supplier>> {
    s.query_opt(supplier!("WHERE code = $1"), &params![code]).await?.as_ref().map(supplier).transpose()
}

/// The supplier of a code, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock_supplier(s: &Session, code: &str) -> Result<Option<Supplier>> {
    s.query_opt(supplier!("WHERE code = $1 FOR NO KEY UPDATE"), &params![code]).await?.as_ref().map(supplier).transpose()
}

/// All suppliers, by code.
///
/// # Errors
/// The database's.
pub async fn suppliers(s: &Session) -> Result<Vec<Supplier>> {
    s.query(supplier!("ORDER BY code"), &[]).await?.iter().map(supplier).collect()
}

fn supplier(row: &Row) -> Result<Supplier> {
    Ok(Supplier { id: row.get(0)?, code: row.get(1)?, name: row.get(2)?, notes: row.get(3)? })
}

/// Adds a channel; `false` when the code is taken.
///
/// # Errors
/// The database's.
pub async fn insert_channel(s: &Session, channel: &Channel, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO channels (id, code, name, time_zone, notes, reads_per_minute, orders_per_minute, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (code) DO NOTHING";
    let c = channel;
    let params = params![c.id, c.code, c.name, c.time_zone, c.notes, c.limits.reads_per_minute, c.limits.orders_per_minute, now];
    Ok(s.execute(sql, &params).await? == 1)
}

/// Stores everything of a channel but its code.
///
/// # Errors
/// The database's.
pub async fn update_channel(s: &Session, channel: &Channel) -> Result<()> {
    let sql = "UPDATE channels SET name = $2, time_zone = $3, notes = $4, reads_per_minute = $5, orders_per_minute = $6 WHERE id = $1";
    let c = channel;
    let params = params![c.id, c.name, c.time_zone, c.notes, c.limits.reads_per_minute, c.limits.orders_per_minute];
    s.execute_one(sql, &params).await
}

macro_rules! channel {
    ($rest:literal) => {
        concat!("SELECT id, code, name, time_zone, notes, reads_per_minute, orders_per_minute FROM channels ", $rest)
    };
}

/// The channel of a code.
///
/// # Errors
/// The database's.
pub async fn channel_by_code(s: &Session, code: &str) -> Result<Option<Channel>> {
    s.query_opt(channel!("WHERE code = $1"), &params![code]).await?.as_ref().map(channel).transpose()
}

/// The channel of a code, locked until the transaction ends. Orders of the channel go on meanwhile.
///
/// # Errors
/// The database's.
pub async fn lock_channel(s: &Session, code: &str) -> Result<Option<Channel>> {
    s.query_opt(channel!("WHERE code = $1 FOR NO KEY UPDATE"), &params![code]).await?.as_ref().map(channel).transpose()
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
    s.query(channel!("ORDER BY code"), &[]).await?.iter().map(channel).collect()
}

/// All channels by code, locked until the transaction ends. Orders go on meanwhile.
///
/// # Errors
/// The database's.
pub async fn lock_channels(s: &Session) -> Result<Vec<Channel>> {
    s.query(channel!("ORDER BY code FOR NO KEY UPDATE"), &[]).await?.iter().map(channel).collect()
}

fn channel(row: &Row) -> Result<Channel> {
    let limits = RateLimits { reads_per_minute: row.get(5)?, orders_per_minute: row.get(6)? };
    Ok(Channel { id: row.get(0)?, code: row.get(1)?, name: row.get(2)?, time_zone: row.get(3)?, notes: row.get(4)?, limits })
}

/// The mark-up at which a channel may sell a product; `None` when it may not.
///
/// # Errors
/// The database's.
pub async fn mark_up(s: &Session, channel: ChannelId, product: ProductId) -> Result<Option<MarkUp>> {
    let sql = "SELECT mark_up FROM assignments WHERE channel_id = $1 AND product_id = $2";
    s.query_opt(sql, &params![channel, product]).await?.map(|row| row.get(0)).transpose()
}

/// Adds a dated rate, or replaces the one of the same instant. `is_told` is whether the feed of changes tells it now; else
/// [`tell_rates`] finds it once it is in force.
///
/// # Errors
/// The database's.
pub async fn set_rate(s: &Session, rate: &ExchangeRate, is_told: bool) -> Result<()> {
    let sql = "INSERT INTO exchange_rates (base_currency, quote_currency, valid_from, rate, is_told) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (base_currency, quote_currency, valid_from) DO UPDATE SET rate = excluded.rate, is_told = excluded.is_told";
    s.execute_one(sql, &params![rate.base, rate.quote, rate.valid_from, rate.rate, is_told]).await
}

/// Whether rates have come into force that the feed of changes has not told.
///
/// # Errors
/// The database's.
pub async fn any_rate_to_tell(s: &Session, now: Timestamp) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM exchange_rates WHERE NOT is_told AND valid_from <= $1)";
    s.query_one(sql, &params![now]).await?.get(0)
}

/// Marks all of those as told, for a caller that tells them in the same transaction. Answers when the newest of them came
/// into force; of several callers at once only one gets it.
///
/// # Errors
/// The database's.
pub async fn tell_rates(s: &Session, now: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "UPDATE exchange_rates SET is_told = TRUE WHERE NOT is_told AND valid_from <= $1 RETURNING valid_from";
    let told = s.query(sql, &params![now]).await?;
    let since = told.iter().map(|row| row.get(0)).collect::<Result<Vec<Timestamp>>>()?;
    Ok(since.into_iter().max())
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

/// The rates that are in force at an instant, and all that come into force later.
///
/// # Errors
/// The database's.
pub async fn rates_from(s: &Session, now: Timestamp) -> Result<Rates> {
    let sql = "SELECT r.base_currency, r.quote_currency, r.valid_from, r.rate FROM exchange_rates r
        WHERE NOT EXISTS (SELECT 1 FROM exchange_rates n WHERE n.base_currency = r.base_currency AND n.quote_currency = r.quote_currency
            AND n.valid_from > r.valid_from AND n.valid_from <= $1)";
    let rate = |row: &Row| Ok(ExchangeRate { base: row.get(0)?, quote: row.get(1)?, valid_from: row.get(2)?, rate: row.get(3)? });
    Ok(Rates::new(s.query(sql, &params![now]).await?.iter().map(rate).collect::<Result<_>>()?))
}
