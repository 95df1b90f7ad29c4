//! What a channel may sell by rule.

pub mod change;
pub mod create;
pub mod get;
pub mod list;
pub mod remove;

use axhub_domain::ids::{ProductId, RuleId};
use axhub_domain::refusal::Reason;
use axhub_domain::time::format_instant;
use axhub_hub::directory::ListedRule;
use axhub_hub::directory::rules::MAX_EXCEPTIONS;
use axhub_web::Fields;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A rule of what a channel may sell.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorRule)]
pub struct Rule {
    /// The rule.
    #[schema(value_type = Uuid)]
    pub rule_code: RuleId,
    /// Only products of this supplier; null for those of all.
    #[schema(required)]
    pub supplier_code: Option<String>,
    /// Only products of this country; null for those of all.
    #[schema(required)]
    pub country: Option<String>,
    /// The factor on the net price, with five decimal places.
    pub mark_up: String,
    /// Products that it does not mean.
    #[schema(value_type = Vec<Uuid>)]
    pub except: Vec<ProductId>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// How many products the channel may sell by it now.
    pub assigned: u64,
}

impl From<ListedRule> for Rule {
    fn from(listed: ListedRule) -> Self {
        let mut except: Vec<ProductId> = listed.rule.except.into_iter().collect();
        except.sort_unstable();
        Rule {
            rule_code: listed.rule.id,
            supplier_code: listed.supplier_code,
            country: listed.rule.country,
            mark_up: listed.rule.mark_up.to_string(),
            except,
            created_at: format_instant(listed.rule.created_at),
            assigned: listed.assigned,
        }
    }
}

impl Rule {
    pub(crate) fn sample() -> Rule {
        Rule {
            rule_code: RuleId(Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f20)),
            supplier_code: Some("lumiere".to_owned()),
            country: Some("France".to_owned()),
            mark_up: "1.12000".to_owned(),
            except: vec![ProductId(Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f10))],
            created_at: "2026-07-01T09:00:00.000Z".to_owned(),
            assigned: 17,
        }
    }
}

/// The products that a rule does not mean; `None` when there is no such list.
fn except(fields: &Fields<'_>) -> Option<Vec<ProductId>> {
    let product = |text: &str| text.parse().map_err(|_| unknown(text));
    fields.has("except").then(|| fields.optional("except").texts_as(MAX_EXCEPTIONS, product).unwrap_or_default())
}

fn unknown(code: &str) -> Reason {
    Reason::NotAChoice { value: code.chars().take(64).collect(), choices: Vec::new() }
}
