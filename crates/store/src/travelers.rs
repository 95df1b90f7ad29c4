//! Personal data: purchasers, representatives and travelers, apart from the orders they belong to.

use axhub_domain::ids::{ChannelOrderId, OrderId, SupplierId, TicketId};
use axhub_domain::order::Person;
use uuid::Uuid;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// What somebody is to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who paid.
    Purchaser,
    /// The lead traveler.
    Representative,
    /// Who uses this ticket.
    Traveler(TicketId),
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Role::Purchaser => "purchaser",
            Role::Representative => "representative",
            Role::Traveler(_) => "traveler",
        }
    }

    fn ticket(self) -> Option<TicketId> {
        match self {
            Role::Traveler(ticket) => Some(ticket),
            Role::Purchaser | Role::Representative => None,
        }
    }
}

/// Adds people to orders.
///
/// # Errors
/// The database's.
pub async fn insert(s: &Session, people: &[(Uuid, ChannelOrderId, Role, &Person)]) -> Result<()> {
    let sql = "INSERT INTO travelers (id, channel_order_id, ticket_id, role, name, national_code, phone, email, additional, extra)
        SELECT k.id, k.channel_order_id, k.ticket_id, k.role, k.name, k.national_code, k.phone, k.email, k.additional, k.extra
        FROM {{k(id uuid, channel_order_id uuid, ticket_id uuid, role text, name text, national_code text, phone text, email text, additional json, extra json)}}";
    let row = |(id, order, role, p): &(Uuid, ChannelOrderId, Role, &Person)| {
        params![id, order, role.ticket(), role.word(), p.name, p.national_code, p.phone, p.email, p.additional, p.extra]
    };
    s.execute_each(sql, people.iter().map(row).collect()).await?;
    Ok(())
}

/// The people in the supplier's order: who paid, who leads, and who uses its tickets. What the channel ordered along with it
/// may be of other suppliers, whose travelers are none of this one's business.
///
/// # Errors
/// The database's.
pub async fn of_supplier(s: &Session, supplier: SupplierId, order: OrderId) -> Result<Vec<(Role, Person)>> {
    let sql = "SELECT t.role, t.ticket_id, t.name, t.national_code, t.phone, t.email, t.additional, t.extra
        FROM orders o JOIN travelers t ON t.channel_order_id = o.channel_order_id LEFT JOIN tickets k ON k.id = t.ticket_id
        WHERE o.supplier_id = $1 AND o.id = $2 AND (t.ticket_id IS NULL OR k.order_id = o.id) ORDER BY t.role, k.position";
    let person = |row: &Row| {
        let mut r = row.reader();
        let role: String = r.take()?;
        let role = match (role.as_str(), r.take()?) {
            (_, Some(ticket)) => Role::Traveler(ticket),
            ("purchaser", None) => Role::Purchaser,
            _ => Role::Representative,
        };
        let person = Person {
            name: r.take()?,
            national_code: r.take()?,
            phone: r.take()?,
            email: r.take()?,
            additional: r.take()?,
            extra: r.take()?,
        };
        Ok((role, person))
    };
    s.query(sql, &params![supplier, order]).await?.iter().map(person).collect()
}
