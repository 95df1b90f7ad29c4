//! Why a channel cannot order an option from a stock row, for the supplier who wonders: every reason, not only the first
//! one that an order would be refused for.

use jiff::Timestamp;

use crate::allotment::Allotments;
use crate::ids::ChannelId;
use crate::inventory::{NotSellable, SaleTerms, StockRow, units};

/// A reason why a channel cannot order an option from a stock row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The channel may not sell the product.
    NotAssigned,
    /// Channels do not see the option yet.
    NotPublished,
    /// The option is not sold.
    OptionInactive,
    /// Today is no day of sale.
    NotOnSale,
    /// The date or time has passed.
    Past,
    /// The supplier closed the row.
    Closed,
    /// Orders have closed.
    CutOffPassed {
        /// When.
        closed_at: Timestamp,
    },
    /// Too few units are left for anybody.
    SoldOut,
    /// Units are left, but they are kept for other channels.
    AllottedToOthers {
        /// Units of the pool that are.
        units: i64,
    },
}

impl Hindrance {
    /// The codes of all of them.
    pub const CODES: [&'static str; 9] = [
        "product_not_assigned",
        "not_published",
        "option_inactive",
        "product_not_on_sale",
        "inventory_past",
        "inventory_closed",
        "cut_off_passed",
        "sold_out",
        "allotted_to_others",
    ];

    /// The stable code: where an order is refused for it, that of the refusal. What is allotted to others is sold out to
    /// a channel, which is told nothing of them.
    pub fn code(&self) -> &'static str {
        match self {
            Hindrance::NotAssigned => "product_not_assigned",
            Hindrance::NotPublished => "not_published",
            Hindrance::OptionInactive => "option_inactive",
            Hindrance::NotOnSale => "product_not_on_sale",
            Hindrance::Past => "inventory_past",
            Hindrance::Closed => "inventory_closed",
            Hindrance::CutOffPassed { .. } => "cut_off_passed",
            Hindrance::SoldOut => "sold_out",
            Hindrance::AllottedToOthers { .. } => "allotted_to_others",
        }
    }
}

impl From<NotSellable> for Hindrance {
    fn from(reason: NotSellable) -> Self {
        match reason {
            NotSellable::NotOnSale => Hindrance::NotOnSale,
            NotSellable::Past => Hindrance::Past,
            NotSellable::Closed => Hindrance::Closed,
            NotSellable::CutOffPassed { closed_at } => Hindrance::CutOffPassed { closed_at },
        }
    }
}

/// An option, a stock row that it draws from, and a channel that wants to sell it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The channel.
    pub channel: ChannelId,
    /// Whether it may sell the product.
    pub is_assigned: bool,
    /// Whether channels see the option.
    pub is_published: bool,
    /// Whether the option is sold.
    pub is_active: bool,
    /// The least units of the option in one order.
    pub min_quantity: u32,
    /// How much of the pool one unit takes.
    pub weight: i64,
    /// When the product is sold.
    pub terms: &'a SaleTerms,
    /// The row.
    pub row: &'a StockRow,
    /// What is kept of it for whom.
    pub allotments: &'a Allotments,
}

impl Case<'_> {
    /// Units of the option that the channel would get at `now`, were there no other hindrance.
    pub fn available(&self, now: Timestamp) -> u32 {
        units(self.allotments.available(self.row.remain(), self.channel, now), self.weight)
    }

    /// Every reason why the channel cannot order at `now`; the first one is what an order is refused for.
    pub fn hindrances(&self, now: Timestamp) -> Vec<Hindrance> {
        let mut hindrances = Vec::new();
        if !self.is_assigned {
            hindrances.push(Hindrance::NotAssigned);
        }
        if !self.is_published {
            hindrances.push(Hindrance::NotPublished);
        }
        if !self.is_active {
            hindrances.push(Hindrance::OptionInactive);
        }
        hindrances.extend(self.terms.hindrances(self.row, now).into_iter().map(Hindrance::from));
        let least = self.min_quantity.max(1);
        if units(self.row.remain(), self.weight) < least {
            hindrances.push(Hindrance::SoldOut);
        } else if self.available(now) < least {
            hindrances.push(Hindrance::AllottedToOthers { units: self.allotments.kept_from(self.channel, now) });
        }
        hindrances
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::{date, time};
    use jiff::tz::TimeZone;
    use uuid::Uuid;

    use super::*;
    use crate::allotment::Allotment;
    use crate::ids::{PoolId, StockId};
    use crate::product::{ProductKind, SalePeriod};

    const OWN: ChannelId = ChannelId(Uuid::from_u128(1));
    const OTHER: ChannelId = ChannelId(Uuid::from_u128(2));

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn everything_that_is_in_the_way_is_told() {
        let utc = TimeZone::UTC;
        let cut_off = SignedDuration::from_hours(2);
        let terms = SaleTerms { kind: ProductKind::Tour, zone: utc.clone(), sale: SalePeriod::default(), cut_off };
        let row = StockRow {
            id: StockId(Uuid::from_u128(3)),
            pool: PoolId(Uuid::from_u128(4)),
            date: date(2026, 7, 1),
            start_time: time(9, 0, 0, 0),
            starts_at: at("2026-07-01T09:00:00Z"),
            max: 10,
            min: 0,
            held: 0,
            ordered: 4,
            on_sale: true,
        };
        let kept = Allotment { channel: OTHER, quantity: 4, taken: 0, release_at: at("2026-07-01T06:00:00Z") };
        let allotments = &Allotments::by_row([((), kept)])[&()];
        let (early, before_release) = (at("2026-06-30T00:00:00Z"), at("2026-07-01T05:59:59Z"));
        let case = |terms, row, weight| Case {
            channel: OWN,
            is_assigned: true,
            is_published: true,
            is_active: true,
            min_quantity: 1,
            weight,
            terms,
            row,
            allotments,
        };
        assert_eq!(case(&terms, &row, 2).hindrances(early), []);
        assert_eq!(case(&terms, &row, 2).available(early), 1);
        let allotted = Hindrance::AllottedToOthers { units: 4 };
        assert_eq!(case(&terms, &row, 3).hindrances(before_release), [allotted]);
        assert_eq!(case(&terms, &row, 3).hindrances(kept.release_at), []);
        assert_eq!(case(&terms, &row, 7).hindrances(early), [Hindrance::SoldOut], "six are left");
        let pair = Case { min_quantity: 2, ..case(&terms, &row, 2) };
        assert_eq!(pair.hindrances(early), [allotted], "one pair is too few where an order has at least two");

        let sale = SalePeriod { from: None, to: Some(date(2026, 6, 29)) };
        let (terms, row) = (SaleTerms { kind: ProductKind::Tour, zone: utc, sale, cut_off }, StockRow { on_sale: false, ..row });
        let nobodys = Case { is_assigned: false, is_published: false, is_active: false, channel: OTHER, ..case(&terms, &row, 7) };
        let late = at("2026-07-01T10:00:00Z");
        let codes: Vec<&str> = nobodys.hindrances(late).iter().map(Hindrance::code).collect();
        assert_eq!(codes, Hindrance::CODES[..8]);
    }
}
