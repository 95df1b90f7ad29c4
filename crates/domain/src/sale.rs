//! What a sale was made at, so that a statement can tell how its price came about.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::inventory::UNDATED;
use crate::money::{Currency, Money};
use crate::pricing::{MarkUp, NetPrice, Rates, net_price};

/// What held when an option was sold: the same facts that the channel's price was reckoned from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SaleFacts {
    /// The supplier's price of a unit, and in which currency; none when the option has no price.
    pub net: Option<(Money, Currency)>,
    /// The channel's mark-up; none when it may not sell the product.
    pub mark_up: Option<MarkUp>,
    /// The rate from the net price's currency to the order's; none when they are the same, or no rate is in force.
    pub rate: Option<Decimal>,
}

impl SaleFacts {
    /// What holds for an option of these prices, on a date and in an order's currency.
    pub fn at(
        prices: &[NetPrice],
        base: Currency,
        mark_up: Option<MarkUp>,
        date: Date,
        currency: Currency,
        rates: &Rates,
        now: Timestamp,
    ) -> SaleFacts {
        let net = net_price(prices, (date != UNDATED).then_some(date));
        let rate = if base == currency { None } else { rates.between(base, currency, now) };
        SaleFacts { net: net.map(|net| (net, base)), mark_up, rate: rate.map(|rate| rate.normalize()) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::pricing::{ExchangeRate, selling_price};

    fn prices() -> [NetPrice; 2] {
        [
            NetPrice { net: "110000".parse().unwrap(), dates: None },
            NetPrice { net: "132001".parse().unwrap(), dates: Some((date(2026, 7, 1), date(2026, 7, 31))) },
        ]
    }

    fn rates() -> Rates {
        let since = |valid_from: &str, rate| ExchangeRate {
            base: Currency::Usd,
            quote: Currency::Krw,
            valid_from: valid_from.parse().unwrap(),
            rate,
        };
        Rates::new(vec![since("2026-01-01T00:00:00Z", 110_000_000_000), since("2026-08-01T00:00:00Z", 120_000_000_000)])
    }

    fn facts(day: Date, currency: Currency) -> SaleFacts {
        let now = "2026-06-30T00:00:00Z".parse().unwrap();
        SaleFacts::at(&prices(), Currency::Krw, Some(MarkUp(120_000)), day, currency, &rates(), now)
    }

    #[test]
    fn the_price_of_the_date_and_the_rate_in_force_are_kept() {
        let of = |day, currency| {
            let facts = facts(day, currency);
            (facts.net.map(|(net, currency)| format!("{net} {currency}")), facts.rate.map(|rate| rate.to_string()))
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(of(date(2026, 7, 31), Currency::Krw), (text("132001.00000 KRW"), None));
        assert_eq!(of(date(2026, 8, 1), Currency::Krw), (text("110000.00000 KRW"), None));
        assert_eq!(of(UNDATED, Currency::Usd), (text("110000.00000 KRW"), text("0.0009090909090909090909090909")));
    }

    #[test]
    fn the_facts_are_those_of_the_channels_price() {
        let facts = facts(date(2026, 7, 2), Currency::Usd);
        let (net, base) = facts.net.unwrap();
        let now = "2026-06-30T00:00:00Z".parse().unwrap();
        let shown = selling_price(net, base, facts.mark_up.unwrap(), 1, Currency::Usd, &rates(), now).unwrap();
        let again = net.to_decimal() * Decimal::new(facts.mark_up.unwrap().0, 5) * facts.rate.unwrap();
        assert_eq!(Money::round(again, Currency::Usd), Some(shown.unit));
    }

    #[test]
    fn what_is_not_known_is_not_made_up() {
        let now = "2025-01-01T00:00:00Z".parse().unwrap();
        let facts = SaleFacts::at(&[], Currency::Krw, None, date(2026, 7, 2), Currency::Usd, &rates(), now);
        assert_eq!(facts, SaleFacts::default());
    }
}
