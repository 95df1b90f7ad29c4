//! Reads. The first answer of a connection is looked at closely; later ones must be about as long.

use std::sync::Arc;

use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::{Value, json};

use super::{Kind, Shop, Shopper, expect_status};
use crate::load::client::{Answer, Asked};

/// Rows of a page of inventory.
const ROWS: u32 = 25;
/// Products of a search.
const PRODUCTS: u32 = 10;
/// Days of a search.
const DAYS: u32 = 7;
/// Changes of one answer.
const CHANGES: u32 = 100;

/// How long answers are, once the first was looked at.
#[derive(Default)]
struct Length(Option<usize>);

impl Length {
    /// Status 200, and about as long as the first answer, about which `is_right` says whether it is right.
    fn check(&mut self, answer: &Answer, is_right: impl FnOnce(&Value) -> Result<(), String>) -> Result<(), String> {
        expect_status(answer, 200)?;
        let length = answer.body.len();
        match self.0 {
            Some(first) if length < first / 2 || length > first * 2 => Err(format!("expected about {first} bytes, not {length}")),
            Some(_) => Ok(()),
            None => {
                let body: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
                is_right(&body)?;
                self.0 = Some(length);
                Ok(())
            }
        }
    }
}

/// The rows of all options.
fn rows(options: &Value) -> usize {
    options.as_object().map_or(0, |options| options.values().filter_map(Value::as_array).map(Vec::len).sum())
}

fn expect(is_right: bool, what: &str) -> Result<(), String> {
    if is_right { Ok(()) } else { Err(format!("expected {what}")) }
}

/// Reads prices.
pub struct Price {
    shop: Arc<Shop>,
    dice: SmallRng,
    length: Length,
}

impl Price {
    /// Of products at random.
    pub fn new(shop: Arc<Shop>, dice: SmallRng) -> Price {
        Price { shop, dice, length: Length::default() }
    }
}

impl Shopper for Price {
    fn next(&mut self) -> (Kind, Asked) {
        let product = self.shop.world.product(self.dice.random_range(0..self.shop.world.size.products));
        (Kind::Price, self.shop.caller.get(&format!("/v1/channel/price/tour/{product}")))
    }

    fn check(&mut self, _kind: Kind, answer: &Answer) -> Result<(), String> {
        let options = self.shop.world.size.options;
        self.length.check(answer, |body| {
            let found = body["prices"].as_array().map_or(0, Vec::len);
            expect(found == options as usize, "the prices of each option")
        })
    }
}

/// Reads inventory.
pub struct Inventory {
    shop: Arc<Shop>,
    dice: SmallRng,
    length: Length,
}

impl Inventory {
    /// Of products at random: the first page.
    pub fn new(shop: Arc<Shop>, dice: SmallRng) -> Inventory {
        Inventory { shop, dice, length: Length::default() }
    }
}

impl Shopper for Inventory {
    fn next(&mut self) -> (Kind, Asked) {
        let product = self.shop.world.product(self.dice.random_range(0..self.shop.world.size.products));
        (Kind::Inventory, self.shop.caller.get(&format!("/v1/channel/inventory/tour/{product}?page_size={ROWS}")))
    }

    fn check(&mut self, _kind: Kind, answer: &Answer) -> Result<(), String> {
        let size = &self.shop.world.size;
        let expected = ROWS.min(size.options.saturating_mul(size.days)) as usize;
        self.length.check(answer, |body| expect(rows(&body["option_codes"]) == expected, &format!("{expected} rows")))
    }
}

/// Reads products.
pub struct Detail {
    shop: Arc<Shop>,
    dice: SmallRng,
    length: Length,
}

impl Detail {
    /// Products at random.
    pub fn new(shop: Arc<Shop>, dice: SmallRng) -> Detail {
        Detail { shop, dice, length: Length::default() }
    }
}

impl Shopper for Detail {
    fn next(&mut self) -> (Kind, Asked) {
        let product = self.shop.world.product(self.dice.random_range(0..self.shop.world.size.products));
        (Kind::ProductDetail, self.shop.caller.get(&format!("/v1/channel/products/tour/{product}")))
    }

    fn check(&mut self, _kind: Kind, answer: &Answer) -> Result<(), String> {
        let options = self.shop.world.size.options as usize;
        self.length.check(answer, |body| {
            let found = body["options"].as_array().map_or(0, Vec::len);
            expect(found == options && body["contents"].is_object(), "contents and options")
        })
    }
}

/// Searches inventory.
pub struct Search {
    shop: Arc<Shop>,
    dice: SmallRng,
    length: Length,
}

impl Search {
    /// Ten neighbours at random, in a week at random.
    pub fn new(shop: Arc<Shop>, dice: SmallRng) -> Search {
        Search { shop, dice, length: Length::default() }
    }

    fn products(&self) -> u32 {
        PRODUCTS.min(self.shop.world.size.products)
    }

    fn days(&self) -> u32 {
        DAYS.min(self.shop.world.size.days)
    }
}

impl Shopper for Search {
    fn next(&mut self) -> (Kind, Asked) {
        let world = &self.shop.world;
        let product = self.dice.random_range(0..=world.size.products - self.products());
        let day = self.dice.random_range(0..=world.size.days - self.days());
        let from = world.date(day);
        let to = world.date(day + self.days() - 1);
        let codes: Vec<_> = (product..product + self.products()).map(|p| world.product(p)).collect();
        let body = json!({ "product_codes": codes, "from": from, "to": to });
        (Kind::InventorySearch, self.shop.caller.post("/v1/channel/inventory/search", body.to_string()))
    }

    fn check(&mut self, _kind: Kind, answer: &Answer) -> Result<(), String> {
        let options = (self.products() * self.shop.world.size.options) as usize;
        let expected = options * self.days() as usize;
        self.length.check(answer, |body| {
            let found = body["options"].as_array().map_or(&[][..], Vec::as_slice);
            let rows: usize = found.iter().filter_map(|option| option["rows"].as_array()).map(Vec::len).sum();
            expect(found.len() == options && rows == expected, &format!("{options} options with {expected} rows"))
        })
    }
}

/// Reads the feed of changes.
pub struct Changes {
    shop: Arc<Shop>,
    cursor: Option<String>,
}

impl Changes {
    /// From its beginning, and again from there at its end.
    pub fn new(shop: Arc<Shop>) -> Changes {
        Changes { shop, cursor: None }
    }
}

impl Shopper for Changes {
    fn next(&mut self) -> (Kind, Asked) {
        let path = match &self.cursor {
            Some(cursor) => format!("/v1/channel/changes?limit={CHANGES}&cursor={cursor}"),
            None => format!("/v1/channel/changes?limit={CHANGES}"),
        };
        (Kind::Changes, self.shop.caller.get(&path))
    }

    fn check(&mut self, _kind: Kind, answer: &Answer) -> Result<(), String> {
        expect_status(answer, 200)?;
        // Both stand behind the changes, which have members of the same name in no place.
        let text = answer.text();
        let tail = &text[text.rfind("\"next_cursor\"").ok_or("expected a next_cursor")?..];
        let cursor = super::member(tail, "next_cursor").ok_or("expected a next_cursor")?;
        self.cursor = tail.contains("\"has_more\":true").then(|| cursor.to_owned());
        Ok(())
    }
}
