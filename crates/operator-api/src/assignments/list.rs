//! What a channel may sell, a page at a time.

use axhub_domain::ids::RuleId;
use axhub_hub::Hub;
use axhub_hub::directory::{self, AssignmentFilter};
use axhub_web::paging::{self, PageParameters};
use axhub_web::{ApiError, Fields, OperatorCaller, Path, Query};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Assignment, Source};
use crate::words::Code;

/// Which products are wanted; all where a parameter is absent.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only of this supplier.
    #[param(max_length = 255)]
    pub supplier_code: Option<String>,
    /// Only assigned by themselves, or only by rules.
    #[param(inline, example = "rule")]
    pub source: Option<Source>,
    /// Only assigned by this rule.
    pub rule_code: Option<Uuid>,
}

/// A page of what a channel may sell.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorAssignmentList)]
pub struct AssignmentList {
    /// The products, the one that was assigned last first.
    pub assignments: Vec<Assignment>,
}

/// List what a channel may sell
///
/// One by one and by rule, what was assigned last first.
#[utoipa::path(
    get,
    path = "/v1/operator/channels/{channel_code}/products",
    operation_id = "operator_list_assignments",
    tag = "Operator: directory",
    params(("channel_code" = String, Path, description = "The channel."), Wanted, PageParameters),
    responses((status = 200, description = "A page of assignments.", body = AssignmentList, example = json!(AssignmentList { assignments: vec![Assignment::sample()] }))),
)]
pub async fn list(
    _caller: OperatorCaller,
    State(hub): State<Hub>,
    Path(Code(channel)): Path<Code>,
    query: Query,
) -> Result<(HeaderMap, Json<AssignmentList>), ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = directory::list_assignments(&hub, &channel, filter, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(AssignmentList { assignments: found.items.into_iter().map(Assignment::from).collect() })))
}

fn read(fields: &Fields<'_>) -> AssignmentFilter {
    // A code that is no UUID names nothing, like any other that does not exist: the list is empty.
    let rule = |text: &str| Ok(text.parse().unwrap_or(RuleId(Uuid::nil())));
    AssignmentFilter {
        supplier_code: fields.optional("supplier_code").string(255),
        is_by_rule: fields.optional("source").choice(&[("single", false), ("rule", true)]),
        rule: fields.optional("rule_code").text_as(rule, || RuleId(Uuid::nil())),
    }
}
