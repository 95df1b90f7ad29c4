//! What a supplier says to a question or a review.

use axhub_domain::time::format_instant;
use axhub_hub::feedback;
use axhub_web::{ApiError, JsonBody};
use serde::Serialize;
use utoipa::ToSchema;

use crate::words;

/// The most characters of an answer.
const MAX_BODY: usize = 5000;

/// Something that was answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierAnswer)]
pub struct Answer {
    /// What it says.
    pub body: String,
    /// When it was said.
    #[schema(format = DateTime)]
    pub answered_at: String,
}

impl From<feedback::Answer> for Answer {
    fn from(answer: feedback::Answer) -> Self {
        Answer { body: answer.body, answered_at: format_instant(answer.answered_at) }
    }
}

/// What is to be answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierNewAnswer)]
pub struct NewAnswer {
    /// What it says. The channel shows it to people.
    #[schema(value_type = words::Answer)]
    pub body: String,
}

impl NewAnswer {
    /// The answer that a body brings.
    pub(crate) fn read(body: JsonBody) -> Result<String, ApiError> {
        body.read(|fields| fields.required("body").string(MAX_BODY))
    }
}
