//! Setting stock by a rule: many dates and start times of many options in one transaction.

use std::collections::HashMap;

use axhub_domain::allotment::Allotments;
use axhub_domain::ids::{OptionId, PoolId, ProductId, StockId};
use axhub_domain::inventory::{StockDates, StockLevels, StockRow, StockRule, StockSlot};
use axhub_domain::product::{OptionKind, ProductKind};
use axhub_domain::refusal::{Conflict, FieldError, Reason, StockInUse};
use axhub_store::changes::{self as change_rows, NewChange};
use axhub_store::stock::rules::{self, StockedOption};
use axhub_store::{Mode, Session, allotments as allotment_rows};
use futures_util::try_join;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde_json::{Value, json};

use super::dates::{dates_of_kind, slots_of, words_of};
use crate::actor::BySupplier;
use crate::audit::{self, Note};
use crate::changes::stock_changed;
use crate::{Error, Hub, Result, freshness};

/// The most options that one rule may name.
pub const MAX_RULE_OPTIONS: usize = 50;
/// The most rows that one rule may name: what one transaction can change while others wait.
pub const MAX_RULE_ROWS: usize = 50_000;
/// The most rows that a conflict lists.
const MAX_LISTED: usize = 200;

/// What a rule did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowsSet {
    /// Rows that are now as the rule says.
    pub rows: usize,
    /// Dates and start times that have no stock, and that the rule therefore passed by.
    pub without_stock: usize,
}

/// How the options of a rule are named.
#[derive(Clone, Debug)]
enum Named {
    /// One by the address, where an unknown one is not found.
    ByAddress(OptionId),
    /// Several by the body, where an unknown one is a wrong field.
    ByBody(Vec<OptionId>),
}

impl Named {
    fn ids(&self) -> &[OptionId] {
        match self {
            Named::ByAddress(option) => std::slice::from_ref(option),
            Named::ByBody(options) => options,
        }
    }

    fn path(&self, at: usize) -> String {
        match self {
            Named::ByAddress(_) => "option_code".to_owned(),
            Named::ByBody(_) => format!("option_codes[{at}]"),
        }
    }
}

/// A rule as it waits for its transaction.
struct Wish {
    named: Named,
    dates: StockDates,
    levels: StockLevels,
}

/// Puts stock into every date and time that a rule names. Answers how many rows those are.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the option is not the supplier's; else as [`set_stock_of_options`].
pub async fn set_stock(hub: &Hub, by: impl Into<BySupplier>, option: OptionId, rule: StockRule) -> Result<usize> {
    let (dates, levels) = rule.parts();
    Ok(set(hub, by.into(), Wish { named: Named::ByAddress(option), dates, levels }).await?.rows)
}

/// Changes the stock of several options on every date and time that is named, all of it or nothing. Options of one pool are
/// one: it is set once.
///
/// Rows that do not exist are made when there is a maximum for them; where it is only opened or closed they are passed by.
///
/// # Errors
/// Wrong fields; [`Conflict::StockBelowSold`] and [`Conflict::StockBelowAllotted`] when a row would have less than what is
/// taken from it, or kept.
pub async fn set_stock_of_options(
    hub: &Hub,
    by: impl Into<BySupplier>,
    options: Vec<OptionId>,
    dates: StockDates,
    levels: StockLevels,
) -> Result<RowsSet> {
    set(hub, by.into(), Wish { named: Named::ByBody(options), dates, levels }).await
}

async fn set(hub: &Hub, by: BySupplier, wish: Wish) -> Result<RowsSet> {
    let (now, ids) = (hub.now(), hub.clone());
    hub.database()
        .run("stock.set", Mode::Write, wish, move |s, wish| {
            let ids = ids.clone();
            Box::pin(async move {
                let pools = find_pools(s, &by, wish).await?;
                s.touches(pools.iter().map(|pool| freshness::stock(pool.product)));
                let present = lock(s, &pools, wish).await?;
                let plan = Plan::new(&pools, &present, wish.levels, || ids.new_id())?;
                if plan.changed.is_empty() {
                    return Ok(plan.set);
                }
                let kept = Allotments::by_row(allotment_rows::of(s, &plan.known_ids()).await?);
                plan.check_allotments(&pools, &kept, now)?;
                let closes = plan.changed.iter().any(|change| !change.after.on_sale);
                let closed_by = if closes { rules::code_of_supplier(s, by.id).await? } else { String::new() };
                let (rows, changes) = plan.to_store(&pools, &kept)?;
                let notes = notes(&ids, &by, wish, &pools, &plan);
                try_join!(
                    async { Ok(rules::put(s, &rows, &closed_by, now).await?) },
                    async { Ok(change_rows::record(s, &changes, now).await?) },
                    audit::note(s, notes, now)
                )?;
                Ok(plan.set)
            })
        })
        .await
}

/// A pool whose stock is to be set, and the dates and times of its product.
struct Pool {
    id: PoolId,
    /// Those that named it, in order; at least one.
    options: Vec<OptionId>,
    product: ProductId,
    kind: ProductKind,
    slots: Vec<StockSlot>,
}

impl Pool {
    /// Where a row of it stands, for the supplier.
    fn in_use(&self, row: &StockRow, in_use: i64) -> StockInUse {
        let start_time = (self.kind == ProductKind::Tour).then_some(row.start_time);
        StockInUse { option: self.options[0], date: row.date, start_time, in_use }
    }
}

/// The pools that a rule means.
async fn find_pools(s: &Session, by: &BySupplier, wish: &Wish) -> Result<Vec<Pool>> {
    let found = rules::options_of_supplier(s, by.id, wish.named.ids()).await?;
    let found: HashMap<OptionId, StockedOption> = found.into_iter().map(|option| (option.option, option)).collect();
    if let Named::ByAddress(option) = wish.named
        && !found.contains_key(&option)
    {
        return Err(Error::NOT_FOUND);
    }
    let (mut faults, mut pools): (Vec<FieldError>, Vec<Pool>) = (level_faults(wish.levels), Vec::new());
    for (at, id) in wish.named.ids().iter().enumerate() {
        if wish.named.ids()[..at].contains(id) {
            faults.push(FieldError::new(wish.named.path(at), Reason::Repeated));
            continue;
        }
        match found.get(id) {
            None => faults.push(FieldError::new(wish.named.path(at), Reason::NoSuchOption)),
            Some(option) if option.option_kind == OptionKind::Price => {
                faults.push(FieldError::new(wish.named.path(at), Reason::NotForThisKind));
            }
            Some(option) => match pools.iter_mut().find(|pool| pool.id == option.pool) {
                Some(pool) => pool.options.push(*id),
                None => pools.push(pool_of(option, &pools, wish, &mut faults)),
            },
        }
    }
    let rows: usize = pools.iter().map(|pool| pool.slots.len()).sum();
    if rows > MAX_RULE_ROWS {
        faults.push(FieldError::new("to", Reason::TooManyRows { max: MAX_RULE_ROWS }));
    }
    if faults.is_empty() { Ok(pools) } else { Err(faults.into()) }
}

fn pool_of(option: &StockedOption, others: &[Pool], wish: &Wish, faults: &mut Vec<FieldError>) -> Pool {
    // The options of one product have the same dates and times.
    let same_product = others.iter().find(|pool| pool.product == option.product);
    let slots = same_product.map_or_else(
        || {
            let (slots, wrong) = slots_of(&wish.dates, option.kind, &option.time_zone);
            for fault in wrong {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
            slots
        },
        |pool| pool.slots.clone(),
    );
    Pool { id: option.pool, options: vec![option.option], product: option.product, kind: option.kind, slots }
}

/// What is wrong with the numbers by themselves.
fn level_faults(levels: StockLevels) -> Vec<FieldError> {
    match levels {
        StockLevels { max: None, min: None, on_sale: None } => vec![FieldError::new("max_quantity", Reason::Required)],
        StockLevels { max: Some(max), min: Some(min), .. } if min > max => vec![FieldError::new("min_quantity", Reason::TooLarge { max })],
        _ => Vec::new(),
    }
}

type RowKey = (PoolId, Date, Time);

/// The rows that are there, locked.
async fn lock(s: &Session, pools: &[Pool], wish: &Wish) -> Result<HashMap<RowKey, StockRow>> {
    let ids: Vec<PoolId> = pools.iter().map(|pool| pool.id).collect();
    if wish.levels.max.is_some() {
        // Rows may be made: of two who make the same, the second must find it, or it would tell of a row that is not there.
        rules::lock_pools(s, &ids).await?;
    }
    let rows = rules::lock(s, &ids, wish.dates.from, wish.dates.to).await?;
    Ok(rows.into_iter().map(|row| ((row.pool, row.date, row.start_time), row)).collect())
}

/// A row that a rule makes or makes different.
struct RowChange {
    /// Of which of the pools.
    pool: usize,
    /// As it was; nothing when it is new.
    before: Option<StockRow>,
    after: StockRow,
}

/// What a rule does.
struct Plan {
    set: RowsSet,
    changed: Vec<RowChange>,
}

impl Plan {
    /// What `levels` make of the rows, unless they would have less than what is sold.
    fn new(pools: &[Pool], present: &HashMap<RowKey, StockRow>, levels: StockLevels, new_id: impl Fn() -> StockId) -> Result<Plan> {
        let mut plan = Plan { set: RowsSet { rows: 0, without_stock: 0 }, changed: Vec::new() };
        let (mut missing, mut bounds): (Vec<Date>, Vec<FieldError>) = (Vec::new(), Vec::new());
        for (at, pool) in pools.iter().enumerate() {
            for slot in &pool.slots {
                let before = present.get(&(pool.id, slot.date, slot.start_time));
                let Some(after) = row_after(before, pool.id, *slot, levels, &new_id) else {
                    plan.set.without_stock += 1;
                    missing.push(slot.date);
                    continue;
                };
                plan.set.rows += 1;
                bounds.extend(bound_fault(&after, levels));
                if before != Some(&after) {
                    plan.changed.push(RowChange { pool: at, before: before.cloned(), after });
                }
            }
        }
        let mut faults = sharpest(bounds);
        if !levels.only_opens_or_closes() && !missing.is_empty() {
            missing.sort_unstable();
            missing.dedup();
            faults.push(FieldError::new("max_quantity", Reason::NoStockYet { dates: missing }));
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let below = plan.rows_below(pools, |row| row.held + row.ordered);
        if !below.is_empty() {
            let (rows, more) = bounded(below);
            return Err(Conflict::StockBelowSold { rows, more }.into());
        }
        Ok(plan)
    }

    /// Refuses what would leave less than what is kept for channels.
    fn check_allotments(&self, pools: &[Pool], kept: &HashMap<StockId, Allotments>, now: Timestamp) -> Result<()> {
        let kept = |row: &StockRow| kept.get(&row.id).map_or(0, |allotments| allotments.kept(now));
        let below = self.rows_below(pools, |row| row.held + row.ordered + kept(row));
        if below.is_empty() {
            return Ok(());
        }
        let (rows, more) = bounded(below);
        Err(Conflict::StockBelowAllotted { rows, more }.into())
    }

    /// The rows whose maximum is lowered below what is in use.
    fn rows_below(&self, pools: &[Pool], in_use: impl Fn(&StockRow) -> i64) -> Vec<StockInUse> {
        let lowered = self.changed.iter().filter(|change| change.before.as_ref().is_some_and(|before| change.after.max < before.max));
        let below = lowered.filter(|change| change.after.max < in_use(&change.after));
        below.map(|change| pools[change.pool].in_use(&change.after, in_use(&change.after))).collect()
    }

    /// The rows among the changed ones that were there before.
    fn known_ids(&self) -> Vec<StockId> {
        self.changed.iter().filter(|change| change.before.is_some()).map(|change| change.after.id).collect()
    }

    /// The rows as they are to be stored, and what the feed tells of them.
    fn to_store(&self, pools: &[Pool], kept: &HashMap<StockId, Allotments>) -> Result<(Vec<StockRow>, Vec<NewChange>)> {
        let mut stored = (Vec::with_capacity(self.changed.len()), Vec::with_capacity(self.changed.len()));
        for RowChange { pool, after, .. } in &self.changed {
            let allotments = kept.get(&after.id).unwrap_or(Allotments::NONE);
            stored.1.push(stock_changed(pools[*pool].kind, pools[*pool].product, after, allotments)?);
            stored.0.push(after.clone());
        }
        Ok(stored)
    }
}

/// A row as `levels` make it; nothing when there is none and they do not say its maximum.
fn row_after(
    before: Option<&StockRow>,
    pool: PoolId,
    slot: StockSlot,
    levels: StockLevels,
    new_id: impl Fn() -> StockId,
) -> Option<StockRow> {
    let StockSlot { date, start_time, starts_at } = slot;
    Some(match before {
        Some(row) => StockRow {
            max: levels.max.unwrap_or(row.max),
            min: levels.min.unwrap_or(row.min),
            on_sale: levels.on_sale.unwrap_or(row.on_sale),
            ..row.clone()
        },
        None => StockRow {
            id: new_id(),
            pool,
            date,
            start_time,
            starts_at,
            max: levels.max?,
            min: levels.min.unwrap_or(0),
            held: 0,
            ordered: 0,
            on_sale: levels.on_sale.unwrap_or(true),
        },
    })
}

/// A departure minimum above the maximum, where only one of the two is set: what that one would have to be.
fn bound_fault(row: &StockRow, levels: StockLevels) -> Option<FieldError> {
    match (levels.max, levels.min) {
        _ if row.min <= row.max => None,
        (Some(_), None) => Some(FieldError::new("max_quantity", Reason::TooSmall { min: row.min })),
        (None, Some(_)) => Some(FieldError::new("min_quantity", Reason::TooLarge { max: row.max })),
        _ => None,
    }
}

/// Of many bounds that one number breaks, the one that holds for all rows.
fn sharpest(faults: Vec<FieldError>) -> Vec<FieldError> {
    let strictness = |fault: &FieldError| match fault.reason {
        Reason::TooSmall { min } => min,
        Reason::TooLarge { max } => -max,
        _ => i64::MIN,
    };
    faults.into_iter().max_by_key(strictness).into_iter().collect()
}

/// The first of these rows in the order of their dates, and how many more there are.
fn bounded(mut rows: Vec<StockInUse>) -> (Vec<StockInUse>, usize) {
    rows.sort_by_key(|row| (row.date, row.start_time, row.option));
    let more = rows.len().saturating_sub(MAX_LISTED);
    rows.truncate(MAX_LISTED);
    (rows, more)
}

/// One note for each pool that changed, under the first option that named it.
fn notes(hub: &Hub, by: &BySupplier, wish: &Wish, pools: &[Pool], plan: &Plan) -> Vec<Note> {
    let StockLevels { max, min, on_sale } = wish.levels;
    let mut notes = Vec::new();
    for (at, pool) in pools.iter().enumerate() {
        let rows = plan.changed.iter().filter(|change| change.pool == at).count();
        if rows == 0 {
            continue;
        }
        let mut details = words_of(&dates_of_kind(&wish.dates, pool.kind).0);
        let levels = [("max_quantity", json!(max)), ("min_quantity", json!(min)), ("on_sale", json!(on_sale))];
        details.extend(levels.into_iter().filter(|(_, level)| !level.is_null()).map(|(name, level)| (name.to_owned(), level)));
        details.insert("options".to_owned(), json!(pool.options));
        details.insert("rows_changed".to_owned(), json!(rows));
        notes.push(Note::by_supplier(hub, by, "stock.set", "option", pool.options[0]).with(Value::Object(details)));
    }
    notes
}
