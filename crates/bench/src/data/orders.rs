//! Orders: one as a channel would place it, and past ones by the hub's own way.

use std::sync::Arc;

use anyhow::Context;
use axhub_domain::inventory::InventoryRef;
use axhub_domain::order::{OrderHead, OrderLine, Person, PlaceOrder, Purchaser, TicketRequest};
use axhub_domain::product::ProductKind;
use axhub_hub::{Clock, Hub, Settings, changes, ordering};
use axhub_store::Database;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde_json::Map;

use super::{ORDER_CURRENCY, Progress, World};

/// How many past orders are stored in one transaction.
const BATCH: usize = 2_048;
/// After so many the feed of changes gets its positions, so that the first who reads it does not wait for all of them.
const BETWEEN_POSITIONS: u64 = 50_000;

/// One unit of an option on a day, as the `orders` scenarios order it: the stock named by its start.
pub fn order(world: &World, (product, option, day): (u32, u32, u32), code: String, at: Timestamp) -> PlaceOrder {
    let price = world.unit_price(product, option);
    let line = OrderLine {
        registration: world.registration(product),
        option: world.option(product, option),
        quantity: 1,
        inventory: InventoryRef::At(world.starts_at(product, option, day)),
        also_named: None,
        unit_selling_price: price,
        discount: None,
        discount_method: None,
        amount_price: price,
        tickets: vec![TicketRequest { channel_ticket_code: Some(format!("{code}-1")), traveler: person("Park Traveler") }],
    };
    PlaceOrder {
        channel_order_code: code,
        kind: ProductKind::Tour,
        head: OrderHead {
            purchased_at: at,
            purchase_requested_at: None,
            reserved_at: None,
            reservation_requested_at: None,
            sub_total: price,
            discount_method: None,
            discount: None,
            total: price,
            is_voucher: false,
            comment: None,
            currency: ORDER_CURRENCY,
        },
        lines: vec![line],
        purchaser: Purchaser { is_required_more_information: false, person: person("Kim Purchaser") },
        representative: person("Lee Representative"),
    }
}

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        national_code: "82".to_owned(),
        phone: "010-1234-5678".to_owned(),
        email: "traveler@example.com".to_owned(),
        additional: Map::new(),
        extra: Map::new(),
    }
}

/// Places the past orders, spread over all stock rows. They go the way of every order, only in bigger batches.
pub(super) async fn place_past(database: &Database, world: &World, clock: Arc<dyn Clock>, progress: &dyn Progress) -> anyhow::Result<()> {
    let count = u64::from(world.size.past_orders);
    if count == 0 {
        return Ok(());
    }
    progress.begin("past orders", count);
    // Two batches, so that one is decided while the other is stored.
    let settings = Settings { max_batch: BATCH, batches_in_flight: 2, max_waiting: 4 * BATCH, ..Settings::default() };
    let hub = Hub::new(database.clone(), clock, settings);
    let mut first = 0;
    while first < count {
        let end = count.min(first + BETWEEN_POSITIONS);
        let orders = (first..end).map(|number| place(&hub, world, number));
        let placed = stream::iter(orders).buffer_unordered(2 * BATCH).try_for_each(|()| async {
            progress.advance(1);
            Ok(())
        });
        placed.await?;
        changes::latest_cursor(&hub).await?;
        first = end;
    }
    progress.end();
    Ok(())
}

async fn place(hub: &Hub, world: &World, number: u64) -> anyhow::Result<()> {
    // A prime step goes over all rows before it comes to one again.
    let row = (number * 2_654_435_761) % world.size.stock_rows();
    let order = order(world, world.size.place_of(row), format!("PAST-{number:08}"), hub.now());
    let placed = ordering::place(hub, world.channel, world.channel_code.clone(), order, "current".to_owned()).await;
    placed.with_context(|| format!("past order {number}"))?;
    Ok(())
}
