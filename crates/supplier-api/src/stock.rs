//! Stock of the supplier's options, by date and start time; and what of it is allotted to channels.
//!
//! All quantities are units of the pool that options share: what a supplier sets is what it reads.

pub mod allotments;
pub mod explain;
pub mod list;
pub mod rule;
pub mod set;

use axhub_domain::inventory::{StockDates, UNDATED, dated};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_domain::time::{format_instant, parse_time_of_day};
use axhub_hub::availability::{OwnStock, RowsSet};
use axhub_web::Fields;
use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The most units on one date and start time.
pub const MAX_UNITS: i64 = 1_000_000;
/// The most start times of one day.
pub const MAX_START_TIMES: usize = 48;

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

/// What an option has on one date and start time; of an undated product, what it has at all. Quantities are units of the
/// pool, of which a unit of the option takes `weight`. Always `max = held + ordered + remain`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierStock)]
pub struct Stock {
    /// The row's code. Options that share a pool have the same one.
    pub inventory_code: Uuid,
    /// The option.
    pub option_code: Uuid,
    /// The name of the pool that options share; null for an option with a pool of its own.
    #[schema(required)]
    pub pool: Option<String>,
    /// How many units of the pool one unit of the option takes.
    #[schema(minimum = 1)]
    pub weight: i64,
    /// The date in the product's time zone; null for what has no date.
    #[schema(format = Date, required)]
    pub date: Option<String>,
    /// The start time in the product's time zone, `hh:mm`; null for what has only a date, or none.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", required)]
    pub start_time: Option<String>,
    /// The start in UTC; null for what has no date.
    #[schema(format = DateTime, required)]
    pub inventory_at: Option<String>,
    /// Whether it may be ordered.
    pub on_sale: bool,
    /// Units in all.
    #[schema(minimum = 0)]
    pub max_quantity: u32,
    /// The departure minimum: the tour runs from that many on.
    #[schema(minimum = 0)]
    pub min_quantity: u32,
    /// Units in holds.
    #[schema(minimum = 0)]
    pub held_quantity: u32,
    /// Units in orders.
    #[schema(minimum = 0)]
    pub ordered_quantity: u32,
    /// Units that are left.
    #[schema(minimum = 0)]
    pub remain_quantity: u32,
    /// Units of those that are left which are kept for single channels.
    #[schema(minimum = 0)]
    pub allotted_quantity: u32,
}

impl From<OwnStock> for Stock {
    fn from(row: OwnStock) -> Self {
        Stock {
            inventory_code: row.stock.into(),
            option_code: row.option.into(),
            pool: row.pool,
            weight: row.weight,
            date: date(row.date),
            start_time: start_time(row.kind, row.start_time),
            inventory_at: instant(row.inventory_at),
            on_sale: row.on_sale,
            max_quantity: row.max,
            min_quantity: row.min,
            held_quantity: row.held,
            ordered_quantity: row.ordered,
            remain_quantity: row.remain,
            allotted_quantity: row.allotted,
        }
    }
}

/// The date of a row, when it has one.
fn date(date: Date) -> Option<String> {
    (date != UNDATED).then(|| date.to_string())
}

/// The start time of a row, when its kind has one.
fn start_time(kind: ProductKind, time: Time) -> Option<String> {
    (kind == ProductKind::Tour).then(|| time.strftime("%H:%M").to_string())
}

/// The start of a row in UTC, when it has a date.
fn instant(starts_at: Timestamp) -> Option<String> {
    dated(starts_at).map(format_instant)
}

/// How many dates and start times a request changed.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = SupplierStockRows)]
pub struct StockRows {
    /// The dates and start times that are now as the request says.
    #[schema(minimum = 0)]
    pub rows: usize,
    /// Dates and start times that the request names and that have no stock: nothing was done there.
    #[schema(minimum = 0)]
    pub without_stock: usize,
}

impl From<RowsSet> for StockRows {
    fn from(set: RowsSet) -> Self {
        StockRows { rows: set.rows, without_stock: set.without_stock }
    }
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

/// The dates and times that a body names.
fn read_dates(fields: &Fields<'_>) -> StockDates {
    let time = |text: &str| parse_time_of_day(text).map_err(|_| Reason::NotATimeOfDay);
    StockDates {
        from: fields.required("from").date(),
        to: fields.required("to").date(),
        weekdays: fields.optional("weekdays").texts_as(WEEKDAYS.len(), weekday).unwrap_or_default(),
        start_times: fields.optional("start_times").texts_as(MAX_START_TIMES, time).unwrap_or_default(),
    }
}

fn weekday(text: &str) -> Result<Weekday, Reason> {
    let found = WEEKDAYS.iter().find(|(word, _)| *word == text).map(|(_, day)| *day);
    found.ok_or_else(|| Reason::NotAChoice {
        value: text.chars().take(64).collect(),
        choices: WEEKDAYS.iter().map(|(word, _)| (*word).to_owned()).collect(),
    })
}
