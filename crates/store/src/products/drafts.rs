//! Drafts: the next version of a product while its supplier works on it.

use axhub_domain::edition::Edition;
use axhub_domain::ids::ProductId;
use jiff::Timestamp;

use super::{from_json, to_json};
use crate::changes;
use crate::engine::Session;
use crate::error::Result;
use crate::params;

/// A draft as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDraft {
    /// The version that it was made of; 0 when there was none.
    pub base_version: i64,
    /// What the next version will be.
    pub edition: Edition,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The draft of a product. Whoever asks has found the product as its owner.
///
/// # Errors
/// The database's.
pub async fn draft(s: &Session, product: ProductId) -> Result<Option<StoredDraft>> {
    let sql = "SELECT base_version, document, created_at, updated_at FROM product_drafts WHERE product_id = $1";
    let Some(row) = s.query_opt(sql, &params![product]).await? else { return Ok(None) };
    let mut r = row.reader();
    let (base_version, edition) = (r.take()?, from_json(r.take()?)?);
    Ok(Some(StoredDraft { base_version, edition, created_at: r.take()?, updated_at: r.take()? }))
}

/// Whether a product has a draft.
///
/// # Errors
/// The database's.
pub async fn has_draft(s: &Session, product: ProductId) -> Result<bool> {
    s.query_one("SELECT EXISTS (SELECT 1 FROM product_drafts WHERE product_id = $1)", &params![product]).await?.get(0)
}

/// Begins a draft, or replaces it.
///
/// # Errors
/// The database's.
pub async fn put_draft(s: &Session, product: ProductId, draft: &StoredDraft) -> Result<()> {
    let sql = "INSERT INTO product_drafts (product_id, base_version, document, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (product_id) DO UPDATE SET base_version = excluded.base_version, document = excluded.document,
            updated_at = excluded.updated_at";
    let params = params![product, draft.base_version, to_json(&draft.edition)?, draft.created_at, draft.updated_at];
    s.execute_one(sql, &params).await
}

/// Removes a draft, when there is one.
///
/// # Errors
/// The database's.
pub async fn delete_draft(s: &Session, product: ProductId) -> Result<()> {
    s.execute("DELETE FROM product_drafts WHERE product_id = $1", &params![product]).await?;
    Ok(())
}

/// Removes a product that was never published, after its draft, options and pools. What operators had planned with it goes
/// too.
///
/// # Errors
/// The database's.
pub async fn delete_unpublished(s: &Session, product: ProductId) -> Result<()> {
    // Its stock was changed, which the feed would have told nobody.
    changes::discard(s, product).await?;
    s.execute("DELETE FROM assignments WHERE product_id = $1", &params![product]).await?;
    s.execute("DELETE FROM assignment_rule_exceptions WHERE product_id = $1", &params![product]).await?;
    s.execute_one("DELETE FROM products WHERE id = $1 AND version = 0", &params![product]).await
}
