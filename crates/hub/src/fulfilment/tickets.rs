//! Redeeming a ticket by its code alone, as a gate does, and taking that back.

use axhub_domain::ids::{OrderId, SupplierId, TicketId};
use axhub_domain::state::Action;
use axhub_store::{Mode, orders};

use super::{Acted, Actor, Asked, Order, Ticket, act};
use crate::{BySupplier, Error, Hub, Result};

/// A ticket after it was redeemed.
#[derive(Clone, Debug)]
pub struct Redeemed {
    /// The order it is part of.
    pub order: Order,
    /// The ticket, with when and where it was used.
    pub ticket: Ticket,
    /// Whether it had been used before, so that nothing changed now.
    pub was_used_before: bool,
}

/// Marks a ticket of the supplier used, at a place. Again, it tells when and where it was used the first time.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the supplier has no such ticket; a conflict when the order is not confirmed or the ticket
/// cancelled.
pub async fn redeem(
    hub: &Hub,
    supplier: (impl Into<BySupplier>, String),
    ticket: TicketId,
    used_where: Option<String>,
    comment: Option<String>,
) -> Result<Redeemed> {
    act_on_ticket(hub, supplier, ticket, Action::Redeem(ticket), used_where, comment).await
}

/// Makes a ticket new again that was redeemed by mistake a short time ago.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the supplier has no such ticket; a conflict when it was used too long ago or is cancelled.
pub async fn undo_redemption(
    hub: &Hub,
    supplier: (impl Into<BySupplier>, String),
    ticket: TicketId,
    comment: Option<String>,
) -> Result<Redeemed> {
    act_on_ticket(hub, supplier, ticket, Action::UndoRedemption(ticket), None, comment).await
}

async fn act_on_ticket(
    hub: &Hub,
    supplier: (impl Into<BySupplier>, String),
    id: TicketId,
    action: Action,
    used_where: Option<String>,
    comment: Option<String>,
) -> Result<Redeemed> {
    let (by, code) = (supplier.0.into(), supplier.1);
    let order = order_of(hub, by.id, id).await?;
    let Acted { order, is_changed } = act(hub, Actor::Supplier { by, code }, Asked { order, action, comment, used_where }).await?;
    let ticket = order.tickets.iter().find(|ticket| ticket.id == id).cloned().ok_or(Error::NOT_FOUND)?;
    let was_used_before = !is_changed && ticket.redemption.is_some();
    Ok(Redeemed { order, ticket, was_used_before })
}

/// Which order a ticket is part of never changes, so it need not be asked in the transaction that acts.
async fn order_of(hub: &Hub, supplier: SupplierId, ticket: TicketId) -> Result<OrderId> {
    hub.database()
        .run("ticket.order", Mode::Read, (), move |s, ()| {
            Box::pin(async move { orders::of_ticket_of_supplier(s, supplier, ticket).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}
