//! `GET /v1/channel/orders/tour`: the channel's orders, so that it polls once and not once per order.

use axhub_domain::product::ProductKind;
use axhub_hub::Hub;
use axhub_hub::fulfilment::{self, Filter};
use axhub_web::{ApiError, ChannelCaller, Fields, Query, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::tz::TimeZone;

use super::order::{ConfirmedOrder, ConfirmedOrders};
use super::status;
use crate::describe::{Moment, OrderStatusText, PageParams};

/// Which orders are wanted.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described")]
pub struct Params {
    /// Only orders that changed, or whose tickets changed, at or after this moment: RFC 3339 with any offset, or
    /// `YYYY-MM-DD hh:mm[:ss]` in UTC.
    #[param(value_type = Option<Moment>)]
    updated_since: Option<String>,
    /// Only orders in this state, as a word or a digit.
    #[param(value_type = Option<OrderStatusText>)]
    status: Option<String>,
}

/// The channel's tour orders
///
/// A page of them, oldest first, each as get confirm shows it. `X-Total-Count` has the number of all, `Link` the
/// addresses of other pages.
#[utoipa::path(
    get,
    path = "/v1/channel/orders/tour",
    operation_id = "list_tour_orders",
    tag = "Channel: orders",
    params(Params, PageParams),
    responses((
        status = 200,
        description = "A page of the orders.",
        body = ConfirmedOrders,
        links(
            ("confirm" = (
                operation_id = "get_tour_order",
                parameters(("ax_order_code" = "$response.body#/data/0/ax_order_code"))
            )),
            ("cancel" = (
                operation_id = "cancel_tour_order",
                parameters(("ax_order_code" = "$response.body#/data/0/ax_order_code"))
            )),
            ("cancel_ticket" = (
                operation_id = "cancel_tour_ticket",
                parameters(
                    ("ax_order_code" = "$response.body#/data/0/ax_order_code"),
                    ("ax_ticket_code" = "$response.body#/data/0/tickets/0/ax_ticket_code")
                )
            )),
        ),
        example = json!({"status_code": 200, "data": [{
            "channel_order_code": "ORDER-20220121-0001",
            "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
            "ax_order_status": "New",
            "comment": null,
            "tickets": [{"ax_ticket_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06", "ax_ticket_status": "New"}],
            "updated_at": "2022-01-21T10:00:00.000Z",
        }]})
    ))
)]
pub async fn tour(caller: ChannelCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<ConfirmedOrders>), ApiError> {
    list(&hub, &caller, ProductKind::Tour, &query).await
}

async fn list(hub: &Hub, caller: &ChannelCaller, kind: ProductKind, query: &Query) -> Result<(HeaderMap, Json<ConfirmedOrders>), ApiError> {
    let (filter, page) = query.read(|fields| (filter(fields, kind), paging::read(fields)))?;
    let found = fulfilment::orders_of_channel(hub, caller.id, filter, page).await?;
    let orders = ConfirmedOrders { status_code: 200, data: found.items.iter().map(ConfirmedOrder::from).collect() };
    Ok((paging::headers(query, page, found.total), Json(orders)))
}

fn filter(fields: &Fields<'_>, kind: ProductKind) -> Filter {
    Filter {
        kind: Some(kind),
        status: fields.optional("status").choice_or(&status::WORDS, status::of_digit),
        updated_since: fields.optional("updated_since").instant(&TimeZone::UTC),
        ..Filter::default()
    }
}
