//! Who comes on a date: the tickets of a product's departures with the people who use them.

use axhub_domain::ids::{OptionId, OrderId, ProductId, SupplierId, TicketId};
use axhub_domain::order::Person;
use axhub_domain::product::{Depth, option_name};
use axhub_domain::redemption::Redemption;
use axhub_domain::state::{OrderStatus, TicketStatus};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde_json::{Map, Value};

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;
use crate::products::from_json;

/// One ticket of a departure. Personal data: never logged.
#[derive(Clone)]
pub struct ManifestTicket {
    /// The local start time; midnight for what has only a date.
    pub start_time: Time,
    /// The start.
    pub starts_at: Timestamp,
    /// The order.
    pub order: OrderId,
    /// The channel's code of it.
    pub channel_order_code: String,
    /// The channel's code.
    pub channel_code: String,
    /// The order's state.
    pub order_status: OrderStatus,
    /// What the channel remarked when it ordered.
    pub order_comment: Option<String>,
    /// The option.
    pub option: OptionId,
    /// Its name.
    pub option_name: String,
    /// How many people one ticket takes.
    pub persons: u32,
    /// The ticket.
    pub ticket: TicketId,
    /// The channel's code of it.
    pub channel_ticket_code: Option<String>,
    /// Its state.
    pub ticket_status: TicketStatus,
    /// When and where it was used, while it is.
    pub redemption: Option<Redemption>,
    /// Who uses it.
    pub traveler: Option<Person>,
    /// Who leads the order.
    pub representative: Option<Person>,
}

/// Which tickets of a product are wanted.
#[derive(Clone, Copy, Debug)]
pub struct ManifestFilter {
    /// On this local date.
    pub date: Date,
    /// Only of this start.
    pub start_time: Option<Time>,
    /// Cancelled ones too.
    pub include_canceled: bool,
}

/// The tickets of the supplier's product on a date, by start, order and place in the order.
///
/// # Errors
/// The database's.
pub async fn tickets(s: &Session, supplier: SupplierId, product: ProductId, filter: ManifestFilter) -> Result<Vec<ManifestTicket>> {
    // By way of the product's stock rows of that date, since orders are indexed by their rows. CROSS JOIN keeps SQLite, which has
    // no statistics, to this order.
    let sql = "SELECT o.start_time, o.inventory_at, o.id, co.channel_order_code, c.code, o.status, co.comment, o.option_id, op.depths,
            op.persons_per_unit, t.id, t.channel_ticket_code, t.status, t.used_at, t.used_where,
            v.name, v.national_code, v.phone, v.email, v.additional, v.extra,
            r.name, r.national_code, r.phone, r.email, r.additional, r.extra
        FROM stock_pools sp CROSS JOIN stock s CROSS JOIN orders o JOIN channel_orders co ON co.id = o.channel_order_id
        JOIN channels c ON c.id = o.channel_id JOIN options op ON op.id = o.option_id JOIN tickets t ON t.order_id = o.id
        LEFT JOIN travelers v ON v.ticket_id = t.id
        LEFT JOIN travelers r ON r.channel_order_id = o.channel_order_id AND r.role = 'representative'
        WHERE sp.product_id = $2 AND s.pool_id = sp.id AND s.date = $3 AND (s.start_time = $4 OR $4 IS NULL)
            AND o.stock_id = s.id AND o.supplier_id = $1 AND o.product_id = $2 AND (t.status IN (1, 2) OR $5)
        ORDER BY o.start_time, o.created_at, o.channel_order_id, o.position, t.position";
    let params = params![supplier, product, filter.date, filter.start_time, filter.include_canceled];
    s.query(sql, &params).await?.iter().map(ticket).collect()
}

fn ticket(row: &Row) -> Result<ManifestTicket> {
    let mut r = row.reader();
    let (start_time, starts_at, order, channel_order_code, channel_code) = (r.take()?, r.take()?, r.take()?, r.take()?, r.take()?);
    let (order_status, order_comment, option) = (r.take()?, r.take()?, r.take()?);
    let option_name = option_name(&from_json::<Vec<Depth>>(r.take()?)?);
    let (persons, ticket, channel_ticket_code, ticket_status) = (r.take()?, r.take()?, r.take()?, r.take()?);
    let (used_at, used_where): (Option<Timestamp>, Option<String>) = (r.take()?, r.take()?);
    let mut person = || -> Result<Option<Person>> {
        let (name, national_code): (Option<String>, Option<String>) = (r.take()?, r.take()?);
        let (phone, email): (Option<String>, Option<String>) = (r.take()?, r.take()?);
        let (additional, extra): (Option<Value>, Option<Value>) = (r.take()?, r.take()?);
        Ok(name.map(|name| Person {
            name,
            national_code: national_code.unwrap_or_default(),
            phone: phone.unwrap_or_default(),
            email: email.unwrap_or_default(),
            additional: members(additional),
            extra: members(extra),
        }))
    };
    let (traveler, representative) = (person()?, person()?);
    Ok(ManifestTicket {
        start_time,
        starts_at,
        order,
        channel_order_code,
        channel_code,
        order_status,
        order_comment,
        option,
        option_name,
        persons,
        ticket,
        channel_ticket_code,
        ticket_status,
        redemption: used_at.map(|used_at| Redemption { used_at, used_where }),
        traveler,
        representative,
    })
}

fn members(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
