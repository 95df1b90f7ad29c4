//! The audit log, newest first, a page at a time.

use axhub_hub::Hub;
use axhub_hub::audit::{self, AuditFilter};
use axhub_web::paging::{self, PageParameters};
use axhub_web::{ApiError, Fields, OperatorCaller, Query};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::AuditEntry;

/// Which entries are wanted; all where a parameter is absent.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only of `supplier`, `operator` or `hub`.
    #[param(example = "operator")]
    pub actor_kind: Option<String>,
    /// Only of the operator or background task of this name.
    pub actor: Option<String>,
    /// Only this action, as `product.publish`.
    pub action: Option<String>,
    /// Only on the object of this code.
    pub object_code: Option<String>,
    /// From this instant on.
    #[param(format = DateTime)]
    pub from: Option<String>,
    /// Before this instant.
    #[param(format = DateTime)]
    pub to: Option<String>,
}

/// A page of the audit log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorAuditLog)]
pub struct AuditLog {
    /// The entries, newest first.
    pub entries: Vec<AuditEntry>,
}

/// Read the audit log
///
/// Everything that operators and suppliers did, and what the hub did by itself, newest first.
#[utoipa::path(
    get,
    path = "/v1/operator/audit",
    operation_id = "operator_read_audit_log",
    tag = "Operator: audit log and search",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of the log.", body = AuditLog, example = json!(AuditLog { entries: vec![AuditEntry::sample()] }))),
)]
pub async fn list(_caller: OperatorCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<AuditLog>), ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = audit::list(&hub, filter, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(AuditLog { entries: found.items.into_iter().map(AuditEntry::from).collect() })))
}

fn read(fields: &Fields<'_>) -> AuditFilter {
    const KINDS: [(&str, &str); 3] = [("supplier", "supplier"), ("operator", "operator"), ("hub", "hub")];
    AuditFilter {
        supplier: None,
        actor_kind: fields.optional("actor_kind").choice(&KINDS).map(str::to_owned),
        actor_name: fields.optional("actor").string(100),
        action: fields.optional("action").string(100),
        object_code: fields.optional("object_code").string(255),
        from: fields.optional("from").instant(&TimeZone::UTC),
        to: fields.optional("to").instant(&TimeZone::UTC),
    }
}
