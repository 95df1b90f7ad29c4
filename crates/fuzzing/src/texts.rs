//! The readers below HTTP. What was read is written and read again, and must be the same.

use axhub_domain::csv::{CsvWriter, Table, TableLimits, TableRow};
use axhub_domain::decimal::{rate_text, read_rate};
use axhub_domain::money::{Currency, Money};
use axhub_domain::month::Month;
use axhub_domain::pricing::MarkUp;
use axhub_domain::refund::RefundPolicy;
use axhub_domain::time::{format_instant, parse_date, parse_instant, parse_time_of_day, parse_zone, start_of_day, to_instant};
use axhub_domain::{code, number};
use axhub_hub::changes::Cursor;
use axhub_web::JsonBody;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::Target;

/// All of them.
pub const TARGETS: &[Target] = &[
    Target::plain("codes", codes),
    Target::plain("csv", csv),
    Target::plain("dates", dates),
    Target::plain("json", json),
    Target::plain("money", money),
    Target::plain("policy", policy),
];

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Instants with and without an offset, dates, times of day, months and zones.
fn dates(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    // Far ahead, far behind, and with clocks that skip an hour.
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Paris", "UTC"].map(|name| parse_zone(name).expect("an IANA name")) {
        if let Ok(instant) = parse_instant(text, &zone) {
            let written = format_instant(instant);
            let again = parse_instant(&written, &TimeZone::UTC).unwrap_or_else(|_| panic!("{text} is written as {written}, which is none"));
            assert_eq!(again.as_millisecond(), instant.as_microsecond().div_euclid(1000), "{text} is written as {written}");
        }
        if let Ok(date) = parse_date(text)
            && let Some(start) = start_of_day(date, &zone)
        {
            assert_eq!(start.to_zoned(zone.clone()).date(), date, "{text} begins on another day");
        }
        if let Ok(time) = parse_time_of_day(text) {
            let instant = to_instant(jiff::civil::date(2026, 7, 1), time, &zone).expect("no clock changes on that day");
            assert_eq!(instant.to_zoned(zone).time(), time);
            assert_eq!(format!("{:02}:{:02}", time.hour(), time.minute()), text);
        }
    }
    if let Ok(date) = parse_date(text) {
        assert_eq!(date.to_string(), text);
    }
    if let Ok(month) = text.parse::<Month>() {
        assert_eq!(month.to_string(), text);
        for next in [month.plus(1), month.plus(-1)].into_iter().flatten() {
            assert_eq!(next.since(month).abs(), 1);
            let (before, after) = (month.min(next).period(&TimeZone::UTC), month.max(next).period(&TimeZone::UTC));
            assert_eq!(before.to, after.from, "between {month} and {next} is a gap");
        }
    }
    if let Some(zone) = parse_zone(text) {
        assert!(zone.iana_name().is_some_and(|name| name.eq_ignore_ascii_case(text)), "{text} is no name of {zone:?}");
    }
}

/// Amounts, mark-ups and rates.
fn money(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(amount) = text.parse::<Money>() {
        let written = amount.to_string();
        assert_eq!(written.parse(), Ok(amount), "{text} is written as {written}");
        assert!(amount >= Money::ZERO);
        for currency in Currency::ALL {
            let rounded = Money::round(amount.to_decimal(), currency).expect("no larger than what is read");
            assert!((rounded.parts() - amount.parts()).abs() <= 50_000, "{text} is rounded to {rounded}");
        }
        if let (Some(thrice), Some(twice)) = (amount.times(3), amount.times(2)) {
            assert_eq!(twice.plus(amount), Some(thrice));
        }
    }
    if let Ok(mark_up) = MarkUp::read(text) {
        assert_eq!(MarkUp::read(&mark_up.to_string()), Ok(mark_up), "{text}");
    }
    if let Ok(rate) = read_rate(text) {
        assert_eq!(read_rate(&rate_text(rate)), Ok(rate), "{text}");
    }
    let whole = number::without_zero_fraction(text);
    assert_eq!(number::without_zero_fraction(whole), whole, "{text}");
}

/// Codes of channels and suppliers, and the cursors of the feed.
fn codes(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if code::check(text).is_ok() {
        assert_eq!(text.trim(), text);
        assert!(!text.contains(['/', '?', '#', '%', '\0', ' ']), "{text} cannot stand in an address");
    }
    if let Ok(cursor) = Cursor::read(text) {
        assert_eq!(Cursor::read(&cursor.to_string()).ok(), Some(cursor), "{text}");
    }
}

/// Tables. What a spreadsheet would take for a formula comes back with a `'` before it.
fn csv(bytes: &[u8]) {
    let limits = TableLimits { columns: 100, rows: 1000 };
    let Ok(table) = Table::read(bytes, limits) else { return };
    let cells = |row: &TableRow| row.cells().map(str::to_owned).collect::<Vec<_>>();
    let width = table.columns.len();
    assert!(width > 0 && width <= limits.columns && table.rows.len() <= limits.rows);
    assert!(table.rows.iter().all(|row| row.cells().count() == width && row.cell(width).is_none()));
    assert!(table.rows.windows(2).all(|rows| rows[0].line < rows[1].line), "lines are counted wrong");
    // A blank line is no row, and a byte order mark no part of a name; neither can be written.
    let is_blank = |cells: &[String]| cells.len() == 1 && cells[0].trim().is_empty();
    if is_blank(&table.columns) || table.columns[0].starts_with('\u{feff}') || table.rows.iter().any(|row| is_blank(&cells(row))) {
        return;
    }
    let mut writer = CsvWriter::new(table.columns.iter().map(String::as_str));
    for row in &table.rows {
        writer.row(row.cells());
    }
    let written = writer.finish();
    let again = Table::read(written.as_bytes(), limits).unwrap_or_else(|fault| panic!("{written:?} is no table: {fault:?}"));
    let same = |was: &[String], is: &[String]| {
        let guarded = |was: &String, is: &String| is == was || is.strip_prefix('\'') == Some(was);
        was.len() == is.len() && was.iter().zip(is).all(|(was, is)| guarded(was, is))
    };
    assert!(same(&table.columns, &again.columns), "{:?} became {:?}", table.columns, again.columns);
    assert_eq!(table.rows.len(), again.rows.len(), "{written:?}");
    for (was, is) in table.rows.iter().zip(&again.rows) {
        assert!(same(&cells(was), &cells(is)), "{was:?} became {is:?}");
    }
}

/// Bodies as such: what `serde_json` takes for an object is one here, and the other way round.
fn json(bytes: &[u8]) {
    // A byte order mark is passed over.
    let plain = serde_json::from_slice::<Value>(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes));
    let Ok(body) = JsonBody::parse(bytes) else {
        assert!(!plain.is_ok_and(|value| value.is_object()), "an object is refused");
        return;
    };
    let members = body.members().clone();
    // What is JSON but no value of ours, such as a member twice or a NUL, is told by reading.
    if body.read(|_| ()).is_err() {
        return;
    }
    assert_eq!(plain.ok(), Some(Value::Object(members.clone())), "read as something else");
    let written = serde_json::to_vec(&members).expect("it was JSON");
    let again = JsonBody::parse(&written).map(|body| body.members().clone());
    assert_eq!(again.ok(), Some(members), "{}", String::from_utf8_lossy(&written));
}

/// Policies of refunds: percents and days.
fn policy(bytes: &[u8]) {
    let Ok(sent) = serde_json::from_slice::<Map<String, Value>>(bytes) else { return };
    let Ok(policy) = RefundPolicy::read(&sent) else { return };
    let written = serde_json::to_value(&policy).expect("numbers under numbers");
    let again = written.as_object().map(RefundPolicy::read);
    assert_eq!(again, Some(Ok(policy.clone())), "{sent:?} is written as {written}");
    assert!((-2..4000).map(|days| policy.percent_at(days)).is_sorted(), "more days give less back: {written}");
}
