//! The history: one row for every change of an order or ticket.

use axhub_domain::ids::{EventId, OrderId, SupplierId, TicketId};
use jiff::Timestamp;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// One change of an order, or of one of its tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// The order.
    pub order: OrderId,
    /// The ticket, when the change is a ticket's.
    pub ticket: Option<TicketId>,
    /// When.
    pub at: Timestamp,
    /// `channel`, `supplier`, `operator` or `hub`.
    pub actor: String,
    /// The actor's code.
    pub actor_code: String,
    /// What was done, as `place` or `confirm`.
    pub action: String,
    /// The digit of the state before; `None` for a new order.
    pub from_status: Option<i64>,
    /// The digit of the state after.
    pub to_status: i64,
    /// What the actor said.
    pub comment: Option<String>,
}

/// Adds events.
///
/// # Errors
/// The database's.
pub async fn insert(s: &Session, events: &[Event]) -> Result<()> {
    let sql = "INSERT INTO events (id, order_id, ticket_id, at, actor, actor_code, action, from_status, to_status, comment)
        SELECT k.id, k.order_id, k.ticket_id, k.at, k.actor, k.actor_code, k.action, k.from_status, k.to_status, k.comment
        FROM {{k(id uuid, order_id uuid, ticket_id uuid, at instant, actor text, actor_code text, action text, from_status int, to_status int, comment text)}}";
    let row = |e: &Event| params![e.id, e.order, e.ticket, e.at, e.actor, e.actor_code, e.action, e.from_status, e.to_status, e.comment];
    s.execute_each(sql, events.iter().map(row).collect()).await?;
    Ok(())
}

/// The history of the supplier's order, oldest first.
///
/// # Errors
/// The database's.
pub async fn of_supplier(s: &Session, supplier: SupplierId, order: OrderId) -> Result<Vec<Event>> {
    let sql = "SELECT e.id, e.order_id, e.ticket_id, e.at, e.actor, e.actor_code, e.action, e.from_status, e.to_status, e.comment
        FROM events e JOIN orders o ON o.id = e.order_id WHERE o.supplier_id = $1 AND o.id = $2 ORDER BY e.at, e.id";
    let event = |row: &Row| {
        let mut r = row.reader();
        Ok(Event {
            id: r.take()?,
            order: r.take()?,
            ticket: r.take()?,
            at: r.take()?,
            actor: r.take()?,
            actor_code: r.take()?,
            action: r.take()?,
            from_status: r.take()?,
            to_status: r.take()?,
            comment: r.take()?,
        })
    };
    s.query(sql, &params![supplier, order]).await?.iter().map(event).collect()
}
