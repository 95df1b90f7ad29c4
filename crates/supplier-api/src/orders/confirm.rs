//! Saying that an order takes place.

use axhub_domain::ids::OrderId;
use axhub_domain::state::Action;
use axhub_hub::Hub;
use axhub_web::{JsonBody, Path, SupplierCaller};
use axum::extract::State;

use super::act::{Acted, act};
use super::{Comment, Order};

/// Confirm an order
///
/// `New` and `Supplier pending` become `Supplier confirm`.
#[utoipa::path(
    post,
    path = "/v1/supplier/orders/{ax_order_code}/confirm",
    operation_id = "supplier_confirm_order",
    tag = "Supplier: orders",
    params(("ax_order_code" = Uuid, Path, description = "The order.")),
    request_body = Option<Comment>,
    responses(
        (status = 200, description = "The order as it is now.", body = Order, example = json!(Order::sample())),
        (status = 409, description = "The present state does not allow it: `transition_not_allowed`."),
    ),
)]
pub async fn confirm(caller: SupplierCaller, State(hub): State<Hub>, Path(order): Path<OrderId>, body: Option<JsonBody>) -> Acted {
    act(&hub, caller, order, Action::Confirm, body).await
}
