//! `POST /v1/channel/review/day-ticket/{product_code}`.

use axhub_domain::feedback::{Review, Score, ScoreType};
use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::Hub;
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody, Path};
use axum::extract::State;
use axum::response::Response;
use jiff::tz::TimeZone;
use utoipa::ToSchema;

use super::{KnownReview, MAX_BODY, MAX_CODE, MAX_TEXT, NewReviewer, post, read_reviewer, read_score_number, read_score_type};
use crate::describe::{ChannelMoment, ScoreTypeWord, SmallInteger};

/// A review of a day-ticket.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
pub struct NewDayTicketReview {
    /// The channel's own code of the review, unique among its reviews.
    #[schema(min_length = 1, max_length = 128, example = "REVIEW-1")]
    review_code: Option<String>,
    /// The channel's order that it is about.
    #[schema(min_length = 1, max_length = 128, example = "ORDER-20220121-0001")]
    channel_order_code: Option<String>,
    /// How it counts.
    #[schema(value_type = ScoreTypeWord)]
    review_score_type: String,
    /// The score, which may be absent: 0 to 100, whatever its type. None for `NO_SCORE`.
    #[schema(value_type = Option<SmallInteger>)]
    review_score: Option<i64>,
    /// Its title.
    #[schema(max_length = 255, example = "Worth a morning")]
    title: Option<String>,
    /// What it says.
    #[schema(min_length = 1, max_length = 20000, example = "We would come again.")]
    body: String,
    /// When it was written.
    #[schema(value_type = ChannelMoment)]
    reviewed_at: String,
    /// Who wrote it.
    reviewer_info: Option<NewReviewer>,
}

/// Review a day-ticket
///
/// A review is known by its `review_code`, unique among the channel's reviews; without one by its product and
/// `channel_order_code`, which then is its code; and without either by its product and all that it says: then the hub makes
/// its code. The same review again answers 200 with `Idempotent-Replayed: true` and the same code.
#[utoipa::path(
    post,
    path = "/v1/channel/review/day-ticket/{product_code}",
    operation_id = "review_day_ticket",
    tag = "Channel: reviews and questions",
    params(("product_code" = Uuid, Path, description = "The product's code.")),
    request_body(content = NewDayTicketReview, example = json!({
        "channel_order_code": "ORDER-20220121-0001", "review_score_type": "ZERO_FIVE_STAR", "review_score": 80,
        "title": "Worth a morning", "body": "We would come again.", "reviewed_at": "2022-02-02 10:00:00",
        "reviewer_info": {"name": "Kim Jiwoo", "phone": "010-0000-0000", "email": "jiwoo@example.com"},
    })),
    responses(
        (
            status = 201,
            description = "It is known.",
            body = KnownReview,
            links(("answers" = (
                operation_id = "get_day_ticket_review",
                parameters(("product_code" = "$request.path.product_code"), ("review_code" = "$response.body#/review_code"))
            ))),
            example = json!({"status_code": 201, "review_code": "ORDER-20220121-0001"})
        ),
        (
            status = 200,
            description = "It had been known before.",
            body = KnownReview,
            headers(("Idempotent-Replayed" = bool, description = "Always `true`.")),
            example = json!({"status_code": 200, "review_code": "ORDER-20220121-0001"})
        ),
        (status = 409, description = "`review_code_reused`: the same code came with another meaning before."),
    )
)]
pub async fn day_ticket(
    caller: ChannelCaller,
    State(hub): State<Hub>,
    Path(product): Path<ProductId>,
    body: JsonBody,
) -> Result<Response, ApiError> {
    post(&hub, &caller, ProductKind::DayTicket, product, body, read).await
}

fn read(fields: &Fields<'_>, clock: &TimeZone) -> Review {
    Review {
        review_code: fields.optional("review_code").string(MAX_CODE),
        channel_order_code: fields.optional("channel_order_code").string(MAX_CODE),
        option: None,
        score: read_score(fields),
        title: fields.optional("title").string(MAX_TEXT),
        body: Some(fields.required("body").string(MAX_BODY)),
        reviewed_at: fields.required("reviewed_at").instant(clock),
        reviewer: read_reviewer(fields),
    }
}

fn read_score(fields: &Fields<'_>) -> Score {
    let score_type = read_score_type(fields, "review_score_type");
    let score = read_score_number(fields, "review_score");
    let placeholder = Score { score_type: ScoreType::NoScore, score: None };
    let (Some(score_type), Some(score)) = (score_type, score) else { return placeholder };
    Score::of_day_ticket(score_type, score).unwrap_or_else(|reason| {
        fields.wrong("review_score", reason);
        placeholder
    })
}
