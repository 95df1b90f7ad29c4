//! `GET /v1/channel/inventory/{kind}/{product_code}`: what each option has left.

pub mod day_ticket;
pub mod ticket;

use std::collections::BTreeMap;

use axhub_domain::ids::{OptionId, ProductId, StockId};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_hub::availability::{self, Availability, DateRange};
use axhub_hub::{Hub, freshness};
use axhub_web::{ApiError, ChannelCaller, Fields, Keep, Made, Path, Query, paging};
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Instant;
use axhub_web::paging::PageParameters;

/// Which days are wanted.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described")]
pub struct Params {
    /// The first day, in the product's time zone; today without it.
    #[param(value_type = Option<String>, format = Date, example = "2026-05-01")]
    from: Option<Date>,
    /// The last day, in the product's time zone; not before `from`.
    #[param(value_type = Option<String>, format = Date, example = "2026-05-31")]
    to: Option<Date>,
}

/// What a tour's options have left.
#[derive(Serialize, ToSchema)]
pub struct TourInventory {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// The rows of the page by option code. An option without a row on the page is not there.
    #[schema(value_type = BTreeMap<String, Vec<TourInventoryRow>>)]
    option_codes: BTreeMap<OptionId, Vec<TourInventoryRow>>,
}

/// What an option has left on one date and start time. Always `remain_quantity` + `ordered_quantity` = `max_quantity`.
#[derive(Serialize, ToSchema)]
pub struct TourInventoryRow {
    /// The row's code, which may stand for `inventory_at` in an order.
    #[schema(value_type = Uuid)]
    inventory_code: StockId,
    /// The date in the product's time zone.
    #[schema(value_type = String, format = Date, example = "2023-03-01")]
    date: Date,
    /// The start time in the product's time zone.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "14:00")]
    start_time: String,
    /// The day of the week of the date, in English.
    #[schema(pattern = "^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$", example = "Wednesday")]
    day_of_the_week: String,
    /// Whether it may be ordered: it is open, and neither past nor closed by the product's cut-off or its period of sale.
    is_order: bool,
    /// Units in all.
    #[schema(minimum = 0, example = 25)]
    max_quantity: u32,
    /// The departure minimum: the tour runs from that many on.
    #[schema(minimum = 0, example = 5)]
    min_quantity: u32,
    /// Units that are left for this channel.
    #[schema(minimum = 0, example = 15)]
    remain_quantity: u32,
    /// All other units: taken, or not free for this channel.
    #[schema(minimum = 0, example = 10)]
    ordered_quantity: u32,
    /// The start in UTC, to be copied into an order as it is.
    inventory_at: Instant,
}

impl From<&Availability> for TourInventoryRow {
    fn from(row: &Availability) -> Self {
        TourInventoryRow {
            inventory_code: row.stock,
            date: row.date,
            start_time: row.start_time.strftime("%H:%M").to_string(),
            day_of_the_week: row.date.strftime("%A").to_string(),
            is_order: row.on_sale,
            max_quantity: row.max,
            min_quantity: row.min,
            remain_quantity: row.remain,
            ordered_quantity: row.ordered,
            inventory_at: Instant(row.inventory_at),
        }
    }
}

/// Inventory of a tour
///
/// A page of rows by date, start time and option, grouped by option. `X-Total-Count` has the number of all rows, `Link`
/// the addresses of other pages. With the `ETag` of an earlier answer in `If-None-Match` the answer is 304 while
/// nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/channel/inventory/tour/{product_code}",
    operation_id = "get_tour_inventory",
    tag = "Channel: price and inventory",
    params(("product_code" = Uuid, Path, description = "The product's code."), Params, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of the inventory.",
            body = TourInventory,
            example = json!({"status_code": 200, "option_codes": {"018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02": [{
                "inventory_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f04", "date": "2023-03-01", "start_time": "14:00",
                "day_of_the_week": "Wednesday", "is_order": true, "max_quantity": 25, "min_quantity": 5, "remain_quantity": 15,
                "ordered_quantity": 10, "inventory_at": "2023-03-01T13:00:00.000Z",
            }]}})
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
        let (range, page) = query.read(|fields| (range(fields), paging::read(fields)))?;
        let found = availability::inventory_for_channel(&hub, caller.id, ProductKind::Tour, product, range, page).await?;
        let body = TourInventory { status_code: 200, option_codes: by_option(&found.items) };
        Made::json(paging::headers(&query, page, found.total), &body)
    };
    keep.answer(&hub, caller.id, [freshness::product(product), freshness::stock(product)], made).await
}

fn range(fields: &Fields<'_>) -> DateRange {
    let range = DateRange { from: fields.optional("from").date(), to: fields.optional("to").date() };
    if range.from.zip(range.to).is_some_and(|(from, to)| to < from) {
        fields.wrong("to", Reason::EndsBeforeStart);
    }
    range
}

/// Rows by option, in their order.
pub fn by_option<'r, R: From<&'r Availability>>(rows: &'r [Availability]) -> BTreeMap<OptionId, Vec<R>> {
    let mut options = BTreeMap::<OptionId, Vec<R>>::new();
    for row in rows {
        options.entry(row.option).or_default().push(row.into());
    }
    options
}
