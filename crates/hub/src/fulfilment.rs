//! Everything that happens to an order after it was placed.

mod comment;
mod manifest;
mod many;
mod replies;
mod tickets;

use axhub_domain::ids::{ChannelId, EventId, OrderId, SupplierId};
use axhub_domain::order::Person;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{Conflict, Refusal};
use axhub_domain::state::{Action, Change, OrderState, transition};
use axhub_store::events::{self, Event};
use axhub_store::orders::{self, OrderFilter};
use axhub_store::refunds::{self, Refund};
use axhub_store::travelers::{self, Role};
use axhub_store::{Mode, Session, changes as change_rows, erasure};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

pub use axhub_store::events::Event as OrderEvent;
pub use axhub_store::orders::{Order, OrderFilter as Filter, OrderSearch, Ticket};
pub use axhub_store::travelers::Role as TravelerRole;
pub use comment::comment;
pub use manifest::{Departure, Manifest, ManifestFilter, OptionTotal, Passenger, manifest};
pub use many::{BulkAction, MAX_AT_ONCE, act_on_many};
pub use replies::{TASK as REPLY_TASK, answer_overdue, any_overdue};
pub use tickets::{Redeemed, redeem, undo_redemption};

use crate::availability;
use crate::changes::{order_changed, snapshot};
use crate::{BySupplier, Error, Hub, Page, Paged, Result, audit, freshness};

/// Who acts on an order, and how the history names them.
#[derive(Clone, Debug)]
enum Actor {
    Channel {
        id: ChannelId,
        code: String,
        kind: ProductKind,
    },
    Supplier {
        by: BySupplier,
        code: String,
    },
    /// A background task, for the supplier.
    Hub {
        supplier: SupplierId,
        task: &'static str,
    },
}

impl Actor {
    fn word(&self) -> &'static str {
        match self {
            Actor::Channel { .. } => "channel",
            Actor::Supplier { .. } => "supplier",
            Actor::Hub { .. } => "hub",
        }
    }

    fn code(&self) -> &str {
        match self {
            Actor::Channel { code, .. } | Actor::Supplier { code, .. } => code,
            Actor::Hub { task, .. } => task,
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
    /// When the people were erased: all that was told of them is empty since.
    pub erased_at: Option<Timestamp>,
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
                let people = travelers::of_supplier(s, supplier, id).await?;
                let events = events::of_supplier(s, supplier, id).await?;
                let refunds = refunds::of_order(s, id).await?;
                let erased_at = erasure::erased_at(s, order.channel_order).await?;
                Ok(OrderWithPeople { order, people, erased_at, events, refunds })
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
    let asked = Asked { order, action, comment, used_where: None };
    Ok(act(hub, Actor::Channel { id, code, kind }, asked).await?.order)
}

/// Does what a supplier wants done to its order or one of its tickets.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it has no such order or ticket; the conflicts of [`transition`].
pub async fn act_as_supplier(
    hub: &Hub,
    supplier: (impl Into<BySupplier>, String),
    order: OrderId,
    action: Action,
    comment: Option<String>,
) -> Result<Order> {
    let (by, code) = supplier;
    let asked = Asked { order, action, comment, used_where: None };
    Ok(act(hub, Actor::Supplier { by: by.into(), code }, asked).await?.order)
}

/// What is to be done to an order or one of its tickets.
#[derive(Clone, Debug)]
struct Asked {
    order: OrderId,
    action: Action,
    comment: Option<String>,
    /// Where a ticket is used.
    used_where: Option<String>,
}

/// An order after something was asked of it.
struct Acted {
    order: Order,
    /// Whether anything changed, or what was asked for held already.
    is_changed: bool,
}

async fn act(hub: &Hub, actor: Actor, asked: Asked) -> Result<Acted> {
    let ids = hub.clone();
    hub.database()
        .run("order.change", Mode::Write, (actor, asked), move |s, (actor, asked)| {
            let ids = ids.clone();
            Box::pin(async move {
                let Asked { order, action, ref comment, ref used_where } = *asked;
                let before = lock_and_read(s, actor, order).await?.ok_or(Error::NOT_FOUND)?;
                s.touches([freshness::stock(before.product)]);
                let change = transition(&state_of(&before), action).map_err(Refusal::from)?.ok_or(Error::NOT_FOUND)?;
                if change.is_empty() {
                    return Ok(Acted { order: before, is_changed: false });
                }
                let now = now_after(&ids, &before);
                // It was due when it was looked up; this may be another moment, and the clock may have been set back.
                if matches!(actor, Actor::Hub { .. }) && before.reply_by.is_none_or(|reply_by| now < reply_by) {
                    return Ok(Acted { order: before, is_changed: false });
                }
                check_time(&before, action, now).map_err(Refusal::from)?;
                let comment = comment.as_deref();
                orders::apply(s, order, &change, comment, used_where.as_deref(), now).await?;
                let mut changed = Vec::new();
                if change.returned > 0 {
                    changed.push(availability::give_back(s, &before, i64::from(change.returned) * before.weight, now).await?);
                }
                // What a ticket's use forgets when it is taken back, its history keeps.
                let said = comment.or(used_where.as_deref());
                events::insert(s, &history(&before, &change, action, actor, said, now, || ids.new_id())).await?;
                let after = read(s, actor, order).await?.ok_or(Error::NOT_FOUND)?;
                changed.push(order_changed(after.channel, after.kind, after.product, &snapshot(&after))?);
                change_rows::record(s, &changed, now).await?;
                audit::note(s, note_of(&ids, actor, &after, action), now).await?;
                Ok(Acted { order: after, is_changed: true })
            })
        })
        .await
}

async fn lock_and_read(s: &Session, actor: &Actor, order: OrderId) -> Result<Option<Order>> {
    let found = match actor {
        Actor::Channel { id, .. } => orders::lock_of_channel(s, *id, order).await?,
        Actor::Supplier { by: BySupplier { id, .. }, .. } | Actor::Hub { supplier: id, .. } => {
            orders::lock_of_supplier(s, *id, order).await?
        }
    };
    if found { read(s, actor, order).await } else { Ok(None) }
}

async fn read(s: &Session, actor: &Actor, order: OrderId) -> Result<Option<Order>> {
    Ok(match actor {
        Actor::Channel { id, kind, .. } => orders::of_channel(s, *id, *kind, order).await?,
        Actor::Supplier { by: BySupplier { id, .. }, .. } | Actor::Hub { supplier: id, .. } => orders::of_supplier(s, *id, order).await?,
    })
}

/// The time of an order's next change. Asked behind the order's lock, it is always later than the last one, even where that
/// was made by a server whose clock is ahead, or this one's was set back: whoever polls by this time must not miss a change,
/// and the history is read in the order of its times.
fn now_after(hub: &Hub, before: &Order) -> Timestamp {
    let next = before.updated_at.saturating_add(SignedDuration::from_micros(1)).unwrap_or(before.updated_at);
    hub.now().max(next)
}

fn state_of(order: &Order) -> OrderState {
    let tickets = order.tickets.iter().map(|ticket| (ticket.id, ticket.status)).collect();
    OrderState { id: order.id, status: order.status, tickets }
}

/// What depends on the time besides the state.
fn check_time(order: &Order, action: Action, now: Timestamp) -> std::result::Result<(), Conflict> {
    let Action::UndoRedemption(ticket) = action else { return Ok(()) };
    let redemption = order.tickets.iter().find(|own| own.id == ticket).and_then(|own| own.redemption.as_ref());
    redemption.map_or(Ok(()), |redemption| redemption.check_undo(ticket, now))
}

/// What the audit log says of an action; of a channel's nothing, since the order's own history does.
fn note_of(hub: &Hub, actor: &Actor, order: &Order, action: Action) -> Vec<audit::Note> {
    let (kind, code, word) = match action.ticket() {
        Some(ticket) => ("ticket", ticket.to_string(), action.audit_word()),
        None => ("order", order.id.to_string(), action.audit_word()),
    };
    let details = json!({ "ax_order_code": order.id, "channel_order_code": order.channel_order_code, "status": order.status });
    let note = match actor {
        Actor::Channel { .. } => return Vec::new(),
        Actor::Supplier { by, .. } => audit::Note::by_supplier(hub, by, word, kind, code),
        Actor::Hub { supplier, task } => audit::Note::by_hub(hub, task, Some(*supplier), word, kind, code),
    };
    vec![note.with(details)]
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
