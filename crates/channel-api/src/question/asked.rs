//! What answers about questions share.

use axhub_domain::ids::OptionId;
use axhub_hub::feedback::StoredQuestion;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::GivenAnswer;
use crate::wire::Instant;

/// A question with its answers.
#[derive(Serialize, ToSchema)]
pub struct AskedQuestion {
    /// The channel's code.
    #[schema(example = "QUESTION-1")]
    question_code: String,
    /// Whether there is an answer.
    is_answered: bool,
    /// The answers, oldest first.
    answers: Vec<GivenAnswer>,
    /// The option that it is about.
    #[schema(value_type = Option<Uuid>, required = true)]
    option_code: Option<OptionId>,
    /// Its title.
    #[schema(required = true, example = "Can children come?")]
    title: Option<String>,
    /// What it asks.
    #[schema(required = true, example = "Ours is two years old.")]
    body: Option<String>,
    /// Whether others may read it.
    is_public: bool,
    /// When it was asked.
    quested_at: Instant,
}

impl From<&StoredQuestion> for AskedQuestion {
    fn from(stored: &StoredQuestion) -> Self {
        let question = &stored.question;
        AskedQuestion {
            question_code: question.question_code.clone(),
            is_answered: !stored.answers.is_empty(),
            answers: stored.answers.iter().map(GivenAnswer::from).collect(),
            option_code: question.option,
            title: question.title.clone(),
            body: question.body.clone(),
            is_public: question.is_public,
            quested_at: Instant(question.quested_at),
        }
    }
}
