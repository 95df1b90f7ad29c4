//! The manifest of a day: who comes to which departure of a product, and what the supplier must know of them.

use std::collections::BTreeMap;

use axhub_domain::ids::{OptionId, ProductId, SupplierId};
use axhub_domain::order::Person;
use axhub_domain::product::{Product, ProductKind};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::state::TicketStatus;
use axhub_store::manifest::{self, ManifestTicket};
use axhub_store::{Mode, products};
use jiff::Timestamp;
use jiff::civil::Time;
use serde_json::Value;

pub use axhub_store::manifest::ManifestFilter;

use crate::{Error, Hub, Result};

/// Who comes to a product's departures on a date.
#[derive(Clone)]
pub struct Manifest {
    /// The product.
    pub product: Product,
    /// Its departures that anybody comes to, by their start.
    pub departures: Vec<Departure>,
}

/// One departure; of what has only a date, the date.
#[derive(Clone)]
pub struct Departure {
    /// The local start time; none for what has only a date.
    pub start_time: Option<Time>,
    /// The start.
    pub starts_at: Timestamp,
    /// Open and used tickets of each option, by its name.
    pub options: Vec<OptionTotal>,
    /// Who comes.
    pub passengers: Vec<Passenger>,
}

/// How many come with an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionTotal {
    /// The option.
    pub option: OptionId,
    /// Its name.
    pub name: String,
    /// Tickets that are open or used.
    pub tickets: u32,
    /// People on these tickets.
    pub persons: u32,
    /// Of those tickets, the used ones.
    pub used: u32,
}

/// A ticket, who uses it, and what the product requires to know of them.
#[derive(Clone)]
pub struct Passenger {
    /// The ticket and its people.
    pub ticket: ManifestTicket,
    /// What the product requires, by its names; blank where nobody told.
    pub required: Vec<(String, String)>,
}

/// The manifest of a product of the supplier on a date.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the product is not the supplier's; a wrong field when it has no dates.
pub async fn manifest(hub: &Hub, supplier: SupplierId, product: ProductId, filter: ManifestFilter) -> Result<Manifest> {
    hub.database()
        .run("manifest.read", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_supplier(s, supplier, product).await?.ok_or(Error::NOT_FOUND)?;
                if product.kind == ProductKind::Ticket {
                    return Err(FieldError::new("product_code", Reason::NotForThisKind).into());
                }
                let tickets = manifest::tickets(s, supplier, product.id, filter).await?;
                Ok(Manifest { departures: departures(&product, tickets), product })
            })
        })
        .await
}

fn departures(product: &Product, tickets: Vec<ManifestTicket>) -> Vec<Departure> {
    let mut by_start = BTreeMap::<Timestamp, Vec<ManifestTicket>>::new();
    for ticket in tickets {
        by_start.entry(ticket.starts_at).or_default().push(ticket);
    }
    let departure = |(starts_at, tickets): (Timestamp, Vec<ManifestTicket>)| Departure {
        start_time: tickets.first().filter(|_| product.kind == ProductKind::Tour).map(|ticket| ticket.start_time),
        starts_at,
        options: totals(&tickets),
        passengers: tickets.into_iter().map(|ticket| passenger(&product.required_information, ticket)).collect(),
    };
    by_start.into_iter().map(departure).collect()
}

fn totals(tickets: &[ManifestTicket]) -> Vec<OptionTotal> {
    let mut totals = BTreeMap::<(&str, OptionId), OptionTotal>::new();
    for ticket in tickets.iter().filter(|ticket| matches!(ticket.ticket_status, TicketStatus::New | TicketStatus::Used)) {
        let blank = OptionTotal { option: ticket.option, name: ticket.option_name.clone(), tickets: 0, persons: 0, used: 0 };
        let total = totals.entry((&ticket.option_name, ticket.option)).or_insert(blank);
        total.tickets += 1;
        total.persons += ticket.persons;
        total.used += u32::from(ticket.ticket_status == TicketStatus::Used);
    }
    totals.into_values().collect()
}

/// What is required of a traveler is theirs, or else what the lead traveler told for all.
fn passenger(required: &[String], ticket: ManifestTicket) -> Passenger {
    let told = |person: &Option<Person>, key: &str| {
        let text = person.as_ref().and_then(|person| person.additional.get(key)).and_then(Value::as_str);
        text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let value = |key: &String| told(&ticket.traveler, key).or_else(|| told(&ticket.representative, key)).unwrap_or_default();
    let required = required.iter().map(|key| (key.clone(), value(key))).collect();
    Passenger { required, ticket }
}
