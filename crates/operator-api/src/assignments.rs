//! What a channel may sell, product by product.

pub mod get;
pub mod list;
pub mod remove;
pub mod set;

use axhub_domain::ids::{ProductId, RuleId};
use axhub_domain::time::format_instant;
use axhub_hub::directory::AssignedProduct;
use axhub_web::words;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A product that a channel may sell.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorAssignment)]
pub struct Assignment {
    /// The product.
    #[schema(value_type = Uuid)]
    pub product_code: ProductId,
    /// Its kind.
    #[schema(value_type = words::ProductKind)]
    pub kind: &'static str,
    /// Its name.
    pub product_name: String,
    /// Its supplier.
    pub supplier_code: String,
    /// Its country, as rules compare it; empty when it says none.
    pub country: String,
    /// Its newest version; 0 when it is a draft that nobody can sell yet.
    pub version: i64,
    /// The factor on the net price, with five decimal places.
    pub mark_up: String,
    /// `single` when the product was assigned by itself, `rule` when a rule did.
    pub source: Source,
    /// The rule that did; null when the product was assigned by itself.
    #[schema(required, value_type = Option<Uuid>)]
    pub rule_code: Option<RuleId>,
    /// Since when the channel may sell it.
    #[schema(format = DateTime)]
    pub assigned_at: String,
}

/// How a product was assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OperatorAssignmentSource)]
pub enum Source {
    /// By itself.
    Single,
    /// By a rule.
    Rule,
}

impl From<AssignedProduct> for Assignment {
    fn from(assigned: AssignedProduct) -> Self {
        Assignment {
            product_code: assigned.product,
            kind: assigned.kind.as_str(),
            product_name: assigned.name,
            supplier_code: assigned.supplier_code,
            country: assigned.country,
            version: assigned.version,
            mark_up: assigned.mark_up.to_string(),
            source: if assigned.rule.is_some() { Source::Rule } else { Source::Single },
            rule_code: assigned.rule,
            assigned_at: format_instant(assigned.created_at),
        }
    }
}

impl Assignment {
    pub(crate) fn sample() -> Assignment {
        Assignment {
            product_code: ProductId(Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f10)),
            kind: "tour",
            product_name: "Paris by night".to_owned(),
            supplier_code: "lumiere".to_owned(),
            country: "France".to_owned(),
            version: 3,
            mark_up: "1.12000".to_owned(),
            source: Source::Single,
            rule_code: None,
            assigned_at: "2026-07-01T09:00:00.000Z".to_owned(),
        }
    }
}
