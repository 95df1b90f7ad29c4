//! `POST /v1/channel/inventory/search`: stock and prices of many products and options, all as of one moment.

use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::SellingPrice;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_hub::Hub;
use axhub_hub::availability::{self, Found, FoundOption, FoundRow, Search};
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody};
use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::row::InventoryRow;
use crate::limits::MAX_CODES;
use crate::wire::Instant;

/// The most characters of a code; whatever is no UUID names nothing.
const MAX_CODE: usize = 64;

/// What a channel wants to know about: at least one product or option, at most 200 together.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
pub struct InventorySearch {
    /// Products, with all of their active options.
    #[schema(max_items = 200)]
    product_codes: Option<Vec<String>>,
    /// Single options.
    #[schema(max_items = 200)]
    option_codes: Option<Vec<String>>,
    /// The first day, in each product's time zone.
    #[schema(format = Date, example = "2026-05-01")]
    from: String,
    /// The last day, in each product's time zone: at most 92 days in all.
    #[schema(format = Date, example = "2026-05-31")]
    to: String,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub struct InventoryFound {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// The moment that all of it holds for.
    as_of: Instant,
    /// The active options, product by product.
    options: Vec<OptionFound>,
    /// What does not exist, is no longer sold, or may not be sold by the channel.
    not_found: CodesNotFound,
}

/// An option with its prices and its stock.
#[derive(Serialize, ToSchema)]
pub struct OptionFound {
    /// Its product.
    #[schema(value_type = Uuid)]
    product_code: ProductId,
    /// The product's kind: the word of its addresses.
    #[schema(value_type = String, pattern = "^(tour|day-ticket|ticket)$", example = "tour")]
    product_kind: ProductKind,
    /// The option.
    #[schema(value_type = Uuid)]
    option_code: OptionId,
    /// The option whose stock it takes: itself, unless it only changes the price, and then its rows are the other's.
    #[schema(value_type = Uuid)]
    stock_option_code: OptionId,
    /// The moment that this holds for.
    as_of: Instant,
    /// The base prices, in the product's own currency first.
    prices: Vec<PriceFound>,
    /// The rows of the days; those of a ticket have no date.
    rows: Vec<RowFound>,
}

/// What an option costs in one currency.
#[derive(Serialize, ToSchema)]
pub struct PriceFound {
    /// The currency.
    #[schema(value_type = String, pattern = "^(KRW|USD)$", example = "KRW")]
    currency: Currency,
    /// One unit, with five decimal places.
    #[schema(value_type = String, pattern = r"^[0-9]+\.[0-9]{5}$", example = "88000.00000")]
    unit_selling_price: Money,
    /// One person, with five decimal places.
    #[schema(value_type = String, pattern = r"^[0-9]+\.[0-9]{5}$", example = "82500.00000")]
    selling_price_per_person: Money,
}

/// A row of inventory with the prices of its day.
#[derive(Serialize, ToSchema)]
pub struct RowFound {
    /// The row.
    #[serde(flatten)]
    row: InventoryRow,
    /// The prices of its day, in the product's own currency first.
    prices: Vec<PriceFound>,
}

/// Codes as they were sent.
#[derive(Serialize, ToSchema)]
pub struct CodesNotFound {
    /// Of products.
    product_codes: Vec<String>,
    /// Of options.
    option_codes: Vec<String>,
}

/// Stock and prices of many products and options
///
/// One call instead of one per product: the rows of every option as the inventory call shows them, with the prices of each
/// day, all of it as of one moment. At most 50,000 rows over all options: beyond that it is refused as `too_many_rows`; ask in
/// parts, for fewer days or options at a time.
#[utoipa::path(
    post,
    path = "/v1/channel/inventory/search",
    operation_id = "search_inventory",
    tag = "Channel: price and inventory",
    request_body(content = InventorySearch, example = json!({
        "product_codes": ["018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01"], "option_codes": ["018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f07"],
        "from": "2026-05-01", "to": "2026-05-01",
    })),
    responses((
        status = 200,
        description = "What was found, and what was not.",
        body = InventoryFound,
        example = json!({
            "status_code": 200,
            "as_of": "2026-04-30T10:00:00.000Z",
            "options": [{
                "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "product_kind": "tour",
                "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02", "stock_option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02",
                "as_of": "2026-04-30T10:00:00.000Z",
                "prices": [{"currency": "KRW", "unit_selling_price": "88000.00000", "selling_price_per_person": "88000.00000"}],
                "rows": [{
                    "inventory_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f04", "date": "2026-05-01", "start_time": "14:00",
                    "day_of_the_week": "Friday", "is_order": true, "max_quantity": 25, "min_quantity": 5, "remain_quantity": 15,
                    "ordered_quantity": 10, "inventory_at": "2026-05-01T12:00:00.000Z",
                    "prices": [{"currency": "KRW", "unit_selling_price": "99000.00000", "selling_price_per_person": "99000.00000"}],
                }],
            }],
            "not_found": {"product_codes": [], "option_codes": ["018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f07"]},
        })
    ))
)]
pub async fn search(caller: ChannelCaller, State(hub): State<Hub>, body: JsonBody) -> Result<Json<InventoryFound>, ApiError> {
    let wanted = body.read(read)?;
    let search = Search { products: wanted.products.known(), options: wanted.options.known(), from: wanted.from, to: wanted.to };
    let found = availability::search(&hub, caller.id, search).await?;
    Ok(Json(render(&found, wanted)))
}

/// What the body asks for.
struct Wanted {
    products: Codes<ProductId>,
    options: Codes<OptionId>,
    from: Date,
    to: Date,
}

/// Codes as they were sent, each once, in their order, and what they mean; what is no UUID means nothing.
struct Codes<T>(Vec<(String, Option<T>)>);

impl<T: From<Uuid> + Copy + Ord> Codes<T> {
    fn new(sent: Vec<String>) -> Codes<T> {
        let mut codes: Vec<(String, Option<T>)> = Vec::with_capacity(sent.len());
        for text in sent {
            let code = Uuid::parse_str(&text).ok().map(T::from);
            if !codes.iter().any(|(known_text, known)| *known_text == text || (known.is_some() && *known == code)) {
                codes.push((text, code));
            }
        }
        Codes(codes)
    }

    fn known(&self) -> Vec<T> {
        self.0.iter().filter_map(|(_, code)| *code).collect()
    }

    /// Those that mean nothing, or something that was not found.
    fn not_found(self, missing: &[T]) -> Vec<String> {
        let is_missing = |code: &Option<T>| code.is_none_or(|code| missing.contains(&code));
        self.0.into_iter().filter(|(_, code)| is_missing(code)).map(|(text, _)| text).collect()
    }
}

fn read(fields: &Fields<'_>) -> Wanted {
    let codes = |name: &'static str| fields.optional(name).strings(MAX_CODES, MAX_CODE);
    let (products, options) = (codes("product_codes"), codes("option_codes"));
    match (&products, &options) {
        (None, None) if !fields.has("product_codes") && !fields.has("option_codes") => fields.wrong("product_codes", Reason::Required),
        (products, options) => check_count(fields, products.as_deref(), options.as_deref()),
    }
    Wanted {
        products: Codes::new(products.unwrap_or_default()),
        options: Codes::new(options.unwrap_or_default()),
        from: fields.required("from").date(),
        to: fields.required("to").date(),
    }
}

fn check_count(fields: &Fields<'_>, products: Option<&[String]>, options: Option<&[String]>) {
    let count = products.map_or(0, <[String]>::len) + options.map_or(0, <[String]>::len);
    if count > MAX_CODES {
        fields.wrong("option_codes", Reason::TooMany { max: MAX_CODES });
    }
}

fn render(found: &Found, wanted: Wanted) -> InventoryFound {
    let as_of = Instant(found.as_of);
    InventoryFound {
        status_code: 200,
        as_of,
        options: found.options.iter().map(|option| OptionFound::new(option, as_of)).collect(),
        not_found: CodesNotFound {
            product_codes: wanted.products.not_found(&found.unknown_products),
            option_codes: wanted.options.not_found(&found.unknown_options),
        },
    }
}

impl OptionFound {
    fn new(found: &FoundOption, as_of: Instant) -> OptionFound {
        OptionFound {
            product_code: found.product,
            product_kind: found.kind,
            option_code: found.option,
            stock_option_code: found.stock_option,
            as_of,
            prices: found.prices.iter().map(PriceFound::from).collect(),
            rows: found.rows.iter().map(RowFound::from).collect(),
        }
    }
}

impl From<&SellingPrice> for PriceFound {
    fn from(price: &SellingPrice) -> Self {
        PriceFound { currency: price.currency, unit_selling_price: price.unit, selling_price_per_person: price.per_person }
    }
}

impl From<&FoundRow> for RowFound {
    fn from(found: &FoundRow) -> Self {
        RowFound { row: InventoryRow::from(&found.stock), prices: found.prices.iter().map(PriceFound::from).collect() }
    }
}
