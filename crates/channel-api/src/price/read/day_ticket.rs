//! `GET /v1/channel/price/day-ticket/{product_code}`: a list with currency and five places.

use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::product::ProductKind;
use axhub_hub::pricing::{self, OptionPrice};
use axhub_hub::{Hub, freshness};
use axhub_web::{ApiError, ChannelCaller, Keep, Made, Path, Query};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

/// What a day-ticket's options cost.
#[derive(Serialize, ToSchema)]
pub struct DayTicketPrices {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// One per active option that has a price, in the order of the options.
    prices: Vec<DayTicketPrice>,
}

/// What an option costs in the product's own currency.
#[derive(Serialize, ToSchema)]
pub struct DayTicketPrice {
    /// The option.
    #[schema(value_type = Uuid)]
    option_code: OptionId,
    /// The product's own currency.
    #[schema(value_type = String, pattern = "^(KRW|USD)$", example = "KRW")]
    currency: Currency,
    /// One unit, with five decimal places.
    #[schema(value_type = String, pattern = r"^[0-9]+\.[0-9]{5}$", example = "71200.00000")]
    price: Money,
}

impl DayTicketPrice {
    /// The price in this currency, when there is one.
    pub fn new(price: &OptionPrice, currency: Currency) -> Option<DayTicketPrice> {
        let unit = price.in_currency(currency)?.unit;
        Some(DayTicketPrice { option_code: price.option, currency, price: unit })
    }
}

/// Prices of a day-ticket
///
/// The supplier's net price × the channel's mark-up, in the product's own currency. With the `ETag` of an earlier answer
/// in `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/channel/price/day-ticket/{product_code}",
    operation_id = "get_day_ticket_prices",
    tag = "Channel: price and inventory",
    params(
        ("product_code" = Uuid, Path, description = "The product's code."),
        (
            "date" = Option<String>, Query, format = Date,
            description = "The prices of this day, in the product's time zone; the base prices without it.",
            example = "2026-05-01"
        ),
    ),
    responses(
        (
            status = 200,
            description = "The prices.",
            body = DayTicketPrices,
            example = json!({"status_code": 200, "prices": [{
                "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02", "currency": "KRW", "price": "71200.00000",
            }]})
        ),
        (status = 304, description = "Nothing has changed."),
    )
)]
pub async fn day_ticket(
    caller: ChannelCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    query: Query,
    keep: Keep,
) -> Result<Response, ApiError> {
    let made = async || {
        let date = query.read(|fields| fields.optional("date").date())?;
        let (product, prices) = pricing::prices_for_channel(&hub, caller.id, ProductKind::DayTicket, product, date).await?;
        let shown = prices.iter().filter_map(|price| DayTicketPrice::new(price, product.base_currency));
        let body = DayTicketPrices { status_code: 200, prices: shown.collect() };
        Ok(Made::json(HeaderMap::new(), &body)?.until(pricing::until(&prices)))
    };
    keep.answer(&hub, caller.id, [freshness::product(product)], made).await
}
