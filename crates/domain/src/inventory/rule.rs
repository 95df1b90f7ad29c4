//! Which dates and times a supplier means, and what is to be of the stock there.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::UNDATED;
use crate::refusal::{FieldError, Reason};
use crate::time::{start_of_day, to_instant};

/// Many dates and times at once: these times on these weekdays from one date to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockDates {
    /// The first date.
    pub from: Date,
    /// The last date.
    pub to: Date,
    /// On which weekdays; all when empty.
    pub weekdays: Vec<Weekday>,
    /// At which local times; none for products that have only dates.
    pub start_times: Vec<Time>,
}

/// What is to be of a row; what is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StockLevels {
    /// The most units. A row that does not exist needs it.
    pub max: Option<i64>,
    /// The departure minimum; of a new row none.
    pub min: Option<i64>,
    /// Whether it may be ordered; a new row may.
    pub on_sale: Option<bool>,
}

impl StockLevels {
    /// Whether it only opens or closes rows, and so makes none.
    pub fn only_opens_or_closes(&self) -> bool {
        self.max.is_none() && self.min.is_none()
    }
}

/// A supplier's wish for many rows at once, which leaves nothing as it is.
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

impl StockRule {
    /// Which dates and times it names, and what is to be of them.
    pub fn parts(self) -> (StockDates, StockLevels) {
        let StockRule { from, to, weekdays, start_times, max, min, on_sale } = self;
        let levels = StockLevels { max: Some(max), min: Some(min), on_sale: Some(on_sale) };
        (StockDates { from, to, weekdays, start_times }, levels)
    }
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

impl StockDates {
    /// Every date and time that is named, in order.
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

    fn rule(from: Date, to: Date, start: Time) -> StockDates {
        StockDates { from, to, weekdays: vec![], start_times: vec![start] }
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
