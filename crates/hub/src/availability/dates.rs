//! Which dates and times a supplier means for products of a kind.

use axhub_domain::inventory::{StockDates, StockSlot, UNDATED};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::time::parse_zone;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// Every date and time of a product that is meant, and what is wrong with them.
pub(super) fn slots_of(dates: &StockDates, kind: ProductKind, time_zone: &str) -> (Vec<StockSlot>, Vec<FieldError>) {
    let (dates, mut faults) = dates_of_kind(dates, kind);
    let zone = parse_zone(time_zone).unwrap_or(TimeZone::UTC);
    let slots = dates.slots(&zone).unwrap_or_else(|fault| {
        faults.push(fault);
        Vec::new()
    });
    (slots, faults)
}

/// The dates and times for products of a kind, and what is wrong with them. A tour needs start times; what has only a date
/// must not have any.
pub(super) fn dates_of_kind(dates: &StockDates, kind: ProductKind) -> (StockDates, Vec<FieldError>) {
    let (mut dates, mut faults) = (dates.clone(), Vec::new());
    dates.start_times.sort_unstable();
    dates.start_times.dedup();
    if kind == ProductKind::Ticket {
        // What has no date has one row, whatever dates the supplier names.
        (dates.from, dates.to) = (UNDATED, UNDATED);
        dates.weekdays.clear();
    }
    match (kind, dates.start_times.is_empty()) {
        (ProductKind::Tour, true) => faults.push(FieldError::new("start_times", Reason::Required)),
        (ProductKind::Tour, false) | (_, true) => {}
        (_, false) => {
            faults.push(FieldError::new("start_times", Reason::NotForThisKind));
            // Times that the product cannot have are not looked at any further.
            dates.start_times.clear();
        }
    }
    (dates, faults)
}

/// The dates and times as the audit log shows them.
pub(super) fn words_of(dates: &StockDates) -> Map<String, Value> {
    let mut words = Map::new();
    if dates.from != UNDATED {
        words.insert("from".to_owned(), json!(dates.from.to_string()));
        words.insert("to".to_owned(), json!(dates.to.to_string()));
    }
    if !dates.weekdays.is_empty() {
        words.insert("weekdays".to_owned(), dates.weekdays.iter().map(|day| weekday(*day)).collect());
    }
    if !dates.start_times.is_empty() {
        words.insert("start_times".to_owned(), dates.start_times.iter().map(|time| time.strftime("%H:%M").to_string()).collect());
    }
    words
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Time, date, time};

    use super::*;

    #[test]
    fn a_tour_needs_start_times_and_a_date_has_none() {
        let day = date(2026, 7, 1);
        let dates = |start_times: Vec<Time>| StockDates { from: day, to: day, weekdays: vec![], start_times };
        let nine = time(9, 0, 0, 0);
        let faults = |times, kind| dates_of_kind(&dates(times), kind).1;
        assert_eq!(faults(vec![], ProductKind::Tour), vec![FieldError::new("start_times", Reason::Required)]);
        assert_eq!(faults(vec![nine], ProductKind::DayTicket), vec![FieldError::new("start_times", Reason::NotForThisKind)]);
        assert_eq!(dates_of_kind(&dates(vec![]), ProductKind::DayTicket), (dates(vec![]), vec![]));
        assert_eq!(dates_of_kind(&dates(vec![nine, nine]), ProductKind::Tour), (dates(vec![nine]), vec![]));
    }

    #[test]
    fn what_has_no_date_has_one_row() {
        let asked = StockDates { from: date(2026, 7, 1), to: date(2026, 7, 31), weekdays: vec![Weekday::Monday], start_times: vec![] };
        let (slots, faults) = slots_of(&asked, ProductKind::Ticket, "Asia/Seoul");
        assert_eq!((slots.len(), slots[0].date, faults), (1, UNDATED, vec![]));
        assert_eq!(slots_of(&asked, ProductKind::DayTicket, "Asia/Seoul").0.len(), 4);
    }
}
