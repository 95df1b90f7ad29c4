//! Orders as channels and suppliers read them, and the changes of their states.

mod list;
mod search;

use std::collections::HashMap;

use axhub_domain::ids::{ChannelId, ChannelOrderId, OptionId, OrderId, ProductId, StockId, SupplierId, TicketId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::product::{Depth, ProductKind, option_name};
use axhub_domain::redemption::Redemption;
use axhub_domain::reply::NoReply;
use axhub_domain::state::{Change, OrderStatus, TicketStatus, channel_order_status};
use futures_util::try_join;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

pub use list::{OrderFilter, list_of_channel, list_of_supplier};
pub use search::OrderSearch;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;
use crate::products::from_json;

/// An order of one option, with its tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its code.
    pub id: OrderId,
    /// The channel's order that it is part of.
    pub channel_order: ChannelOrderId,
    /// The channel's code of that.
    pub channel_order_code: String,
    /// The state of the channel's order as a whole.
    pub channel_order_status: OrderStatus,
    /// The vocabulary that the channel used.
    pub dialect: String,
    /// The channel.
    pub channel: ChannelId,
    /// The channel's code.
    pub channel_code: String,
    /// The supplier.
    pub supplier: SupplierId,
    /// The kind of the product.
    pub kind: ProductKind,
    /// The product.
    pub product: ProductId,
    /// The version of the product that holds for it.
    pub product_version: i64,
    /// The option.
    pub option: OptionId,
    /// The option's name today.
    pub option_name: String,
    /// The stock row.
    pub stock: StockId,
    /// How much of the pool one unit takes.
    pub weight: i64,
    /// Units.
    pub quantity: u32,
    /// The local date.
    pub date: Date,
    /// The local start time.
    pub start_time: Time,
    /// The start.
    pub inventory_at: Timestamp,
    /// What one unit cost.
    pub unit_selling_price: Money,
    /// What all units cost.
    pub amount_price: Money,
    /// The currency of the amounts.
    pub currency: Currency,
    /// Its state.
    pub status: OrderStatus,
    /// The last comment that came with a change.
    pub comment: Option<String>,
    /// What the channel remarked when it ordered.
    pub order_comment: Option<String>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it or one of its tickets last changed.
    pub updated_at: Timestamp,
    /// Until when the supplier must answer; none when it was confirmed at once, or there is no such limit.
    pub reply_by: Option<Timestamp>,
    /// Its tickets, in order.
    pub tickets: Vec<Ticket>,
}

/// One unit of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its code.
    pub id: TicketId,
    /// The channel's code of it.
    pub channel_ticket_code: Option<String>,
    /// Its state.
    pub status: TicketStatus,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When and where it was used, while it is.
    pub redemption: Option<Redemption>,
}

macro_rules! order_columns {
    () => {
        "o.id, o.channel_order_id, co.channel_order_code, co.dialect, o.channel_id, c.code, o.supplier_id, co.kind, o.product_id, o.product_version, o.option_id, op.depths, o.stock_id, o.weight, o.quantity, o.date,
         o.start_time, o.inventory_at, o.unit_selling_price, o.amount_price, co.currency, o.status, o.comment, co.comment, o.created_at,
         o.updated_at, o.reply_by"
    };
}

macro_rules! order_tables {
    () => {
        " FROM orders o JOIN channel_orders co ON co.id = o.channel_order_id JOIN channels c ON c.id = o.channel_id
          JOIN options op ON op.id = o.option_id "
    };
}

fn order(row: &Row) -> Result<Order> {
    let mut r = row.reader();
    Ok(Order {
        id: r.take()?,
        channel_order: r.take()?,
        channel_order_code: r.take()?,
        // Known once the states of the others are.
        channel_order_status: OrderStatus::New,
        dialect: r.take()?,
        channel: r.take()?,
        channel_code: r.take()?,
        supplier: r.take()?,
        kind: r.take()?,
        product: r.take()?,
        product_version: r.take()?,
        option: r.take()?,
        option_name: option_name(&from_json::<Vec<Depth>>(r.take()?)?),
        stock: r.take()?,
        weight: r.take()?,
        quantity: r.take()?,
        date: r.take()?,
        start_time: r.take()?,
        inventory_at: r.take()?,
        unit_selling_price: r.take()?,
        amount_price: r.take()?,
        currency: r.take()?,
        status: r.take()?,
        comment: r.take()?,
        order_comment: r.take()?,
        created_at: r.take()?,
        updated_at: r.take()?,
        reply_by: r.take()?,
        tickets: Vec::new(),
    })
}

/// Gives orders their tickets, and the state of the whole that each is part of.
async fn complete(s: &Session, rows: Vec<Row>) -> Result<Vec<Order>> {
    let orders: Vec<Order> = rows.iter().map(order).collect::<Result<_>>()?;
    if orders.is_empty() {
        return Ok(orders);
    }
    let (ids, wholes): (Vec<OrderId>, Vec<ChannelOrderId>) = orders.iter().map(|order| (order.id, order.channel_order)).unzip();
    let (tickets, states) = try_join!(tickets_of(s, &ids), states_of_parts(s, &wholes))?;
    Ok(put_together(orders, tickets, &states))
}

/// The orders of these codes, whole, in this order. With each code comes that of the channel's order that it is part of.
async fn read(s: &Session, codes: &[(OrderId, ChannelOrderId)]) -> Result<Vec<Order>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, wholes): (Vec<OrderId>, Vec<ChannelOrderId>) = codes.iter().copied().unzip();
    let sql = concat!("SELECT ", order_columns!(), order_tables!(), "WHERE o.id = ANY($1)");
    let params = params![ids];
    let (rows, tickets, states) = try_join!(s.query(sql, &params), tickets_of(s, &ids), states_of_parts(s, &wholes))?;
    let orders = rows.iter().map(order).collect::<Result<_>>()?;
    let mut orders = put_together(orders, tickets, &states);
    let places: HashMap<OrderId, usize> = ids.into_iter().zip(0..).collect();
    orders.sort_by_key(|order| places.get(&order.id).copied());
    Ok(orders)
}

fn put_together(
    mut orders: Vec<Order>,
    mut tickets: HashMap<OrderId, Vec<Ticket>>,
    states: &HashMap<ChannelOrderId, Vec<OrderStatus>>,
) -> Vec<Order> {
    for order in &mut orders {
        order.tickets = tickets.remove(&order.id).unwrap_or_default();
        order.channel_order_status = channel_order_status(states.get(&order.channel_order).into_iter().flatten().copied());
    }
    orders
}

/// The tickets of these orders, in order.
async fn tickets_of(s: &Session, orders: &[OrderId]) -> Result<HashMap<OrderId, Vec<Ticket>>> {
    let sql = "SELECT order_id, id, channel_ticket_code, status, updated_at, used_at, used_where FROM tickets WHERE order_id = ANY($1)
        ORDER BY order_id, position";
    let mut tickets = HashMap::<OrderId, Vec<Ticket>>::new();
    for row in s.query(sql, &params![orders]).await? {
        let mut r = row.reader();
        let order = r.take()?;
        let (id, channel_ticket_code, status, updated_at) = (r.take()?, r.take()?, r.take()?, r.take()?);
        let (used_at, used_where): (Option<Timestamp>, Option<String>) = (r.take()?, r.take()?);
        let redemption = used_at.map(|used_at| Redemption { used_at, used_where });
        tickets.entry(order).or_default().push(Ticket { id, channel_ticket_code, status, updated_at, redemption });
    }
    Ok(tickets)
}

/// The states of all parts of these orders of channels.
async fn states_of_parts(s: &Session, wholes: &[ChannelOrderId]) -> Result<HashMap<ChannelOrderId, Vec<OrderStatus>>> {
    let mut states = HashMap::<ChannelOrderId, Vec<OrderStatus>>::new();
    for row in s.query("SELECT channel_order_id, status FROM orders WHERE channel_order_id = ANY($1)", &params![wholes]).await? {
        states.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(states)
}

/// The channel's order of this code and kind; under the kind of tickets, its order of day-tickets too.
///
/// # Errors
/// The database's.
pub async fn of_channel(s: &Session, channel: ChannelId, kind: ProductKind, id: OrderId) -> Result<Option<Order>> {
    let sql = concat!(
        "SELECT ",
        order_columns!(),
        order_tables!(),
        "WHERE o.channel_id = $1 AND o.id = $2 AND (co.kind = $3 OR (co.kind = 'day-ticket' AND $3 = 'ticket'))"
    );
    let rows = s.query(sql, &params![channel, id, kind]).await?;
    Ok(complete(s, rows).await?.pop())
}

/// The supplier's order of this code.
///
/// # Errors
/// The database's.
pub async fn of_supplier(s: &Session, supplier: SupplierId, id: OrderId) -> Result<Option<Order>> {
    let sql = concat!("SELECT ", order_columns!(), order_tables!(), "WHERE o.supplier_id = $1 AND o.id = $2");
    let rows = s.query(sql, &params![supplier, id]).await?;
    Ok(complete(s, rows).await?.pop())
}

/// The order that a ticket of the supplier is part of.
///
/// # Errors
/// The database's.
pub async fn of_ticket_of_supplier(s: &Session, supplier: SupplierId, ticket: TicketId) -> Result<Option<OrderId>> {
    let sql = "SELECT o.id FROM tickets t JOIN orders o ON o.id = t.order_id WHERE t.id = $1 AND o.supplier_id = $2";
    s.query_opt(sql, &params![ticket, supplier]).await?.map(|row| row.get(0)).transpose()
}

/// Orders whose supplier should have answered by now, the longest overdue first: their suppliers and what their products
/// want done then.
///
/// # Errors
/// The database's.
pub async fn overdue(s: &Session, now: Timestamp, limit: u32) -> Result<Vec<Overdue>> {
    let sql = "SELECT o.id, o.supplier_id, p.on_no_reply FROM orders o JOIN products p ON p.id = o.product_id
        WHERE o.status IN (1, 2) AND o.reply_by <= $1 ORDER BY o.reply_by, o.id LIMIT $2";
    let overdue = |row: &Row| {
        let otherwise: Option<String> = row.get(2)?;
        // A product that lost the setting since keeps its promise to the channel: no answer is no.
        let otherwise = otherwise.as_deref().and_then(NoReply::from_word).unwrap_or(NoReply::Reject);
        Ok(Overdue { order: row.get(0)?, supplier: row.get(1)?, otherwise })
    };
    s.query(sql, &params![now, i64::from(limit)]).await?.iter().map(overdue).collect()
}

/// An order that its supplier did not answer in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub supplier: SupplierId,
    /// What is to be done.
    pub otherwise: NoReply,
}

/// Locks an order of the channel until the transaction ends; `false` when there is none.
///
/// # Errors
/// The database's.
pub async fn lock_of_channel(s: &Session, channel: ChannelId, id: OrderId) -> Result<bool> {
    Ok(s.query_opt("SELECT id FROM orders WHERE id = $2 AND channel_id = $1 FOR UPDATE", &params![channel, id]).await?.is_some())
}

/// Locks an order of the supplier until the transaction ends; `false` when there is none.
///
/// # Errors
/// The database's.
pub async fn lock_of_supplier(s: &Session, supplier: SupplierId, id: OrderId) -> Result<bool> {
    Ok(s.query_opt("SELECT id FROM orders WHERE id = $2 AND supplier_id = $1 FOR UPDATE", &params![supplier, id]).await?.is_some())
}

/// Stores what a transition changes of an order that is locked. A ticket that becomes used was used now, at `used_where`.
///
/// # Errors
/// The database's.
pub async fn apply(
    s: &Session,
    order: OrderId,
    change: &Change,
    comment: Option<&str>,
    used_where: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE orders SET status = COALESCE($2, status), comment = COALESCE($3, comment), updated_at = $4 WHERE id = $1";
    s.execute_one(sql, &params![order, change.order, comment, now]).await?;
    let sql = "UPDATE tickets SET status = k.status, updated_at = k.at, used_at = k.used_at, used_where = k.used_where
        FROM {{k(id uuid, status int, at instant, used_at instant, used_where text)}} WHERE tickets.id = k.id";
    let ticket = |(id, status): &(TicketId, TicketStatus)| {
        let is_used = *status == TicketStatus::Used;
        params![id, status, now, is_used.then_some(now), used_where.filter(|_| is_used)]
    };
    s.execute_each(sql, change.tickets.iter().map(ticket).collect()).await?;
    Ok(())
}
