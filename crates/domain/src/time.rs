//! Times as channels and suppliers write them, and local times of a product as instants.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, Unit};

/// A text that is no time in any of the accepted forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time")]
pub struct NotATime;

/// Reads RFC 3339 with any offset, or `YYYY-MM-DD hh:mm[:ss[.fff]]` as a clock in `zone` shows it.
///
/// A local time that a daylight-saving change skips is refused; of a repeated one the first is meant. So is what lies before the
/// year 0 in UTC, which could not be written with four digits.
pub fn parse_instant(text: &str, zone: &TimeZone) -> Result<Timestamp, NotATime> {
    if !has_date_and_time(text) {
        return Err(NotATime);
    }
    // In a query a `+` that was not escaped arrives as a space: `2022-01-21T19:00:00 09:00`.
    let escaped = text.rsplit_once(' ').filter(|(rest, offset)| rest.contains(['T', 't']) && is_offset(offset));
    let text = &escaped.map_or_else(|| text.to_owned(), |(rest, offset)| format!("{rest}+{offset}"));
    let has_offset = text.ends_with(['Z', 'z']) || text[16..].contains(['+', '-']);
    let instant = if has_offset {
        text.parse::<Timestamp>().map_err(|_| NotATime)?
    } else {
        let local = text.parse::<DateTime>().map_err(|_| NotATime)?;
        to_instant(local.date(), local.time(), zone).ok_or(NotATime)?
    };
    Some(to_micros(instant)).filter(|instant| instant.to_zoned(TimeZone::UTC).year() >= 0).ok_or(NotATime)
}

/// `2023-01-31T10:00` at least, with `T`, `t` or a space between; only ASCII, so that it can be cut anywhere.
fn has_date_and_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.is_ascii()
        && bytes.len() >= 16
        && bytes.len() <= 40
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && matches!(bytes[10], b'T' | b't' | b' ')
        && bytes[13] == b':'
        && !text.contains('[')
}

/// `09:00`
fn is_offset(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 5 && bytes[2] == b':' && bytes.iter().enumerate().all(|(i, b)| i == 2 || b.is_ascii_digit())
}

/// Reads `YYYY-MM-DD`.
pub fn parse_date(text: &str) -> Result<Date, NotATime> {
    let plain = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    if !plain {
        return Err(NotATime);
    }
    text.parse().map_err(|_| NotATime)
}

/// Reads `hh:mm`.
pub fn parse_time_of_day(text: &str) -> Result<Time, NotATime> {
    let plain = text.len() == 5 && text.bytes().enumerate().all(|(i, b)| if i == 2 { b == b':' } else { b.is_ascii_digit() });
    if !plain {
        return Err(NotATime);
    }
    text.parse().map_err(|_| NotATime)
}

/// The zone of an IANA name; fixed offsets and other spellings are not names.
pub fn parse_zone(name: &str) -> Option<TimeZone> {
    if name.is_empty() || name.len() > 64 {
        return None;
    }
    TimeZone::get(name).ok()
}

/// The instant at which a clock in `zone` shows this date and time.
///
/// `None` when a daylight-saving change skips it; the first one when it comes twice.
pub fn to_instant(date: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
    if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
        return None;
    }
    ambiguous.earlier().ok()
}

/// The first instant of a date in `zone`, which is not midnight where a daylight-saving change skips that.
///
/// `None` only at the very ends of time.
pub fn start_of_day(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    date.to_zoned(zone.clone()).ok()?.start_of_day().ok().map(|start| start.timestamp())
}

/// The instant cut to microseconds, which is what both databases keep.
pub fn to_micros(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(instant)
}

/// RFC 3339 in UTC with milliseconds, as every response prints times: `2022-01-21T10:00:00.000Z`.
pub fn format_instant(instant: Timestamp) -> String {
    let millis = instant.round(jiff::TimestampRound::new().smallest(Unit::Millisecond).mode(jiff::RoundMode::Floor)).unwrap_or(instant);
    format!("{millis:.3}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        parse_zone(name).unwrap()
    }

    fn utc(text: &str) -> Result<String, NotATime> {
        parse_instant(text, &TimeZone::UTC).map(format_instant)
    }

    #[test]
    fn reads_every_accepted_form() {
        let expected = Ok("2022-01-21T10:00:00.000Z".to_owned());
        for text in [
            "2022-01-21T10:00:00.000Z",
            "2022-01-21T10:00:00Z",
            "2022-01-21T19:00:00+09:00",
            "2022-01-21T19:00:00.000+0900",
            "2022-01-21T19:00:00 09:00",
            "2022-01-21T05:00:00-05:00",
            "2022-01-21 10:00",
            "2022-01-21 10:00:00",
            "2022-01-21 10:00:00.000",
            "2022-01-21T10:00:00",
        ] {
            assert_eq!(utc(text), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "2022-01-21",
            "2023-02-30 10:00",
            "2022-01-21 25:00",
            "2022-13-01 10:00",
            "20220121T100000Z",
            "10:00",
            "2022-01-21T10:00:00+09:00[Asia/Seoul]",
            "2022-01-21T10:00:00+99:00",
            "내일 오전 열 시에 만나요",
            "1642759200",
        ] {
            assert_eq!(utc(text), Err(NotATime), "{text}");
        }
    }

    /// Found by fuzzing: on the first day of the year 0 in Seoul, the year before has not ended in UTC.
    #[test]
    fn what_lies_before_the_year_0_is_no_time() {
        assert_eq!(parse_instant("0000-01-01T00:00", &zone("Asia/Seoul")), Err(NotATime));
        assert_eq!(utc("0000-01-01T00:00:00+09:00"), Err(NotATime));
        assert_eq!(utc("0000-01-01T00:00:00Z"), Ok("0000-01-01T00:00:00.000Z".to_owned()));
    }

    #[test]
    fn a_skipped_hour_is_refused_and_a_repeated_one_is_the_first() {
        let paris = zone("Europe/Paris");
        assert_eq!(parse_instant("2026-03-29 02:30", &paris), Err(NotATime));
        let first = parse_instant("2026-10-25 02:30", &paris).map(format_instant);
        assert_eq!(first, Ok("2026-10-25T00:30:00.000Z".to_owned()));
    }

    #[test]
    fn dates_and_times_of_day_have_one_form_each() {
        assert!(parse_date("2024-02-29").is_ok());
        for text in ["2023-02-29", "2023-2-9", "20230209", "2023-02-09T00:00", "+2023-2-09"] {
            assert_eq!(parse_date(text), Err(NotATime), "{text}");
        }
        assert!(parse_time_of_day("00:00").is_ok());
        for text in ["24:00", "9:00", "09:00:00", "0900", "09-00"] {
            assert_eq!(parse_time_of_day(text), Err(NotATime), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,50}") {
            let _ = parse_instant(&text, &TimeZone::UTC);
            let _ = parse_date(&text);
            let _ = parse_time_of_day(&text);
            let _ = parse_zone(&text);
        }

        #[test]
        fn what_is_printed_reads_back(millis in -62_167_219_200_000i64..253_402_207_200_000) {
            let instant = Timestamp::from_millisecond(millis).unwrap();
            prop_assert_eq!(parse_instant(&format_instant(instant), &TimeZone::UTC), Ok(instant));
        }
    }
}
