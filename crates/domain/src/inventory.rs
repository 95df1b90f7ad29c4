//! Stock: rows of a pool on a date and start time, when they may be ordered, rules that fill many of them, and a book to
//! take from.

mod book;
mod rule;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::ids::{PoolId, StockId};
use crate::product::{ProductKind, SalePeriod};

pub use book::StockBook;
pub use rule::{MAX_RULE_DAYS, StockDates, StockLevels, StockRule, StockSlot};

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
}

/// How many units of an option so many units of its pool are, when each takes `weight` of them.
pub fn units(of_pool: i64, weight: i64) -> u32 {
    u32::try_from(of_pool.max(0) / weight.max(1)).unwrap_or(u32::MAX)
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
        self.hindrances(row, now).into_iter().next().map_or(Ok(()), Err)
    }

    /// Every reason why `row` may not be ordered at `now`, the first one first.
    pub fn hindrances(&self, row: &StockRow, now: Timestamp) -> Vec<NotSellable> {
        let today = now.to_zoned(self.zone.clone()).date();
        // A tour is past once it has started; what has only a date, when the date is over.
        let is_past = match self.kind {
            ProductKind::Tour => row.starts_at <= now,
            ProductKind::DayTicket => row.date < today,
            ProductKind::Ticket => false,
        };
        let closed_at = row.starts_at.saturating_sub(self.cut_off).unwrap_or(row.starts_at);
        // Empty as a rule, and then it allocates nothing.
        let mut hindrances = Vec::new();
        if !self.sale.contains(today) {
            hindrances.push(NotSellable::NotOnSale);
        }
        if is_past {
            hindrances.push(NotSellable::Past);
        }
        if !row.on_sale {
            hindrances.push(NotSellable::Closed);
        }
        if !self.cut_off.is_zero() && closed_at <= now {
            hindrances.push(NotSellable::CutOffPassed { closed_at });
        }
        hindrances
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{parse_zone, start_of_day};

    #[test]
    fn stock_without_a_date_has_no_start_in_any_zone() {
        for zone in ["Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"] {
            let starts_at = start_of_day(UNDATED, &parse_zone(zone).unwrap()).unwrap();
            assert_eq!(dated(starts_at), None, "{zone}");
        }
        let ordinary = "2026-07-01T00:00:00Z".parse().unwrap();
        assert_eq!(dated(ordinary), Some(ordinary));
    }
}
