//! A word on an order, without changing its state.

use axhub_domain::ids::OrderId;
use axhub_hub::{Hub, fulfilment};
use axhub_web::{ApiError, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::{MAX_COMMENT, Order};

/// A comment on an order.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierNewComment)]
pub struct NewComment {
    /// For the history and for the channel.
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub comment: String,
}

/// Comment on an order
///
/// In whatever state it is, and without changing that. The channel reads it as the order's comment. The same comment again
/// changes nothing.
#[utoipa::path(
    post,
    path = "/v1/supplier/orders/{ax_order_code}/comment",
    operation_id = "supplier_comment_on_order",
    tag = "Supplier: orders",
    params(("ax_order_code" = Uuid, Path, description = "The order.")),
    request_body(content = NewComment, example = json!({ "comment": "미팅 포인트가 2번 출구로 바뀌었습니다." })),
    responses((status = 200, description = "The order as it is now.", body = Order, example = json!(Order::sample()))),
)]
pub async fn comment(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(order): Path<OrderId>,
    body: JsonBody,
) -> Result<Json<Order>, ApiError> {
    let said = body.read(|fields| fields.required("comment").string(MAX_COMMENT))?;
    let order = fulfilment::comment(&hub, (&caller, caller.code.clone()), order, said).await?;
    Ok(Json(order.into()))
}
