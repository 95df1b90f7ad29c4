//! Stock of the supplier's options, by date and start time.

pub mod list;
pub mod set;

use axhub_domain::inventory::{UNDATED, dated};
use axhub_domain::product::ProductKind;
use axhub_domain::time::format_instant;
use axhub_hub::availability::Availability;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an option has on one date and start time; of an undated product, what it has at all. Always `max = held + ordered + remain`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierStock)]
pub struct Stock {
    /// The row's code.
    pub inventory_code: Uuid,
    /// The option.
    pub option_code: Uuid,
    /// The date in the product's time zone; null for what has no date.
    #[schema(format = Date, required)]
    pub date: Option<String>,
    /// The start time in the product's time zone, `hh:mm`; null for what has only a date, or none.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", required)]
    pub start_time: Option<String>,
    /// The start in UTC; null for what has no date.
    #[schema(format = DateTime, required)]
    pub inventory_at: Option<String>,
    /// Whether it may be ordered.
    pub on_sale: bool,
    /// Units in all.
    #[schema(minimum = 0)]
    pub max_quantity: u32,
    /// The departure minimum: the tour runs from that many on.
    #[schema(minimum = 0)]
    pub min_quantity: u32,
    /// Units in holds.
    #[schema(minimum = 0)]
    pub held_quantity: u32,
    /// Units in orders.
    #[schema(minimum = 0)]
    pub ordered_quantity: u32,
    /// Units that are left.
    #[schema(minimum = 0)]
    pub remain_quantity: u32,
}

impl From<Availability> for Stock {
    fn from(row: Availability) -> Self {
        Stock {
            inventory_code: row.stock.into(),
            option_code: row.option.into(),
            date: (row.date != UNDATED).then(|| row.date.to_string()),
            start_time: (row.kind == ProductKind::Tour).then(|| row.start_time.strftime("%H:%M").to_string()),
            inventory_at: dated(row.inventory_at).map(format_instant),
            on_sale: row.on_sale,
            max_quantity: row.max,
            min_quantity: row.min,
            held_quantity: row.held,
            ordered_quantity: row.ordered.saturating_sub(row.held),
            remain_quantity: row.remain,
        }
    }
}
