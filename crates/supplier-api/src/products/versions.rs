//! Versions of a product, and what each changed.

pub mod get;
pub mod list;

use axhub_domain::difference::Difference;
use axhub_web::{Language, messages};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One thing that a version or a draft changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierChange)]
pub struct Change {
    /// What kind of change it is, as a stable code: `price_changed`.
    pub code: String,
    /// The field that changed, as `contents.meeting_point` or `options.net`; null for what is about the whole product.
    #[schema(required)]
    pub field: Option<String>,
    /// The option that it is about; null when it is about none.
    #[schema(required)]
    pub option_code: Option<Uuid>,
    /// The change in words, in the language of the request.
    pub text: String,
}

impl Change {
    /// A difference in words.
    pub(crate) fn new(language: Language, difference: &Difference) -> Self {
        Change {
            code: difference.code().to_owned(),
            field: difference.field().map(str::to_owned),
            option_code: difference.option().map(|option| option.code.into()),
            text: messages::difference(language, difference),
        }
    }
}
