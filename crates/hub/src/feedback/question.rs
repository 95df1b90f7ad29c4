//! Questions: asked by channels, answered by suppliers.

use axhub_domain::feedback::Question;
use axhub_domain::ids::{ChannelId, ProductId, QuestionId, SupplierId};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Conflict;
use axhub_store::feedback::{self, Answer, QuestionFilter, StoredQuestion};
use axhub_store::{Mode, changes as change_rows, products};

use super::{Arrival, check_may_speak, check_product, fingerprint, replay, was_slower};
use crate::audit::{Note, note};
use crate::changes::{AnswerGiven, Answered, answer_given};
use crate::{BySupplier, Error, Hub, Page, Paged, Result};

/// Keeps a question about a product that the channel may speak of.
///
/// # Errors
/// [`Error::NOT_FOUND`]; [`Conflict::QuestionCodeReused`]; an option of another product.
pub async fn ask(hub: &Hub, channel: ChannelId, kind: ProductKind, product: ProductId, question: Question) -> Result<Arrival> {
    let (id, now, fingerprint) = (hub.new_id(), hub.now(), fingerprint(&question));
    hub.database()
        .run("question.ask", Mode::Write, question, move |s, question| {
            Box::pin(async move {
                s.touches_nothing();
                if let Some(known) = feedback::known_question(s, channel, &question.question_code).await? {
                    replay(s, known, (channel, kind, product), fingerprint, Conflict::QuestionCodeReused).await?;
                    return Ok(Arrival::Replay);
                }
                check_product(s, channel, kind, product, question.option).await?;
                let is_new = feedback::insert_question(s, id, channel, product, question, fingerprint, now).await?;
                if is_new { Ok(Arrival::New) } else { Err(was_slower()) }
            })
        })
        .await
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
/// [`Error::NOT_FOUND`] when the channel may not speak of it.
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
                check_may_speak(s, channel, kind, product).await?;
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

/// A question about a product of the supplier, with what it said to it.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such question about a product of the supplier.
pub async fn question_of_supplier(hub: &Hub, supplier: SupplierId, question: QuestionId) -> Result<StoredQuestion> {
    hub.database()
        .run("question.read-of-supplier", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move { feedback::question_of_supplier(s, supplier, question).await?.ok_or(Error::NOT_FOUND) })
        })
        .await
}

/// Answers a question. The very answer that was given last, given again, changes nothing.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not about a product of the supplier.
pub async fn answer_question(hub: &Hub, by: impl Into<BySupplier>, question: QuestionId, body: String) -> Result<StoredQuestion> {
    let (by, ids) = (by.into(), hub.clone());
    let answer = Answer { id: hub.new_id(), body, answered_at: hub.now() };
    hub.database()
        .run("question.answer", Mode::Write, answer, move |s, answer| {
            let ids = ids.clone();
            Box::pin(async move {
                s.touches_nothing();
                let mut question = feedback::lock_question_of_supplier(s, by.id, question).await?.ok_or(Error::NOT_FOUND)?;
                if question.answers.last().is_some_and(|last| last.body == answer.body) {
                    return Ok(question);
                }
                feedback::answer_question(s, question.id, by.id, answer).await?;
                let given = AnswerGiven {
                    to: Answered::QuestionCode(question.question.question_code.clone()),
                    body: answer.body.clone(),
                    answered_at: answer.answered_at,
                };
                let kind = products::of_supplier(s, by.id, question.product).await?.ok_or(Error::NOT_FOUND)?.kind;
                change_rows::record(s, &[answer_given(question.channel, kind, question.product, &given)?], answer.answered_at).await?;
                let said = Note::by_supplier(&ids, &by, "question.answer", "question", question.id);
                note(s, vec![said], answer.answered_at).await?;
                question.answers.push(answer.clone());
                Ok(question)
            })
        })
        .await
}
