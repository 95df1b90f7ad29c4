//! Reviews and questions of channels, and what suppliers say to them.

use axhub_domain::feedback::{Question, Review};
use axhub_domain::ids::{ChannelId, OptionId, ProductId, QuestionId, ReviewId, SupplierId};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{Conflict, FieldError, Reason};
use axhub_store::feedback::{self, Known};
use axhub_store::{Mode, Session, changes as change_rows, products};
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use axhub_store::feedback::{Answer, QuestionFilter, StoredQuestion, StoredReview};

use crate::changes::{AnswerGiven, answer_given};
use crate::{Error, Hub, Page, Paged, Result};

/// Whether something is new, or had come before with the same meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is new.
    New,
    /// It had come before.
    Replay,
}

/// Keeps a review of a product that the channel may sell, or has sold.
///
/// # Errors
/// [`Error::NOT_FOUND`]; [`Conflict::ReviewCodeReused`]; an option of another product.
pub async fn post_review(hub: &Hub, channel: ChannelId, kind: ProductKind, product: ProductId, review: Review) -> Result<Arrival> {
    let (id, now, fingerprint) = (hub.new_id(), hub.now(), fingerprint(&review));
    hub.database()
        .run("review.post", Mode::Write, review, move |s, review| {
            Box::pin(async move {
                if let Some(known) = feedback::known_review(s, channel, &review.review_code).await? {
                    return replay(s, known, (channel, kind, product), fingerprint, Conflict::ReviewCodeReused).await;
                }
                check_product(s, channel, kind, product, review.option).await?;
                feedback::insert_review(s, id, channel, product, review, fingerprint, now).await?;
                Ok(Arrival::New)
            })
        })
        .await
}

/// Keeps a question about a product that the channel may sell, or has sold.
///
/// # Errors
/// [`Error::NOT_FOUND`]; [`Conflict::QuestionCodeReused`]; an option of another product.
pub async fn ask(hub: &Hub, channel: ChannelId, kind: ProductKind, product: ProductId, question: Question) -> Result<Arrival> {
    let (id, now, fingerprint) = (hub.new_id(), hub.now(), fingerprint(&question));
    hub.database()
        .run("question.ask", Mode::Write, question, move |s, question| {
            Box::pin(async move {
                if let Some(known) = feedback::known_question(s, channel, &question.question_code).await? {
                    return replay(s, known, (channel, kind, product), fingerprint, Conflict::QuestionCodeReused).await;
                }
                check_product(s, channel, kind, product, question.option).await?;
                feedback::insert_question(s, id, channel, product, question, fingerprint, now).await?;
                Ok(Arrival::New)
            })
        })
        .await
}

fn fingerprint(meaning: &impl Serialize) -> [u8; 32] {
    // Serializing plain structs with string keys into memory cannot fail.
    Sha256::digest(serde_json::to_vec(meaning).unwrap_or_default()).into()
}

/// The same again is a replay, also when the channel may no longer sell the product; with another meaning, or about
/// another product that it may sell, it is a conflict.
async fn replay(
    s: &Session,
    known: Known,
    (channel, kind, product): (ChannelId, ProductKind, ProductId),
    fingerprint: [u8; 32],
    reused: Conflict,
) -> Result<Arrival> {
    let is_of_this_kind = products::versions(s, &[product]).await?.iter().any(|(_, known_kind, _)| *known_kind == kind);
    if known.product != product || !is_of_this_kind {
        check_product(s, channel, kind, product, None).await?;
        return Err(reused.into());
    }
    if known.fingerprint == fingerprint { Ok(Arrival::Replay) } else { Err(reused.into()) }
}

/// The channel may sell the product, and the option is one of its own.
async fn check_product(s: &Session, channel: ChannelId, kind: ProductKind, product: ProductId, option: Option<OptionId>) -> Result<()> {
    products::of_channel(s, channel, kind, product).await?.ok_or(Error::NOT_FOUND)?;
    let Some(option) = option else { return Ok(()) };
    let options = products::options(s, product).await?;
    if options.iter().any(|stored| stored.option.id == option) {
        Ok(())
    } else {
        Err(FieldError::new("option_code", Reason::OptionUnknown).into())
    }
}

/// A question of the channel with its answers.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel has asked no such question about this product.
pub async fn question_of_channel(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    product: ProductId,
    code: String,
) -> Result<StoredQuestion> {
    hub.database()
        .run("question.read", Mode::Snapshot, code, move |s, code| {
            Box::pin(async move { feedback::question_of_channel(s, channel, kind, product, code).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}

/// A page of the channel's questions about a product, oldest first.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel may not sell it.
pub async fn questions_of_channel(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    product: ProductId,
    is_answered: Option<bool>,
    page: Page,
) -> Result<Paged<StoredQuestion>> {
    hub.database()
        .run("question.list", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                products::of_channel(s, channel, kind, product).await?.ok_or(Error::NOT_FOUND)?;
                let filter = QuestionFilter { product: Some(product), is_answered };
                Ok(feedback::questions_of_channel(s, channel, filter, page).await?)
            })
        })
        .await
}

/// A page of the questions about the supplier's products, oldest first.
///
/// # Errors
/// The database's.
pub async fn questions_of_supplier(hub: &Hub, supplier: SupplierId, filter: QuestionFilter, page: Page) -> Result<Paged<StoredQuestion>> {
    hub.database()
        .run("question.list-of-supplier", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move { Ok(feedback::questions_of_supplier(s, supplier, filter, page).await?) })
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

/// Answers a question. The very answer that was given last, given again, changes nothing.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not about a product of the supplier.
pub async fn answer_question(hub: &Hub, supplier: SupplierId, question: QuestionId, body: String) -> Result<StoredQuestion> {
    let answer = Answer { id: hub.new_id(), body, answered_at: hub.now() };
    hub.database()
        .run("question.answer", Mode::Write, answer, move |s, answer| {
            Box::pin(async move {
                let mut question = feedback::lock_question_of_supplier(s, supplier, question).await?.ok_or(Error::NOT_FOUND)?;
                if question.answers.last().is_some_and(|last| last.body == answer.body) {
                    return Ok(question);
                }
                feedback::answer_question(s, question.id, supplier, answer).await?;
                let given = AnswerGiven {
                    question_code: question.question.question_code.clone(),
                    body: answer.body.clone(),
                    answered_at: answer.answered_at,
                };
                let kind = products::of_supplier(s, supplier, question.product).await?.ok_or(Error::NOT_FOUND)?.kind;
                change_rows::record(s, &[answer_given(question.channel, kind, question.product, &given)?], answer.answered_at).await?;
                question.answers.push(answer.clone());
                Ok(question)
            })
        })
        .await
}

/// Says something to a review. The very same said last, said again, changes nothing.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not of a product of the supplier.
pub async fn answer_review(hub: &Hub, supplier: SupplierId, review: ReviewId, body: String) -> Result<StoredReview> {
    let answer = Answer { id: hub.new_id(), body, answered_at: hub.now() };
    hub.database()
        .run("review.answer", Mode::Write, answer, move |s, answer| {
            Box::pin(async move {
                let mut review = feedback::lock_review_of_supplier(s, supplier, review).await?.ok_or(Error::NOT_FOUND)?;
                if review.answers.last().is_some_and(|last| last.body == answer.body) {
                    return Ok(review);
                }
                feedback::answer_review(s, review.id, supplier, answer).await?;
                review.answers.push(answer.clone());
                Ok(review)
            })
        })
        .await
}
