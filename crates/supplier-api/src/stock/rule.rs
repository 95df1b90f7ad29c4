//! Setting, opening and closing the stock of several options at once.

use axhub_domain::ids::OptionId;
use axhub_domain::inventory::{StockDates, StockLevels};
use axhub_domain::refusal::Reason;
use axhub_hub::Hub;
use axhub_hub::availability::{self, MAX_RULE_OPTIONS};
use axhub_web::{ApiError, Fields, JsonBody, SupplierCaller};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{MAX_UNITS, StockRows, WeekdayWord, read_dates};
use crate::{samples, words};

/// What is to be of many dates of several options. What is absent stays as it is.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierStockChange)]
pub struct Change {
    /// The options, of kind `quantity`. Options that share a pool are set once.
    #[schema(min_items = 1, max_items = 50)]
    pub option_codes: Vec<Uuid>,
    /// The first date, in each product's time zone.
    #[schema(format = Date)]
    pub from: String,
    /// The last date, at most two years (731 days) in all.
    #[schema(format = Date)]
    pub to: String,
    /// On which weekdays; on all when absent or empty.
    #[schema(max_items = 7, inline)]
    pub weekdays: Option<Vec<WeekdayWord>>,
    /// At which local times, `hh:mm`: one or more for tours, none for what has only a date.
    #[schema(value_type = Option<Vec<words::TimeOfDay>>, max_items = 48)]
    pub start_times: Option<Vec<String>>,
    /// Units of the pool in all. Not below what is ordered, held or allotted. Dates without stock need it.
    #[schema(minimum = 0, maximum = 1000000)]
    pub max_quantity: Option<u32>,
    /// The departure minimum, at most `max_quantity`; 0 for new dates.
    #[schema(minimum = 0, maximum = 1000000)]
    pub min_quantity: Option<u32>,
    /// Whether it may be ordered: false closes the dates, true opens them. True for new dates.
    pub on_sale: Option<bool>,
}

/// Set stock
///
/// Sets, opens or closes every date and start time that is named, of all options, in one step: all of it or, when one
/// cannot be, nothing. Numbers that are absent stay as they are. With a `max_quantity` dates without stock are made; with
/// `on_sale` alone they are passed by and counted in `without_stock`. Asking again with the same body changes nothing more.
/// One request changes at most 50,000 dates and start times. A product of the undated kind `ticket` has one row without a
/// date, whatever dates are named.
#[utoipa::path(
    put,
    path = "/v1/supplier/stock",
    operation_id = "supplier_change_stock",
    tag = "Supplier: stock",
    request_body(content = Change, example = json!(samples::stock_change())),
    responses(
        (status = 200, description = "The stock is set.", body = StockRows, example = json!(StockRows::sample())),
        (status = 409, description = "Dates in `rows` have more in use than the new maximum: `stock_below_sold`, or `stock_below_allotted` when it is kept for channels."),
    ),
)]
pub async fn change(caller: SupplierCaller, State(hub): State<Hub>, body: JsonBody) -> Result<Json<StockRows>, ApiError> {
    let (options, dates, levels) = body.read(read)?;
    let set = availability::set_stock_of_options(&hub, &caller, options, dates, levels).await?;
    Ok(Json(set.into()))
}

fn read(fields: &Fields<'_>) -> (Vec<OptionId>, StockDates, StockLevels) {
    let option = |text: &str| text.parse().map_err(|_| Reason::NoSuchOption);
    let options = fields.required("option_codes").texts_as(MAX_RULE_OPTIONS, option);
    let levels = StockLevels {
        max: fields.optional("max_quantity").integer(0..=MAX_UNITS),
        min: fields.optional("min_quantity").integer(0..=MAX_UNITS),
        on_sale: fields.optional("on_sale").boolean(),
    };
    (options, read_dates(fields), levels)
}
