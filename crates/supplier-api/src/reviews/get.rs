//! One review, with what the supplier said to it.

use axhub_domain::ids::ReviewId;
use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, Path, SupplierCaller};
use axum::Json;
use axum::extract::State;

use super::Review;

/// Read a review
///
/// One of a product of the supplier, with all that was said to it.
#[utoipa::path(
    get,
    path = "/v1/supplier/reviews/{review_id}",
    operation_id = "supplier_get_review",
    tag = "Supplier: questions and reviews",
    params(("review_id" = Uuid, Path, description = "The review, by the hub's id.")),
    responses((status = 200, description = "The review.", body = Review, example = json!(Review::sample()))),
)]
pub async fn get(caller: SupplierCaller, State(hub): State<Hub>, Path(review): Path<ReviewId>) -> Result<Json<Review>, ApiError> {
    let review = feedback::review_of_supplier(&hub, caller.id, review).await?;
    Ok(Json(review.into()))
}
