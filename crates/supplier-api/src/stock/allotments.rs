//! Allotments: stock that is kept for one channel until a time before the start.

pub mod list;
pub mod set;

use axhub_domain::product::ProductKind;
use axhub_domain::time::format_instant;
use axhub_hub::availability::AllotmentWithOptions;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{date, start_time};
use crate::words;

/// Units of a pool on one date and start time that are kept for a channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierAllotment)]
pub struct Allotment {
    /// The code of the stock row.
    pub inventory_code: Uuid,
    /// The kind of the product.
    #[schema(value_type = words::ProductKind)]
    pub kind: ProductKind,
    /// The product.
    pub product_code: Uuid,
    /// The name of the pool that options share; null for an option with a pool of its own.
    #[schema(required)]
    pub pool: Option<String>,
    /// The options that draw from it.
    pub option_codes: Vec<Uuid>,
    /// The date in the product's time zone.
    #[schema(format = Date, required)]
    pub date: Option<String>,
    /// The start time in the product's time zone, `hh:mm`; null for what has only a date.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", required)]
    pub start_time: Option<String>,
    /// The start in UTC.
    #[schema(format = DateTime)]
    pub inventory_at: String,
    /// What is allotted.
    #[serde(flatten)]
    pub share: Share,
}

/// What is allotted to a channel, in units of the pool.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierAllotmentShare)]
pub struct Share {
    /// The channel.
    pub channel_code: String,
    /// Units that are allotted.
    #[schema(minimum = 1)]
    pub quantity: i64,
    /// Units that the channel has in orders, also beyond its allotment.
    #[schema(minimum = 0)]
    pub taken_quantity: i64,
    /// Units that are kept for the channel now.
    #[schema(minimum = 0)]
    pub kept_quantity: i64,
    /// From when on they are free for all.
    #[schema(format = DateTime)]
    pub release_at: String,
    /// Whether that time has come.
    pub is_released: bool,
}

impl From<AllotmentWithOptions> for Allotment {
    fn from(found: AllotmentWithOptions) -> Self {
        let AllotmentWithOptions { listed, options, kept, is_released } = found;
        Allotment {
            inventory_code: listed.stock.into(),
            kind: listed.kind,
            product_code: listed.product.into(),
            pool: listed.pool_name,
            option_codes: options.into_iter().map(Uuid::from).collect(),
            date: date(listed.date),
            start_time: start_time(listed.kind, listed.start_time),
            inventory_at: format_instant(listed.starts_at),
            share: Share {
                channel_code: listed.channel_code,
                quantity: listed.allotment.quantity,
                taken_quantity: listed.allotment.taken,
                kept_quantity: kept,
                release_at: format_instant(listed.allotment.release_at),
                is_released,
            },
        }
    }
}
