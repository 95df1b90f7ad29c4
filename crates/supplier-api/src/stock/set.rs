//! Setting the stock of an option over a range of dates.

use axhub_domain::ids::OptionId;
use axhub_domain::inventory::StockRule;
use axhub_domain::refusal::Reason;
use axhub_domain::time::parse_time_of_day;
use axhub_hub::{Hub, availability};
use axhub_web::{ApiError, Fields, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use jiff::civil::Weekday;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{samples, words};

/// The most units on one date and start time.
const MAX_UNITS: i64 = 1_000_000;
/// The most start times of one day.
const MAX_START_TIMES: usize = 48;

/// The words for the days of the week.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

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
    /// Units in all. Not below what is ordered or held.
    #[schema(minimum = 0, maximum = 1000000)]
    pub max_quantity: u32,
    /// The departure minimum, at most `max_quantity`.
    #[schema(minimum = 0, maximum = 1000000, default = 0)]
    pub min_quantity: Option<u32>,
    /// Whether it may be ordered; false closes the dates.
    #[schema(default = true)]
    pub on_sale: Option<bool>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(as = SupplierWeekday, rename_all = "lowercase")]
pub enum WeekdayWord {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// How many rows a rule set.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = SupplierStockSet)]
pub struct StockSet {
    /// The dates and start times that the rule names.
    #[schema(minimum = 0)]
    pub rows: usize,
}

/// Set stock
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
        (status = 409, description = "Dates in `rows` have more ordered or held than the new maximum: `stock_below_sold`."),
    ),
)]
pub async fn set(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(option): Path<OptionId>,
    body: JsonBody,
) -> Result<Json<StockSet>, ApiError> {
    let rule = body.read(read)?;
    let rows = availability::set_stock(&hub, caller.id, option, rule).await?;
    Ok(Json(StockSet { rows }))
}

fn read(fields: &Fields<'_>) -> StockRule {
    let time = |text: &str| parse_time_of_day(text).map_err(|_| Reason::NotATimeOfDay);
    StockRule {
        from: fields.required("from").date(),
        to: fields.required("to").date(),
        weekdays: fields.optional("weekdays").texts_as(WEEKDAYS.len(), weekday).unwrap_or_default(),
        start_times: fields.optional("start_times").texts_as(MAX_START_TIMES, time).unwrap_or_default(),
        max: fields.required("max_quantity").integer(0..=MAX_UNITS),
        min: fields.optional("min_quantity").integer(0..=MAX_UNITS).unwrap_or(0),
        on_sale: fields.optional("on_sale").boolean().unwrap_or(true),
    }
}

fn weekday(text: &str) -> Result<Weekday, Reason> {
    let found = WEEKDAYS.iter().find(|(word, _)| *word == text).map(|(_, day)| *day);
    found.ok_or_else(|| Reason::NotAChoice {
        value: text.chars().take(64).collect(),
        choices: WEEKDAYS.iter().map(|(word, _)| (*word).to_owned()).collect(),
    })
}
