//! Decimal numbers that are no money: mark-ups and exchange rates, as texts and as the whole numbers that are stored.

use std::fmt;

use rust_decimal::Decimal;

use crate::money::{AmountError, parse_decimal};
use crate::pricing::MarkUp;
use crate::refusal::Reason;

/// Decimal places of a mark-up.
const MARK_UP_PLACES: u32 = 5;
/// The largest mark-up.
pub const MAX_MARK_UP: i64 = 100;
/// Decimal places of a rate.
const RATE_PLACES: u32 = 8;
/// The largest rate.
pub const MAX_RATE: i64 = 1_000_000_000;

impl MarkUp {
    /// Reads a factor above zero with up to five decimal places: `1.12` is +12 %.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<MarkUp, Reason> {
        parts(text, MARK_UP_PLACES, MAX_MARK_UP).map(MarkUp)
    }
}

impl fmt::Display for MarkUp {
    /// Five decimal places: `1.12000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal::new(self.0, MARK_UP_PLACES).fmt(f)
    }
}

/// Reads a rate above zero with up to eight decimal places, in 1/100 000 000.
///
/// # Errors
/// What is wrong with it.
pub fn read_rate(text: &str) -> Result<i64, Reason> {
    parts(text, RATE_PLACES, MAX_RATE)
}

/// A rate in 1/100 000 000 with its eight decimal places: `1380.50000000`.
pub fn rate_text(rate: i64) -> String {
    Decimal::new(rate, RATE_PLACES).to_string()
}

/// A number above zero and up to `max` as a whole number of its last decimal place.
fn parts(text: &str, places: u32, max: i64) -> Result<i64, Reason> {
    let number = match parse_decimal(text) {
        Ok(number) => number,
        Err(AmountError::NotANumber) => return Err(Reason::NotANumber),
        Err(_) => return Err(Reason::TooManyPlaces { places }),
    };
    if number <= Decimal::ZERO {
        return Err(Reason::NotPositive);
    }
    if number > Decimal::from(max) {
        return Err(Reason::TooLarge { max });
    }
    let mut exact = number.normalize();
    if exact.scale() > places {
        return Err(Reason::TooManyPlaces { places });
    }
    exact.rescale(places);
    i64::try_from(exact.mantissa()).map_err(|_| Reason::TooLarge { max })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mark_up_is_a_factor_above_zero() {
        for (text, shown) in
            [("1.12", "1.12000"), ("1", "1.00000"), ("1e0", "1.00000"), ("0.00001", "0.00001"), ("100", "100.00000"), ("+1.500", "1.50000")]
        {
            assert_eq!(MarkUp::read(text).map(|mark_up| mark_up.to_string()), Ok(shown.to_owned()), "{text}");
        }
        for (text, reason) in [
            ("0", Reason::NotPositive),
            ("-1.12", Reason::NotPositive),
            ("-0", Reason::NotPositive),
            ("100.00001", Reason::TooLarge { max: 100 }),
            ("1.000001", Reason::TooManyPlaces { places: 5 }),
            ("1e-200", Reason::TooManyPlaces { places: 5 }),
            ("12%", Reason::NotANumber),
            ("1,12", Reason::NotANumber),
            ("", Reason::NotANumber),
            ("NaN", Reason::NotANumber),
        ] {
            assert_eq!(MarkUp::read(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn a_rate_has_eight_places() {
        assert_eq!(read_rate("1380.50"), Ok(138_050_000_000));
        assert_eq!(read_rate("0.00000001"), Ok(1));
        assert_eq!(read_rate("1000000000"), Ok(100_000_000_000_000_000));
        assert_eq!(read_rate("0.000000001"), Err(Reason::TooManyPlaces { places: 8 }));
        assert_eq!(read_rate("1000000001"), Err(Reason::TooLarge { max: MAX_RATE }));
        assert_eq!(rate_text(138_050_000_000), "1380.50000000");
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(mark_up in 1i64..=MAX_MARK_UP * 100_000, rate in 1i64..=MAX_RATE * 100_000_000) {
            prop_assert_eq!(MarkUp::read(&MarkUp(mark_up).to_string()), Ok(MarkUp(mark_up)));
            prop_assert_eq!(read_rate(&rate_text(rate)), Ok(rate));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = MarkUp::read(&text);
            let _ = read_rate(&text);
        }
    }
}
