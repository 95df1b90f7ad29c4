//! Reviews: brought by channels, answered by suppliers.

use axhub_domain::feedback::Review;
use axhub_domain::ids::{ChannelId, ProductId, ReviewId, SupplierId};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Conflict;
use axhub_store::feedback::{self, Answer, StoredReview};
use axhub_store::{Mode, changes as change_rows, products};

use super::{Arrival, check_may_speak, check_product, fingerprint, replay, was_slower};
use crate::audit::{Note, note};
use crate::changes::{AnswerGiven, Answered, answer_given};
use crate::{BySupplier, Error, Hub, Page, Paged, Result};

/// A review that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Whether it is new.
    pub arrival: Arrival,
    /// The code that it is read by.
    pub review_code: String,
}

/// Keeps a review of a product that the channel may speak of.
///
/// A review with a code of its own is known by that, unique per channel; one without by its product and its order's code;
/// one without either by its product and all that it says, and then the hub makes its code.
///
/// # Errors
/// [`Error::NOT_FOUND`]; [`Conflict::ReviewCodeReused`]; an option of another product.
pub async fn post_review(hub: &Hub, channel: ChannelId, kind: ProductKind, product: ProductId, review: Review) -> Result<Posted> {
    let (id, now) = (hub.new_id(), hub.now());
    // Its code says which review it is, and nothing of what it means.
    let fingerprint = fingerprint(&Review { review_code: None, ..review.clone() });
    hub.database()
        .run("review.post", Mode::Write, review, move |s, review| {
            Box::pin(async move {
                s.touches_nothing();
                if let Some((review_code, known)) = feedback::known_review(s, channel, product, review, fingerprint).await? {
                    replay(s, known, (channel, kind, product), fingerprint, Conflict::ReviewCodeReused).await?;
                    return Ok(Posted { arrival: Arrival::Replay, review_code });
                }
                check_product(s, channel, kind, product, review.option).await?;
                let is_new = feedback::insert_review(s, id, channel, product, review, fingerprint, now).await?;
                if is_new { Ok(Posted { arrival: Arrival::New, review_code: review.code(id) }) } else { Err(was_slower()) }
            })
        })
        .await
}

/// A review by the channel with what was said to it.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel has brought no such review of this product.
pub async fn review_of_channel(hub: &Hub, channel: ChannelId, kind: ProductKind, product: ProductId, code: String) -> Result<StoredReview> {
    hub.database()
        .run("review.read", Mode::Snapshot, code, move |s, code| {
            Box::pin(async move { feedback::review_of_channel(s, channel, kind, product, code).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}

/// A page of the channel's reviews of a product, oldest first.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel may not speak of it.
pub async fn reviews_of_channel(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    product: ProductId,
    is_answered: Option<bool>,
    page: Page,
) -> Result<Paged<StoredReview>> {
    hub.database()
        .run("review.list", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                check_may_speak(s, channel, kind, product).await?;
                Ok(feedback::reviews_of_channel(s, channel, product, is_answered, page).await?)
            })
        })
        .await
}

/// A page of the reviews of the supplier's products, oldest first.
///
/// # Errors
/// The database's.
pub async fn reviews_of_supplier(hub: &Hub, supplier: SupplierId, product: Option<ProductId>, page: Page) -> Result<Paged<StoredReview>> {
    hub.database()
        .run("review.list-of-supplier", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move { Ok(feedback::reviews_of_supplier(s, supplier, product, page).await?) })
        })
        .await
}

/// A review of a product of the supplier, with what it said to it.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such review of a product of the supplier.
pub async fn review_of_supplier(hub: &Hub, supplier: SupplierId, review: ReviewId) -> Result<StoredReview> {
    hub.database()
        .run("review.read-of-supplier", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move { feedback::review_of_supplier(s, supplier, review).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}

/// Says something to a review. The very same said last, said again, changes nothing.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not of a product of the supplier.
pub async fn answer_review(hub: &Hub, by: impl Into<BySupplier>, review: ReviewId, body: String) -> Result<StoredReview> {
    let (by, ids) = (by.into(), hub.clone());
    let answer = Answer { id: hub.new_id(), body, answered_at: hub.now() };
    hub.database()
        .run("review.answer", Mode::Write, answer, move |s, answer| {
            let ids = ids.clone();
            Box::pin(async move {
                s.touches_nothing();
                let mut review = feedback::lock_review_of_supplier(s, by.id, review).await?.ok_or(Error::NOT_FOUND)?;
                if review.answers.last().is_some_and(|last| last.body == answer.body) {
                    return Ok(review);
                }
                feedback::answer_review(s, review.id, by.id, answer).await?;
                let given = AnswerGiven {
                    to: Answered::ReviewCode(review.review_code.clone()),
                    body: answer.body.clone(),
                    answered_at: answer.answered_at,
                };
                let kind = products::of_supplier(s, by.id, review.product).await?.ok_or(Error::NOT_FOUND)?.kind;
                change_rows::record(s, &[answer_given(review.channel, kind, review.product, &given)?], answer.answered_at).await?;
                let said = Note::by_supplier(&ids, &by, "review.answer", "review", review.id);
                note(s, vec![said], answer.answered_at).await?;
                review.answers.push(answer.clone());
                Ok(review)
            })
        })
        .await
}
