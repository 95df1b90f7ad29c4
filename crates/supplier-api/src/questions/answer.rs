//! Answering a question.

use axhub_domain::ids::QuestionId;
use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;

use super::Question;
use crate::answers::NewAnswer;

/// Answer a question
///
/// The channel reads the answer beside its question and in its feed of changes. The text that was answered last, sent
/// again, changes nothing; another text is one more answer.
#[utoipa::path(
    post,
    path = "/v1/supplier/questions/{question_id}/answer",
    operation_id = "supplier_answer_question",
    tag = "Supplier: questions and reviews",
    params(("question_id" = Uuid, Path, description = "The question, by the hub's id.")),
    request_body(content = NewAnswer, example = json!(NewAnswer::sample())),
    responses((status = 200, description = "The question with all its answers.", body = Question, example = json!(Question::sample()))),
)]
pub async fn answer(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(question): Path<QuestionId>,
    body: JsonBody,
) -> Result<Json<Question>, ApiError> {
    let said = NewAnswer::read(body)?;
    let question = feedback::answer_question(&hub, &caller, question, said).await?;
    Ok(Json(question.into()))
}
