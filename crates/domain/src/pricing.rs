//! What a channel pays: the supplier's net price, the channel's mark-up, and the operator's rate (contract 5).

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money};

/// A factor on the net price, in 1/100 000: 112 000 is +12 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkUp(pub i64);

impl MarkUp {
    /// Net price and selling price are the same.
    pub const NONE: MarkUp = MarkUp(100_000);

    fn factor(self) -> Decimal {
        Decimal::new(self.0, 5)
    }
}

/// How many `quote` one `base` is worth from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// The currency of which there is one.
    pub base: Currency,
    /// The currency it is worth.
    pub quote: Currency,
    /// From when on.
    pub valid_from: Timestamp,
    /// In 1/100 000 000.
    pub rate: i64,
}

impl ExchangeRate {
    /// Whether it has come into force.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.valid_from <= now
    }
}

/// The dated rates of the operator.
#[derive(Clone, Debug, Default)]
pub struct Rates(Vec<ExchangeRate>);

impl Rates {
    /// These rates, in any order.
    pub fn new(mut rates: Vec<ExchangeRate>) -> Rates {
        rates.sort_by_key(|rate| rate.valid_from);
        Rates(rates)
    }

    /// The rate from one currency to another in force at `at`; a pair that is only known the other way round is inverted.
    pub fn between(&self, from: Currency, to: Currency, at: Timestamp) -> Option<Decimal> {
        if from == to {
            return Some(Decimal::ONE);
        }
        let known = self.in_force(from, to, at)?;
        let rate = Decimal::new(known.rate, 8);
        if known.base == from { Some(rate) } else { Decimal::ONE.checked_div(rate) }
    }

    /// When the next rate that is set already comes into force, of any pair.
    pub fn next_after(&self, at: Timestamp) -> Option<Timestamp> {
        self.0.iter().map(|rate| rate.valid_from).find(|from| *from > at)
    }

    /// The rate that a conversion at `at` goes by, as the operator set it: for this direction or, where there is none, for
    /// the other.
    pub fn in_force(&self, from: Currency, to: Currency, at: Timestamp) -> Option<ExchangeRate> {
        let newest = |base, quote| {
            let rate = self.0.iter().rev().find(|rate| rate.base == base && rate.quote == quote && rate.is_in_force(at))?;
            (rate.rate > 0).then_some(*rate)
        };
        newest(from, to).or_else(|| newest(to, from))
    }
}

/// A net price of an option, for a range of dates or, as the base price, for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetPrice {
    /// The supplier's price of one unit, in the product's base currency.
    pub net: Money,
    /// The dates it holds for; `None` for the base price.
    pub dates: Option<(Date, Date)>,
}

/// The net price for a date, or the base price when no date is asked for or no range covers it.
pub fn net_price(prices: &[NetPrice], date: Option<Date>) -> Option<Money> {
    let covers = |price: &&NetPrice| date.is_some_and(|date| price.dates.is_some_and(|(from, to)| from <= date && date <= to));
    let dated = prices.iter().find(covers);
    dated.or_else(|| prices.iter().find(|price| price.dates.is_none())).map(|price| price.net)
}

/// What one unit costs the channel in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SellingPrice {
    /// The currency.
    pub currency: Currency,
    /// One unit.
    pub unit: Money,
    /// One person, when a unit takes several.
    pub per_person: Money,
}

/// Net price × mark-up × rate, rounded half-up once, to the currency's places.
///
/// `None` when there is no rate, or the price is too large to be stored.
pub fn selling_price(
    net: Money,
    base: Currency,
    mark_up: MarkUp,
    persons_per_unit: u32,
    currency: Currency,
    rates: &Rates,
    at: Timestamp,
) -> Option<SellingPrice> {
    let rate = rates.between(base, currency, at)?;
    let exact = net.to_decimal().checked_mul(mark_up.factor())?.checked_mul(rate)?;
    let per_person = exact.checked_div(Decimal::from(persons_per_unit.max(1)))?;
    Some(SellingPrice { currency, unit: Money::round(exact, currency)?, per_person: Money::round(per_person, currency)? })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn rates() -> Rates {
        let usd = |valid_from: &str, rate| ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from: at(valid_from), rate };
        Rates::new(vec![usd("2026-02-01T00:00:00Z", 120_000_000_000), usd("2026-01-01T00:00:00Z", 110_000_000_000)])
    }

    #[test]
    fn the_rate_in_force_holds() {
        let price = |when| {
            selling_price("75".parse().unwrap(), Currency::Usd, MarkUp(106_667), 1, Currency::Krw, &rates(), at(when))
                .map(|price| price.unit.to_string())
        };
        assert_eq!(price("2025-12-31T23:59:59Z"), None);
        assert_eq!(price("2026-01-31T00:00:00Z").as_deref(), Some("88000.00000"));
        assert_eq!(price("2026-02-01T00:00:00Z").as_deref(), Some("96000.00000"));
    }

    #[test]
    fn a_rate_known_the_other_way_round_is_inverted() {
        let price =
            selling_price("110000".parse().unwrap(), Currency::Krw, MarkUp::NONE, 4, Currency::Usd, &rates(), at("2026-01-31T00:00:00Z"))
                .unwrap();
        assert_eq!((price.unit.to_string(), price.per_person.to_string()), ("100.00000".to_owned(), "25.00000".to_owned()));
    }

    #[test]
    fn a_dated_price_beats_the_base_price() {
        let prices = [
            NetPrice { net: "10".parse().unwrap(), dates: None },
            NetPrice { net: "12".parse().unwrap(), dates: Some((date(2026, 7, 1), date(2026, 7, 31))) },
        ];
        let price = |day| net_price(&prices, day).map(|net| net.to_string());
        assert_eq!(price(None).as_deref(), Some("10.00000"));
        assert_eq!(price(Some(date(2026, 7, 31))).as_deref(), Some("12.00000"));
        assert_eq!(price(Some(date(2026, 8, 1))).as_deref(), Some("10.00000"));
    }

    proptest! {
        #[test]
        fn a_price_is_whole_in_its_currency(net in 0i64..1_000_000_000_000, mark_up in 1i64..1_000_000, rate in 1i64..1_000_000_000_000) {
            let rates = Rates::new(vec![ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from: Timestamp::UNIX_EPOCH, rate }]);
            let price = selling_price(Money::from_parts(net), Currency::Usd, MarkUp(mark_up), 1, Currency::Krw, &rates, at("2026-01-01T00:00:00Z"));
            if let Some(price) = price {
                prop_assert_eq!(price.unit.parts() % 100_000, 0);
            }
        }
    }
}
