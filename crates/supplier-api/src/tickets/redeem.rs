//! Marking a ticket used.

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::state::Action;
use axhub_hub::Hub;
use axhub_web::{JsonBody, Path, SupplierCaller};
use axum::extract::State;

use crate::orders::act::{Acted, act};
use crate::orders::{Comment, Order};

/// Redeem a ticket
///
/// A ticket of a confirmed order that is `New` becomes `Used`.
#[utoipa::path(
    post,
    path = "/v1/supplier/orders/{ax_order_code}/tickets/{ax_ticket_code}/redeem",
    operation_id = "supplier_redeem_ticket",
    tag = "Supplier: orders",
    params(
        ("ax_order_code" = Uuid, Path, description = "The order."),
        ("ax_ticket_code" = Uuid, Path, description = "The ticket, one of this order."),
    ),
    request_body = Option<Comment>,
    responses(
        (status = 200, description = "The order as it is now.", body = Order, example = json!(Order::sample())),
        (status = 409, description = "The present state does not allow it: `transition_not_allowed`."),
    ),
)]
pub async fn redeem(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path((order, ticket)): Path<(OrderId, TicketId)>,
    body: Option<JsonBody>,
) -> Acted {
    act(&hub, caller, order, Action::Redeem(ticket), body).await
}
