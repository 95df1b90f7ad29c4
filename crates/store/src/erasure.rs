//! Erasing personal data: of the people of channels' orders, and of those who wrote reviews. The rest stays whole.

use std::collections::BTreeMap;

use axhub_domain::ids::{ChannelId, ChannelOrderId, OrderId, ReviewId, SupplierId};
use axhub_domain::inventory::UNDATED;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// A channel's order with personal data, or without it by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasableOrder {
    /// Its id.
    pub id: ChannelOrderId,
    /// The channel.
    pub channel: ChannelId,
    /// The channel's code of it.
    pub channel_order_code: String,
    /// When its people were erased.
    pub erased_at: Option<Timestamp>,
    /// Its orders and their suppliers.
    pub orders: Vec<(OrderId, SupplierId)>,
    /// The last day that one of its orders is for; none when all are undated.
    pub last_date: Option<Date>,
    /// When an undated order of it last changed.
    pub undated_changed_at: Option<Timestamp>,
}

impl ErasableOrder {
    /// The last day on which somebody may have used what it bought. What has no date counts from its last change.
    pub fn last_use(&self) -> Option<Date> {
        let undated = self.undated_changed_at.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
        self.last_date.max(undated)
    }
}

/// Locks the channel's order that an order is part of; none when there is no such order.
///
/// # Errors
/// The database's.
pub async fn lock_of_order(s: &Session, order: OrderId) -> Result<Option<ErasableOrder>> {
    let sql = "SELECT id FROM channel_orders WHERE id = (SELECT channel_order_id FROM orders WHERE id = $1) FOR UPDATE";
    let Some(row) = s.query_opt(sql, &params![order]).await? else { return Ok(None) };
    Ok(erasable(s, &[row.get(0)?]).await?.pop())
}

/// Locks up to `limit` channels' orders that still have people in them and seem to have been used before `before`.
///
/// # Errors
/// The database's.
pub async fn lock_due(s: &Session, before: Date, limit: i64) -> Result<Vec<ErasableOrder>> {
    let sql = "SELECT id FROM channel_orders WHERE travelers_erased_at IS NULL AND last_use < $1 ORDER BY last_use, id LIMIT $2 FOR UPDATE";
    let ids: Vec<ChannelOrderId> = s.query(sql, &params![before, limit]).await?.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
    erasable(s, &ids).await
}

/// Whether there is anything that [`lock_due`] or [`erase_reviewers_before`] would find.
///
/// # Errors
/// The database's.
pub async fn is_due(s: &Session, used_before: Date, reviewed_before: Timestamp) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM channel_orders WHERE travelers_erased_at IS NULL AND last_use < $1)
        OR EXISTS (SELECT 1 FROM reviewers WHERE created_at < $2)";
    s.query_one(sql, &params![used_before, reviewed_before]).await?.get(0)
}

async fn erasable(s: &Session, ids: &[ChannelOrderId]) -> Result<Vec<ErasableOrder>> {
    let sql = "SELECT co.id, co.channel_id, co.channel_order_code, co.travelers_erased_at, o.id, o.supplier_id,
            CASE WHEN o.date < $2 THEN o.date END, CASE WHEN o.date < $2 THEN NULL ELSE o.updated_at END
        FROM channel_orders co JOIN orders o ON o.channel_order_id = co.id WHERE co.id = ANY($1) ORDER BY co.id, o.position";
    let mut found = BTreeMap::<ChannelOrderId, ErasableOrder>::new();
    for row in s.query(sql, &params![ids, UNDATED]).await? {
        let mut r = row.reader();
        let (id, channel, channel_order_code, erased_at) = (r.take()?, r.take()?, r.take()?, r.take()?);
        let (order, date, changed_at) = ((r.take()?, r.take()?), r.take()?, r.take()?);
        let of = found.entry(id).or_insert_with(|| ErasableOrder {
            id,
            channel,
            channel_order_code,
            erased_at,
            orders: Vec::new(),
            last_date: None,
            undated_changed_at: None,
        });
        of.orders.push(order);
        of.last_date = of.last_date.max(date);
        of.undated_changed_at = of.undated_changed_at.max(changed_at);
    }
    Ok(found.into_values().collect())
}

/// Notes until when channels' orders are used, where it is later than was known.
///
/// # Errors
/// The database's.
pub async fn set_last_use(s: &Session, orders: &[(ChannelOrderId, Date)]) -> Result<()> {
    let sql = "UPDATE channel_orders SET last_use = k.last_use FROM {{k(id uuid, last_use date)}} WHERE channel_orders.id = k.id";
    s.execute_each(sql, orders.iter().map(|(id, last_use)| params![id, last_use]).collect()).await?;
    Ok(())
}

/// Erases the people of channels' orders that are locked, and the reviewers of reviews of those orders. Answers how many
/// people and how many reviewers there were.
///
/// # Errors
/// The database's.
pub async fn erase(s: &Session, orders: &[ChannelOrderId], now: Timestamp) -> Result<(u64, u64)> {
    let people = "UPDATE travelers SET name = '', national_code = '', phone = '', email = '', additional = $2, extra = $2
        WHERE channel_order_id = ANY($1) AND EXISTS
            (SELECT 1 FROM channel_orders co WHERE co.id = travelers.channel_order_id AND co.travelers_erased_at IS NULL)";
    let people = s.execute(people, &params![orders, serde_json::json!({})]).await?;
    let marked = "UPDATE channel_orders SET travelers_erased_at = $2 WHERE id = ANY($1) AND travelers_erased_at IS NULL";
    s.execute(marked, &params![orders, now]).await?;
    let reviewers = "DELETE FROM reviewers WHERE review_id IN (SELECT r.id FROM channel_orders co
        JOIN reviews r ON r.channel_id = co.channel_id AND r.channel_order_code = co.channel_order_code WHERE co.id = ANY($1))";
    Ok((people, s.execute(reviewers, &params![orders]).await?))
}

/// Erases up to `limit` reviewers who came before an instant. Answers of which reviews.
///
/// # Errors
/// The database's.
pub async fn erase_reviewers_before(s: &Session, before: Timestamp, limit: i64) -> Result<Vec<ReviewId>> {
    let sql = "DELETE FROM reviewers WHERE review_id IN
            (SELECT review_id FROM reviewers WHERE created_at < $1 ORDER BY created_at, review_id LIMIT $2)
        RETURNING review_id";
    s.query(sql, &params![before, limit]).await?.iter().map(|row: &Row| row.get(0)).collect()
}

/// When the people of a channel's order were erased; none while they are there.
///
/// # Errors
/// The database's.
pub async fn erased_at(s: &Session, order: ChannelOrderId) -> Result<Option<Timestamp>> {
    let row = s.query_opt("SELECT travelers_erased_at FROM channel_orders WHERE id = $1", &params![order]).await?;
    row.map_or(Ok(None), |row| row.get(0))
}
