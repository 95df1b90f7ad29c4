//! The supplier's orders, a page at a time.

use axhub_domain::refusal::Reason;
use axhub_domain::state::OrderStatus;
use axhub_hub::{Hub, fulfilment};
use axhub_web::{ApiError, Fields, Query, SupplierCaller, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Order;
use crate::words;
use axhub_web::paging::PageParameters;

/// Which orders of the list are wanted; all where a parameter is absent.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// In this state. The old digits `1` to `6` are understood too.
    #[param(value_type = Option<words::OrderStatus>, example = "New")]
    pub status: Option<String>,
    /// For this date, in the product's time zone. What has no date is not in the list then.
    #[param(format = Date, example = "2026-07-04")]
    pub date: Option<String>,
    /// For this date, in the product's time zone, or later.
    #[param(format = Date, example = "2026-07-01")]
    pub date_from: Option<String>,
    /// For this date or earlier.
    #[param(format = Date, example = "2026-07-31")]
    pub date_to: Option<String>,
    /// Of this product.
    pub product_code: Option<Uuid>,
    /// Sold by the channel of this code.
    #[param(example = "hanatrip")]
    pub channel_code: Option<String>,
    /// With a code, a traveler's name or a telephone number like this: a whole `ax_order_code` or `ax_ticket_code`; part of
    /// a code of the channel's or of a name; or at least four digits of a telephone number.
    #[param(max_length = 100, example = "홍길동")]
    pub q: Option<String>,
    /// Placed or changed, or with a ticket changed, at this time or later.
    #[param(format = DateTime, example = "2026-06-30T15:00:00Z")]
    pub updated_since: Option<String>,
}

/// A page of orders, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrderList)]
pub struct OrderList {
    /// The orders.
    pub orders: Vec<Order>,
}

/// List orders
///
/// The supplier's own, oldest first. To keep up with changes, ask again with `updated_since`.
#[utoipa::path(
    get,
    path = "/v1/supplier/orders",
    operation_id = "supplier_list_orders",
    tag = "Supplier: orders",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of orders.", body = OrderList, example = json!(OrderList::sample()))),
)]
pub async fn list(caller: SupplierCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<OrderList>), ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = fulfilment::orders_of_supplier(&hub, caller.id, filter, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(OrderList { orders: found.items.into_iter().map(Order::from).collect() })))
}

fn read(fields: &Fields<'_>) -> fulfilment::Filter {
    let digit = |text: &str| text.parse().ok().and_then(OrderStatus::from_digit);
    let status = fields.optional("status").choice_or(&words::ORDER_STATUSES, digit);
    let (on, from, to) = (fields.optional("date").date(), fields.optional("date_from").date(), fields.optional("date_to").date());
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        fields.wrong("date_to", Reason::EndsBeforeStart);
    }
    fulfilment::Filter {
        kind: None,
        status,
        updated_since: fields.optional("updated_since").instant(&TimeZone::UTC),
        // All filters hold together: a date outside of the range is no date at all.
        date_from: on.max(from),
        date_to: on.into_iter().chain(to).min(),
        product: words::product(fields),
        channel: fields.optional("channel_code").string(100),
        search: fields.optional("q").string(100).map(fulfilment::OrderSearch::new),
    }
}
