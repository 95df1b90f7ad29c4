//! What a channel does all day: many reads, some orders, a few cancellations.

use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::orders::Orders;
use super::reads::{Detail, Inventory, Price};
use super::{Kind, Shop, Shopper, expect_status, member};
use crate::load::client::{Answer, Asked};

/// Of 100 requests, so many are orders.
const ORDERS: u32 = 15;
/// And so many cancel an order that this connection placed before.
const CANCELS: u32 = 5;
/// The most orders that are remembered to be canceled.
const REMEMBERED: usize = 100;

const CANCEL: &str = r#"{"channel_status":"Traveler cancel"}"#;

/// Reads, orders and cancels.
pub struct Mixed {
    shop: Arc<Shop>,
    dice: SmallRng,
    orders: Orders,
    price: Price,
    inventory: Inventory,
    detail: Detail,
    placed: Vec<String>,
}

impl Mixed {
    /// One connection's.
    pub fn new(shop: Arc<Shop>, number: usize, mut dice: SmallRng) -> Mixed {
        let mut own = || SmallRng::seed_from_u64(dice.random());
        Mixed {
            orders: Orders::spread(Arc::clone(&shop), number, own()),
            price: Price::new(Arc::clone(&shop), own()),
            inventory: Inventory::new(Arc::clone(&shop), own()),
            detail: Detail::new(Arc::clone(&shop), own()),
            placed: Vec::new(),
            shop,
            dice,
        }
    }

    fn cancel(&self, order: &str) -> Asked {
        self.shop.caller.patch(&format!("/v1/channel/orders/tour/{order}"), CANCEL)
    }
}

impl Shopper for Mixed {
    fn next(&mut self) -> (Kind, Asked) {
        let number = self.dice.random_range(0..100);
        if number < CANCELS
            && let Some(order) = self.placed.pop()
        {
            return (Kind::Cancel, self.cancel(&order));
        }
        if number < CANCELS + ORDERS {
            return self.orders.next();
        }
        match number % 3 {
            0 => self.price.next(),
            1 => self.inventory.next(),
            _ => self.detail.next(),
        }
    }

    fn check(&mut self, kind: Kind, answer: &Answer) -> Result<(), String> {
        match kind {
            Kind::Cancel => {
                expect_status(answer, 200)?;
                match member(answer.text(), "ax_order_status") {
                    Some("Traveler cancel") => Ok(()),
                    _ => Err("expected the state Traveler cancel".to_owned()),
                }
            }
            Kind::Order => {
                let order = self.orders.ordered(answer)?;
                if self.placed.len() < REMEMBERED {
                    self.placed.push(order.to_owned());
                }
                Ok(())
            }
            Kind::Price => self.price.check(kind, answer),
            Kind::Inventory => self.inventory.check(kind, answer),
            _ => self.detail.check(kind, answer),
        }
    }
}
