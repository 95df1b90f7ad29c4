//! What is asked, and whether what came back is right. A shopper is what one connection plays: it makes the next
//! request and checks the answer to it.

mod body;
mod mixed;
mod orders;
mod reads;

use std::fmt;
use std::sync::Arc;

use axhub_domain::time::format_instant;
use clap::ValueEnum;
use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde::Serialize;

use crate::data::World;
use crate::load::client::{Answer, Asked, Caller};
use body::OrderBody;

/// What a server is driven with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    /// Orders of one ticket each, of 10,000 stock rows at random.
    OrdersSpread,
    /// Orders of one ticket each, all of one stock row.
    OrdersHot,
    /// 80 % reads of prices, inventory and products, 15 % orders, 5 % cancellations.
    OrdersMixed,
    /// The prices of a product.
    Price,
    /// A page of 25 rows of a product's inventory.
    Inventory,
    /// A product whole.
    ProductDetail,
    /// Stock and prices of ten products for a week.
    InventorySearch,
    /// The feed of changes, 100 at a time from its beginning, again and again.
    Changes,
}

impl Scenario {
    /// Whether it changes anything.
    pub fn writes(self) -> bool {
        matches!(self, Scenario::OrdersSpread | Scenario::OrdersHot | Scenario::OrdersMixed)
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_possible_value().as_ref().map_or("", |value| value.get_name()))
    }
}

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An order is placed.
    Order,
    /// An order is canceled.
    Cancel,
    /// Prices are read.
    Price,
    /// Inventory is read.
    Inventory,
    /// A product is read.
    ProductDetail,
    /// Inventory is searched.
    InventorySearch,
    /// The feed of changes is read.
    Changes,
    /// The bare handler is asked.
    Floor,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_possible_value().as_ref().map_or("", |value| value.get_name()))
    }
}

/// What one connection plays. It has one request under way at a time.
pub trait Shopper: Send {
    /// The next request.
    fn next(&mut self) -> (Kind, Asked);

    /// Whether this is the right answer to the last request; what is wrong with it otherwise.
    fn check(&mut self, kind: Kind, answer: &Answer) -> Result<(), String>;
}

/// What all shoppers of a run share.
#[derive(Debug)]
pub struct Shop {
    world: Arc<World>,
    caller: Caller,
    body: OrderBody,
    /// What one unit of each option costs, and when the tours of each day start, as orders say it.
    prices: Vec<String>,
    starts: Vec<String>,
    /// What the codes of this run's orders begin with, so that no two runs use the same.
    run: String,
}

impl Shop {
    /// A shop of the world's channel. `run` makes the codes of its orders its own.
    pub fn new(world: Arc<World>, caller: Caller, run: &str, now: Timestamp) -> Shop {
        let size = &world.size;
        let options = (0..size.products).flat_map(|p| (0..size.options).map(move |o| (p, o)));
        let prices = options.map(|(p, o)| world.unit_price(p, o).to_string()).collect();
        // All tours of a day start at the same time.
        let starts = (0..size.days).map(|d| format_instant(world.starts_at(0, 0, d))).collect();
        Shop { caller, body: OrderBody::new(now), prices, starts, run: run.to_owned(), world }
    }

    /// Shoppers for so many connections. The same seed asks for the same things in the same order.
    pub fn shoppers(self, scenario: Scenario, connections: usize, seed: u64) -> Vec<Box<dyn Shopper>> {
        let shop = Arc::new(self);
        (0..connections)
            .map(|number| {
                let dice = SmallRng::seed_from_u64(seed.wrapping_mul(0x1_0000).wrapping_add(number as u64));
                shopper(scenario, Arc::clone(&shop), number, dice)
            })
            .collect()
    }
}

fn shopper(scenario: Scenario, shop: Arc<Shop>, number: usize, dice: SmallRng) -> Box<dyn Shopper> {
    match scenario {
        Scenario::OrdersSpread => Box::new(orders::Orders::spread(shop, number, dice)),
        Scenario::OrdersHot => Box::new(orders::Orders::hot(shop, number, dice)),
        Scenario::OrdersMixed => Box::new(mixed::Mixed::new(shop, number, dice)),
        Scenario::Price => Box::new(reads::Price::new(shop, dice)),
        Scenario::Inventory => Box::new(reads::Inventory::new(shop, dice)),
        Scenario::ProductDetail => Box::new(reads::Detail::new(shop, dice)),
        Scenario::InventorySearch => Box::new(reads::Search::new(shop, dice)),
        Scenario::Changes => Box::new(reads::Changes::new(shop)),
    }
}

/// Whether the status is this one.
fn expect_status(answer: &Answer, status: u16) -> Result<(), String> {
    if answer.status.as_u16() == status { Ok(()) } else { Err(format!("expected the status {status}")) }
}

/// The text of a member of a JSON object, by a search for its name: no answer is parsed while it counts.
fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let from = json.find(name)? + name.len();
    let value = json[from..].strip_prefix("\":\"")?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_members() {
        let json = r#"{"channel_order_code":"B-1","options":[{"ax_order_code":"018f","n":1}]}"#;
        assert_eq!(member(json, "channel_order_code"), Some("B-1"));
        assert_eq!(member(json, "ax_order_code"), Some("018f"));
        assert_eq!(member(json, "n"), None);
        assert_eq!(member(json, "x"), None);
    }
}
