//! `GET /v1/channel/inventory/day-ticket/{product_code}`: rows with a date and no time.

use std::collections::BTreeMap;

use axhub_domain::ids::{OptionId, ProductId, StockId};
use axhub_domain::product::ProductKind;
use axhub_hub::availability::{self, Availability};
use axhub_hub::{Hub, freshness};
use axhub_web::{ApiError, ChannelCaller, Keep, Made, Path, Query, paging};
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Params, by_option, range};
use crate::wire::Instant;
use axhub_web::paging::PageParameters;

/// What a day-ticket's options have left.
#[derive(Serialize, ToSchema)]
pub struct DayTicketInventory {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// The rows of the page by option code. An option without a row on the page is not there.
    #[schema(value_type = BTreeMap<String, Vec<DayTicketInventoryRow>>)]
    option_codes: BTreeMap<OptionId, Vec<DayTicketInventoryRow>>,
}

/// What an option has left on one date. Always `remain_quantity` + `ordered_quantity` = `max_quantity`.
#[derive(Serialize, ToSchema)]
pub struct DayTicketInventoryRow {
    /// The row's code, which may stand for `inventory_at` in an order.
    #[schema(value_type = Uuid)]
    inventory_code: StockId,
    /// The date in the product's time zone.
    #[schema(value_type = String, format = Date, example = "2023-03-01")]
    date: Date,
    /// Whether it may be ordered: it is open, and neither past nor closed by the product's cut-off or its period of sale.
    is_order: bool,
    /// Units in all.
    #[schema(minimum = 0, example = 25)]
    max_quantity: u32,
    /// Units that are left for this channel.
    #[schema(minimum = 0, example = 15)]
    remain_quantity: u32,
    /// All other units: taken, or not free for this channel.
    #[schema(minimum = 0, example = 10)]
    ordered_quantity: u32,
    /// The beginning of the date in UTC, to be copied into an order as it is; any other moment of the date will do, and so
    /// will the date alone.
    inventory_at: Instant,
}

impl From<&Availability> for DayTicketInventoryRow {
    fn from(row: &Availability) -> Self {
        DayTicketInventoryRow {
            inventory_code: row.stock,
            date: row.date,
            is_order: row.on_sale,
            max_quantity: row.max,
            remain_quantity: row.remain,
            ordered_quantity: row.ordered,
            inventory_at: Instant(row.inventory_at),
        }
    }
}

/// Inventory of a day-ticket
///
/// A page of rows by date and option, grouped by option. `X-Total-Count` has the number of all rows, `Link` the
/// addresses of other pages. With the `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing has
/// changed.
#[utoipa::path(
    get,
    path = "/v1/channel/inventory/day-ticket/{product_code}",
    operation_id = "get_day_ticket_inventory",
    tag = "Channel: price and inventory",
    params(("product_code" = Uuid, Path, description = "The product's code."), Params, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of the inventory.",
            body = DayTicketInventory,
            example = json!({"status_code": 200, "option_codes": {"018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02": [{
                "inventory_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f04", "date": "2023-03-01", "is_order": true,
                "max_quantity": 25, "remain_quantity": 15, "ordered_quantity": 10, "inventory_at": "2023-02-28T23:00:00.000Z",
            }]}})
        ),
        (status = 304, description = "Nothing has changed."),
    )
)]
pub async fn day_ticket(
    caller: ChannelCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    query: Query,
    keep: Keep,
) -> Result<Response, ApiError> {
    let made = async || {
        let (range, page) = query.read(|fields| (range(fields), paging::read(fields)))?;
        let found = availability::inventory_for_channel(&hub, caller.id, ProductKind::DayTicket, product, range, page).await?;
        let body = DayTicketInventory { status_code: 200, option_codes: by_option(&found.items) };
        Made::json(paging::headers(&query, page, found.total), &body)
    };
    keep.answer(&hub, caller.id, [freshness::product(product), freshness::stock(product)], made).await
}
