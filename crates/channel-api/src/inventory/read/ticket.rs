//! `GET /v1/channel/inventory/ticket/{product_code}`: one row for each option, with no date.

use std::collections::BTreeMap;

use axhub_domain::ids::{OptionId, ProductId, StockId};
use axhub_domain::product::ProductKind;
use axhub_hub::availability::{self, Availability, DateRange};
use axhub_hub::{Hub, freshness};
use axhub_web::{ApiError, ChannelCaller, Keep, Made, Path, Query, paging};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::by_option;
use axhub_web::paging::PageParameters;

/// What a ticket's options have left.
#[derive(Serialize, ToSchema)]
pub struct TicketInventory {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// One row by option code. An option without a row on the page is not there.
    #[schema(value_type = BTreeMap<String, Vec<TicketInventoryRow>>)]
    option_codes: BTreeMap<OptionId, Vec<TicketInventoryRow>>,
}

/// What an option without dates has left. Always `remain_quantity` + `ordered_quantity` = `max_quantity`.
#[derive(Serialize, ToSchema)]
pub struct TicketInventoryRow {
    /// The row's code, which an order may name and need not.
    #[schema(value_type = Uuid)]
    inventory_code: StockId,
    /// Whether it may be ordered: it is open, and the product is in its period of sale.
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
}

impl From<&Availability> for TicketInventoryRow {
    fn from(row: &Availability) -> Self {
        TicketInventoryRow {
            inventory_code: row.stock,
            is_order: row.on_sale,
            max_quantity: row.max,
            remain_quantity: row.remain,
            ordered_quantity: row.ordered,
        }
    }
}

/// Inventory of a ticket
///
/// One row for each option. `X-Total-Count` has the number of all rows, `Link` the addresses of other pages. With the
/// `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/v1/channel/inventory/ticket/{product_code}",
    operation_id = "get_ticket_inventory",
    tag = "Channel: price and inventory",
    params(("product_code" = Uuid, Path, description = "The product's code."), PageParameters),
    responses(
        (
            status = 200,
            description = "A page of the inventory.",
            body = TicketInventory,
            example = json!({"status_code": 200, "option_codes": {"018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02": [{
                "inventory_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f04", "is_order": true, "max_quantity": 25,
                "remain_quantity": 15, "ordered_quantity": 10,
            }]}})
        ),
        (status = 304, description = "Nothing has changed."),
    )
)]
pub async fn ticket(
    caller: ChannelCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    query: Query,
    keep: Keep,
) -> Result<Response, ApiError> {
    let made = async || {
        let page = query.read(paging::read)?;
        let all = DateRange::default();
        let found = availability::inventory_for_channel(&hub, caller.id, ProductKind::Ticket, product, all, page).await?;
        let body = TicketInventory { status_code: 200, option_codes: by_option(&found.items) };
        Made::json(paging::headers(&query, page, found.total), &body)
    };
    keep.answer(&hub, caller.id, [freshness::product(product), freshness::stock(product)], made).await
}
