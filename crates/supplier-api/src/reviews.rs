//! Reviews of the supplier's products.

pub mod answer;
pub mod get;
pub mod list;

use axhub_domain::feedback::ScoreType;
use axhub_domain::time::format_instant;
use axhub_hub::feedback::StoredReview;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answers::Answer;
use crate::words;

/// A review with what the supplier said to it. Of who wrote it a supplier learns the name, and no way to reach them.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = SupplierReview)]
pub struct Review {
    /// The hub's id of it, to answer by.
    pub review_id: Uuid,
    /// The channel that brought it.
    pub channel_code: String,
    /// The channel's own code of it; where it has none, its order's code or one that the hub made.
    pub review_code: String,
    /// The channel's own code of the order that it is about.
    #[schema(required)]
    pub channel_order_code: Option<String>,
    /// The product.
    pub product_code: Uuid,
    /// The option that it is about.
    #[schema(required)]
    pub option_code: Option<Uuid>,
    /// How the score counts.
    #[schema(value_type = words::ScoreType)]
    pub score_type: ScoreType,
    /// The score: of a tour as its type says, of a day-ticket up to 100. Null for `NO_SCORE`, and where a day-ticket has none.
    #[schema(required, minimum = 0, maximum = 100)]
    pub score: Option<i64>,
    /// Its title.
    #[schema(required)]
    pub title: Option<String>,
    /// What it says.
    #[schema(required)]
    pub body: Option<String>,
    /// The name of who wrote it.
    #[schema(required)]
    pub reviewer_name: Option<String>,
    /// When it was written.
    #[schema(format = DateTime)]
    pub reviewed_at: String,
    /// When the channel brought it.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// What the supplier said to it, oldest first.
    pub answers: Vec<Answer>,
}

impl std::fmt::Debug for Review {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Review({})", self.review_id)
    }
}

impl From<StoredReview> for Review {
    fn from(stored: StoredReview) -> Self {
        let review = stored.review;
        Review {
            review_id: stored.id.into(),
            channel_code: stored.channel_code,
            review_code: stored.review_code,
            channel_order_code: review.channel_order_code,
            product_code: stored.product.into(),
            option_code: review.option.map(Uuid::from),
            score_type: review.score.score_type,
            score: review.score.score,
            title: review.title,
            body: review.body,
            reviewer_name: review.reviewer.and_then(|reviewer| reviewer.name),
            reviewed_at: format_instant(review.reviewed_at),
            created_at: format_instant(stored.created_at),
            answers: stored.answers.into_iter().map(Answer::from).collect(),
        }
    }
}
