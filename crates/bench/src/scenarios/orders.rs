//! Orders of one ticket each.

use std::fmt::Write;
use std::sync::Arc;

use rand::RngExt;
use rand::rngs::SmallRng;

use super::body::Wanted;
use super::{Kind, Shop, Shopper, expect_status, member};
use crate::data::Size;
use crate::load::client::{Answer, Asked};

/// Where orders are sent.
const ADDRESS: &str = "/v1/channel/orders/tour";

/// Over how many stock rows orders are spread, however many there are: what more data costs must not be mixed up with what it
/// costs to sell from more rows at a time.
const SPREAD: u64 = 10_000;

/// Places orders.
pub struct Orders {
    shop: Arc<Shop>,
    dice: SmallRng,
    is_hot: bool,
    /// What the codes of this connection's orders begin with, and how many there were.
    prefix: String,
    count: u64,
    /// The code of the last order.
    code: String,
}

impl Orders {
    /// Of [`SPREAD`] stock rows at random.
    pub fn spread(shop: Arc<Shop>, number: usize, dice: SmallRng) -> Orders {
        let prefix = format!("B{}-{number}-", shop.run);
        Orders { shop, dice, is_hot: false, prefix, count: 0, code: String::new() }
    }

    /// All of one stock row.
    pub fn hot(shop: Arc<Shop>, number: usize, dice: SmallRng) -> Orders {
        Orders { is_hot: true, ..Orders::spread(shop, number, dice) }
    }

    /// The next order.
    pub fn order(&mut self) -> Asked {
        self.count += 1;
        self.code.clear();
        self.code.push_str(&self.prefix);
        // Writing to a text never fails.
        let _ = write!(self.code, "{}", self.count);
        let Shop { world, prices, starts, body, caller, .. } = &*self.shop;
        let size = &world.size;
        let (p, o, d) = if self.is_hot { world.hot() } else { among(size, self.dice.random_range(0..SPREAD.min(size.stock_rows()))) };
        let wanted = Wanted {
            registration: world.registration(p),
            option: world.option(p, o),
            starts_at: &starts[d as usize],
            price: &prices[(p * size.options + o) as usize],
            code: &self.code,
        };
        caller.post(ADDRESS, body.fill(&wanted))
    }

    /// Checks the answer to the last order; the code that the hub gave it.
    pub fn ordered<'a>(&self, answer: &'a Answer) -> Result<&'a str, String> {
        expect_status(answer, 201)?;
        let text = answer.text();
        if member(text, "channel_order_code") != Some(self.code.as_str()) {
            return Err(format!("expected an answer about {}", self.code));
        }
        member(text, "ax_order_code").filter(|code| code.len() == 36).ok_or_else(|| "expected an ax_order_code".to_owned())
    }
}

/// The product, option and day of one of the rows that orders are spread over. These lie as far apart as they can, and on all days.
fn among(size: &Size, number: u64) -> (u32, u32, u32) {
    let apart = (size.stock_rows() / SPREAD).max(1);
    let of_an_option = (u64::from(size.days) / apart).max(1);
    size.place_of(number * apart + number / of_an_option % apart)
}

impl Shopper for Orders {
    fn next(&mut self) -> (Kind, Asked) {
        (Kind::Order, self.order())
    }

    fn check(&mut self, _kind: Kind, answer: &Answer) -> Result<(), String> {
        self.ordered(answer).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn orders_are_spread_over_rows_of_every_product_and_day() {
        for text in ["50x2x100+0", "1000x2x500+1000000", "3x1x7+0"] {
            let size: Size = text.parse().unwrap();
            let of_all = SPREAD.min(size.stock_rows());
            let chosen: HashSet<_> = (0..of_all).map(|number| among(&size, number)).collect();
            assert_eq!(chosen.len() as u64, of_all, "{text}: each row once");
            assert!(chosen.iter().all(|(p, o, d)| *p < size.products && *o < size.options && *d < size.days), "{text}");
            assert_eq!(chosen.iter().map(|(p, ..)| p).collect::<HashSet<_>>().len(), size.products as usize, "{text}: every product");
            assert_eq!(chosen.iter().map(|(.., d)| d).collect::<HashSet<_>>().len(), size.days as usize, "{text}: every day");
        }
    }
}
