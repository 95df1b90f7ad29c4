//! Removing a rule.

use axhub_domain::ids::RuleId;
use axhub_hub::{ByOperator, Hub, directory};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words::Code;

/// What removing a rule did.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = OperatorRuleRemoved)]
pub struct RuleRemoved {
    /// Products that other rules assign from now on.
    #[schema(minimum = 0)]
    pub reassigned: usize,
    /// Products that the channel may not sell any more.
    #[schema(minimum = 0)]
    pub unassigned: usize,
}

/// Remove a rule
///
/// What it assigned goes with it, or to the next rule that names it. Orders that are placed stay.
#[utoipa::path(
    delete,
    path = "/v1/operator/channels/{channel_code}/assignment-rules/{rule_code}",
    operation_id = "operator_remove_rule",
    tag = "Operator: directory",
    params(("channel_code" = String, Path, description = "The channel."), ("rule_code" = Uuid, Path, description = "The rule.")),
    responses((status = 200, description = "The rule is removed.", body = RuleRemoved, example = json!(RuleRemoved { reassigned: 2, unassigned: 15 }))),
)]
pub async fn remove(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path((channel, rule)): Path<(Code, RuleId)>,
) -> Result<Json<RuleRemoved>, ApiError> {
    let done = directory::delete_rule(&hub, ByOperator::from(&caller), &channel.0, rule).await?;
    Ok(Json(RuleRemoved { reassigned: done.reassigned, unassigned: done.unassigned }))
}
