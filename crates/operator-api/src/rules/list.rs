//! The rules of a channel, a page at a time.

use axhub_hub::{Hub, directory};
use axhub_web::paging::{self, PageParameters};
use axhub_web::{ApiError, OperatorCaller, Path, Query};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::Rule;
use crate::words::Code;

/// A page of a channel's rules.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorRuleList)]
pub struct RuleList {
    /// The rules, newest first.
    pub rules: Vec<Rule>,
}

/// List a channel's rules
///
/// Newest first. Of those that name a product the most specific decides: a supplier and a country before a supplier,
/// that before a country, that before none; of two like these the newer.
#[utoipa::path(
    get,
    path = "/v1/operator/channels/{channel_code}/assignment-rules",
    operation_id = "operator_list_rules",
    tag = "Operator: directory",
    params(("channel_code" = String, Path, description = "The channel."), PageParameters),
    responses((status = 200, description = "A page of rules.", body = RuleList, example = json!(RuleList { rules: vec![Rule::sample()] }))),
)]
pub async fn list(
    _caller: OperatorCaller,
    State(hub): State<Hub>,
    Path(Code(channel)): Path<Code>,
    query: Query,
) -> Result<(HeaderMap, Json<RuleList>), ApiError> {
    let page = query.read_strictly(paging::read)?;
    let found = directory::list_rules(&hub, &channel, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(RuleList { rules: found.items.into_iter().map(Rule::from).collect() })))
}
