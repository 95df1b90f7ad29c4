//! Everything that happens to an order after it was placed.

use axhub_domain::ids::{ChannelId, EventId, OrderId, SupplierId};
use axhub_domain::order::Person;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Refusal;
use axhub_domain::state::{Action, Change, OrderState, transition};
use axhub_store::events::{self, Event};
use axhub_store::orders::{self, OrderFilter};
use axhub_store::refunds::{self, Refund};
use axhub_store::travelers::{self, Role};
use axhub_store::{Mode, Session, changes as change_rows, stock};
use jiff::Timestamp;

pub use axhub_store::events::Event as OrderEvent;
pub use axhub_store::orders::{Order, OrderFilter as Filter, Ticket};
pub use axhub_store::travelers::Role as TravelerRole;

use crate::changes::{order_changed, snapshot, stock_changed};
use crate::{Error, Hub, Page, Paged, Result};

/// Who acts on an order, and how the history names them.
#[derive(Clone, Debug)]
enum Actor {
    Channel { id: ChannelId, code: String, kind: ProductKind },
    Supplier { id: SupplierId, code: String },
}

impl Actor {
    fn word(&self) -> &'static str {
        match self {
            Actor::Channel { .. } => "channel",
            Actor::Supplier { .. } => "supplier",
        }
    }

    fn code(&self) -> &str {
        match self {
            Actor::Channel { code, .. } | Actor::Supplier { code, .. } => code,
        }
    }
}

/// An order with the people in it, its history and its refunds, for its supplier.
#[derive(Clone, Debug)]
pub struct OrderWithPeople {
    /// The order.
    pub order: Order,
    /// Who paid, who leads, and who uses which of this order's tickets.
    pub people: Vec<(Role, Person)>,
    /// What happened to it, oldest first.
    pub events: Vec<Event>,
    /// What the channel gave back for its tickets.
    pub refunds: Vec<Refund>,
}

/// An order of the channel.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel has none of this code and kind.
pub async fn order_of_channel(hub: &Hub, channel: ChannelId, kind: ProductKind, id: OrderId) -> Result<Order> {
    hub.database()
        .run("order.read", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move { orders::of_channel(s, channel, kind, id).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}

/// A page of the channel's orders, oldest first.
///
/// # Errors
/// The database's.
pub async fn orders_of_channel(hub: &Hub, channel: ChannelId, filter: OrderFilter, page: Page) -> Result<Paged<Order>> {
    hub.database()
        .run("order.list", Mode::Snapshot, filter, move |s, filter| {
            Box::pin(async move { Ok(orders::list_of_channel(s, channel, filter, page).await?) })
        })
        .await
}

/// A page of the supplier's orders, oldest first.
///
/// # Errors
/// The database's.
pub async fn orders_of_supplier(hub: &Hub, supplier: SupplierId, filter: OrderFilter, page: Page) -> Result<Paged<Order>> {
    hub.database()
        .run("order.list-of-supplier", Mode::Snapshot, filter, move |s, filter| {
            Box::pin(async move { Ok(orders::list_of_supplier(s, supplier, filter, page).await?) })
        })
        .await
}

/// An order of the supplier, with its people, history and refunds.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the supplier has none of this code.
pub async fn order_of_supplier(hub: &Hub, supplier: SupplierId, id: OrderId) -> Result<OrderWithPeople> {
    hub.database()
        .run("order.read-with-people", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let order = orders::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                let mut people = travelers::of_channel_order(s, order.channel_order).await?;
                // A channel's order may have options of other suppliers; their travelers are none of this one's business.
                people.retain(|(role, _)| match role {
                    Role::Traveler(ticket) => order.tickets.iter().any(|own| own.id == *ticket),
                    Role::Purchaser | Role::Representative => true,
                });
                let events = events::of_order(s, id).await?;
                let refunds = refunds::of_order(s, id).await?;
                Ok(OrderWithPeople { order, people, events, refunds })
            })
        })
        .await
}

/// Does what a channel wants done to its order or one of its tickets.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it has no such order or ticket; the conflicts of [`transition`].
pub async fn act_as_channel(
    hub: &Hub,
    channel: (ChannelId, String),
    kind: ProductKind,
    order: OrderId,
    action: Action,
    comment: Option<String>,
) -> Result<Order> {
    let (id, code) = channel;
    act(hub, Actor::Channel { id, code, kind }, order, action, comment).await
}

/// Does what a supplier wants done to its order or one of its tickets.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it has no such order or ticket; the conflicts of [`transition`].
pub async fn act_as_supplier(
    hub: &Hub,
    supplier: (SupplierId, String),
    order: OrderId,
    action: Action,
    comment: Option<String>,
) -> Result<Order> {
    let (id, code) = supplier;
    act(hub, Actor::Supplier { id, code }, order, action, comment).await
}

async fn act(hub: &Hub, actor: Actor, order: OrderId, action: Action, comment: Option<String>) -> Result<Order> {
    let ids = hub.clone();
    hub.database()
        .run("order.change", Mode::Write, (actor, comment), move |s, (actor, comment)| {
            let ids = ids.clone();
            Box::pin(async move {
                let before = lock_and_read(s, actor, order).await?.ok_or(Error::NOT_FOUND)?;
                let change = transition(&state_of(&before), action).map_err(Refusal::from)?.ok_or(Error::NOT_FOUND)?;
                if change.is_empty() {
                    return Ok(before);
                }
                // Behind the lock, and never before the last change: whoever polls by this time must not miss one.
                let now = ids.now().max(before.updated_at);
                let comment = comment.as_deref();
                orders::apply(s, order, &change, comment, now).await?;
                let mut changed = Vec::new();
                if change.returned > 0 {
                    let row = stock::give_back(s, before.stock, i64::from(change.returned) * before.weight, now).await?;
                    changed.push(stock_changed(before.kind, before.product, &row)?);
                }
                events::insert(s, &history(&before, &change, action, actor, comment, now, || ids.new_id())).await?;
                let after = read(s, actor, order).await?.ok_or(Error::NOT_FOUND)?;
                changed.push(order_changed(after.channel, after.kind, after.product, &snapshot(&after))?);
                change_rows::record(s, &changed, now).await?;
                Ok(after)
            })
        })
        .await
}

async fn lock_and_read(s: &Session, actor: &Actor, order: OrderId) -> Result<Option<Order>> {
    let found = match actor {
        Actor::Channel { id, .. } => orders::lock_of_channel(s, *id, order).await?,
        Actor::Supplier { id, .. } => orders::lock_of_supplier(s, *id, order).await?,
    };
    if found { read(s, actor, order).await } else { Ok(None) }
}

async fn read(s: &Session, actor: &Actor, order: OrderId) -> Result<Option<Order>> {
    Ok(match actor {
        Actor::Channel { id, kind, .. } => orders::of_channel(s, *id, *kind, order).await?,
        Actor::Supplier { id, .. } => orders::of_supplier(s, *id, order).await?,
    })
}

fn state_of(order: &Order) -> OrderState {
    let tickets = order.tickets.iter().map(|ticket| (ticket.id, ticket.status)).collect();
    OrderState { id: order.id, status: order.status, tickets }
}

/// The events of a change: one for the order when its state changes, one for each ticket.
fn history(
    before: &Order,
    change: &Change,
    action: Action,
    actor: &Actor,
    comment: Option<&str>,
    now: Timestamp,
    new_id: impl Fn() -> EventId,
) -> Vec<Event> {
    let event = |ticket, from: u8, to: u8| Event {
        id: new_id(),
        order: before.id,
        ticket,
        at: now,
        actor: actor.word().to_owned(),
        actor_code: actor.code().to_owned(),
        action: action.word().to_owned(),
        from_status: Some(i64::from(from)),
        to_status: i64::from(to),
        comment: comment.map(str::to_owned),
    };
    let of_order = change.order.map(|to| event(None, before.status.digit(), to.digit()));
    let of_tickets = change.tickets.iter().filter_map(|(id, to)| {
        let from = before.tickets.iter().find(|ticket| ticket.id == *id)?.status;
        Some(event(Some(*id), from.digit(), to.digit()))
    });
    of_order.into_iter().chain(of_tickets).collect()
}
