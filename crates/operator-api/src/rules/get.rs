//! One rule of a channel.

use axhub_domain::ids::RuleId;
use axhub_hub::{Hub, directory};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;

use super::Rule;
use crate::words::Code;

/// Read a rule
///
/// What it assigns now stands in the list of what the channel may sell, under `rule_code`.
#[utoipa::path(
    get,
    path = "/v1/operator/channels/{channel_code}/assignment-rules/{rule_code}",
    operation_id = "operator_get_rule",
    tag = "Operator: directory",
    params(("channel_code" = String, Path, description = "The channel."), ("rule_code" = Uuid, Path, description = "The rule.")),
    responses((status = 200, description = "The rule.", body = Rule, example = json!(Rule::sample()))),
)]
pub async fn get(
    _caller: OperatorCaller,
    State(hub): State<Hub>,
    Path((channel, rule)): Path<(Code, RuleId)>,
) -> Result<Json<Rule>, ApiError> {
    Ok(Json(directory::rule(&hub, &channel.0, rule).await?.into()))
}
