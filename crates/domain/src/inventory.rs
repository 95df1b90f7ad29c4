//! Stock: rows of a pool on a date and start time, rules that fill many of them, and a book to take from.

use std::collections::HashMap;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::ids::{PoolId, StockId};
use crate::product::{ProductKind, SalePeriod};
use crate::refusal::{FieldError, Reason};
use crate::time::{start_of_day, to_instant};

/// The date of stock that has none: so far ahead that it never passes, and sorts behind every other.
pub const UNDATED: Date = jiff::civil::date(9999, 1, 1);

/// The start of a row of stock, unless it is the one of [`UNDATED`], which means nothing to anybody.
pub fn dated(starts_at: Timestamp) -> Option<Timestamp> {
    // Wherever the day of UNDATED begins, it begins after this instant, the eve of that day in UTC.
    let eve = UNDATED.yesterday().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(starts_at).filter(|starts_at| *starts_at < eve)
}

/// One pool on one date and start time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockRow {
    /// Its code, the contract's `inventory_code`.
    pub id: StockId,
    /// The pool.
    pub pool: PoolId,
    /// The date in the product's zone.
    pub date: Date,
    /// The start time in the product's zone; midnight for products without one.
    pub start_time: Time,
    /// The same as an instant.
    pub starts_at: Timestamp,
    /// The most units that may be taken.
    pub max: i64,
    /// The departure minimum.
    pub min: i64,
    /// Units in holds.
    pub held: i64,
    /// Units in orders.
    pub ordered: i64,
    /// Whether it may be ordered.
    pub on_sale: bool,
}

impl StockRow {
    /// Units of the pool that are left.
    pub fn remain(&self) -> i64 {
        self.max - self.held - self.ordered
    }

    /// Units of an option that are left, when each takes `weight` of the pool.
    pub fn remain_units(&self, weight: i64) -> u32 {
        u32::try_from(self.remain().max(0) / weight.max(1)).unwrap_or(u32::MAX)
    }
}

/// When a product's stock may be ordered, apart from how much is left.
#[derive(Clone, Debug)]
pub struct SaleTerms {
    /// Its kind.
    pub kind: ProductKind,
    /// Its zone.
    pub zone: TimeZone,
    /// The days on which orders are taken.
    pub sale: SalePeriod,
    /// How long before the start orders close; not at all when zero.
    pub cut_off: SignedDuration,
}

/// Why a stock row may not be ordered now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSellable {
    /// Today is no day of sale.
    NotOnSale,
    /// Its date lies in the past.
    Past,
    /// The supplier closed it.
    Closed,
    /// Orders have closed.
    CutOffPassed {
        /// When.
        closed_at: Timestamp,
    },
}

impl SaleTerms {
    /// Whether `row` may be ordered at `now`. What inventory shows as orderable is what orders are judged by.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn check(&self, row: &StockRow, now: Timestamp) -> Result<(), NotSellable> {
        let today = now.to_zoned(self.zone.clone()).date();
        // A tour is past once it has started; what has only a date, when the date is over.
        let is_past = match self.kind {
            ProductKind::Tour => row.starts_at <= now,
            ProductKind::DayTicket => row.date < today,
            ProductKind::Ticket => false,
        };
        let closed_at = row.starts_at.saturating_sub(self.cut_off).unwrap_or(row.starts_at);
        if !self.sale.contains(today) {
            Err(NotSellable::NotOnSale)
        } else if is_past {
            Err(NotSellable::Past)
        } else if !row.on_sale {
            Err(NotSellable::Closed)
        } else if !self.cut_off.is_zero() && closed_at <= now {
            Err(NotSellable::CutOffPassed { closed_at })
        } else {
            Ok(())
        }
    }
}

/// How an order names the stock that it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InventoryRef {
    /// By its code.
    Code(StockId),
    /// By its start.
    At(Timestamp),
    /// By its local date, for products without a start time.
    On(Date),
}

impl InventoryRef {
    /// Whether this names the row of this code, start and date.
    pub fn names(self, stock: StockId, starts_at: Timestamp, on: Date) -> bool {
        match self {
            InventoryRef::Code(id) => id == stock,
            InventoryRef::At(start) => start == starts_at,
            InventoryRef::On(date) => date == on,
        }
    }
}

/// The stock rows that a batch of orders may take from.
///
/// Rows are taken from in turn, so that a later order of the batch sees what the earlier ones left.
#[derive(Clone, Debug, Default)]
pub struct StockBook {
    rows: HashMap<StockId, StockRow>,
    by_start: HashMap<(PoolId, Timestamp), StockId>,
    by_date: HashMap<(PoolId, Date), StockId>,
    taken: HashMap<StockId, i64>,
}

impl StockBook {
    /// A book of these rows.
    pub fn new(rows: impl IntoIterator<Item = StockRow>) -> StockBook {
        let mut book = StockBook::default();
        for row in rows {
            book.by_start.insert((row.pool, row.starts_at), row.id);
            book.by_date.insert((row.pool, row.date), row.id);
            book.rows.insert(row.id, row);
        }
        book
    }

    /// The row of `pool` that `inventory` names.
    pub fn find(&self, pool: PoolId, inventory: InventoryRef) -> Option<&StockRow> {
        let id = match inventory {
            InventoryRef::Code(id) => id,
            InventoryRef::At(start) => *self.by_start.get(&(pool, start))?,
            InventoryRef::On(date) => *self.by_date.get(&(pool, date))?,
        };
        self.rows.get(&id).filter(|row| row.pool == pool)
    }

    /// Takes `units` from a row; `false`, and nothing is taken, when it has fewer.
    pub fn take(&mut self, id: StockId, units: i64) -> bool {
        let Some(row) = self.rows.get_mut(&id) else { return false };
        if units < 0 || row.remain() < units {
            return false;
        }
        row.ordered += units;
        *self.taken.entry(id).or_default() += units;
        true
    }

    /// Gives back what [`take`](Self::take) took for an order that then failed.
    pub fn untake(&mut self, id: StockId, units: i64) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.ordered -= units;
            *self.taken.entry(id).or_default() -= units;
        }
    }

    /// Units of an option that a row has left, when each takes `weight`.
    pub fn remain_units(&self, id: StockId, weight: i64) -> u32 {
        self.rows.get(&id).map_or(0, |row| row.remain_units(weight))
    }

    /// The rows that were taken from, as they are now, in the order of their codes.
    pub fn touched(&self) -> Vec<&StockRow> {
        self.taken().into_iter().filter_map(|(id, _)| self.rows.get(&id)).collect()
    }

    /// What was taken in all, row by row, in the order of their codes.
    pub fn taken(&self) -> Vec<(StockId, i64)> {
        let mut taken: Vec<_> = self.taken.iter().filter(|(_, units)| **units != 0).map(|(id, units)| (*id, *units)).collect();
        taken.sort_unstable();
        taken
    }
}

/// A supplier's wish for many rows at once: these times on these weekdays from one date to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockRule {
    /// The first date.
    pub from: Date,
    /// The last date.
    pub to: Date,
    /// On which weekdays; all when empty.
    pub weekdays: Vec<Weekday>,
    /// At which local times; none for products that have only dates.
    pub start_times: Vec<Time>,
    /// The most units.
    pub max: i64,
    /// The departure minimum.
    pub min: i64,
    /// Whether it may be ordered.
    pub on_sale: bool,
}

/// The most days one rule may span: two years.
pub const MAX_RULE_DAYS: u32 = 731;

/// One date and time that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StockSlot {
    /// The local date.
    pub date: Date,
    /// The local start time.
    pub start_time: Time,
    /// The same as an instant.
    pub starts_at: Timestamp,
}

impl StockRule {
    /// Every date and time the rule names, in order.
    ///
    /// # Errors
    /// A range that ends before it starts or is too long, and local times that a daylight-saving change skips.
    pub fn slots(&self, zone: &TimeZone) -> Result<Vec<StockSlot>, FieldError> {
        if self.to < self.from {
            return Err(FieldError::new("to", Reason::EndsBeforeStart));
        }
        let days = (self.to - self.from).get_days().unsigned_abs() + 1;
        if days > MAX_RULE_DAYS {
            return Err(FieldError::new("to", Reason::RangeTooLong { max_days: MAX_RULE_DAYS }));
        }
        // Behind it no instant can be told from a skipped one.
        if self.to > UNDATED {
            return Err(FieldError::new("to", Reason::NotADate));
        }
        let mut slots = Vec::new();
        let mut skipped = Vec::new();
        for date in self.from.series(jiff::Span::new().days(1)).take_while(|date| *date <= self.to) {
            if !self.weekdays.is_empty() && !self.weekdays.contains(&date.weekday()) {
                continue;
            }
            if self.start_times.is_empty() {
                slots.extend(start_of_day(date, zone).map(|starts_at| StockSlot { date, start_time: Time::midnight(), starts_at }));
            }
            for start_time in &self.start_times {
                match to_instant(date, *start_time, zone) {
                    Some(starts_at) => slots.push(StockSlot { date, start_time: *start_time, starts_at }),
                    None => skipped.push(date),
                }
            }
        }
        if skipped.is_empty() { Ok(slots) } else { Err(FieldError::new("start_times", Reason::SkippedByDaylightSaving { dates: skipped })) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::time::parse_zone;

    fn rule(from: Date, to: Date, start: Time) -> StockRule {
        StockRule { from, to, weekdays: vec![], start_times: vec![start], max: 10, min: 0, on_sale: true }
    }

    #[test]
    fn a_rule_names_every_wanted_day_once() {
        let paris = parse_zone("Europe/Paris").unwrap();
        let mut weekend = rule(date(2026, 3, 1), date(2026, 3, 31), time(9, 30, 0, 0));
        weekend.weekdays = vec![Weekday::Saturday, Weekday::Sunday];
        let slots = weekend.slots(&paris).unwrap();
        assert_eq!(slots.len(), 9);
        assert_eq!(slots[0].starts_at.to_string(), "2026-03-01T08:30:00Z");
        assert_eq!(slots[8].starts_at.to_string(), "2026-03-29T07:30:00Z");
    }

    #[test]
    fn a_skipped_hour_is_refused_by_date() {
        let paris = parse_zone("Europe/Paris").unwrap();
        let refused = rule(date(2026, 3, 28), date(2026, 3, 30), time(2, 30, 0, 0)).slots(&paris);
        let expected = Reason::SkippedByDaylightSaving { dates: vec![date(2026, 3, 29)] };
        assert_eq!(refused, Err(FieldError::new("start_times", expected)));
    }

    #[test]
    fn a_date_without_a_midnight_still_is_a_date() {
        let cairo = parse_zone("Africa/Cairo").unwrap();
        let mut dates = rule(date(2026, 4, 23), date(2026, 4, 25), Time::midnight());
        dates.start_times = vec![];
        let starts: Vec<String> = dates.slots(&cairo).unwrap().iter().map(|slot| slot.starts_at.to_string()).collect();
        assert_eq!(starts, ["2026-04-22T22:00:00Z", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"]);
    }

    #[test]
    fn stock_without_a_date_has_no_start_in_any_zone() {
        for zone in ["Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"] {
            let starts_at = start_of_day(UNDATED, &parse_zone(zone).unwrap()).unwrap();
            assert_eq!(dated(starts_at), None, "{zone}");
        }
        let ordinary = "2026-07-01T00:00:00Z".parse().unwrap();
        assert_eq!(dated(ordinary), Some(ordinary));
    }

    #[test]
    fn ranges_are_bounded() {
        let utc = TimeZone::UTC;
        let backwards = rule(date(2026, 3, 2), date(2026, 3, 1), time(9, 0, 0, 0)).slots(&utc);
        assert_eq!(backwards, Err(FieldError::new("to", Reason::EndsBeforeStart)));
        let century = rule(date(2026, 1, 1), date(2126, 1, 1), time(9, 0, 0, 0)).slots(&utc);
        assert_eq!(century, Err(FieldError::new("to", Reason::RangeTooLong { max_days: MAX_RULE_DAYS })));
        let end_of_time = rule(date(9999, 12, 31), date(9999, 12, 31), time(9, 0, 0, 0)).slots(&utc);
        assert_eq!(end_of_time, Err(FieldError::new("to", Reason::NotADate)));
        let two_years = rule(date(2026, 1, 1), date(2027, 12, 31), time(9, 0, 0, 0)).slots(&utc);
        assert_eq!(two_years.map(|slots| slots.len()), Ok(730));
    }
}
