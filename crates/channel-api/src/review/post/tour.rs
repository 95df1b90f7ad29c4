//! `POST /v1/channel/review/tour/{product_code}`.

use axhub_domain::feedback::{Review, Score, ScoreType};
use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_hub::Hub;
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody, Path};
use axum::extract::State;
use axum::response::Response;
use jiff::tz::TimeZone;
use utoipa::ToSchema;

use super::{KnownReview, MAX_BODY, MAX_CODE, MAX_TEXT, NewReviewer, post, read_reviewer, read_score_number, read_score_type};
use crate::describe::{ChannelMoment, Code, ScoreTypeWord, SmallInteger};

/// A review of a tour.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
pub struct NewTourReview {
    /// The channel's own code of the review, unique among its reviews.
    #[schema(min_length = 1, max_length = 128, example = "REVIEW-1")]
    review_code: String,
    /// The option that it is about.
    #[schema(value_type = Option<Code>)]
    option_code: Option<String>,
    /// How it counts.
    #[schema(value_type = ScoreTypeWord)]
    score_type: String,
    /// The score: 0 to 5 for `ZERO_FIVE_STAR`, 1 to 5 for `ONE_FIVE_STAR`, 0 or 1 for `GOOD_OR_BAD`; none for `NO_SCORE`.
    #[schema(value_type = Option<SmallInteger>)]
    score: Option<i64>,
    /// Its title.
    #[schema(min_length = 1, max_length = 255, example = "Lovely alleys")]
    title: String,
    /// What it says.
    #[schema(max_length = 20000, example = "We would come again.")]
    body: Option<String>,
    /// When it was written.
    #[schema(value_type = ChannelMoment)]
    reviewed_at: String,
    /// Who wrote it.
    reviewer_info: Option<NewReviewer>,
}

/// Review a tour
///
/// The same code with the same meaning again answers 200 with `Idempotent-Replayed: true`.
#[utoipa::path(
    post,
    path = "/v1/channel/review/tour/{product_code}",
    operation_id = "review_tour",
    tag = "Channel: reviews and questions",
    params(("product_code" = Uuid, Path, description = "The product's code.")),
    request_body(content = NewTourReview, example = json!({
        "review_code": "REVIEW-1", "option_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02", "score_type": "ONE_FIVE_STAR", "score": 5,
        "title": "Lovely alleys", "body": "We would come again.", "reviewed_at": "2022-02-02 10:00:00",
        "reviewer_info": {"name": "Kim Jiwoo", "phone": "010-0000-0000", "email": "jiwoo@example.com"},
    })),
    responses(
        (
            status = 201,
            description = "It is known.",
            body = KnownReview,
            links(("answers" = (
                operation_id = "get_tour_review",
                parameters(("product_code" = "$request.path.product_code"), ("review_code" = "$response.body#/review_code"))
            ))),
            example = json!({"status_code": 201, "review_code": "REVIEW-1"})
        ),
        (
            status = 200,
            description = "It had been known before.",
            body = KnownReview,
            headers(("Idempotent-Replayed" = bool, description = "Always `true`.")),
            example = json!({"status_code": 200, "review_code": "REVIEW-1"})
        ),
        (status = 409, description = "`review_code_reused`: the same code came with another meaning before."),
    )
)]
pub async fn tour(
    caller: ChannelCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    body: JsonBody,
) -> Result<Response, ApiError> {
    post(&hub, &caller, ProductKind::Tour, product, body, read).await
}

fn read(fields: &Fields<'_>, clock: &TimeZone) -> Review {
    Review {
        review_code: Some(fields.required("review_code").string(MAX_CODE)),
        channel_order_code: None,
        option: fields.optional("option_code").id(Reason::OptionUnknown),
        score: read_score(fields),
        title: Some(fields.required("title").string(MAX_TEXT)),
        body: fields.optional("body").string(MAX_BODY),
        reviewed_at: fields.required("reviewed_at").instant(clock),
        reviewer: read_reviewer(fields),
    }
}

fn read_score(fields: &Fields<'_>) -> Score {
    let score_type = read_score_type(fields, "score_type");
    let score = read_score_number(fields, "score");
    let placeholder = Score { score_type: ScoreType::NoScore, score: None };
    let (Some(score_type), Some(score)) = (score_type, score) else { return placeholder };
    Score::of_tour(score_type, score).unwrap_or_else(|reason| {
        fields.wrong("score", reason);
        placeholder
    })
}
