//! The history of a product: its versions, and what each changed.

use axhub_domain::edition::EditionOption;
use axhub_domain::ids::{ProductId, SupplierId};
use axhub_domain::product::Product;
use axhub_store::{Mode, products};
use jiff::Timestamp;

pub use axhub_store::products::StoredVersion as Version;

use crate::{Error, Hub, Page, Paged, Result};

/// A version whole.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeVersion {
    /// The product as it was.
    pub product: Product,
    /// Its options, in order.
    pub options: Vec<EditionOption>,
    /// When it was published.
    pub published_at: Timestamp,
}

/// A page of the versions of a product, the newest first.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not the supplier's.
pub async fn versions_of_product(hub: &Hub, supplier: SupplierId, id: ProductId, page: Page) -> Result<Paged<Version>> {
    hub.database()
        .run("product.versions", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                products::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                Ok(products::versions_of(s, id, page).await?)
            })
        })
        .await
}

/// A version of a product, whole.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the product is not the supplier's, or has no such version.
pub async fn version_of_product(hub: &Hub, supplier: SupplierId, id: ProductId, version: i64) -> Result<WholeVersion> {
    hub.database()
        .run("product.read-version", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                let (edition, published_at) = products::version(s, id, version).await?.ok_or(Error::NOT_FOUND)?;
                let product = Product { version, updated_at: published_at, ..edition.of_product(&product) };
                Ok(WholeVersion { product, options: edition.options, published_at })
            })
        })
        .await
}
