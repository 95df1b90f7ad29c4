//! Questions that channels bring.

use axhub_domain::feedback::Question;
use axhub_domain::ids::{ChannelId, ProductId, QuestionId, SupplierId};
use axhub_domain::product::ProductKind;
use jiff::Timestamp;

use super::{Answer, Known, answer};
use crate::engine::{Row, Session, Value};
use crate::error::Result;
use crate::paging::{Page, Paged, count};
use crate::params;

/// A question as it is stored.
#[derive(Clone, Debug)]
pub struct StoredQuestion {
    /// Its id.
    pub id: QuestionId,
    /// The channel that brought it.
    pub channel: ChannelId,
    /// The channel's code.
    pub channel_code: String,
    /// The product.
    pub product: ProductId,
    /// What the channel brought.
    pub question: Question,
    /// When it came.
    pub created_at: Timestamp,
    /// What the supplier answered, oldest first.
    pub answers: Vec<Answer>,
}

/// Adds a question; `false` when the channel has one of this code.
///
/// # Errors
/// The database's.
pub async fn insert_question(
    s: &Session,
    id: QuestionId,
    channel: ChannelId,
    product: ProductId,
    question: &Question,
    fingerprint: [u8; 32],
    now: Timestamp,
) -> Result<bool> {
    let sql = "INSERT INTO questions (id, channel_id, question_code, product_id, option_id, title, body, is_public, quested_at, fingerprint, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (channel_id, question_code) DO NOTHING";
    let q = question;
    let params = params![id, channel, q.question_code, product, q.option, q.title, q.body, q.is_public, q.quested_at, fingerprint, now];
    Ok(s.execute(sql, &params).await? == 1)
}

/// The channel's question of this code.
///
/// # Errors
/// The database's.
pub async fn known_question(s: &Session, channel: ChannelId, code: &str) -> Result<Option<Known>> {
    let sql = "SELECT product_id, fingerprint FROM questions WHERE channel_id = $1 AND question_code = $2";
    s.query_opt(sql, &params![channel, code]).await?.map(|row| Ok(Known { product: row.get(0)?, fingerprint: row.get(1)? })).transpose()
}

macro_rules! question_columns {
    () => {
        "SELECT q.id, q.channel_id, c.code, q.product_id, q.question_code, q.option_id, q.title, q.body, q.is_public, q.quested_at, q.created_at"
    };
}

macro_rules! question_tables {
    () => {
        " FROM questions q JOIN channels c ON c.id = q.channel_id JOIN products p ON p.id = q.product_id "
    };
}

fn question(row: &Row) -> Result<StoredQuestion> {
    let mut r = row.reader();
    Ok(StoredQuestion {
        id: r.take()?,
        channel: r.take()?,
        channel_code: r.take()?,
        product: r.take()?,
        question: Question {
            question_code: r.take()?,
            option: r.take()?,
            title: r.take()?,
            body: r.take()?,
            is_public: r.take()?,
            quested_at: r.take()?,
        },
        created_at: r.take()?,
        answers: Vec::new(),
    })
}

/// A question of the channel about this product.
///
/// # Errors
/// The database's.
pub async fn question_of_channel(
    s: &Session,
    channel: ChannelId,
    kind: ProductKind,
    product: ProductId,
    code: &str,
) -> Result<Option<StoredQuestion>> {
    let sql = concat!(
        question_columns!(),
        question_tables!(),
        "WHERE q.channel_id = $1 AND q.product_id = $2 AND q.question_code = $3 AND p.kind = $4"
    );
    let rows = s.query(sql, &params![channel, product, code, kind]).await?;
    Ok(with_answers_of_questions(s, &rows).await?.pop())
}

/// Which questions are wanted; all where a field is `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuestionFilter {
    /// About this product.
    pub product: Option<ProductId>,
    /// With or without an answer.
    pub is_answered: Option<bool>,
}

macro_rules! wanted_questions {
    ($owner:literal) => {
        concat!(
            question_tables!(),
            "WHERE ",
            $owner,
            " = $1 AND (q.product_id = $2 OR $2 IS NULL)
              AND ($3 = EXISTS (SELECT 1 FROM answers a WHERE a.question_id = q.id) OR $3 IS NULL)"
        )
    };
}

/// A page of the channel's questions, oldest first.
///
/// # Errors
/// The database's.
pub async fn questions_of_channel(s: &Session, channel: ChannelId, filter: QuestionFilter, page: Page) -> Result<Paged<StoredQuestion>> {
    const COUNT: &str = concat!("SELECT COUNT(*)", wanted_questions!("q.channel_id"));
    const LIST: &str = concat!(question_columns!(), wanted_questions!("q.channel_id"), " ORDER BY q.created_at, q.id LIMIT $4 OFFSET $5");
    list_questions(s, (COUNT, LIST), params![channel, filter.product, filter.is_answered].to_vec(), page).await
}

/// A page of the questions about the supplier's products, oldest first.
///
/// # Errors
/// The database's.
pub async fn questions_of_supplier(s: &Session, supplier: SupplierId, filter: QuestionFilter, page: Page) -> Result<Paged<StoredQuestion>> {
    const COUNT: &str = concat!("SELECT COUNT(*)", wanted_questions!("p.supplier_id"));
    const LIST: &str = concat!(question_columns!(), wanted_questions!("p.supplier_id"), " ORDER BY q.created_at, q.id LIMIT $4 OFFSET $5");
    list_questions(s, (COUNT, LIST), params![supplier, filter.product, filter.is_answered].to_vec(), page).await
}

async fn list_questions(
    s: &Session,
    (count_sql, list_sql): (&'static str, &'static str),
    mut params: Vec<Value>,
    page: Page,
) -> Result<Paged<StoredQuestion>> {
    let total = count(&s.query_one(count_sql, &params).await?)?;
    params.extend(params![page.limit(), page.offset()]);
    let rows = s.query(list_sql, &params).await?;
    Ok(Paged { items: with_answers_of_questions(s, &rows).await?, total })
}

/// A question about one of the supplier's products.
///
/// # Errors
/// The database's.
pub async fn question_of_supplier(s: &Session, supplier: SupplierId, id: QuestionId) -> Result<Option<StoredQuestion>> {
    let sql = concat!(question_columns!(), question_tables!(), "WHERE p.supplier_id = $1 AND q.id = $2");
    let rows = s.query(sql, &params![supplier, id]).await?;
    Ok(with_answers_of_questions(s, &rows).await?.pop())
}

/// A question about one of the supplier's products, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock_question_of_supplier(s: &Session, supplier: SupplierId, id: QuestionId) -> Result<Option<StoredQuestion>> {
    let sql = concat!(question_columns!(), question_tables!(), "WHERE p.supplier_id = $1 AND q.id = $2 FOR UPDATE OF q");
    let rows = s.query(sql, &params![supplier, id]).await?;
    Ok(with_answers_of_questions(s, &rows).await?.pop())
}

async fn with_answers_of_questions(s: &Session, rows: &[Row]) -> Result<Vec<StoredQuestion>> {
    let mut questions: Vec<StoredQuestion> = rows.iter().map(question).collect::<Result<_>>()?;
    let ids: Vec<QuestionId> = questions.iter().map(|question| question.id).collect();
    let sql = "SELECT question_id, id, body, answered_at FROM answers WHERE question_id = ANY($1) ORDER BY answered_at, id";
    for row in s.query(sql, &params![ids]).await? {
        let of: QuestionId = row.get(0)?;
        if let Some(question) = questions.iter_mut().find(|question| question.id == of) {
            question.answers.push(answer(&row)?);
        }
    }
    Ok(questions)
}

/// Adds an answer to a question.
///
/// # Errors
/// The database's.
pub async fn answer_question(s: &Session, question: QuestionId, supplier: SupplierId, answer: &Answer) -> Result<()> {
    let sql = "INSERT INTO answers (id, question_id, review_id, supplier_id, body, answered_at) VALUES ($1, $2, NULL, $3, $4, $5)";
    s.execute_one(sql, &params![answer.id, question, supplier, answer.body, answer.answered_at]).await
}
