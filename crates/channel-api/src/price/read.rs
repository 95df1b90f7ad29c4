//! `GET /v1/channel/price/{kind}/{product_code}`: what each option costs the channel.

pub mod day_ticket;
pub mod ticket;

use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::SellingPrice;
use axhub_domain::product::ProductKind;
use axhub_hub::pricing::{self, OptionPrice};
use axhub_hub::{Hub, freshness};
use axhub_web::{ApiError, ChannelCaller, Keep, Made, Path, Query};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::wire::two_places;

/// What a tour's options cost.
#[derive(Serialize, ToSchema)]
pub struct TourPrices {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// One per active option that has a price, in the order of the options.
    prices: Vec<TourPrice>,
}

/// What an option costs, with two decimal places; `null` while there is no exchange rate to the currency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TourPrice {
    /// The option.
    #[schema(value_type = Uuid)]
    pub option_code: OptionId,
    /// One unit in US dollars.
    #[schema(value_type = Option<f64>, required = true, minimum = 0, example = 80.00)]
    pub unit_selling_price_usd: Option<Number>,
    /// One person in US dollars.
    #[schema(value_type = Option<f64>, required = true, minimum = 0, example = 75.00)]
    pub selling_price_per_person_usd: Option<Number>,
    /// One unit in Korean won.
    #[schema(value_type = Option<f64>, required = true, minimum = 0, example = 88000.00)]
    pub unit_selling_price_krw: Option<Number>,
    /// One person in Korean won.
    #[schema(value_type = Option<f64>, required = true, minimum = 0, example = 82500.00)]
    pub selling_price_per_person_krw: Option<Number>,
}

impl From<&OptionPrice> for TourPrice {
    fn from(price: &OptionPrice) -> Self {
        let amount = |currency, part: fn(&SellingPrice) -> Money| price.in_currency(currency).map(part).and_then(two_places);
        TourPrice {
            option_code: price.option,
            unit_selling_price_usd: amount(Currency::Usd, |price| price.unit),
            selling_price_per_person_usd: amount(Currency::Usd, |price| price.per_person),
            unit_selling_price_krw: amount(Currency::Krw, |price| price.unit),
            selling_price_per_person_krw: amount(Currency::Krw, |price| price.per_person),
        }
    }
}

/// Prices of a tour
///
/// The supplier's net price × the channel's mark-up, converted by the exchange rate in force, in both currencies.
/// With the `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/channel/price/tour/{product_code}",
    operation_id = "get_tour_prices",
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
            body = TourPrices,
            example = json!({"status_code": 200, "prices": [{
                "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02",
                "unit_selling_price_usd": 80.00, "selling_price_per_person_usd": 75.00,
                "unit_selling_price_krw": 88000.00, "selling_price_per_person_krw": 82500.00,
            }]})
        ),
        (status = 304, description = "Nothing has changed."),
    )
)]
pub async fn tour(
    caller: ChannelCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    query: Query,
    keep: Keep,
) -> Result<Response, ApiError> {
    let made = async || {
        let date = query.read(|fields| fields.optional("date").date())?;
        let (_, prices) = pricing::prices_for_channel(&hub, caller.id, ProductKind::Tour, product, date).await?;
        let body = TourPrices { status_code: 200, prices: prices.iter().map(TourPrice::from).collect() };
        Ok(Made::json(HeaderMap::new(), &body)?.until(pricing::until(&prices)))
    };
    keep.answer(&hub, caller.id, [freshness::product(product)], made).await
}
