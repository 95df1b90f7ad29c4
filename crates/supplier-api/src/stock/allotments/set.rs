//! Keeping stock for a channel, or no longer.

use axhub_domain::allotment::MAX_RELEASE_MINUTES;
use axhub_domain::ids::OptionId;
use axhub_domain::refusal::Reason;
use axhub_hub::Hub;
use axhub_hub::availability::{self, AllotmentRule};
use axhub_web::{ApiError, Fields, JsonBody, SupplierCaller};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::stock::{MAX_UNITS, StockRows, WeekdayWord, read_dates};
use crate::{samples, words};

/// The most characters of a channel's code.
const MAX_CODE: usize = 100;

/// What is to be kept for a channel, on many dates at once.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierAllotmentRule)]
pub struct Rule {
    /// An option of kind `quantity` of a product with dates; units are kept in its pool.
    pub option_code: Uuid,
    /// A channel that may sell products of yours.
    #[schema(min_length = 1, max_length = 100)]
    pub channel_code: String,
    /// The first date, in the product's time zone.
    #[schema(format = Date)]
    pub from: String,
    /// The last date, at most two years (731 days) in all.
    #[schema(format = Date)]
    pub to: String,
    /// On which weekdays; on all when absent or empty.
    #[schema(max_items = 7, inline)]
    pub weekdays: Option<Vec<WeekdayWord>>,
    /// At which local times, `hh:mm`: one or more for a tour, none for what has only a date.
    #[schema(value_type = Option<Vec<words::TimeOfDay>>, max_items = 48)]
    pub start_times: Option<Vec<String>>,
    /// Units of the pool on each date and start time; 0 takes the allotment away.
    #[schema(minimum = 0, maximum = 1000000)]
    pub quantity: u32,
    /// How many minutes before the start what the channel has not sold becomes free for all. Required unless `quantity` is 0.
    #[schema(minimum = 0, maximum = 527040)]
    pub release_minutes_before: Option<u32>,
}

/// Allot stock
///
/// Keeps a number of units for a channel on every date and start time that is named and has stock; an allotment that the
/// channel has there already is replaced. What the channel has in orders counts against its allotment; it may order beyond
/// it what is free for all. Dates without stock are passed by and counted in `without_stock`. All of it or, when one date
/// has too little, nothing.
#[utoipa::path(
    put,
    path = "/v1/supplier/stock/allotments",
    operation_id = "supplier_set_allotments",
    tag = "Supplier: stock",
    request_body(content = Rule, example = json!(samples::allotment_rule())),
    responses(
        (status = 200, description = "The allotments are set.", body = StockRows, example = json!(StockRows::sample())),
        (status = 409, description = "Dates in `rows` have less to allot: `allotment_exceeds_stock`."),
    ),
)]
pub async fn set(caller: SupplierCaller, State(hub): State<Hub>, body: JsonBody) -> Result<Json<StockRows>, ApiError> {
    let rule = body.read(read)?;
    let set = availability::set_allotments(&hub, &caller, rule).await?;
    Ok(Json(set.into()))
}

fn read(fields: &Fields<'_>) -> AllotmentRule {
    let option = |text: &str| text.parse().map_err(|_| Reason::NoSuchOption);
    let quantity = fields.required("quantity").integer(0..=MAX_UNITS);
    let release_minutes_before = match quantity {
        0 => fields.optional("release_minutes_before").integer(0..=MAX_RELEASE_MINUTES).unwrap_or(0),
        _ => fields.required("release_minutes_before").integer(0..=MAX_RELEASE_MINUTES),
    };
    AllotmentRule {
        option: fields.required("option_code").text_as(option, || OptionId(Uuid::nil())),
        channel_code: fields.required("channel_code").string(MAX_CODE),
        dates: read_dates(fields),
        quantity,
        release_minutes_before,
    }
}
