//! Stock, as suppliers set it and channels see it.

mod search;

use std::collections::HashMap;

use axhub_domain::ids::{ChannelId, OptionId, PoolId, ProductId, StockId, SupplierId};
use axhub_domain::inventory::{SaleTerms, StockRow, StockRule, StockSlot, UNDATED};
use axhub_domain::product::{OptionKind, Product, ProductKind};
use axhub_domain::refusal::{Conflict, FieldError, Reason, StockInUse};
use axhub_domain::time::parse_zone;
use axhub_store::products::StoredOption;
use axhub_store::stock::{self, OptionStock, StockFilter, StockLevel};
use axhub_store::{Mode, changes as change_rows, products};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use search::{Found, FoundOption, FoundRow, MAX_SEARCH_DAYS, Search, search};

use crate::changes::stock_changed;
use crate::{Error, Hub, Page, Paged, Result};

/// What an option has left on one date and start time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// The option.
    pub option: OptionId,
    /// The kind of its product, which says whether the start time means anything.
    pub kind: ProductKind,
    /// The row's code.
    pub stock: StockId,
    /// The date in the product's zone.
    pub date: Date,
    /// The start time in the product's zone; midnight for products without one.
    pub start_time: Time,
    /// The same in UTC, to be copied into an order.
    pub inventory_at: Timestamp,
    /// For a channel, whether it may be ordered now; for its supplier, whether it is open.
    pub on_sale: bool,
    /// Units of the option in all.
    pub max: u32,
    /// The departure minimum.
    pub min: u32,
    /// Units that are left.
    pub remain: u32,
    /// Units that are not.
    pub ordered: u32,
    /// Units in holds, which `ordered` has in it.
    pub held: u32,
}

impl Availability {
    /// What an option has of a row of its pool.
    pub(crate) fn of_option(stored: &StoredOption, kind: ProductKind, row: &StockRow) -> Self {
        Availability::new(kind, OptionStock { option: stored.option.id, weight: stored.weight, row: row.clone() })
    }

    fn new(kind: ProductKind, stock: OptionStock) -> Self {
        let OptionStock { option, weight, row } = stock;
        let units = |pool_units: i64| u32::try_from(pool_units.max(0) / weight.max(1)).unwrap_or(u32::MAX);
        let (max, remain) = (units(row.max), row.remain_units(weight));
        Availability {
            option,
            kind,
            stock: row.id,
            date: row.date,
            start_time: row.start_time,
            inventory_at: row.starts_at,
            on_sale: row.on_sale,
            max,
            min: units(row.min),
            remain,
            ordered: max.saturating_sub(remain),
            held: units(row.held),
        }
    }
}

/// Which rows of a product's stock are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct DateRange {
    /// The first date; today in the product's zone when `None`.
    pub from: Option<Date>,
    /// The last date; no end when `None`.
    pub to: Option<Date>,
}

/// A page of what a channel can order of a product, by date, time and option.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel may not sell it.
pub async fn inventory_for_channel(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    id: ProductId,
    range: DateRange,
    page: Page,
) -> Result<Paged<Availability>> {
    let now = hub.now();
    hub.database()
        .run("inventory.read", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_channel(s, channel, kind, id).await?.ok_or(Error::NOT_FOUND)?;
                let from = range.from.unwrap_or_else(|| today(&product, now));
                let filter = StockFilter { from, to: range.to, option: None, active_only: true };
                let terms = terms(&product);
                let as_offered = |stock: OptionStock| {
                    let is_orderable = terms.check(&stock.row, now).is_ok();
                    Availability { on_sale: is_orderable, ..Availability::new(kind, stock) }
                };
                Ok(stock::list(s, id, filter, page).await?.map(as_offered))
            })
        })
        .await
}

/// When a product's stock may be ordered.
pub(crate) fn terms(product: &Product) -> SaleTerms {
    SaleTerms {
        kind: product.kind,
        zone: zone(product),
        sale: product.sale,
        cut_off: SignedDuration::from_mins(i64::from(product.cut_off_minutes)),
    }
}

fn zone(product: &Product) -> TimeZone {
    parse_zone(&product.time_zone).unwrap_or(TimeZone::UTC)
}

/// A page of the stock of the supplier's product, of one option or of all.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not the supplier's.
pub async fn stock_of_supplier(
    hub: &Hub,
    supplier: SupplierId,
    id: ProductId,
    option: Option<OptionId>,
    range: DateRange,
    page: Page,
) -> Result<Paged<Availability>> {
    let now = hub.now();
    hub.database()
        .run("stock.read", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                let from = range.from.unwrap_or_else(|| today(&product, now));
                let filter = StockFilter { from, to: range.to, option, active_only: false };
                Ok(stock::list(s, id, filter, page).await?.map(|stock| Availability::new(product.kind, stock)))
            })
        })
        .await
}

fn today(product: &Product, now: Timestamp) -> Date {
    now.to_zoned(zone(product)).date()
}

/// Puts stock into every date and time that a rule names. Answers how many rows those are.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the option is not the supplier's; wrong fields; [`Conflict::StockBelowSold`] when a row has
/// more sold or held than the new maximum, and then nothing is changed.
pub async fn set_stock(hub: &Hub, supplier: SupplierId, option: OptionId, mut rule: StockRule) -> Result<usize> {
    rule.start_times.sort_unstable();
    rule.start_times.dedup();
    let (now, ids) = (hub.now(), hub.clone());
    hub.database()
        .run("stock.set", Mode::Write, rule, move |s, rule| {
            let ids = ids.clone();
            Box::pin(async move {
                let stored = products::option_of_supplier(s, supplier, option).await?.ok_or(Error::NOT_FOUND)?;
                let product = products::of_supplier(s, supplier, stored.product).await?.ok_or(Error::NOT_FOUND)?;
                if stored.option.kind == OptionKind::Price {
                    return Err(FieldError::new("option_code", Reason::NotForThisKind).into());
                }
                let (rule, mut faults) = check_kind(rule, product.kind);
                let zone = parse_zone(&product.time_zone).unwrap_or(TimeZone::UTC);
                let slots = rule.slots(&zone).unwrap_or_else(|fault| {
                    faults.push(fault);
                    Vec::new()
                });
                if !faults.is_empty() {
                    return Err(faults.into());
                }
                let present = stock::lock_range(s, stored.pool, rule.from, rule.to).await?;
                let too_low = below_sold(option, product.kind, &present, &slots, rule.max);
                if !too_low.is_empty() {
                    return Err(Conflict::StockBelowSold { rows: too_low }.into());
                }
                let changed = changed_rows(&rule, &slots, &present, || blank_row(ids.new_id(), stored.pool));
                let rows: Vec<(StockId, StockSlot)> = changed.iter().map(|row| (row.id, slot_of(row))).collect();
                let level = StockLevel { max: rule.max, min: rule.min, on_sale: rule.on_sale };
                stock::set(s, stored.pool, &rows, level, now).await?;
                let changes = changed.iter().map(|row| stock_changed(product.kind, product.id, row)).collect::<Result<Vec<_>>>()?;
                change_rows::record(s, &changes, now).await?;
                Ok(slots.len())
            })
        })
        .await
}

/// The rows that a rule makes or makes different, as they are then.
fn changed_rows(rule: &StockRule, slots: &[StockSlot], present: &[StockRow], new_row: impl Fn() -> StockRow) -> Vec<StockRow> {
    let known: HashMap<(Date, Time), &StockRow> = present.iter().map(|row| ((row.date, row.start_time), row)).collect();
    let mut changed = Vec::new();
    for slot in slots {
        let before = known.get(&(slot.date, slot.start_time)).copied();
        let after = StockRow {
            date: slot.date,
            start_time: slot.start_time,
            starts_at: slot.starts_at,
            max: rule.max,
            min: rule.min,
            on_sale: rule.on_sale,
            ..before.cloned().unwrap_or_else(&new_row)
        };
        if before != Some(&after) {
            changed.push(after);
        }
    }
    changed
}

fn blank_row(id: StockId, pool: PoolId) -> StockRow {
    StockRow {
        id,
        pool,
        date: Date::ZERO,
        start_time: Time::midnight(),
        starts_at: Timestamp::UNIX_EPOCH,
        max: 0,
        min: 0,
        held: 0,
        ordered: 0,
        on_sale: false,
    }
}

fn slot_of(row: &StockRow) -> StockSlot {
    StockSlot { date: row.date, start_time: row.start_time, starts_at: row.starts_at }
}

/// The rule for products of a kind, and what is wrong with it. A tour needs start times; what has only a date must not
/// have any.
fn check_kind(rule: &StockRule, kind: ProductKind) -> (StockRule, Vec<FieldError>) {
    let (mut rule, mut faults) = (rule.clone(), Vec::new());
    if kind == ProductKind::Ticket {
        // What has no date has one row, whatever dates the supplier names.
        (rule.from, rule.to) = (UNDATED, UNDATED);
        rule.weekdays.clear();
    }
    match (kind, rule.start_times.is_empty()) {
        (ProductKind::Tour, true) => faults.push(FieldError::new("start_times", Reason::Required)),
        (ProductKind::Tour, false) => {}
        (_, true) => {}
        (_, false) => {
            faults.push(FieldError::new("start_times", Reason::NotForThisKind));
            // Times that the product cannot have are not looked at any further.
            rule.start_times.clear();
        }
    }
    if rule.min > rule.max {
        faults.push(FieldError::new("min_quantity", Reason::TooLarge { max: rule.max }));
    }
    (rule, faults)
}

fn below_sold(option: OptionId, kind: ProductKind, present: &[StockRow], slots: &[StockSlot], max: i64) -> Vec<StockInUse> {
    let named: std::collections::HashSet<(Date, Time)> = slots.iter().map(|slot| (slot.date, slot.start_time)).collect();
    let mut rows: Vec<StockInUse> = present
        .iter()
        .filter(|row| row.held + row.ordered > max && named.contains(&(row.date, row.start_time)))
        .map(|row| {
            let start_time = (kind == ProductKind::Tour).then_some(row.start_time);
            StockInUse { option, date: row.date, start_time, in_use: row.held + row.ordered }
        })
        .collect();
    rows.sort_by_key(|row| (row.date, row.start_time));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tour_needs_start_times_and_a_date_has_none() {
        let day = jiff::civil::date(2026, 7, 1);
        let rule = |start_times: Vec<Time>| StockRule { from: day, to: day, weekdays: vec![], start_times, max: 5, min: 0, on_sale: true };
        let nine = jiff::civil::time(9, 0, 0, 0);
        let faults = |times, kind| check_kind(&rule(times), kind).1;
        assert_eq!(faults(vec![], ProductKind::Tour), vec![FieldError::new("start_times", Reason::Required)]);
        assert_eq!(faults(vec![nine], ProductKind::DayTicket), vec![FieldError::new("start_times", Reason::NotForThisKind)]);
        assert_eq!(check_kind(&rule(vec![]), ProductKind::DayTicket), (rule(vec![]), vec![]));
    }
}
