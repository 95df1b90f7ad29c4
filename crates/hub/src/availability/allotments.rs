//! Allotments: stock that a supplier keeps for one channel until a time before the start.

use std::collections::HashMap;

use axhub_domain::allotment::{Allotment, Allotments};
use axhub_domain::ids::{ChannelId, OptionId, PoolId, StockId, SupplierId};
use axhub_domain::inventory::{StockDates, StockRow, StockSlot};
use axhub_domain::product::{OptionKind, ProductKind};
use axhub_domain::refusal::{Conflict, FieldError, Reason, StockLeft};
use axhub_store::allotments::{self, ListedAllotment, NewAllotment};
use axhub_store::changes::{self as change_rows, NewChange};
use axhub_store::stock::rules::{self, StockedOption};
use axhub_store::{Mode, Session, products, stock};
use futures_util::try_join;
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

pub use axhub_store::allotments::AllotmentFilter;

use super::dates::{slots_of, words_of};
use super::rule::RowsSet;
use crate::actor::BySupplier;
use crate::audit::{self, Note};
use crate::changes::stock_changed;
use crate::{Hub, Page, Paged, Result};

/// The name of the background task that tells of released allotments.
pub(crate) const RELEASE_TASK: &str = "allotments.release";

/// The most rows that a conflict lists.
const MAX_LISTED: usize = 200;
/// How many allotments are released in one transaction.
const RELEASED_AT_A_TIME: u32 = 500;
/// How much of what was sent as a code is shown.
const MAX_SHOWN: usize = 64;

/// What a supplier wants to keep for a channel.
#[derive(Clone, Debug)]
pub struct AllotmentRule {
    /// An option of the pool that it is kept in.
    pub option: OptionId,
    /// The channel.
    pub channel_code: String,
    /// On which dates and at which times.
    pub dates: StockDates,
    /// Units of the pool; nothing is kept any more when zero.
    pub quantity: i64,
    /// How many minutes before the start the allotment is released.
    pub release_minutes_before: i64,
}

/// Keeps units of an option's stock for a channel, on every date and time that is named and that has stock, all of it or
/// nothing.
///
/// # Errors
/// Wrong fields; [`Conflict::AllotmentExceedsStock`] when less is left that is not kept for others.
pub async fn set_allotments(hub: &Hub, by: impl Into<BySupplier>, rule: AllotmentRule) -> Result<RowsSet> {
    let (by, now, ids) = (by.into(), hub.now(), hub.clone());
    hub.database()
        .run("allotment.set", Mode::Write, rule, move |s, rule| {
            let ids = ids.clone();
            Box::pin(async move {
                let (option, channel, slots) = find(s, by.id, rule).await?;
                let (rows, set) = lock(s, &option, rule, &slots).await?;
                let row_ids: Vec<StockId> = rows.iter().map(|row| row.id).collect();
                let (present, ordered) = try_join!(allotments::of(s, &row_ids), allotments::ordered_by(s, channel, &row_ids))?;
                let known = Known { present: Allotments::by_row(present), ordered: ordered.into_iter().collect(), now };
                let plan = known.plan(rule, &option, channel, &rows)?;
                if plan.is_empty() {
                    return Ok(set);
                }
                let changes = plan.iter().map(|change| change.told(&option)).collect::<Result<Vec<NewChange>>>()?;
                store(s, channel, &plan, now).await?;
                let action = if rule.quantity > 0 { "allotment.set" } else { "allotment.remove" };
                let note = Note::by_supplier(&ids, &by, action, "option", rule.option).with(details(rule, plan.len()));
                try_join!(async { Ok(change_rows::record(s, &changes, now).await?) }, audit::note(s, vec![note], now))?;
                Ok(set)
            })
        })
        .await
}

/// Everything that a rule names.
async fn find(s: &Session, supplier: SupplierId, rule: &AllotmentRule) -> Result<(StockedOption, ChannelId, Vec<StockSlot>)> {
    let option = rules::options_of_supplier(s, supplier, &[rule.option]).await?.pop();
    let pool = option.as_ref().map_or(PoolId(Uuid::nil()), |option| option.pool);
    let channel = allotments::channel_of_supplier(s, supplier, pool, &rule.channel_code).await?;
    let mut faults = Vec::new();
    if channel.is_none() {
        let value = rule.channel_code.chars().take(MAX_SHOWN).collect();
        let choices = allotments::channels_of_supplier(s, supplier).await?;
        faults.push(FieldError::new("channel_code", Reason::NotAChoice { value, choices }));
    }
    let mut slots = Vec::new();
    match &option {
        None => faults.push(FieldError::new("option_code", Reason::NoSuchOption)),
        // What has no date has no time before it, and what only changes the price has no stock of its own.
        Some(option) if option.kind == ProductKind::Ticket || option.option_kind == OptionKind::Price => {
            faults.push(FieldError::new("option_code", Reason::NotForThisKind));
        }
        Some(option) => {
            let (named, wrong) = slots_of(&rule.dates, option.kind, &option.time_zone);
            slots = named;
            faults.extend(wrong);
        }
    }
    match (option, channel) {
        (Some(option), Some(channel)) if faults.is_empty() => Ok((option, channel, slots)),
        _ => Err(faults.into()),
    }
}

/// The rows that a rule names, locked, in the order of their starts; and how many slots have a row and how many none.
async fn lock(s: &Session, option: &StockedOption, rule: &AllotmentRule, slots: &[StockSlot]) -> Result<(Vec<StockRow>, RowsSet)> {
    let locked = rules::lock(s, &[option.pool], rule.dates.from, rule.dates.to).await?;
    let mut present: HashMap<(Date, Time), StockRow> = locked.into_iter().map(|row| ((row.date, row.start_time), row)).collect();
    let rows: Vec<StockRow> = slots.iter().filter_map(|slot| present.remove(&(slot.date, slot.start_time))).collect();
    let set = RowsSet { rows: rows.len(), without_stock: slots.len() - rows.len() };
    Ok((rows, set))
}

/// What there is already.
struct Known {
    present: HashMap<StockId, Allotments>,
    /// What the channel has in orders.
    ordered: HashMap<StockId, i64>,
    now: Timestamp,
}

/// A row whose allotments change.
struct RowChange<'a> {
    row: &'a StockRow,
    /// All that the row has then.
    allotments: Allotments,
    /// The new one; nothing when it is taken away.
    new: Option<Allotment>,
}

impl RowChange<'_> {
    fn told(&self, option: &StockedOption) -> Result<NewChange> {
        stock_changed(option.kind, option.product, self.row, &self.allotments)
    }
}

impl Known {
    /// What a rule changes, unless there is too little for it.
    fn plan<'a>(
        &self,
        rule: &AllotmentRule,
        option: &StockedOption,
        channel: ChannelId,
        rows: &'a [StockRow],
    ) -> Result<Vec<RowChange<'a>>> {
        let (mut changes, mut too_large) = (Vec::new(), Vec::new());
        for row in rows {
            let mut allotments = self.present.get(&row.id).cloned().unwrap_or_default();
            let before = allotments.of(channel).copied();
            let new = (rule.quantity > 0).then(|| self.allotment(rule, channel, row));
            if before == new {
                continue;
            }
            match new {
                None => drop(allotments.remove(channel)),
                Some(new) => {
                    let most = allotments.most(row.remain(), channel, new.taken, self.now);
                    if new.quantity > most && !new.is_released(self.now) {
                        let start_time = (option.kind == ProductKind::Tour).then_some(row.start_time);
                        too_large.push(StockLeft { option: rule.option, date: row.date, start_time, most });
                    }
                    allotments.put(new);
                }
            }
            changes.push(RowChange { row, allotments, new });
        }
        if too_large.is_empty() {
            return Ok(changes);
        }
        let more = too_large.len().saturating_sub(MAX_LISTED);
        too_large.truncate(MAX_LISTED);
        Err(Conflict::AllotmentExceedsStock { rows: too_large, more }.into())
    }

    fn allotment(&self, rule: &AllotmentRule, channel: ChannelId, row: &StockRow) -> Allotment {
        let before = SignedDuration::from_mins(rule.release_minutes_before);
        Allotment {
            channel,
            quantity: rule.quantity,
            taken: self.ordered.get(&row.id).copied().unwrap_or(0),
            release_at: row.starts_at.saturating_sub(before).unwrap_or(row.starts_at),
        }
    }
}

async fn store(s: &Session, channel: ChannelId, plan: &[RowChange<'_>], now: Timestamp) -> Result<()> {
    let put: Vec<NewAllotment> =
        plan.iter().filter_map(|change| Some(NewAllotment { stock: change.row.id, allotment: change.new? })).collect();
    let removed: Vec<StockId> = plan.iter().filter(|change| change.new.is_none()).map(|change| change.row.id).collect();
    if !removed.is_empty() {
        allotments::remove(s, channel, &removed).await?;
    }
    Ok(allotments::put(s, &put, now).await?)
}

fn details(rule: &AllotmentRule, rows: usize) -> Value {
    let mut details = words_of(&rule.dates);
    details.insert("channel".to_owned(), json!(rule.channel_code));
    if rule.quantity > 0 {
        details.insert("quantity".to_owned(), json!(rule.quantity));
        details.insert("release_minutes_before".to_owned(), json!(rule.release_minutes_before));
    }
    details.insert("rows_changed".to_owned(), json!(rows));
    Value::Object(details)
}

/// An allotment with the options that draw from its row.
#[derive(Clone, Debug)]
pub struct AllotmentWithOptions {
    /// The allotment and its row.
    pub listed: ListedAllotment,
    /// The options with stock of their own that draw from it.
    pub options: Vec<OptionId>,
    /// Units that it keeps for its channel now.
    pub kept: i64,
    /// Whether it is released.
    pub is_released: bool,
}

/// A page of the allotments on the supplier's stock, by date and time.
///
/// # Errors
/// The database's.
pub async fn allotments_of_supplier(
    hub: &Hub,
    supplier: SupplierId,
    filter: AllotmentFilter,
    page: Page,
) -> Result<Paged<AllotmentWithOptions>> {
    let now = hub.now();
    hub.database()
        .run("allotment.list", Mode::Snapshot, filter, move |s, filter| {
            Box::pin(async move {
                let found = allotments::list_of_supplier(s, supplier, filter, page).await?;
                let mut pools: Vec<PoolId> = found.items.iter().map(|listed| listed.pool).collect();
                pools.sort_unstable();
                pools.dedup();
                let drawing = products::options_of_pools(s, &pools).await?;
                Ok(found.map(|listed| {
                    let of_pool = drawing.iter().filter(|(stored, _)| stored.pool == listed.pool);
                    let options = of_pool.map(|(stored, _)| stored.option.id).collect();
                    let (kept, is_released) = (listed.allotment.kept(now), listed.allotment.is_released(now));
                    AllotmentWithOptions { listed, options, kept, is_released }
                }))
            })
        })
        .await
}

/// Whether allotments are to be released.
pub(crate) async fn any_to_release(hub: &Hub) -> Result<bool> {
    Ok(!due(hub, 1).await?.is_empty())
}

/// Tells the feed of allotments whose time has come: what they kept is free for all. What is shown and ordered does not
/// wait for it. Answers how many they were.
pub(crate) async fn release_due(hub: &Hub) -> Result<usize> {
    let mut released = 0;
    loop {
        let (now, rows) = (hub.now(), due(hub, RELEASED_AT_A_TIME).await?);
        let is_last = rows.len() < RELEASED_AT_A_TIME as usize;
        if !rows.is_empty() {
            let work = hub.database().run("allotment.release", Mode::Write, rows, move |s, rows| Box::pin(release(s, rows, now)));
            released += work.await?;
        }
        if is_last {
            return Ok(released);
        }
    }
}

/// The rows with the allotments that wait longest for their release.
async fn due(hub: &Hub, limit: u32) -> Result<Vec<StockId>> {
    let now = hub.now();
    hub.database()
        .run("allotment.due", Mode::Read, (), move |s, ()| Box::pin(async move { Ok(allotments::due(s, now, limit).await?) }))
        .await
}

async fn release(s: &Session, due: &[StockId], now: Timestamp) -> Result<usize> {
    let mut due = due.to_vec();
    due.sort_unstable();
    due.dedup();
    let rows = stock::lock(s, &due).await?;
    let marked = allotments::mark_released(s, &due, now).await?;
    let freed: Vec<StockId> = marked.iter().filter(|(_, kept)| *kept > 0).map(|(row, _)| *row).collect();
    if !freed.is_empty() {
        let (present, products) = try_join!(allotments::of(s, &freed), rules::products_of(s, &freed))?;
        let (present, mut changes) = (Allotments::by_row(present), Vec::with_capacity(freed.len()));
        for (id, product, kind) in products {
            let Some(row) = rows.iter().find(|row| row.id == id) else { continue };
            changes.push(stock_changed(kind, product, row, present.get(&id).unwrap_or(Allotments::NONE))?);
        }
        change_rows::record(s, &changes, now).await?;
    }
    Ok(marked.len())
}
