//! Taking a product from a channel.

use axhub_domain::ids::ProductId;
use axhub_hub::{ByOperator, Hub, directory};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Assignment;
use crate::words::Code;

/// What is left after an assignment was removed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorAssignmentRemoved)]
pub struct AssignmentRemoved {
    /// The assignment that a rule makes of the product from now on; null when the channel may not sell it any more.
    #[schema(required)]
    pub assignment: Option<Assignment>,
}

/// Remove an assignment
///
/// Of a product that was assigned by itself. Rules hold for it again: when one names it, the channel may still sell it, at
/// the rule's mark-up. Orders that are placed stay.
#[utoipa::path(
    delete,
    path = "/v1/operator/channels/{channel_code}/products/{product_code}",
    operation_id = "operator_remove_assignment",
    tag = "Operator: directory",
    params(
        ("channel_code" = String, Path, description = "The channel."),
        ("product_code" = Uuid, Path, description = "The product."),
    ),
    responses(
        (status = 200, description = "The assignment is removed.", body = AssignmentRemoved, example = json!(AssignmentRemoved { assignment: None })),
        (status = 409, description = "A rule assigns the product, `rule_code`: `assigned_by_rule`. Change the rule, or except the product from it."),
    ),
)]
pub async fn remove(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path((channel, product)): Path<(Code, ProductId)>,
) -> Result<Json<AssignmentRemoved>, ApiError> {
    let left = directory::remove_assignment(&hub, ByOperator::from(&caller), &channel.0, product).await?;
    Ok(Json(AssignmentRemoved { assignment: left.map(Assignment::from) }))
}
