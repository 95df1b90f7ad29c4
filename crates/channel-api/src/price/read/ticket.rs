//! `GET /v1/channel/price/ticket/{product_code}`: the oldest form, an object by option with a digit for the currency.

use std::collections::BTreeMap;

use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Refusal;
use axhub_hub::pricing::{self, OptionPrice};
use axhub_hub::{Error, Hub, freshness};
use axhub_web::{ApiError, ChannelCaller, Keep, Made, Path};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

/// What a ticket's options cost.
#[derive(Serialize, ToSchema)]
pub struct TicketPrices {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// By option code, one per active option that has a price.
    #[schema(value_type = BTreeMap<String, TicketPrice>)]
    prices: PricesByOption,
}

/// Prices by option code.
pub type PricesByOption = BTreeMap<OptionId, TicketPrice>;

/// What an option costs in the product's own currency.
#[derive(Serialize, ToSchema)]
pub struct TicketPrice {
    /// The product's own currency: `1` is KRW, `2` is USD.
    #[schema(value_type = String, pattern = "^[12]$", example = "1")]
    currency: &'static str,
    /// One unit, with five decimal places.
    #[schema(value_type = String, pattern = r"^[0-9]+\.[0-9]{5}$", example = "12345678.00000")]
    price: Money,
}

/// The prices in this currency, by option.
pub fn by_option<'p>(prices: impl IntoIterator<Item = &'p OptionPrice>, currency: Currency) -> PricesByOption {
    let digit = match currency {
        Currency::Krw => "1",
        Currency::Usd => "2",
    };
    let entry = |price: &OptionPrice| Some((price.option, TicketPrice { currency: digit, price: price.in_currency(currency)?.unit }));
    prices.into_iter().filter_map(entry).collect()
}

/// Prices of a ticket
///
/// Of an undated ticket or of a day-ticket, in the oldest form. The supplier's net price × the channel's mark-up, in the
/// product's own currency. With the `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing has
/// changed.
#[utoipa::path(
    get,
    path = "/v1/channel/price/ticket/{product_code}",
    operation_id = "get_ticket_prices",
    tag = "Channel: price and inventory",
    params(("product_code" = Uuid, Path, description = "The product's code.")),
    responses(
        (
            status = 200,
            description = "The prices.",
            body = TicketPrices,
            example = json!({"status_code": 200, "prices": {
                "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02": {"currency": "1", "price": "12345678.00000"},
            }})
        ),
        (status = 304, description = "Nothing has changed."),
    )
)]
pub async fn ticket(
    caller: ChannelCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    keep: Keep,
) -> Result<Response, ApiError> {
    let made = async || {
        // Channels of the oldest generation know day-tickets by this address, too, as they order them by the oldest one.
        let of_kind = async |kind| pricing::prices_for_channel(&hub, caller.id, kind, product, None).await;
        let (product, prices) = match of_kind(ProductKind::Ticket).await {
            Err(Error::Refused(Refusal::NotFound)) => of_kind(ProductKind::DayTicket).await?,
            found => found?,
        };
        let body = TicketPrices { status_code: 200, prices: by_option(&prices, product.base_currency) };
        Ok(Made::json(HeaderMap::new(), &body)?.until(pricing::until(&prices)))
    };
    keep.answer(&hub, caller.id, [freshness::product(product)], made).await
}
