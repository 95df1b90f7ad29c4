//! What suppliers say to questions and reviews, wherever a channel reads it.

use axhub_hub::feedback::Answer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Instant;

/// What a supplier answered.
#[derive(Serialize, ToSchema)]
pub struct GivenAnswer {
    /// What it says.
    #[schema(example = "Yes, with a pushchair too.")]
    pub body: String,
    /// When it was said.
    pub answered_at: Instant,
}

impl From<&Answer> for GivenAnswer {
    fn from(answer: &Answer) -> Self {
        GivenAnswer { body: answer.body.clone(), answered_at: Instant(answer.answered_at) }
    }
}
