//! Letting a channel sell a product.

use axhub_domain::ids::ProductId;
use axhub_hub::{ByOperator, Hub, directory};
use axhub_web::{ApiError, JsonBody, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::Assignment;
use crate::words::{self, Code};

/// At which price a channel may sell a product.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = OperatorAssignmentTerms)]
pub struct Terms {
    /// The factor on the net price.
    #[schema(value_type = words::MarkUp)]
    pub mark_up: String,
}

/// Assign a product
///
/// The channel may sell the product at this mark-up, whatever rules say: what a rule assigned before is no rule's any more.
/// A draft is sold once it is published. The channel's feed tells it, and asking again with the same body changes nothing.
#[utoipa::path(
    put,
    path = "/v1/operator/channels/{channel_code}/products/{product_code}",
    operation_id = "operator_set_assignment",
    tag = "Operator: directory",
    params(
        ("channel_code" = String, Path, description = "The channel."),
        ("product_code" = Uuid, Path, description = "The product."),
    ),
    request_body(content = Terms, example = json!({ "mark_up": "1.12" })),
    responses((status = 200, description = "The channel may sell it.", body = Assignment, example = json!(Assignment::sample()))),
)]
pub async fn set(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path((channel, product)): Path<(Code, ProductId)>,
    body: JsonBody,
) -> Result<Json<Assignment>, ApiError> {
    let mark_up = body.read(words::mark_up)?;
    Ok(Json(directory::set_assignment(&hub, ByOperator::from(&caller), &channel.0, product, mark_up).await?.into()))
}
