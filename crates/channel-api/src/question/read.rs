//! `GET /v1/channel/question/{kind}/{product_code}/{question_code}`: a question's answers.

use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, ChannelCaller, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::MAX_CODE;
use super::asked::AskedQuestion;
use crate::kinds::for_kinds;

/// A question with its answers.
#[derive(Serialize, ToSchema)]
pub struct QuestionRead {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// The question.
    #[serde(flatten)]
    question: AskedQuestion,
}

#[rustfmt::skip] // It moves the attribute to the right each time.
macro_rules! question_about {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $_note:literal) => {
        #[utoipa::path(
            get,
            path = concat!("/v1/channel/question/", $word, "/{product_code}/{question_code}"),
            operation_id = concat!("get_", $id, "_question"),
            summary = concat!("A question about a ", $word, " with its answers"),
            description = "Whatever suppliers answered so far, oldest first.",
            tag = "Channel: reviews and questions",
            params(
                ("product_code" = Uuid, Path, description = "The product's code."),
                ("question_code" = String, Path, description = "The channel's code of the question."),
            ),
            responses((
                status = 200,
                description = "The question.",
                body = QuestionRead,
                example = json!({
                    "status_code": 200, "question_code": "QUESTION-1", "is_answered": true,
                    "answers": [{"body": "Yes, with a pushchair too.", "answered_at": "2022-02-03T01:00:00.000Z"}],
                    "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02", "title": "Can children come?",
                    "body": "Ours is two years old.", "is_public": true, "quested_at": "2022-02-02T01:00:00.000Z",
                })
            ))
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path((product, code)): Path<(ProductId, String)>,
        ) -> Result<Json<QuestionRead>, ApiError> {
            read(&hub, &caller, ProductKind::$kind, product, code).await
        }
    };
}

for_kinds!(question_about: tour, day_ticket);

async fn read(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    product: ProductId,
    code: String,
) -> Result<Json<QuestionRead>, ApiError> {
    // No question can have such a code, and a database may not even take it.
    if code.contains('\0') || code.chars().count() > MAX_CODE {
        return Err(ApiError::not_found());
    }
    let question = feedback::question_of_channel(hub, caller.id, kind, product, code).await?;
    Ok(Json(QuestionRead { status_code: 200, question: AskedQuestion::from(&question) }))
}
