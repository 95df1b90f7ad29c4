//! One question, with its answers.

use axhub_domain::ids::QuestionId;
use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;

use super::Question;

/// Read a question
///
/// One about a product of the supplier, with all its answers.
#[utoipa::path(
    get,
    path = "/v1/supplier/questions/{question_id}",
    operation_id = "supplier_get_question",
    tag = "Supplier: questions and reviews",
    params(("question_id" = Uuid, Path, description = "The question, by the hub's id.")),
    responses((status = 200, description = "The question.", body = Question, example = json!(Question::sample()))),
)]
pub async fn get(caller: SupplierCaller, State(hub): State<Hub>, Path(question): Path<QuestionId>) -> Result<Json<Question>, ApiError> {
    let question = feedback::question_of_supplier(&hub, caller.id, question).await?;
    Ok(Json(question.into()))
}
