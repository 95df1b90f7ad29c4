//! The audit log.

pub mod list;

use axhub_domain::time::format_instant;
use axhub_hub::audit;
use serde::Serialize;
use utoipa::ToSchema;

/// An action of an operator or a supplier, or of the hub itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorAuditEntry)]
pub struct AuditEntry {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// `supplier`, `operator` or `hub`.
    pub actor_kind: String,
    /// The operator's name, the supplier's code, or the name of the background task.
    pub actor: String,
    /// The supplier whom it concerns.
    #[schema(required)]
    pub supplier_code: Option<String>,
    /// The prefix of the key that it came with; null for the command line and the hub itself.
    #[schema(required)]
    pub key_prefix: Option<String>,
    /// What was done, as `product.publish`.
    pub action: String,
    /// What it was done to, as `product`.
    pub object_kind: String,
    /// The code of that.
    pub object_code: String,
    /// Whatever else explains it.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
}

impl From<audit::Entry> for AuditEntry {
    fn from(entry: audit::Entry) -> Self {
        AuditEntry {
            at: format_instant(entry.at),
            actor_kind: entry.actor_kind,
            actor: entry.actor_name,
            supplier_code: entry.supplier_code,
            key_prefix: entry.key_prefix,
            action: entry.action,
            object_kind: entry.object_kind,
            object_code: entry.object_code,
            details: entry.details,
        }
    }
}

impl AuditEntry {
    pub(crate) fn sample() -> AuditEntry {
        AuditEntry {
            at: "2026-07-01T09:00:00.000Z".to_owned(),
            actor_kind: "operator".to_owned(),
            actor: "olivia".to_owned(),
            supplier_code: None,
            key_prefix: Some("axh_o_Rk3v9QpL2xTa".to_owned()),
            action: "channel.create".to_owned(),
            object_kind: "channel".to_owned(),
            object_code: "hanatrip".to_owned(),
            details: serde_json::json!({ "time_zone": "Asia/Seoul" }),
        }
    }
}
