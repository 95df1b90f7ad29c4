//! Months of statements: a calendar month in a zone, as a range of instants.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::redemption::UNDO_WITHIN;
use crate::time::start_of_day;

/// The years that months can be of.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=9998;

/// How long after its end a month may still get something: a ticket's redemption may be undone for a quarter of an hour,
/// what was recorded just before the end may be committed just after it, and servers' clocks differ.
pub const SETTLES_IN: SignedDuration = SignedDuration::from_hours(1);
const _: () = assert!(SETTLES_IN.as_secs() > 2 * UNDO_WITHIN.as_secs(), "a month is settled before a redemption can be undone");

/// A calendar month: `2026-07`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

/// A text that is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month of the form YYYY-MM")]
pub struct NotAMonth;

impl Month {
    /// The month that a clock in `zone` shows.
    pub fn of(instant: Timestamp, zone: &TimeZone) -> Month {
        let day = instant.to_zoned(zone.clone()).date();
        Month(date(day.year().clamp(*YEARS.start(), *YEARS.end()), day.month(), 1))
    }

    /// So many months later, or earlier when negative; `None` beyond the years that months can be of.
    pub fn plus(self, months: i32) -> Option<Month> {
        let first = self.0.checked_add(months.months()).ok()?;
        YEARS.contains(&first.year()).then_some(Month(first))
    }

    /// How many months lie from `earlier` to this one.
    pub fn since(self, earlier: Month) -> i32 {
        let count = |month: Month| i32::from(month.0.year()) * 12 + i32::from(month.0.month());
        count(self) - count(earlier)
    }

    /// The month in a zone: from the first instant of its first day to that of the next month's.
    pub fn period(self, zone: &TimeZone) -> Period {
        let start = |first: Date| start_of_day(first, zone).unwrap_or_default();
        let next = self.0.checked_add(1.month()).unwrap_or(self.0);
        Period { from: start(self.0), to: start(next) }
    }

    /// The same between its neighbours: a month begins where the one before, when that is closed, ended, and ends where the
    /// one after began. So every instant is in one month, though the zone that months are counted in may have changed.
    pub fn period_between(self, zone: &TimeZone, ended: Option<Timestamp>, begins: Option<Timestamp>) -> Period {
        let plain = self.period(zone);
        let from = ended.unwrap_or(plain.from);
        let to = begins.unwrap_or(plain.to);
        // Two neighbours that leave nothing between them are not possible: both lie less than two days off.
        if from < to { Period { from, to } } else { plain }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Month, NotAMonth> {
        let plain =
            text.len() == 7 && text.bytes().enumerate().all(|(at, byte)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() });
        if !plain {
            return Err(NotAMonth);
        }
        let (year, month): (i16, i8) = (text[..4].parse().map_err(|_| NotAMonth)?, text[5..].parse().map_err(|_| NotAMonth)?);
        let first = Date::new(year, month, 1).map_err(|_| NotAMonth)?;
        if YEARS.contains(&year) { Ok(Month(first)) } else { Err(NotAMonth) }
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// From one instant up to, but not including, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first instant of it.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

impl Period {
    /// Whether it is in the period.
    pub fn contains(self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.to
    }

    /// From when on nothing more can come into the period.
    pub fn settled_at(self) -> Timestamp {
        self.to.saturating_add(SETTLES_IN).unwrap_or(self.to)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::parse_zone;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        parse_zone(name).unwrap()
    }

    #[test]
    fn a_month_has_one_form() {
        assert_eq!(month("2026-07").to_string(), "2026-07");
        for text in ["", "2026-7", "2026-13", "2026-00", "2026/07", "2026-07-01", "+026-07", "0000-01", "1969-12", "9999-01", "２０２６-07"]
        {
            assert_eq!(text.parse::<Month>(), Err(NotAMonth), "{text}");
        }
    }

    #[test]
    fn months_are_counted_over_years() {
        assert_eq!(month("2026-12").plus(1), Some(month("2027-01")));
        assert_eq!(month("2026-01").plus(-1), Some(month("2025-12")));
        assert_eq!(month("9998-12").plus(1), None);
        assert_eq!(month("1970-01").plus(-1), None);
        assert_eq!(month("2027-02").since(month("2026-11")), 3);
    }

    #[test]
    fn a_month_begins_and_ends_at_the_midnights_of_its_zone() {
        let period = |text: &str, name: &str| month(text).period(&zone(name));
        assert_eq!(period("2026-07", "UTC"), Period { from: at("2026-07-01T00:00:00Z"), to: at("2026-08-01T00:00:00Z") });
        assert_eq!(period("2026-07", "Asia/Seoul"), Period { from: at("2026-06-30T15:00:00Z"), to: at("2026-07-31T15:00:00Z") });
        // Daylight saving begins in the middle.
        assert_eq!(period("2026-03", "Europe/Paris"), Period { from: at("2026-02-28T23:00:00Z"), to: at("2026-03-31T22:00:00Z") });
        // Samoa had no 30 December 2011, and so a short month; Cuba skips the midnight of a first of April.
        assert_eq!(period("2011-12", "Pacific/Apia").from, at("2011-12-01T10:00:00Z"));
        assert_eq!(period("2012-04", "America/Havana").from, at("2012-04-01T05:00:00Z"));
    }

    #[test]
    fn the_zone_of_an_instant_says_its_month() {
        assert_eq!(Month::of(at("2026-06-30T15:00:00Z"), &zone("Asia/Seoul")), month("2026-07"));
        assert_eq!(Month::of(at("2026-06-30T15:00:00Z"), &TimeZone::UTC), month("2026-06"));
    }

    #[test]
    fn closed_neighbours_say_where_a_month_begins_and_ends() {
        let (utc, seoul) = (month("2026-07").period(&TimeZone::UTC), zone("Asia/Seoul"));
        // July was closed in UTC, then months were counted in Seoul: the nine hours at its end are July's alone.
        let august = month("2026-08").period_between(&seoul, Some(utc.to), None);
        assert_eq!(august, Period { from: at("2026-08-01T00:00:00Z"), to: at("2026-08-31T15:00:00Z") });
        let june = month("2026-06").period_between(&seoul, None, Some(utc.from));
        assert_eq!(june, Period { from: at("2026-05-31T15:00:00Z"), to: at("2026-07-01T00:00:00Z") });
    }

    proptest! {
        #[test]
        fn every_instant_is_in_the_month_that_it_is_of(seconds in 0i64..250_000_000_000, name in prop::sample::select(vec!["UTC", "Asia/Seoul", "America/Havana", "Pacific/Apia", "Europe/Paris"])) {
            let instant = Timestamp::from_second(seconds).unwrap();
            let zone = zone(name);
            let month = Month::of(instant, &zone);
            // At the edge of the years a zone's clock may show the year before.
            prop_assume!(month > "1970-01".parse().unwrap());
            prop_assert!(month.period(&zone).contains(instant));
            prop_assert_eq!(month.period(&zone).to, month.plus(1).unwrap().period(&zone).from);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,12}") {
            let _ = text.parse::<Month>();
        }
    }
}
