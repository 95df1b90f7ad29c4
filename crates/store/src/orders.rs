//! Orders as channels and suppliers read them, and the changes of their states.

use axhub_domain::ids::{ChannelId, ChannelOrderId, OptionId, OrderId, ProductId, StockId, SupplierId, TicketId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::product::{Depth, ProductKind, option_name};
use axhub_domain::state::{Change, OrderStatus, TicketStatus};
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::paging::{Page, Paged, count};
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
}

/// Which orders of a list are wanted; all where a field is `None`.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// Of this kind of product; under the kind of tickets, of day-tickets too.
    pub kind: Option<ProductKind>,
    /// In this state.
    pub status: Option<OrderStatus>,
    /// Changed at or after this.
    pub updated_since: Option<Timestamp>,
    /// For this local date or later.
    pub date_from: Option<Date>,
    /// For this local date or earlier.
    pub date_to: Option<Date>,
    /// Of this product.
    pub product: Option<ProductId>,
}

/// That an order is found under the address of a kind: the one of tickets, the oldest, acts on day-tickets too.
macro_rules! is_of_kind {
    ($kind:literal) => {
        concat!("(co.kind = ", $kind, " OR (co.kind = 'day-ticket' AND ", $kind, " = 'ticket'))")
    };
}

macro_rules! order_columns {
    () => {
        "o.id, o.channel_order_id, co.channel_order_code,
         (SELECT MIN(sibling.status) FROM orders sibling WHERE sibling.channel_order_id = o.channel_order_id), co.dialect, o.channel_id, c.code,
         o.supplier_id, co.kind, o.product_id, o.product_version, o.option_id, op.depths, o.stock_id, o.weight, o.quantity, o.date,
         o.start_time, o.inventory_at, o.unit_selling_price, o.amount_price, co.currency, o.status, o.comment, co.comment, o.created_at,
         o.updated_at"
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
        channel_order_status: r.take()?,
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
        tickets: Vec::new(),
    })
}

/// Gives orders their tickets.
async fn with_tickets(s: &Session, rows: Vec<Row>) -> Result<Vec<Order>> {
    let mut orders: Vec<Order> = rows.iter().map(order).collect::<Result<_>>()?;
    if orders.is_empty() {
        return Ok(orders);
    }
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let sql =
        "SELECT order_id, id, channel_ticket_code, status, updated_at FROM tickets WHERE order_id = ANY($1) ORDER BY order_id, position";
    let mut tickets = std::collections::HashMap::<OrderId, Vec<Ticket>>::new();
    for row in s.query(sql, &params![ids]).await? {
        let mut r = row.reader();
        let order = r.take()?;
        let ticket = Ticket { id: r.take()?, channel_ticket_code: r.take()?, status: r.take()?, updated_at: r.take()? };
        tickets.entry(order).or_default().push(ticket);
    }
    for order in &mut orders {
        order.tickets = tickets.remove(&order.id).unwrap_or_default();
    }
    Ok(orders)
}

/// The channel's order of this code and kind; under the kind of tickets, its order of day-tickets too.
///
/// # Errors
/// The database's.
pub async fn of_channel(s: &Session, channel: ChannelId, kind: ProductKind, id: OrderId) -> Result<Option<Order>> {
    let sql = concat!("SELECT ", order_columns!(), order_tables!(), "WHERE o.channel_id = $1 AND o.id = $2 AND ", is_of_kind!("$3"));
    let rows = s.query(sql, &params![channel, id, kind]).await?;
    Ok(with_tickets(s, rows).await?.pop())
}

/// The supplier's order of this code.
///
/// # Errors
/// The database's.
pub async fn of_supplier(s: &Session, supplier: SupplierId, id: OrderId) -> Result<Option<Order>> {
    let sql = concat!("SELECT ", order_columns!(), order_tables!(), "WHERE o.supplier_id = $1 AND o.id = $2");
    let rows = s.query(sql, &params![supplier, id]).await?;
    Ok(with_tickets(s, rows).await?.pop())
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

macro_rules! wanted {
    ($owner:literal) => {
        concat!(
            order_tables!(),
            "WHERE o.",
            $owner,
            " = $1 AND (",
            is_of_kind!("$2"),
            " OR $2 IS NULL) AND (o.status = $3 OR $3 IS NULL) AND (o.updated_at >= $4 OR $4 IS NULL)
             AND (o.date >= $5 OR $5 IS NULL) AND (o.date <= $6 OR $6 IS NULL) AND (o.product_id = $7 OR $7 IS NULL)"
        )
    };
}

/// A page of the channel's orders, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_of_channel(s: &Session, channel: ChannelId, filter: &OrderFilter, page: Page) -> Result<Paged<Order>> {
    const COUNT: &str = concat!("SELECT COUNT(*)", wanted!("channel_id"));
    const LIST: &str = concat!(
        "SELECT ",
        order_columns!(),
        wanted!("channel_id"),
        " ORDER BY o.created_at, o.channel_order_id, o.position LIMIT $8 OFFSET $9"
    );
    list(s, (COUNT, LIST), params![channel].to_vec(), filter, page).await
}

/// A page of the supplier's orders, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_of_supplier(s: &Session, supplier: SupplierId, filter: &OrderFilter, page: Page) -> Result<Paged<Order>> {
    const COUNT: &str = concat!("SELECT COUNT(*)", wanted!("supplier_id"));
    const LIST: &str = concat!(
        "SELECT ",
        order_columns!(),
        wanted!("supplier_id"),
        " ORDER BY o.created_at, o.channel_order_id, o.position LIMIT $8 OFFSET $9"
    );
    list(s, (COUNT, LIST), params![supplier].to_vec(), filter, page).await
}

async fn list(
    s: &Session,
    (count_sql, list_sql): (&'static str, &'static str),
    mut params: Vec<crate::engine::Value>,
    filter: &OrderFilter,
    page: Page,
) -> Result<Paged<Order>> {
    let f = filter;
    params.extend(params![f.kind, f.status, f.updated_since, f.date_from, f.date_to, f.product]);
    let total = count(&s.query_one(count_sql, &params).await?)?;
    params.extend(params![page.limit(), page.offset()]);
    let rows = s.query(list_sql, &params).await?;
    Ok(Paged { items: with_tickets(s, rows).await?, total })
}

/// Stores what a transition changes of an order that is locked.
///
/// # Errors
/// The database's.
pub async fn apply(s: &Session, order: OrderId, change: &Change, comment: Option<&str>, now: Timestamp) -> Result<()> {
    let sql = "UPDATE orders SET status = COALESCE($2, status), comment = COALESCE($3, comment), updated_at = $4 WHERE id = $1";
    s.execute_one(sql, &params![order, change.order, comment, now]).await?;
    let sql = "UPDATE tickets SET status = k.status, updated_at = k.at FROM {{k(id uuid, status int, at instant)}} WHERE tickets.id = k.id";
    s.execute_each(sql, change.tickets.iter().map(|(id, status)| params![id, status, now]).collect()).await?;
    Ok(())
}
