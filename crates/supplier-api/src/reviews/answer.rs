//! Saying something to a review.

use axhub_domain::ids::ReviewId;
use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, JsonBody, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;

use super::Review;
use crate::answers::NewAnswer;

/// Answer a review
///
/// The text that was said last, sent again, changes nothing; another text is one more answer.
#[utoipa::path(
    post,
    path = "/v1/supplier/reviews/{review_id}/answer",
    operation_id = "supplier_answer_review",
    tag = "Supplier: questions and reviews",
    params(("review_id" = Uuid, Path, description = "The review, by the hub's id.")),
    request_body(content = NewAnswer, example = json!(NewAnswer::sample())),
    responses((status = 200, description = "The review with all that was said to it.", body = Review, example = json!(Review::sample()))),
)]
pub async fn answer(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    Path(review): Path<ReviewId>,
    body: JsonBody,
) -> Result<Json<Review>, ApiError> {
    let said = NewAnswer::read(body)?;
    let review = feedback::answer_review(&hub, &caller, review, said).await?;
    Ok(Json(review.into()))
}
