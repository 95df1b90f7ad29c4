//! Questions about the supplier's products.

pub mod answer;
pub mod get;
pub mod list;

use axhub_domain::time::format_instant;
use axhub_hub::feedback::StoredQuestion;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answers::Answer;

/// A question with its answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierQuestion)]
pub struct Question {
    /// The hub's id of it, to answer by.
    pub question_id: Uuid,
    /// The channel that brought it.
    pub channel_code: String,
    /// The channel's own code of it.
    pub question_code: String,
    /// The product.
    pub product_code: Uuid,
    /// The option that it is about.
    #[schema(required)]
    pub option_code: Option<Uuid>,
    /// Its title.
    #[schema(required)]
    pub title: Option<String>,
    /// What it asks.
    #[schema(required)]
    pub body: Option<String>,
    /// Whether the channel shows it and its answers to everybody.
    pub is_public: bool,
    /// When it was asked.
    #[schema(format = DateTime)]
    pub quested_at: String,
    /// When the channel brought it.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Whether it has an answer.
    pub is_answered: bool,
    /// Its answers, oldest first.
    pub answers: Vec<Answer>,
}

impl From<StoredQuestion> for Question {
    fn from(stored: StoredQuestion) -> Self {
        let question = stored.question;
        Question {
            question_id: stored.id.into(),
            channel_code: stored.channel_code,
            question_code: question.question_code,
            product_code: stored.product.into(),
            option_code: question.option.map(Uuid::from),
            title: question.title,
            body: question.body,
            is_public: question.is_public,
            quested_at: format_instant(question.quested_at),
            created_at: format_instant(stored.created_at),
            is_answered: !stored.answers.is_empty(),
            answers: stored.answers.into_iter().map(Answer::from).collect(),
        }
    }
}
