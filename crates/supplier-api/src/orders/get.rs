//! One order, with the people in it, its history and its refunds.

use axhub_domain::ids::OrderId;
use axhub_domain::order;
use axhub_domain::state::{OrderStatus, TicketStatus};
use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::fulfilment::{self, OrderEvent, OrderWithPeople, TravelerRole};
use axhub_web::{ApiError, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::refund::Refund;
use super::{OrderFacts, Ticket};

/// An order whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrderDetail)]
pub struct OrderDetail {
    /// What it is.
    #[serde(flatten)]
    pub facts: OrderFacts,
    /// Its tickets, one per unit.
    pub tickets: Vec<TicketDetail>,
    /// Who paid.
    #[schema(required)]
    pub purchaser: Option<Person>,
    /// Who leads.
    #[schema(required)]
    pub representative: Option<Person>,
    /// Who uses the tickets, in the order of the tickets.
    pub travelers: Vec<Traveler>,
    /// When the personal data of all of them was erased, after which it is empty; null while it is there.
    #[schema(required, format = DateTime)]
    pub travelers_erased_at: Option<String>,
    /// Everything that happened to the order and its tickets, oldest first.
    pub history: Vec<Event>,
}

/// One unit of an order, and what was given back for it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierTicketDetail)]
pub struct TicketDetail {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// What the channel gave back for it; null when it has reported nothing.
    #[schema(required)]
    pub refund: Option<Refund>,
}

/// Somebody in an order.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = SupplierPerson)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their country, as the channel writes it.
    pub national_code: String,
    /// Their telephone number.
    pub phone: String,
    /// Their mail address.
    pub email: String,
    /// What the product requires of travelers, by the names in `required_traveler_information`, and more.
    #[schema(value_type = Object)]
    pub additional: Map<String, Value>,
    /// Whatever else the channel tells.
    #[schema(value_type = Object)]
    pub extra: Map<String, Value>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

/// Who uses a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierTraveler)]
pub struct Traveler {
    /// The ticket.
    pub ax_ticket_code: Uuid,
    /// Who it is.
    #[serde(flatten)]
    pub person: Person,
}

/// One change of an order or of one of its tickets.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrderEvent)]
pub struct Event {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who: `channel`, `supplier`, `operator` or `hub`.
    pub actor: String,
    /// The actor's code.
    pub actor_code: String,
    /// What was done: `place`, `acknowledge`, `confirm`, `reject`, `cancel`, `cancel-ticket` or `redeem`.
    pub action: String,
    /// The ticket that changed; null when it is the order.
    #[schema(required)]
    pub ax_ticket_code: Option<Uuid>,
    /// The state before; null for a new order.
    #[schema(required)]
    pub from_status: Option<String>,
    /// The state after.
    pub to_status: String,
    /// What the actor said.
    #[schema(required)]
    pub comment: Option<String>,
}

/// Read an order
///
/// With its travelers, everything that happened to it, and what the channel gave back for its tickets.
#[utoipa::path(
    get,
    path = "/v1/supplier/orders/{ax_order_code}",
    operation_id = "supplier_get_order",
    tag = "Supplier: orders",
    params(("ax_order_code" = Uuid, Path, description = "The order.")),
    responses((status = 200, description = "The order.", body = OrderDetail, example = json!(OrderDetail::sample()))),
)]
pub async fn get(caller: SupplierCaller, State(hub): State<Hub>, Path(order): Path<OrderId>) -> Result<Json<OrderDetail>, ApiError> {
    let found = fulfilment::order_of_supplier(&hub, caller.id, order).await?;
    Ok(Json(found.into()))
}

impl From<OrderWithPeople> for OrderDetail {
    fn from(found: OrderWithPeople) -> Self {
        let refund = |of| found.refunds.iter().find(|refund| refund.ticket == of).map(Refund::from);
        let tickets = found.order.tickets.iter().map(|ticket| TicketDetail { ticket: ticket.into(), refund: refund(ticket.id) });
        let mut detail = OrderDetail {
            tickets: tickets.collect(),
            facts: found.order.into(),
            purchaser: None,
            representative: None,
            travelers: Vec::new(),
            travelers_erased_at: found.erased_at.map(format_instant),
            history: found.events.into_iter().map(Event::from).collect(),
        };
        for (role, person) in found.people {
            let person = Person::from(person);
            match role {
                TravelerRole::Purchaser => detail.purchaser = Some(person),
                TravelerRole::Representative => detail.representative = Some(person),
                TravelerRole::Traveler(ticket) => detail.travelers.push(Traveler { ax_ticket_code: ticket.into(), person }),
            }
        }
        detail
    }
}

impl From<order::Person> for Person {
    fn from(person: order::Person) -> Self {
        let order::Person { name, national_code, phone, email, additional, extra } = person;
        Person { name, national_code, phone, email, additional, extra }
    }
}

impl From<OrderEvent> for Event {
    fn from(event: OrderEvent) -> Self {
        let is_ticket = event.ticket.is_some();
        Event {
            at: format_instant(event.at),
            actor: event.actor,
            actor_code: event.actor_code,
            action: event.action,
            ax_ticket_code: event.ticket.map(Uuid::from),
            from_status: event.from_status.map(|digit| word(is_ticket, digit)),
            to_status: word(is_ticket, event.to_status),
            comment: event.comment,
        }
    }
}

/// The word of a state that the history keeps as a digit.
fn word(is_ticket: bool, digit: i64) -> String {
    let word = match is_ticket {
        true => TicketStatus::from_digit(digit).map(TicketStatus::word),
        false => OrderStatus::from_digit(digit).map(OrderStatus::word),
    };
    word.map_or_else(|| digit.to_string(), str::to_owned)
}
