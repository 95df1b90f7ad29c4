//! What each channel sees of a product's prices.

use axhub_domain::decimal::rate_text;
use axhub_domain::ids::ProductId;
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::{ExchangeRate, net_price};
use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::catalogue::{self, PricePreview};
use axhub_web::{ApiError, Conditional, Path, Query, SupplierCaller};
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::words;

/// Which prices are wanted.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Those of this date, in the product's time zone; the base prices when absent.
    #[param(format = Date, example = "2026-07-04")]
    pub date: Option<String>,
    /// Those of the draft, which channels will see when it is published.
    #[param(default = false, example = false)]
    pub draft: Option<bool>,
}

/// Net prices, and what they are for each channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierPrices)]
pub struct Prices {
    /// The product.
    pub product_code: Uuid,
    /// The currency of net prices.
    #[schema(value_type = words::Currency)]
    pub base_currency: Currency,
    /// The date; null for the base prices.
    #[schema(format = Date, required)]
    pub date: Option<String>,
    /// The options in order with their net prices.
    pub options: Vec<NetPrice>,
    /// The operator's rates that prices in other currencies go by.
    pub rates: Vec<Rate>,
    /// The channels that sell the product, by code.
    pub channels: Vec<ChannelPrices>,
}

/// The net price of an option.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierNetPrice)]
pub struct NetPrice {
    /// The option.
    pub option_code: Uuid,
    /// Its name.
    pub option_name: String,
    /// Whether it is sold; channels see prices only of those that are.
    pub is_active: bool,
    /// The supplier's price of one unit; null when it has none yet.
    #[schema(value_type = Option<String>, pattern = "^[0-9]+\\.[0-9]{5}$", required)]
    pub net: Option<Money>,
}

/// A rate in force.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierRate)]
pub struct Rate {
    /// The currency of which there is one.
    #[schema(value_type = words::Currency)]
    pub base: Currency,
    /// The currency it is worth.
    #[schema(value_type = words::Currency)]
    pub quote: Currency,
    /// How many `quote` one `base` is worth. Where only the other direction is known, prices are divided by it.
    #[schema(pattern = "^[0-9]+\\.[0-9]{8}$")]
    pub rate: String,
    /// Since when.
    #[schema(format = DateTime)]
    pub valid_from: String,
}

/// What one channel sees.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierChannelPrices)]
pub struct ChannelPrices {
    /// The channel.
    pub channel_code: String,
    /// Its factor on net prices.
    #[schema(pattern = "^[0-9]+\\.[0-9]{5}$")]
    pub mark_up: String,
    /// The prices of options on sale, in every currency that there is a rate for: exactly what the channel's own price call
    /// says.
    pub prices: Vec<SellingPrice>,
}

/// What an option costs a channel in a currency.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierSellingPrice)]
pub struct SellingPrice {
    /// The option.
    pub option_code: Uuid,
    /// The currency.
    #[schema(value_type = words::Currency)]
    pub currency: Currency,
    /// One unit: net × mark-up × rate, rounded half up to the places of the currency.
    #[schema(value_type = String, pattern = "^[0-9]+\\.[0-9]{5}$")]
    pub unit_selling_price: Money,
    /// One person, where a unit takes several.
    #[schema(value_type = String, pattern = "^[0-9]+\\.[0-9]{5}$")]
    pub selling_price_per_person: Money,
}

/// Preview prices
///
/// What each channel that sells the product sees of its prices now: the net price, the channel's mark-up, the rate and the
/// rounding. Channels see other prices when the operator changes a mark-up or a rate. A parameter that is not listed here is
/// refused with 400. With the `ETag` of an earlier answer in
/// `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/supplier/products/{product_code}/prices",
    operation_id = "supplier_preview_prices",
    tag = "Supplier: products",
    params(("product_code" = Uuid, Path, description = "The product."), Wanted),
    responses(
        (status = 200, description = "The prices.", body = Prices, example = json!(Prices::sample())),
        (status = 304, description = "Nothing has changed."),
    ),
)]
pub async fn preview(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    query: Query,
    have: Conditional,
) -> Result<Response, ApiError> {
    let (date, draft) = query.read_strictly(|fields| (fields.optional("date").date(), fields.optional("draft").boolean()))?;
    let found = catalogue::preview_prices(&hub, caller.id, product, date, draft.unwrap_or(false)).await?;
    have.json(&Prices::new(found, date))
}

impl Prices {
    fn new(found: PricePreview, date: Option<Date>) -> Self {
        let net = |option: &axhub_domain::edition::EditionOption| NetPrice {
            option_code: option.option.id.into(),
            option_name: option.option.name(),
            is_active: option.option.is_active,
            net: net_price(&option.prices, date),
        };
        Prices {
            product_code: found.product.id.into(),
            base_currency: found.product.base_currency,
            date: date.map(|date| date.to_string()),
            options: found.options.iter().map(net).collect(),
            rates: found.rates.iter().map(Rate::from).collect(),
            channels: found.channels.into_iter().map(ChannelPrices::from).collect(),
        }
    }
}

impl From<&ExchangeRate> for Rate {
    fn from(rate: &ExchangeRate) -> Self {
        Rate { base: rate.base, quote: rate.quote, rate: rate_text(rate.rate), valid_from: format_instant(rate.valid_from) }
    }
}

impl From<catalogue::ChannelPrices> for ChannelPrices {
    fn from(channel: catalogue::ChannelPrices) -> Self {
        let mut prices = Vec::new();
        for option in channel.prices {
            for price in option.prices {
                prices.push(SellingPrice {
                    option_code: option.option.into(),
                    currency: price.currency,
                    unit_selling_price: price.unit,
                    selling_price_per_person: price.per_person,
                });
            }
        }
        ChannelPrices { channel_code: channel.channel, mark_up: channel.mark_up.to_string(), prices }
    }
}
