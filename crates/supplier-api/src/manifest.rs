//! The manifest: who comes to the departures of a day.

pub mod read;
mod table;

use axhub_domain::product::TRAVELER_INFORMATION;
use axhub_domain::state::{OrderStatus, TicketStatus};
use axhub_domain::time::format_instant;
use axhub_hub::fulfilment;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::words;

/// Who comes to a product's departures on a date.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierManifest)]
pub struct Manifest {
    /// The product.
    pub product_code: Uuid,
    /// Its name.
    #[schema(required)]
    pub product_name: Option<String>,
    /// The date in the product's time zone.
    #[schema(format = Date)]
    pub date: String,
    /// The product's time zone.
    pub time_zone: String,
    /// What the product requires to know of travelers, by its names.
    pub required_traveler_information: Vec<&'static str>,
    /// The departures that anybody comes to, by their start.
    pub departures: Vec<Departure>,
}

/// One departure; of a day-ticket, the whole date.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierDeparture)]
pub struct Departure {
    /// The start time, `hh:mm`; null for what has only a date.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", required)]
    pub start_time: Option<String>,
    /// The start in UTC.
    #[schema(format = DateTime)]
    pub inventory_at: String,
    /// How many come with each option.
    pub options: Vec<OptionTotal>,
    /// Who comes, ticket by ticket.
    pub passengers: Vec<Passenger>,
}

/// How many come with an option.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOptionTotal)]
pub struct OptionTotal {
    /// The option.
    pub option_code: Uuid,
    /// Its name.
    pub option_name: String,
    /// Tickets that are open or used.
    #[schema(minimum = 0)]
    pub tickets: u32,
    /// People on these tickets.
    #[schema(minimum = 0)]
    pub persons: u32,
    /// Of these tickets, the used ones.
    #[schema(minimum = 0)]
    pub used: u32,
}

/// A ticket and who uses it.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = SupplierPassenger)]
pub struct Passenger {
    /// The ticket.
    pub ax_ticket_code: Uuid,
    /// Its state.
    #[schema(value_type = words::TicketStatus)]
    pub ax_ticket_status: TicketStatus,
    /// When it was used; null when it is not.
    #[schema(format = DateTime, required)]
    pub used_at: Option<String>,
    /// Where it was used.
    #[schema(required)]
    pub used_where: Option<String>,
    /// The channel's own code of the ticket.
    #[schema(required)]
    pub channel_ticket_code: Option<String>,
    /// The order.
    pub ax_order_code: Uuid,
    /// Its state: before it is confirmed, nobody has promised the traveler a seat.
    #[schema(value_type = words::OrderStatus)]
    pub ax_order_status: OrderStatus,
    /// The channel that sold it.
    pub channel_code: String,
    /// The channel's own code of the order.
    pub channel_order_code: String,
    /// What the channel remarked when it ordered.
    #[schema(required)]
    pub channel_comment: Option<String>,
    /// The option's name.
    pub option_name: String,
    /// How many people the ticket takes.
    #[schema(minimum = 1)]
    pub persons: u32,
    /// The traveler's name.
    pub name: String,
    /// Their country, as the channel writes it.
    pub national_code: String,
    /// Their telephone number.
    pub phone: String,
    /// Their mail address.
    pub email: String,
    /// Who leads the order.
    pub representative_name: String,
    /// Their telephone number.
    pub representative_phone: String,
    /// What the product requires to know, by its names; blank where nobody told.
    #[schema(value_type = Object)]
    pub required: Map<String, Value>,
    /// Whatever else the channel tells.
    #[schema(value_type = Object)]
    pub extra: Map<String, Value>,
}

impl std::fmt::Debug for Passenger {
    /// Without the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Passenger({})", self.ax_ticket_code)
    }
}

impl Manifest {
    fn new(date: String, manifest: fulfilment::Manifest) -> Manifest {
        let product = manifest.product;
        Manifest {
            product_code: product.id.into(),
            product_name: product.contents.text("product_name").map(str::to_owned),
            date,
            time_zone: product.time_zone,
            required_traveler_information: TRAVELER_INFORMATION
                .iter()
                .copied()
                .filter(|name| product.required_information.iter().any(|required| required == name))
                .collect(),
            departures: manifest.departures.into_iter().map(Departure::from).collect(),
        }
    }
}

impl From<fulfilment::Departure> for Departure {
    fn from(departure: fulfilment::Departure) -> Self {
        let total = |total: fulfilment::OptionTotal| OptionTotal {
            option_code: total.option.into(),
            option_name: total.name,
            tickets: total.tickets,
            persons: total.persons,
            used: total.used,
        };
        Departure {
            start_time: departure.start_time.map(|time| time.strftime("%H:%M").to_string()),
            inventory_at: format_instant(departure.starts_at),
            options: departure.options.into_iter().map(total).collect(),
            passengers: departure.passengers.into_iter().map(Passenger::from).collect(),
        }
    }
}

impl From<fulfilment::Passenger> for Passenger {
    fn from(fulfilment::Passenger { ticket, required }: fulfilment::Passenger) -> Self {
        let (used_at, used_where) = ticket.redemption.map(|redemption| (redemption.used_at, redemption.used_where)).unzip();
        let (name, national_code, phone, email, extra) =
            ticket.traveler.map(|p| (p.name, p.national_code, p.phone, p.email, p.extra)).unwrap_or_default();
        let (representative_name, representative_phone) = ticket.representative.map(|p| (p.name, p.phone)).unwrap_or_default();
        Passenger {
            ax_ticket_code: ticket.ticket.into(),
            ax_ticket_status: ticket.ticket_status,
            used_at: used_at.map(format_instant),
            used_where: used_where.flatten(),
            channel_ticket_code: ticket.channel_ticket_code,
            ax_order_code: ticket.order.into(),
            ax_order_status: ticket.order_status,
            channel_code: ticket.channel_code,
            channel_order_code: ticket.channel_order_code,
            channel_comment: ticket.order_comment,
            option_name: ticket.option_name,
            persons: ticket.persons,
            name,
            national_code,
            phone,
            email,
            representative_name,
            representative_phone,
            required: required.into_iter().map(|(name, text)| (name, Value::from(text))).collect(),
            extra,
        }
    }
}
