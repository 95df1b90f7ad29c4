//! `GET /v1/channel/review/{kind}/{product_code}/{review_code}`: what was said to a review.

use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::{Hub, feedback};
use axhub_web::{ApiError, ChannelCaller, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::MAX_CODE;
use super::posted::PostedReview;

/// A review with what suppliers said to it.
#[derive(Serialize, ToSchema)]
pub struct ReviewRead {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// The review.
    #[serde(flatten)]
    review: PostedReview,
}

#[rustfmt::skip] // It moves the attribute to the right each time.
macro_rules! review_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $example:tt) => {
        #[utoipa::path(
            get,
            path = concat!("/v1/channel/review/", $word, "/{product_code}/{review_code}"),
            operation_id = concat!("get_", $id, "_review"),
            summary = concat!("A review of a ", $word, " with what was said to it"),
            description = "Whatever suppliers said to it so far, oldest first.",
            tag = "Channel: reviews and questions",
            params(
                ("product_code" = Uuid, Path, description = "The product's code."),
                ("review_code" = String, Path, description = "The review's code, as posting it answered."),
            ),
            responses((status = 200, description = "The review.", body = ReviewRead, example = json!($example)))
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path((product, code)): Path<(ProductId, String)>,
        ) -> Result<Json<ReviewRead>, ApiError> {
            read(&hub, &caller, ProductKind::$kind, product, code).await
        }
    };
}

review_of!(tour, Tour, "tour", "tour", {
    "status_code": 200, "review_code": "REVIEW-1", "is_answered": true,
    "answers": [{"body": "Thank you. See you again!", "answered_at": "2022-02-03T01:00:00.000Z"}],
    "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02", "score_type": "ONE_FIVE_STAR", "score": 5, "title": "Lovely alleys",
    "body": "We would come again.", "reviewed_at": "2022-02-02T01:00:00.000Z",
});

review_of!(day_ticket, DayTicket, "day-ticket", "day_ticket", {
    "status_code": 200, "review_code": "ORDER-20220121-0001", "is_answered": true,
    "answers": [{"body": "Thank you. See you again!", "answered_at": "2022-02-03T01:00:00.000Z"}],
    "channel_order_code": "ORDER-20220121-0001", "review_score_type": "ZERO_FIVE_STAR", "review_score": 80,
    "title": "Worth a morning", "body": "We would come again.", "reviewed_at": "2022-02-02T01:00:00.000Z",
});

async fn read(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    product: ProductId,
    code: String,
) -> Result<Json<ReviewRead>, ApiError> {
    // No review can have such a code, and a database may not even take it.
    if code.contains('\0') || code.chars().count() > MAX_CODE {
        return Err(ApiError::not_found());
    }
    let review = feedback::review_of_channel(hub, caller.id, kind, product, code).await?;
    Ok(Json(ReviewRead { status_code: 200, review: PostedReview::new(kind, &review) }))
}
