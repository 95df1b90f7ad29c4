//! The world that a round begins with: little stock, and everybody wants it.
//!
//! | product | kind | confirmed | stock |
//! |---|---|---|---|
//! | walk | tour, two days, two times | at once | Adult (1 unit) and Family (3) share a pool; Guide has its own |
//! | feast | tour, one day, two times | by the supplier, rejected when it does not answer | Seat (1) and Table (4) share a pool |
//! | museum | day-ticket, three days | at once | Adult, and Youth, which only changes the price |
//! | tower | day-ticket, two days | by the supplier | Entry (1) and Fast lane (2) share a pool; alpha has an allotment |
//! | cruise | undated ticket | at once | Entry |
//!
//! Everything is named by its place here: a channel, a supplier, a product, an option, and a slot, which is a pool on a date
//! and start time.

mod make;

use axhub_domain::product::ProductKind;
use axhub_domain::reply::ReplyLimit;
use axhub_hub::Hub;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::history::LineAsk;
use make::MAX_QUANTITY;

/// Everything that clients know before they begin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct World {
    /// The operator's key.
    pub operator_key: String,
    /// The channels.
    pub channels: Vec<Channel>,
    /// The suppliers.
    pub suppliers: Vec<Supplier>,
    /// The products.
    pub products: Vec<Product>,
    /// The options of all products.
    pub options: Vec<Offered>,
    /// All that can be sold.
    pub slots: Vec<Slot>,
}

/// A channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Channel {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its key.
    pub key: String,
    /// Its registrations, by the products' places.
    pub registrations: Vec<Uuid>,
}

/// A supplier.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Supplier {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its key.
    pub key: String,
}

/// A product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Product {
    /// Its code.
    pub id: Uuid,
    /// Its kind.
    pub kind: ProductKind,
    /// The place of its supplier.
    pub supplier: usize,
    /// How long that has to answer an order, and what the hub does then; none where there is no such limit.
    pub reply: Option<ReplyLimit>,
}

/// An option.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Offered {
    /// Its code.
    pub id: Uuid,
    /// The place of its product.
    pub product: usize,
    /// Which pool it draws from.
    pub pool: usize,
    /// Units of the pool that one unit takes.
    pub weight: i64,
    /// Whether stock is set by it; not by one that only changes the price.
    pub has_stock: bool,
}

/// A pool on a date and start time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Slot {
    /// Which pool.
    pub pool: usize,
    /// The place of its product.
    pub product: usize,
    /// The date in the product's zone; the one that stands for none of an undated product.
    pub date: Date,
    /// The start time; midnight for what has none.
    pub start_time: Time,
    /// What orders call it; none for what has no date.
    pub inventory_at: Option<String>,
    /// The units that it begins with.
    pub max: i64,
}

impl World {
    /// Makes the world in an empty database. The seed says how much of everything there is.
    ///
    /// # Errors
    /// When the database does not do its part.
    pub async fn make(hub: &Hub, seed: u64) -> anyhow::Result<World> {
        make::make(hub, seed).await
    }

    /// The option of this code.
    pub fn option(&self, id: Uuid) -> Option<&Offered> {
        self.options.iter().find(|option| option.id == id)
    }

    /// More than there will ever be of one slot, in a single line: who orders it waits for the stock like anybody, and is
    /// refused.
    pub fn more_than_there_is(&self) -> Option<(&Slot, LineAsk)> {
        let heaviest = self.options.iter().filter(|option| option.has_stock).max_by_key(|option| option.weight)?;
        let slot = self.slots.iter().position(|slot| slot.pool == heaviest.pool)?;
        Some((&self.slots[slot], LineAsk { option: heaviest.id, slot, quantity: MAX_QUANTITY.into() }))
    }

    /// More of this slot than a single line may order: who orders it waits for the stock like anybody, and is always refused,
    /// whatever there is.
    pub fn more_than_a_line_may_have(&self, slot: usize) -> Option<LineAsk> {
        let option = self.options_of_pool(self.slots.get(slot)?.pool).next()?;
        Some(LineAsk { option: option.id, slot, quantity: u32::from(MAX_QUANTITY) + 1 })
    }

    /// The options of a pool.
    pub fn options_of_pool(&self, pool: usize) -> impl Iterator<Item = &Offered> {
        self.options.iter().filter(move |option| option.pool == pool)
    }
}
