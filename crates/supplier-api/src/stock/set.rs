//! Setting the stock of an option over a range of dates.

use axhub_domain::ids::OptionId;
use axhub_domain::inventory::{StockDates, StockRule};
use axhub_hub::{Hub, availability};
use axhub_web::{ApiError, Fields, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{MAX_UNITS, WeekdayWord, read_dates};
use crate::{samples, words};

/// A rule that fills the stock of many dates at once.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierStockRule)]
pub struct Rule {
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
    /// Units of the option's pool in all. Not below what is ordered, held or allotted.
    #[schema(minimum = 0, maximum = 1000000)]
    pub max_quantity: u32,
    /// The departure minimum, at most `max_quantity`.
    #[schema(minimum = 0, maximum = 1000000, default = 0)]
    pub min_quantity: Option<u32>,
    /// Whether it may be ordered; false closes the dates.
    #[schema(default = true)]
    pub on_sale: Option<bool>,
}

/// How many rows a rule set.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = SupplierStockSet)]
pub struct StockSet {
    /// The dates and start times that the rule names.
    #[schema(minimum = 0)]
    pub rows: usize,
}

/// Set stock of an option
///
/// Puts the same numbers into every date and start time that the rule names; rows that are there change, others are
/// made. All of them or, when one cannot be, none. Asking again with the same body changes nothing more. A product of the
/// undated kind `ticket` has one row without a date, which any rule sets, whatever its dates and weekdays.
#[utoipa::path(
    put,
    path = "/v1/supplier/options/{option_code}/stock",
    operation_id = "supplier_set_stock",
    tag = "Supplier: stock",
    params(("option_code" = Uuid, Path, description = "The option, one of kind `quantity`.")),
    request_body(content = Rule, example = json!(samples::stock_rule())),
    responses(
        (status = 200, description = "The stock is set.", body = StockSet, example = json!(StockSet::sample())),
        (status = 409, description = "Dates in `rows` have more in use than the new maximum: `stock_below_sold`, or `stock_below_allotted` when it is kept for channels."),
    ),
)]
pub async fn set(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(option): Path<OptionId>,
    body: JsonBody,
) -> Result<Json<StockSet>, ApiError> {
    let rule = body.read(read)?;
    let rows = availability::set_stock(&hub, &caller, option, rule).await?;
    Ok(Json(StockSet { rows }))
}

fn read(fields: &Fields<'_>) -> StockRule {
    let StockDates { from, to, weekdays, start_times } = read_dates(fields);
    StockRule {
        from,
        to,
        weekdays,
        start_times,
        max: fields.required("max_quantity").integer(0..=MAX_UNITS),
        min: fields.optional("min_quantity").integer(0..=MAX_UNITS).unwrap_or(0),
        on_sale: fields.optional("on_sale").boolean().unwrap_or(true),
    }
}
