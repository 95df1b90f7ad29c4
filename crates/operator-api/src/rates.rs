//! Exchange rates.

pub mod list;
pub mod set;

use axhub_domain::decimal::rate_text;
use axhub_domain::time::format_instant;
use axhub_hub::directory::ListedRate;
use axhub_web::words;
use serde::Serialize;
use utoipa::ToSchema;

/// How many of one currency another is worth, from an instant on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorExchangeRate)]
pub struct ExchangeRate {
    /// The currency of which there is one.
    #[schema(value_type = words::Currency)]
    pub base: &'static str,
    /// The currency it is worth.
    #[schema(value_type = words::Currency)]
    pub quote: &'static str,
    /// How many, with eight decimal places.
    pub rate: String,
    /// From when on, until the next rate of the pair.
    #[schema(format = DateTime)]
    pub valid_from: String,
    /// Whether it holds now.
    pub is_in_force: bool,
}

impl From<ListedRate> for ExchangeRate {
    fn from(listed: ListedRate) -> Self {
        ExchangeRate {
            base: listed.rate.base.code(),
            quote: listed.rate.quote.code(),
            rate: rate_text(listed.rate.rate),
            valid_from: format_instant(listed.rate.valid_from),
            is_in_force: listed.is_in_force,
        }
    }
}

impl ExchangeRate {
    pub(crate) fn sample() -> ExchangeRate {
        ExchangeRate {
            base: "USD",
            quote: "KRW",
            rate: "1380.50000000".to_owned(),
            valid_from: "2026-07-01T00:00:00.000Z".to_owned(),
            is_in_force: true,
        }
    }
}
