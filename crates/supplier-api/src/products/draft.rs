//! Drafts: a product, or its next version, while its supplier works on it.

pub mod change;
pub mod discard;
pub mod get;

use axhub_domain::refusal::{FieldError, FieldPath};
use axhub_domain::time::format_instant;
use axhub_hub::{Hub, catalogue};
use axhub_web::{Language, messages};
use serde::Serialize;
use utoipa::ToSchema;

use super::versions::Change;
use super::{Product, ProductDetail, ProductRest};

/// A draft. Its members are those of the product that it will be.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierDraft)]
pub struct Draft {
    /// The product as the draft has it; `version` is the newest one.
    #[serde(flatten)]
    pub product: ProductDetail,
    /// The version that it was made of; 0 when the product was never published.
    #[schema(minimum = 0)]
    pub based_on_version: i64,
    /// Whether it can be published: there are no problems.
    pub is_ready: bool,
    /// What channels would miss.
    pub problems: Vec<Problem>,
    /// What publishing it changes, in words.
    pub changes: Vec<Change>,
    /// When the draft was begun.
    #[schema(format = DateTime)]
    pub draft_created_at: String,
    /// When the draft was last changed.
    #[schema(format = DateTime)]
    pub draft_updated_at: String,
}

/// Something that channels would miss, and that must be mended before the draft can be published.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierDraftProblem)]
pub struct Problem {
    /// The field, as in the draft: `options[0].net`.
    pub field: String,
    /// What is wrong with it, as the stable code of the error that publishing it would answer.
    pub code: String,
    /// The same in words, in the language of the request.
    pub message: String,
}

impl Draft {
    /// A draft as it stands now.
    pub(crate) fn new(hub: &Hub, language: Language, draft: catalogue::Draft) -> Self {
        let catalogue::Draft { product, options, based_on, problems, changes, created_at, updated_at } = draft;
        Draft {
            product: ProductDetail { product: Product::new(hub, &product, true), rest: ProductRest::new(product, options) },
            based_on_version: based_on,
            is_ready: problems.is_empty(),
            problems: problems.iter().map(|problem| Problem::new(language, problem)).collect(),
            changes: changes.iter().map(|change| Change::new(language, change)).collect(),
            draft_created_at: format_instant(created_at),
            draft_updated_at: format_instant(updated_at),
        }
    }
}

impl Problem {
    /// A problem in words.
    pub(crate) fn new(language: Language, problem: &FieldError) -> Self {
        let field = match &problem.path {
            FieldPath::Text(path) => path.clone(),
            // Only orders have other fields.
            _ => String::new(),
        };
        Problem { field, code: problem.reason.code().to_owned(), message: messages::reason(language, &problem.reason) }
    }
}
