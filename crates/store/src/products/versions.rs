//! The versions of a product, each kept whole for ever.

use axhub_domain::difference::Difference;
use axhub_domain::edition::Edition;
use axhub_domain::ids::ProductId;
use axhub_domain::product::Product;
use jiff::Timestamp;

use super::{from_json, to_json};
use crate::engine::{Row, Session};
use crate::error::Result;
use crate::paging::{Page, Paged, count};
use crate::params;

/// A version in the history of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVersion {
    /// Counted from 1.
    pub version: i64,
    /// What it changed.
    pub changes: Vec<Difference>,
    /// When it was published.
    pub published_at: Timestamp,
}

/// Keeps the version that a product has now, and what it changed.
///
/// # Errors
/// The database's.
pub async fn insert_version(s: &Session, product: &Product, edition: &Edition, changes: &[Difference]) -> Result<()> {
    let sql = "INSERT INTO product_versions (product_id, version, document, changes, created_at) VALUES ($1, $2, $3, $4, $5)";
    let params = params![product.id, product.version, to_json(edition)?, to_json(&changes)?, product.updated_at];
    s.execute_one(sql, &params).await
}

/// A version whole, and when it was published. Whoever asks has found the product as its owner.
///
/// # Errors
/// The database's.
pub async fn version(s: &Session, product: ProductId, version: i64) -> Result<Option<(Edition, Timestamp)>> {
    let sql = "SELECT document, created_at FROM product_versions WHERE product_id = $1 AND version = $2";
    let row = s.query_opt(sql, &params![product, version]).await?;
    row.map(|row| Ok((from_json(row.get(0)?)?, row.get(1)?))).transpose()
}

/// A page of the versions of a product, the newest first. Whoever asks has found the product as its owner.
///
/// # Errors
/// The database's.
pub async fn versions_of(s: &Session, product: ProductId, page: Page) -> Result<Paged<StoredVersion>> {
    let total = s.query_one("SELECT COUNT(*) FROM product_versions WHERE product_id = $1", &params![product]).await?;
    let sql = "SELECT version, changes, created_at FROM product_versions WHERE product_id = $1 ORDER BY version DESC LIMIT $2 OFFSET $3";
    let rows = s.query(sql, &params![product, page.limit(), page.offset()]).await?;
    let stored = |row: &Row| Ok(StoredVersion { version: row.get(0)?, changes: from_json(row.get(1)?)?, published_at: row.get(2)? });
    Ok(Paged { items: rows.iter().map(stored).collect::<Result<_>>()?, total: count(&total)? })
}
