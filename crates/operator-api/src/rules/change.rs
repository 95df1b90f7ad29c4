//! Changing a rule.

use axhub_domain::ids::RuleId;
use axhub_hub::directory::{self, RuleChange as AskedChange};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Rule, except};
use crate::words::{self, Code};

/// What changes of a rule; what is absent stays.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = OperatorRuleChange)]
pub struct RuleChange {
    /// The factor on the net price.
    #[schema(value_type = words::MarkUp)]
    pub mark_up: Option<String>,
    /// The products that it does not mean, all of them.
    #[schema(max_items = 1000)]
    pub except: Option<Vec<Uuid>>,
}

/// Change a rule
///
/// Its mark-up, and what it does not mean; for other products make another rule. It holds at once for all that it
/// assigned, and channels' feeds tell it.
#[utoipa::path(
    patch,
    path = "/v1/operator/channels/{channel_code}/assignment-rules/{rule_code}",
    operation_id = "operator_change_rule",
    tag = "Operator: directory",
    params(("channel_code" = String, Path, description = "The channel."), ("rule_code" = Uuid, Path, description = "The rule.")),
    request_body(content = RuleChange, example = json!({ "mark_up": "1.12" })),
    responses((status = 200, description = "The rule.", body = Rule, example = json!(Rule::sample()))),
)]
pub async fn change(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path((channel, rule)): Path<(Code, RuleId)>,
    body: JsonBody,
) -> Result<Json<Rule>, ApiError> {
    let change = body.read(read)?;
    Ok(Json(directory::change_rule(&hub, ByOperator::from(&caller), &channel.0, rule, change).await?.into()))
}

fn read(fields: &Fields<'_>) -> AskedChange {
    AskedChange { mark_up: fields.has("mark_up").then(|| words::mark_up(fields)), except: except(fields) }
}
