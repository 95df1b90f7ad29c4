//! Every order with its tickets and its history, a page at a time.

use std::collections::HashMap;

use axhub_domain::ids::{ChannelId, OrderId, ProductId, TicketId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// How many orders are read at a time.
const PAGE: i64 = 1_000;

/// An order as it is stored, which need not make sense.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) id: OrderId,
    pub(super) channel: ChannelId,
    pub(super) product: ProductId,
    pub(super) status: i64,
    pub(super) placed_status: i64,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) channel_code: Option<String>,
    pub(super) supplier_code: Option<String>,
    /// Until when its supplier has time to answer.
    pub(super) reply_by: Option<Timestamp>,
    /// In their order.
    pub(super) tickets: Vec<Ticket>,
    /// By time.
    pub(super) events: Vec<Event>,
}

/// A ticket of it.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    pub(super) id: TicketId,
    pub(super) status: i64,
    pub(super) updated_at: Timestamp,
    pub(super) used_at: Option<Timestamp>,
}

/// A change of it, or of one of its tickets.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) ticket: Option<TicketId>,
    pub(super) at: Timestamp,
    pub(super) actor: String,
    pub(super) actor_code: String,
    pub(super) action: String,
    pub(super) from: Option<i64>,
    pub(super) to: i64,
}

/// Shows every order to `visit`. Answers how many there are.
pub(super) async fn orders(s: &Session, mut visit: impl FnMut(&Order)) -> Result<u64> {
    let (mut after, mut seen) = (Uuid::nil(), 0);
    loop {
        let page = page(s, after).await?;
        let Some(last) = page.last() else { return Ok(seen) };
        after = last.id.0;
        seen += page.len() as u64;
        page.iter().for_each(&mut visit);
    }
}

async fn page(s: &Session, after: Uuid) -> Result<Vec<Order>> {
    let orders =
        "SELECT o.id, o.channel_id, o.product_id, o.status, o.placed_status, o.created_at, o.updated_at, c.code, s.code, o.reply_by
        FROM orders o LEFT JOIN channels c ON c.id = o.channel_id LEFT JOIN suppliers s ON s.id = o.supplier_id
        WHERE o.id > $1 ORDER BY o.id LIMIT $2";
    let tickets = "SELECT order_id, id, status, updated_at, used_at FROM tickets WHERE order_id = ANY($1) ORDER BY order_id, position";
    let events = "SELECT order_id, ticket_id, at, actor, actor_code, action, from_status, to_status FROM events WHERE order_id = ANY($1)
        ORDER BY order_id, at, id";
    let rows = s.query(orders, &params![after, PAGE]).await?;
    let mut page: Vec<Order> = rows.iter().map(order).collect::<Result<_>>()?;
    let ids: Vec<OrderId> = page.iter().map(|order| order.id).collect();
    let places: HashMap<OrderId, usize> = ids.iter().copied().zip(0..).collect();
    for row in s.query(tickets, &params![ids]).await? {
        if let Some(at) = places.get(&row.get(0)?) {
            page[*at].tickets.push(ticket(&row)?);
        }
    }
    for row in s.query(events, &params![ids]).await? {
        if let Some(at) = places.get(&row.get(0)?) {
            page[*at].events.push(event(&row)?);
        }
    }
    Ok(page)
}

fn order(row: &Row) -> Result<Order> {
    let mut r = row.reader();
    Ok(Order {
        id: r.take()?,
        channel: r.take()?,
        product: r.take()?,
        status: r.take()?,
        placed_status: r.take()?,
        created_at: r.take()?,
        updated_at: r.take()?,
        channel_code: r.take()?,
        supplier_code: r.take()?,
        reply_by: r.take()?,
        tickets: Vec::new(),
        events: Vec::new(),
    })
}

fn ticket(row: &Row) -> Result<Ticket> {
    Ok(Ticket { id: row.get(1)?, status: row.get(2)?, updated_at: row.get(3)?, used_at: row.get(4)? })
}

fn event(row: &Row) -> Result<Event> {
    Ok(Event {
        ticket: row.get(1)?,
        at: row.get(2)?,
        actor: row.get(3)?,
        actor_code: row.get(4)?,
        action: row.get(5)?,
        from: row.get(6)?,
        to: row.get(7)?,
    })
}
