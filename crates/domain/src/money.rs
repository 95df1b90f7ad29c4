//! Money without floating point: a whole number of 1/100 000 of the currency unit.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize, Serializer};

/// How many parts make one currency unit.
const SCALE: i64 = 100_000;
const PLACES: u32 = 5;

/// The largest amount a request may carry: 13 digits before the point.
pub const MAX_UNITS: i64 = 9_999_999_999_999;

/// An amount in 1/100 000 of the currency unit; the currency stands beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// It is not a decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// It has more than five decimal places or more than 13 digits before the point.
    #[error("more than 5 decimal places or more than 13 digits before the point")]
    TooPrecise,
    /// It is below zero.
    #[error("below zero")]
    Negative,
}

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// The amount that is stored as `parts` of 1/100 000.
    pub const fn from_parts(parts: i64) -> Money {
        Money(parts)
    }

    /// The amount as a number of 1/100 000, as it is stored.
    pub const fn parts(self) -> i64 {
        self.0
    }

    /// The amount as a decimal number with five places.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, PLACES)
    }

    /// `decimal` rounded half-up to the places of `currency`; `None` when it is too large to be stored.
    pub fn round(decimal: Decimal, currency: Currency) -> Option<Money> {
        let rounded = decimal.round_dp_with_strategy(currency.places(), RoundingStrategy::MidpointAwayFromZero);
        let parts = rounded.checked_mul(Decimal::from(SCALE))?;
        i64::try_from(parts).ok().map(Money)
    }

    /// This amount `quantity` times; `None` when it is too large to be stored.
    pub fn times(self, quantity: u32) -> Option<Money> {
        self.0.checked_mul(i64::from(quantity)).map(Money)
    }

    /// The sum; `None` when it is too large to be stored.
    pub fn plus(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).map(Money)
    }
}

impl fmt::Display for Money {
    /// Five decimal places, as the contract prints amounts: `71200.00000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let parts = self.0.unsigned_abs();
        let scale = SCALE.unsigned_abs();
        write!(f, "{sign}{}.{:05}", parts / scale, parts % scale)
    }
}

impl FromStr for Money {
    type Err = AmountError;

    /// Reads a decimal number of at least zero, with or without an exponent.
    fn from_str(text: &str) -> Result<Money, AmountError> {
        let decimal = parse_decimal(text)?;
        if decimal.is_sign_negative() && !decimal.is_zero() {
            return Err(AmountError::Negative);
        }
        if decimal.normalize().scale() > PLACES || decimal > Decimal::from(MAX_UNITS) {
            return Err(AmountError::TooPrecise);
        }
        let parts = decimal * Decimal::from(SCALE);
        i64::try_from(parts).map(Money).map_err(|_| AmountError::TooPrecise)
    }
}

/// Reads `12`, `12.50` and `1.25e1`; what no decimal can hold is too precise, the rest is no number.
pub(crate) fn parse_decimal(text: &str) -> Result<Decimal, AmountError> {
    if !looks_like_a_number(text) {
        return Err(AmountError::NotANumber);
    }
    let read = if text.contains(['e', 'E']) { Decimal::from_scientific(text) } else { Decimal::from_str_exact(text) };
    read.map_err(|_| AmountError::TooPrecise)
}

/// The grammar of a JSON number, with leading zeros and a leading `+` allowed.
fn looks_like_a_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = |text: &'_ str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let mantissa = unsigned(mantissa);
    let mantissa_ok = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(&mantissa),
    };
    mantissa_ok && exponent.is_none_or(|exponent| digits(&unsigned(exponent)))
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The currencies the contract knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// South Korean won, no decimal places.
    Krw,
    /// United States dollar, two decimal places.
    Usd,
}

impl Currency {
    /// Every currency, in the order of the contract's old digits.
    pub const ALL: [Currency; 2] = [Currency::Krw, Currency::Usd];

    /// The ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Currency::Krw => "KRW",
            Currency::Usd => "USD",
        }
    }

    /// How many decimal places an amount in this currency has.
    pub const fn places(self) -> u32 {
        match self {
            Currency::Krw => 0,
            Currency::Usd => 2,
        }
    }

    /// The currency of an ISO code.
    pub fn from_code(code: &str) -> Option<Currency> {
        Currency::ALL.into_iter().find(|currency| currency.code() == code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prints_five_places() {
        assert_eq!("71200".parse::<Money>().map(|m| m.to_string()), Ok("71200.00000".to_owned()));
        assert_eq!("0.5".parse::<Money>().map(|m| m.to_string()), Ok("0.50000".to_owned()));
        assert_eq!("7.12e4".parse::<Money>().map(|m| m.to_string()), Ok("71200.00000".to_owned()));
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", "abc", "1,000", "1.", ".5", "0x10", "NaN", "Infinity", "1e", "--1", "1_000", "١٢"] {
            assert_eq!(text.parse::<Money>(), Err(AmountError::NotANumber), "{text}");
        }
        for text in ["1.000001", "99999999999999", "1e400", "1e-400"] {
            assert_eq!(text.parse::<Money>(), Err(AmountError::TooPrecise), "{text}");
        }
        assert_eq!("-1".parse::<Money>(), Err(AmountError::Negative));
        assert_eq!("-0".parse::<Money>(), Ok(Money::ZERO));
    }

    #[test]
    fn rounds_half_up_to_the_places_of_the_currency() {
        let amount = |text: &str| Decimal::from_str_exact(text).unwrap();
        assert_eq!(Money::round(amount("10.005"), Currency::Usd), "10.01".parse().ok());
        assert_eq!(Money::round(amount("10.5"), Currency::Krw), "11".parse().ok());
        assert_eq!(Money::round(amount("10.49999"), Currency::Krw), "10".parse().ok());
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(parts in 0..=MAX_UNITS * SCALE / 2) {
            let money = Money::from_parts(parts);
            prop_assert_eq!(money.to_string().parse(), Ok(money));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = text.parse::<Money>();
        }
    }
}
