//! What every test plays on: a hub over a fresh database with the testkit's world in it.

use std::sync::Arc;

use axhub_domain::ids::{OptionId, OrderId, RegistrationId, TicketId};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{Conflict, FieldError, Refusal};
use axhub_domain::state::{Action, OrderStatus, TicketStatus};
use axhub_hub::availability::{DateRange, OwnStock, stock_of_supplier};
use axhub_hub::fulfilment::{self, Order, OrderWithPeople};
use axhub_hub::ordering::{self, PlacedOrder};
use axhub_hub::{Error, Hub, Page, Result, Settings};
use axhub_testkit::{Engine, OrderBuilder, TestClock, TestDatabase, TestProduct, World, assert_stock_is_sound};
use jiff::Timestamp;
use jiff::civil::date;

pub struct Stage {
    pub hub: Hub,
    pub clock: TestClock,
    pub world: World,
    settings: Settings,
    pub test: TestDatabase,
}

impl Stage {
    pub async fn new(engine: Engine) -> Stage {
        Stage::with(engine, Settings::default()).await
    }

    pub async fn with(engine: Engine, settings: Settings) -> Stage {
        let test = TestDatabase::new(engine).await;
        let clock = TestClock::default();
        let hub = Hub::new(test.database().clone(), Arc::new(clock.clone()), settings);
        let world = World::make(&hub).await;
        Stage { hub, clock, world, settings, test }
    }

    /// A hub of another server: connections, desk and caches of its own.
    pub async fn another_hub(&self) -> Hub {
        Hub::new(self.test.open().await, Arc::new(self.clock.clone()), self.settings)
    }

    pub async fn register(&self, channel: &str, product: &TestProduct) -> RegistrationId {
        self.world.register(&self.hub, channel, product).await
    }

    pub async fn place(&self, channel: &str, order: &OrderBuilder) -> Result<PlacedOrder> {
        self.place_on(&self.hub, channel, order).await
    }

    pub async fn place_on(&self, hub: &Hub, channel: &str, order: &OrderBuilder) -> Result<PlacedOrder> {
        let channel = self.world.channel(channel);
        ordering::place(hub, channel.id, channel.code.clone(), order.build(), "current".to_owned()).await
    }

    /// Places orders of alpha's at once. In a test on one thread all of them wait at the desk before it opens, so that
    /// they are one batch, in this order.
    pub async fn place_together(&self, orders: &[OrderBuilder]) -> Vec<Result<PlacedOrder>> {
        futures_util::future::join_all(orders.iter().map(|order| self.place("alpha", order))).await
    }

    pub async fn as_channel(&self, channel: &str, kind: ProductKind, order: OrderId, action: Action) -> Result<Order> {
        let channel = self.world.channel(channel);
        fulfilment::act_as_channel(&self.hub, (channel.id, channel.code.clone()), kind, order, action, None).await
    }

    pub async fn as_supplier(&self, supplier: &str, order: OrderId, action: Action) -> Result<Order> {
        let supplier = self.world.supplier(supplier);
        fulfilment::act_as_supplier(&self.hub, (supplier.id, supplier.code.clone()), order, action, None).await
    }

    pub async fn order(&self, supplier: &str, order: OrderId) -> OrderWithPeople {
        fulfilment::order_of_supplier(&self.hub, self.world.supplier(supplier).id, order).await.unwrap()
    }

    /// All stock of an option, as its supplier sees it.
    pub async fn stock(&self, product: &TestProduct, option: OptionId) -> Vec<OwnStock> {
        let range = DateRange { from: Some(date(2026, 1, 1)), to: None };
        let page = Page { number: 1, size: 1000 };
        stock_of_supplier(&self.hub, product.supplier, product.id, Some(option), range, page).await.unwrap().items
    }

    /// What one row of an option's stock says is left and ordered.
    pub async fn left(&self, product: &TestProduct, option: OptionId, at: Timestamp) -> (u32, u32) {
        let rows = self.stock(product, option).await;
        let row = rows.iter().find(|row| row.inventory_at == at).unwrap_or_else(|| panic!("no stock at {at}"));
        (row.remain, row.ordered)
    }

    pub async fn assert_stock_is_sound(&self) {
        assert_stock_is_sound(self.test.database()).await;
    }
}

/// The conflict that a use case ended with.
pub fn conflict<T: std::fmt::Debug>(result: Result<T>) -> Conflict {
    match result {
        Err(Error::Refused(Refusal::Conflict(conflict))) => conflict,
        other => panic!("no conflict: {other:?}"),
    }
}

/// The wrong fields that a use case ended with.
pub fn faults<T: std::fmt::Debug>(result: Result<T>) -> Vec<FieldError> {
    match result {
        Err(Error::Refused(Refusal::Fields(faults))) => faults,
        other => panic!("no wrong fields: {other:?}"),
    }
}

/// The codes of the wrong fields that a use case ended with.
pub fn fault_codes<T: std::fmt::Debug>(result: Result<T>) -> Vec<&'static str> {
    faults(result).iter().map(|fault| fault.reason.code()).collect()
}

pub fn is_not_found<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Refused(Refusal::NotFound)))
}

pub fn statuses(order: &Order) -> (OrderStatus, Vec<TicketStatus>) {
    (order.status, order.tickets.iter().map(|ticket| ticket.status).collect())
}

pub fn ticket_ids(placed: &PlacedOrder) -> Vec<TicketId> {
    placed.lines.iter().flat_map(|line| line.tickets.iter().copied()).collect()
}
