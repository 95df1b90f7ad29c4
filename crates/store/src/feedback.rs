//! Reviews, questions and answers, and of what a channel may speak.

mod question;
mod review;

use axhub_domain::ids::{AnswerId, ChannelId, ProductId};
use axhub_domain::product::ProductKind;
use jiff::Timestamp;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

pub use question::{
    QuestionFilter, StoredQuestion, answer_question, insert_question, known_question, lock_question_of_supplier, question_of_channel,
    question_of_supplier, questions_of_channel, questions_of_supplier,
};
pub use review::{
    StoredReview, answer_review, insert_review, known_review, lock_review_of_supplier, review_of_channel, review_of_supplier,
    reviews_of_channel, reviews_of_supplier,
};

/// What a supplier said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its id.
    pub id: AnswerId,
    /// What it says.
    pub body: String,
    /// When it was said.
    pub answered_at: Timestamp,
}

/// What is kept of a channel's earlier review or question that is known by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which product it was about.
    pub product: ProductId,
    /// What it meant.
    pub fingerprint: [u8; 32],
}

/// Whether the channel may speak of a product: it may sell it, has sold it, or has spoken of it before.
///
/// # Errors
/// The database's.
pub async fn may_speak_of(s: &Session, channel: ChannelId, kind: ProductKind, product: ProductId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM products p WHERE p.id = $2 AND p.kind = $3 AND p.version >= 1 AND (
            EXISTS (SELECT 1 FROM assignments a WHERE a.channel_id = $1 AND a.product_id = p.id)
            OR EXISTS (SELECT 1 FROM orders o WHERE o.channel_id = $1 AND o.product_id = p.id)
            OR EXISTS (SELECT 1 FROM questions q WHERE q.channel_id = $1 AND q.product_id = p.id)
            OR EXISTS (SELECT 1 FROM reviews r WHERE r.channel_id = $1 AND r.product_id = p.id)))";
    s.query_one(sql, &params![channel, product, kind]).await?.get(0)
}

/// An answer whose columns stand behind the one of what it answers.
fn answer(row: &Row) -> Result<Answer> {
    Ok(Answer { id: row.get(1)?, body: row.get(2)?, answered_at: row.get(3)? })
}
