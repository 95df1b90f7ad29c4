//! One product that a channel may sell.

use axhub_domain::ids::ProductId;
use axhub_hub::{Hub, directory};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;

use super::Assignment;
use crate::words::Code;

/// Read an assignment
///
/// 404 when the channel may not sell the product.
#[utoipa::path(
    get,
    path = "/v1/operator/channels/{channel_code}/products/{product_code}",
    operation_id = "operator_get_assignment",
    tag = "Operator: directory",
    params(
        ("channel_code" = String, Path, description = "The channel."),
        ("product_code" = Uuid, Path, description = "The product."),
    ),
    responses((status = 200, description = "The assignment.", body = Assignment, example = json!(Assignment::sample()))),
)]
pub async fn get(
    _caller: OperatorCaller,
    State(hub): State<Hub>,
    Path((channel, product)): Path<(Code, ProductId)>,
) -> Result<Json<Assignment>, ApiError> {
    Ok(Json(directory::assignment(&hub, &channel.0, product).await?.into()))
}
