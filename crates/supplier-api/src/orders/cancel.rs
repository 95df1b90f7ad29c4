//! Cancelling an order that cannot take place.

use axhub_domain::ids::OrderId;
use axhub_domain::state::Action;
use axhub_hub::Hub;
use axhub_web::{JsonBody, Path, SupplierCaller};
use axum::extract::State;

use super::act::{Acted, act};
use super::{Comment, Order};

/// Cancel an order
///
/// For what cannot take place: any open order becomes `Unavoidable cancel`, its open tickets `Supplier canceled`, and
/// their stock is returned.
#[utoipa::path(
    post,
    path = "/v1/supplier/orders/{ax_order_code}/cancel",
    operation_id = "supplier_cancel_order",
    tag = "Supplier: orders",
    params(("ax_order_code" = Uuid, Path, description = "The order.")),
    request_body = Option<Comment>,
    responses(
        (status = 200, description = "The order as it is now.", body = Order, example = json!(Order::sample())),
        (status = 409, description = "The present state does not allow it: `transition_not_allowed`; a ticket is used: `ticket_used`."),
    ),
)]
pub async fn cancel(caller: SupplierCaller, State(hub): State<Hub>, Path(order): Path<OrderId>, body: Option<JsonBody>) -> Acted {
    act(&hub, caller, order, Action::SupplierCancel, body).await
}
