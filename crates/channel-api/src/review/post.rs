//! `POST /v1/channel/review/{kind}/{product_code}`: the channel brings a review. Each kind has a shape of its own.

pub mod day_ticket;
pub mod tour;

use axhub_domain::feedback::{Review, Reviewer, ScoreType};
use axhub_domain::ids::ProductId;
use axhub_domain::product::ProductKind;
use axhub_hub::feedback::{self, Arrival};
use axhub_hub::{Hub, directory};
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody};
use axum::response::Response;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::MAX_CODE;
use crate::replay;

/// The most characters of a title, a name, a telephone number or a mail address.
const MAX_TEXT: usize = 255;
/// The most characters of a body.
const MAX_BODY: usize = 20_000;

/// Who wrote a review.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
pub struct NewReviewer {
    /// Their name.
    #[schema(max_length = 255, example = "Kim Jiwoo")]
    name: Option<String>,
    /// Their telephone number.
    #[schema(max_length = 255, example = "010-0000-0000")]
    phone: Option<String>,
    /// Their mail address.
    #[schema(max_length = 255, example = "jiwoo@example.com")]
    email: Option<String>,
}

/// A review that is known.
#[derive(Serialize, ToSchema)]
pub struct KnownReview {
    /// The status of the response.
    #[schema(example = 201)]
    status_code: u16,
    /// The code to read it by.
    #[schema(example = "REVIEW-1")]
    review_code: String,
}

async fn post(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    product: ProductId,
    body: JsonBody,
    read: impl FnOnce(&Fields<'_>, &TimeZone) -> Review,
) -> Result<Response, ApiError> {
    let clock = directory::zone_of_channel(hub, caller.id).await?;
    let review = body.read(|fields| read(fields, &clock))?;
    let posted = feedback::post_review(hub, caller.id, kind, product, review).await?;
    let is_replay = posted.arrival == Arrival::Replay;
    let status_code = replay::status(is_replay).as_u16();
    Ok(replay::render(is_replay, KnownReview { status_code, review_code: posted.review_code }))
}

const SCORE_TYPES: [(&str, ScoreType); 4] = [
    (ScoreType::ZeroFiveStar.word(), ScoreType::ZeroFiveStar),
    (ScoreType::OneFiveStar.word(), ScoreType::OneFiveStar),
    (ScoreType::GoodOrBad.word(), ScoreType::GoodOrBad),
    (ScoreType::NoScore.word(), ScoreType::NoScore),
];

/// How the review counts; `None` when that is wrong, so that its score is not blamed for it.
fn read_score_type(fields: &Fields<'_>, name: &'static str) -> Option<ScoreType> {
    fields.required(name).choice_or(&SCORE_TYPES, ScoreType::from_word);
    fields.optional(name).value().and_then(serde_json::Value::as_str).and_then(|word| ScoreType::from_word(word.trim()))
}

/// The score, which may be absent; `None` when it is wrong.
fn read_score_number(fields: &Fields<'_>, name: &'static str) -> Option<Option<i64>> {
    let is_given =
        fields.optional(name).value().is_some_and(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()));
    let score = fields.optional(name).integer(i64::MIN..=i64::MAX);
    if is_given { score.map(Some) } else { Some(None) }
}

fn read_reviewer(fields: &Fields<'_>) -> Option<Reviewer> {
    let reviewer = fields.optional("reviewer_info").object()?;
    let text = |name: &'static str| reviewer.optional(name).string(MAX_TEXT);
    Some(Reviewer { name: text("name"), phone: text("phone"), email: text("email") })
}
