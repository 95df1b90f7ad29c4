//! What every action on an order or one of its tickets does: take the comment, act, answer the order as it is then.

use axhub_domain::ids::OrderId;
use axhub_domain::state::Action;
use axhub_hub::{Hub, fulfilment};
use axhub_web::{ApiError, JsonBody, SupplierCaller};
use axum::Json;

use super::{Comment, Order};

/// What an action answers.
pub type Acted = Result<Json<Order>, ApiError>;

/// Does `action` to an order of the caller's, with the comment that may stand in the body.
///
/// # Errors
/// 400 for a body that is no comment; 404 for an order that is not the caller's; 409 when its state does not allow it.
pub(crate) async fn act(hub: &Hub, caller: SupplierCaller, order: OrderId, action: Action, body: Option<JsonBody>) -> Acted {
    let comment = Comment::read(body)?;
    let order = fulfilment::act_as_supplier(hub, (&caller, caller.code.clone()), order, action, comment).await?;
    Ok(Json(order.into()))
}
