//! A row of inventory of any kind of product, as the inventory call of that kind shows it.

use axhub_domain::product::ProductKind;
use axhub_hub::availability::Availability;
use serde::Serialize;
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::read::TourInventoryRow;
use super::read::day_ticket::DayTicketInventoryRow;
use super::read::ticket::TicketInventoryRow;

/// A row of a tour, a day-ticket or a ticket.
#[derive(Serialize)]
#[serde(untagged)]
pub enum InventoryRow {
    /// With a date and a start time.
    Tour(TourInventoryRow),
    /// With a date.
    DayTicket(DayTicketInventoryRow),
    /// With neither.
    Ticket(TicketInventoryRow),
}

impl From<&Availability> for InventoryRow {
    fn from(row: &Availability) -> Self {
        match row.kind {
            ProductKind::Tour => InventoryRow::Tour(row.into()),
            ProductKind::DayTicket => InventoryRow::DayTicket(row.into()),
            ProductKind::Ticket => InventoryRow::Ticket(row.into()),
        }
    }
}

// Not one of the shapes alone: each kind has all that the next one has.
impl PartialSchema for InventoryRow {
    fn schema() -> RefOr<Schema> {
        let names = [TourInventoryRow::name(), DayTicketInventoryRow::name(), TicketInventoryRow::name()];
        let description = "A row as the inventory call of the product's kind shows it.";
        let any_of = names
            .iter()
            .fold(AnyOfBuilder::new().description(Some(description)), |any_of, name| any_of.item(Ref::from_schema_name(name.as_ref())));
        Schema::AnyOf(any_of.build()).into()
    }
}

impl ToSchema for InventoryRow {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((TourInventoryRow::name().into_owned(), TourInventoryRow::schema()));
        schemas.push((DayTicketInventoryRow::name().into_owned(), DayTicketInventoryRow::schema()));
        schemas.push((TicketInventoryRow::name().into_owned(), TicketInventoryRow::schema()));
        TourInventoryRow::schemas(schemas);
    }
}
