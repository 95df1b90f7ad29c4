//! Travelers' personal data: erased when an operator says so, or so many days after the last use as the settings say.
//!
//! Names, telephone numbers, mail addresses and whatever else was told of people goes; the orders stay whole, and may be
//! sent again. That and when it was erased is in the audit log.

use axhub_domain::ids::{ChannelOrderId, OrderId};
use axhub_store::erasure::{self, ErasableOrder};
use axhub_store::{Mode, Session};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::json;

use crate::actor::ByOperator;
use crate::audit::{Note, note};
use crate::{Error, Hub, Result, settings};

/// The name of the task, for the audit log.
pub(crate) const TASK: &str = "travelers.retention";

/// How many channels' orders, and how many reviewers, one transaction of the task erases.
const BATCH: i64 = 100;

/// How many transactions the task makes at a time; the rest waits for the next time.
const BATCHES: usize = 20;

/// That personal data was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// The channel's code of the order.
    pub channel_order_code: String,
    /// The orders that were part of it.
    pub orders: Vec<OrderId>,
    /// When its people were erased: earlier, when they were erased already.
    pub erased_at: Timestamp,
    /// How many people were erased now.
    pub people: u64,
    /// How many reviewers were erased now.
    pub reviewers: u64,
}

/// Erases the people of the channel's order that an order is part of, and those who wrote reviews of it.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such order.
pub async fn erase_travelers(hub: &Hub, by: ByOperator, order: OrderId) -> Result<Erased> {
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("traveler.erase", Mode::Write, by, move |s, by| {
            let ids = ids.clone();
            Box::pin(async move {
                let found = erasure::lock_of_order(s, order).await?.ok_or(Error::NOT_FOUND)?;
                let (people, reviewers) = erasure::erase(s, &[found.id], now).await?;
                if people + reviewers > 0 {
                    let details = json!({ "channel_order_code": found.channel_order_code, "people": people, "reviewers": reviewers });
                    let noted = found
                        .orders
                        .iter()
                        .map(|(order, _)| Note::by_operator(&ids, by, "traveler.erase", "order", order).with(details.clone()));
                    note(s, noted.collect(), now).await?;
                }
                Ok(Erased {
                    channel_order_code: found.channel_order_code,
                    orders: found.orders.into_iter().map(|(order, _)| order).collect(),
                    erased_at: found.erased_at.unwrap_or(now),
                    people,
                    reviewers,
                })
            })
        })
        .await
}

/// Before when something was used, or reviewed, whose people are kept no longer; none when they are kept for ever.
///
/// A day is over at another time in every zone, so it is a day more than the setting says, and never a day less.
async fn limits(s: &Session, now: Timestamp) -> Result<Option<(Date, Timestamp)>> {
    let Some(days) = settings::load(s).await?.traveler_retention_days else { return Ok(None) };
    let today = now.to_zoned(TimeZone::UTC).date();
    let used_before = today.checked_sub((i64::from(days) + 1).days()).ok();
    let reviewed_before = now.checked_sub((i64::from(days) * 24).hours()).ok();
    Ok(used_before.zip(reviewed_before))
}

/// Whether there is anybody whose data is kept no longer.
pub(crate) async fn is_due(hub: &Hub) -> Result<bool> {
    let now = hub.now();
    hub.database()
        .run("traveler.retention-due", Mode::Read, (), move |s, ()| {
            Box::pin(async move {
                let Some((used_before, reviewed_before)) = limits(s, now).await? else { return Ok(false) };
                Ok::<_, Error>(erasure::is_due(s, used_before, reviewed_before).await?)
            })
        })
        .await
}

/// Erases those whose data is kept no longer, and says of how many orders and reviews.
pub(crate) async fn retain(hub: &Hub) -> Result<usize> {
    let mut erased = 0;
    for _ in 0..BATCHES {
        let (looked_at, done) = retain_batch(hub).await?;
        erased += done;
        if looked_at < BATCH as usize {
            break;
        }
    }
    Ok(erased)
}

/// Answers how many orders or reviewers were looked at, and how many were erased.
async fn retain_batch(hub: &Hub) -> Result<(usize, usize)> {
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("traveler.retention", Mode::Write, (), move |s, ()| {
            let ids = ids.clone();
            Box::pin(async move {
                let Some((used_before, reviewed_before)) = limits(s, now).await? else { return Ok((0, 0)) };
                let found = erasure::lock_due(s, used_before, BATCH).await?;
                // An undated ticket may have changed since it was ordered; its order is looked at again when its time comes.
                let is_due = |of: &&ErasableOrder| of.last_use().is_none_or(|last| last < used_before);
                let (due, later): (Vec<&ErasableOrder>, Vec<_>) = found.iter().partition(is_due);
                let later: Vec<(ChannelOrderId, Date)> = later.iter().filter_map(|of| Some((of.id, of.last_use()?))).collect();
                erasure::set_last_use(s, &later).await?;
                let due_ids: Vec<ChannelOrderId> = due.iter().map(|of| of.id).collect();
                erasure::erase(s, &due_ids, now).await?;
                let reviews = erasure::erase_reviewers_before(s, reviewed_before, BATCH).await?;

                let of_order = |of: &ErasableOrder| {
                    let details = json!({ "channel_order_code": of.channel_order_code });
                    let noted = of.orders.iter().map(|(order, supplier)| {
                        Note::by_hub(&ids, TASK, Some(*supplier), "traveler.erase", "order", order).with(details.clone())
                    });
                    noted.collect::<Vec<_>>()
                };
                let mut notes: Vec<Note> = due.iter().flat_map(|of| of_order(of)).collect();
                notes.extend(reviews.iter().map(|review| Note::by_hub(&ids, TASK, None, "reviewer.erase", "review", review)));
                note(s, notes, now).await?;
                Ok::<_, Error>((found.len().max(reviews.len()), due.len() + reviews.len()))
            })
        })
        .await
}
