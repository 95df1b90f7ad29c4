//! Reviews that channels bring.

use axhub_domain::feedback::{KnownBy, Review, Reviewer, Score, ScoreType};
use axhub_domain::ids::{ChannelId, ProductId, ReviewId, SupplierId};
use axhub_domain::product::ProductKind;
use jiff::Timestamp;

use super::{Answer, Known, answer};
use crate::engine::{Row, Session};
use crate::error::{Error, Result};
use crate::paging::{Page, Paged, count};
use crate::params;

/// A review as it is stored.
#[derive(Clone, Debug)]
pub struct StoredReview {
    /// Its id.
    pub id: ReviewId,
    /// The channel that brought it.
    pub channel: ChannelId,
    /// The channel's code.
    pub channel_code: String,
    /// The product.
    pub product: ProductId,
    /// The code that it is told and read by.
    pub review_code: String,
    /// What the channel brought.
    pub review: Review,
    /// When it came.
    pub created_at: Timestamp,
    /// What the supplier said to it, oldest first.
    pub answers: Vec<Answer>,
}

/// Adds a review; `false` when the channel has one that is known by the same, or of the same product and code.
///
/// # Errors
/// The database's.
pub async fn insert_review(
    s: &Session,
    id: ReviewId,
    channel: ChannelId,
    product: ProductId,
    review: &Review,
    fingerprint: [u8; 32],
    now: Timestamp,
) -> Result<bool> {
    let sql = "INSERT INTO reviews (id, channel_id, review_code, known_by, product_id, option_id, channel_order_code, score_type, score,
            title, body, reviewed_at, fingerprint, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING";
    let r = review;
    let params = params![
        id,
        channel,
        r.code(id),
        r.known_by().word(),
        product,
        r.option,
        r.channel_order_code,
        r.score.score_type.word(),
        r.score.score,
        r.title,
        r.body,
        r.reviewed_at,
        fingerprint,
        now
    ];
    let is_new = s.execute(sql, &params).await? == 1;
    if let (true, Some(who)) = (is_new, &review.reviewer) {
        let sql = "INSERT INTO reviewers (review_id, name, phone, email, created_at) VALUES ($1, $2, $3, $4, $5)";
        s.execute_one(sql, &params![id, who.name, who.phone, who.email, now]).await?;
    }
    Ok(is_new)
}

/// The code of the channel's review that is known by the same as this one, and what is kept of it. One of the same product
/// and code is that, too, whatever it is known by: it is read at the same address.
///
/// # Errors
/// The database's.
pub async fn known_review(
    s: &Session,
    channel: ChannelId,
    product: ProductId,
    review: &Review,
    fingerprint: [u8; 32],
) -> Result<Option<(String, Known)>> {
    let found = match review.known_by() {
        KnownBy::ReviewCode(code) => {
            let sql = "SELECT review_code, product_id, fingerprint FROM reviews
                WHERE channel_id = $1 AND review_code = $2 AND (known_by = 'review_code' OR product_id = $3)
                ORDER BY known_by = 'review_code' DESC LIMIT 1";
            s.query_opt(sql, &params![channel, code, product]).await?
        }
        KnownBy::ChannelOrderCode(code) => {
            let sql = "SELECT review_code, product_id, fingerprint FROM reviews
                WHERE channel_id = $1 AND review_code = $2 AND product_id = $3";
            s.query_opt(sql, &params![channel, code, product]).await?
        }
        KnownBy::Content => {
            let sql = "SELECT review_code, product_id, fingerprint FROM reviews
                WHERE channel_id = $1 AND product_id = $2 AND fingerprint = $3 AND known_by = 'content'";
            s.query_opt(sql, &params![channel, product, fingerprint]).await?
        }
    };
    found.map(|row| Ok((row.get(0)?, Known { product: row.get(1)?, fingerprint: row.get(2)? }))).transpose()
}

macro_rules! review_columns {
    () => {
        "SELECT r.id, r.channel_id, c.code, r.product_id, r.review_code, r.known_by = 'review_code', r.channel_order_code, r.option_id,
            r.score_type, r.score, r.title, r.body, r.reviewed_at, w.review_id IS NOT NULL, w.name, w.phone, w.email, r.created_at"
    };
}

macro_rules! review_tables {
    () => {
        " FROM reviews r JOIN channels c ON c.id = r.channel_id JOIN products p ON p.id = r.product_id
          LEFT JOIN reviewers w ON w.review_id = r.id "
    };
}

/// A review of this product by the channel.
///
/// # Errors
/// The database's.
pub async fn review_of_channel(
    s: &Session,
    channel: ChannelId,
    kind: ProductKind,
    product: ProductId,
    code: &str,
) -> Result<Option<StoredReview>> {
    let sql = concat!(
        review_columns!(),
        review_tables!(),
        "WHERE r.channel_id = $1 AND r.product_id = $2 AND r.review_code = $3 AND p.kind = $4"
    );
    let rows = s.query(sql, &params![channel, product, code, kind]).await?;
    Ok(with_answers_of_reviews(s, &rows).await?.pop())
}

/// A page of the channel's reviews of a product, with or without an answer when that is asked, oldest first.
///
/// # Errors
/// The database's.
pub async fn reviews_of_channel(
    s: &Session,
    channel: ChannelId,
    product: ProductId,
    is_answered: Option<bool>,
    page: Page,
) -> Result<Paged<StoredReview>> {
    macro_rules! wanted {
        () => {
            "WHERE r.channel_id = $1 AND r.product_id = $2 AND ($3 = EXISTS (SELECT 1 FROM answers a WHERE a.review_id = r.id) OR $3 IS NULL)"
        };
    }
    let total = s.query_one(concat!("SELECT COUNT(*)", review_tables!(), wanted!()), &params![channel, product, is_answered]).await?;
    let sql = concat!(review_columns!(), review_tables!(), wanted!(), " ORDER BY r.created_at, r.id LIMIT $4 OFFSET $5");
    let rows = s.query(sql, &params![channel, product, is_answered, page.limit(), page.offset()]).await?;
    Ok(Paged { items: with_answers_of_reviews(s, &rows).await?, total: count(&total)? })
}

/// A page of the reviews of the supplier's products, or of one of them, oldest first.
///
/// # Errors
/// The database's.
pub async fn reviews_of_supplier(s: &Session, supplier: SupplierId, product: Option<ProductId>, page: Page) -> Result<Paged<StoredReview>> {
    macro_rules! wanted {
        () => {
            "WHERE p.supplier_id = $1 AND (r.product_id = $2 OR $2 IS NULL)"
        };
    }
    let total = s.query_one(concat!("SELECT COUNT(*)", review_tables!(), wanted!()), &params![supplier, product]).await?;
    let sql = concat!(review_columns!(), review_tables!(), wanted!(), " ORDER BY r.created_at, r.id LIMIT $3 OFFSET $4");
    let rows = s.query(sql, &params![supplier, product, page.limit(), page.offset()]).await?;
    Ok(Paged { items: with_answers_of_reviews(s, &rows).await?, total: count(&total)? })
}

/// A review of one of the supplier's products.
///
/// # Errors
/// The database's.
pub async fn review_of_supplier(s: &Session, supplier: SupplierId, id: ReviewId) -> Result<Option<StoredReview>> {
    let sql = concat!(review_columns!(), review_tables!(), "WHERE p.supplier_id = $1 AND r.id = $2");
    let rows = s.query(sql, &params![supplier, id]).await?;
    Ok(with_answers_of_reviews(s, &rows).await?.pop())
}

/// A review of one of the supplier's products, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock_review_of_supplier(s: &Session, supplier: SupplierId, id: ReviewId) -> Result<Option<StoredReview>> {
    let sql = concat!(review_columns!(), review_tables!(), "WHERE p.supplier_id = $1 AND r.id = $2 FOR UPDATE OF r");
    let rows = s.query(sql, &params![supplier, id]).await?;
    Ok(with_answers_of_reviews(s, &rows).await?.pop())
}

/// Adds what a supplier says to a review.
///
/// # Errors
/// The database's.
pub async fn answer_review(s: &Session, review: ReviewId, supplier: SupplierId, answer: &Answer) -> Result<()> {
    let sql = "INSERT INTO answers (id, question_id, review_id, supplier_id, body, answered_at) VALUES ($1, NULL, $2, $3, $4, $5)";
    s.execute_one(sql, &params![answer.id, review, supplier, answer.body, answer.answered_at]).await
}

async fn with_answers_of_reviews(s: &Session, rows: &[Row]) -> Result<Vec<StoredReview>> {
    let mut reviews: Vec<StoredReview> = rows.iter().map(review).collect::<Result<_>>()?;
    let ids: Vec<ReviewId> = reviews.iter().map(|review| review.id).collect();
    let sql = "SELECT review_id, id, body, answered_at FROM answers WHERE review_id = ANY($1) ORDER BY answered_at, id";
    for row in s.query(sql, &params![ids]).await? {
        let of: ReviewId = row.get(0)?;
        if let Some(review) = reviews.iter_mut().find(|review| review.id == of) {
            review.answers.push(answer(&row)?);
        }
    }
    Ok(reviews)
}

fn review(row: &Row) -> Result<StoredReview> {
    let mut r = row.reader();
    let (id, channel, channel_code, product) = (r.take()?, r.take()?, r.take()?, r.take()?);
    let (code, is_own): (String, bool) = (r.take()?, r.take()?);
    let (channel_order_code, option) = (r.take()?, r.take()?);
    let score_type: String = r.take()?;
    let score_type = ScoreType::from_word(&score_type).ok_or_else(|| Error::Database(format!("no score type: {score_type}")))?;
    let score = Score { score_type, score: r.take()? };
    let (title, body, reviewed_at) = (r.take()?, r.take()?, r.take()?);
    let has_reviewer: bool = r.take()?;
    let reviewer = Reviewer { name: r.take()?, phone: r.take()?, email: r.take()? };
    let reviewer = has_reviewer.then_some(reviewer);
    let review_code = is_own.then(|| code.clone());
    let review = Review { review_code, channel_order_code, option, score, title, body, reviewed_at, reviewer };
    Ok(StoredReview { id, channel, channel_code, product, review_code: code, review, created_at: r.take()?, answers: Vec::new() })
}
