//! What answers about reviews share.

use axhub_domain::feedback::ScoreType;
use axhub_domain::ids::OptionId;
use axhub_domain::product::ProductKind;
use axhub_hub::feedback::StoredReview;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::GivenAnswer;
use crate::wire::Instant;

/// A review with what suppliers said to it, in the names that it was posted with. Who wrote it is not told again.
#[derive(Serialize, ToSchema)]
pub struct PostedReview {
    /// Its code, as posting it answered.
    #[schema(example = "REVIEW-1")]
    review_code: String,
    /// Whether there is an answer.
    is_answered: bool,
    /// The answers, oldest first.
    answers: Vec<GivenAnswer>,
    /// What only one kind has, or what the kinds name differently.
    #[serde(flatten)]
    of_kind: OfKind,
    /// Its title.
    #[schema(required = true, example = "Lovely alleys")]
    title: Option<String>,
    /// What it says.
    #[schema(required = true, example = "We would come again.")]
    body: Option<String>,
    /// When it was written.
    reviewed_at: Instant,
}

/// What only one kind has, or what the kinds name differently.
#[derive(Serialize, ToSchema)]
#[schema(as = PostedReviewOfKind)]
#[serde(untagged)]
pub enum OfKind {
    /// Of a tour.
    Tour {
        /// The option that it is about.
        #[schema(value_type = Option<Uuid>, required = true)]
        option_code: Option<OptionId>,
        /// How it counts.
        #[schema(value_type = String, pattern = "^(ZERO_FIVE_STAR|ONE_FIVE_STAR|GOOD_OR_BAD|NO_SCORE)$", example = "ONE_FIVE_STAR")]
        score_type: ScoreType,
        /// The score; null for `NO_SCORE`.
        #[schema(required = true, minimum = 0, maximum = 5, example = 5)]
        score: Option<i64>,
    },
    /// Of a day-ticket.
    DayTicket {
        /// The channel's order that it is about.
        #[schema(required = true, example = "ORDER-20220121-0001")]
        channel_order_code: Option<String>,
        /// How it counts.
        #[schema(value_type = String, pattern = "^(ZERO_FIVE_STAR|ONE_FIVE_STAR|GOOD_OR_BAD|NO_SCORE)$", example = "ZERO_FIVE_STAR")]
        review_score_type: ScoreType,
        /// The score, when it has one.
        #[schema(required = true, minimum = 0, maximum = 100, example = 80)]
        review_score: Option<i64>,
    },
}

impl PostedReview {
    /// A review of a product of this kind.
    pub fn new(kind: ProductKind, stored: &StoredReview) -> PostedReview {
        let review = &stored.review;
        let (score_type, score) = (review.score.score_type, review.score.score);
        let of_kind = match kind {
            ProductKind::Tour => OfKind::Tour { option_code: review.option, score_type, score },
            ProductKind::DayTicket | ProductKind::Ticket => OfKind::DayTicket {
                channel_order_code: review.channel_order_code.clone(),
                review_score_type: score_type,
                review_score: score,
            },
        };
        PostedReview {
            review_code: stored.review_code.clone(),
            is_answered: !stored.answers.is_empty(),
            answers: stored.answers.iter().map(GivenAnswer::from).collect(),
            of_kind,
            title: review.title.clone(),
            body: review.body.clone(),
            reviewed_at: Instant(review.reviewed_at),
        }
    }
}
