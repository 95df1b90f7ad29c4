//! Products and their versions, as suppliers change them and channels see them.
//!
//! A supplier either changes a published product, which makes the next version at once, or works on a draft and publishes
//! that. A new product begins as a draft.

mod apply;
mod change;
mod copy;
mod create;
mod draft;
mod history;
mod preview;
mod publish;
mod workspace;

use axhub_domain::edition::EditionOption;
use axhub_domain::ids::{ChannelId, ProductId, SupplierId};
use axhub_domain::product::{Product, ProductKind, ProductOption, ProductState};
use axhub_domain::time::parse_zone;
use axhub_store::{Mode, Session, products};
use futures_util::try_join;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use axhub_store::products::{ListedProduct, ProductFilter, SupplierFilter};
pub use change::{ContentsChange, OptionChange, ProductChange, change_product};
pub use copy::copy_product;
pub use create::{NewOption, NewProduct, create_product};
pub use draft::{Draft, NewDraft, change_draft, create_draft, discard_draft, draft_of_supplier};
pub use history::{Version, WholeVersion, version_of_product, versions_of_product};
pub use preview::{ChannelPrices, PricePreview, preview_prices};
pub use publish::{LastDay, end_sale, publish_draft};

use crate::pricing::{self, OptionPrice};
use crate::{Error, Hub, Page, Paged, Result};

/// A product as a channel sees it.
#[derive(Clone, Debug)]
pub struct ProductForChannel {
    /// The product.
    pub product: Product,
    /// Its options, in order, inactive ones too.
    pub options: Vec<ProductOption>,
    /// What the active ones cost.
    pub prices: Vec<OptionPrice>,
}

/// A product as its supplier sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductForSupplier {
    /// The product.
    pub product: Product,
    /// Its options, in order.
    pub options: Vec<EditionOption>,
    /// Whether a draft of it is being worked on.
    pub has_draft: bool,
}

/// A page of the products of a kind that a channel may sell, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_for_channel(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    filter: ProductFilter,
    page: Page,
) -> Result<Paged<Product>> {
    hub.database()
        .run("product.list", Mode::Snapshot, filter, move |s, filter| {
            Box::pin(async move { Ok(products::list_of_channel(s, channel, kind, filter, page).await?) })
        })
        .await
}

/// A product that a channel may sell, with its options and what they cost.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it may not.
pub async fn product_for_channel(hub: &Hub, channel: ChannelId, kind: ProductKind, id: ProductId) -> Result<ProductForChannel> {
    let now = hub.now();
    hub.database()
        .run("product.read", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_channel(s, channel, kind, id).await?.ok_or(Error::NOT_FOUND)?;
                let stored = products::options(s, id).await?;
                let prices = pricing::load(s, channel, &product, &stored, None, now).await?;
                Ok(ProductForChannel { product, options: stored.into_iter().map(|stored| stored.option).collect(), prices })
            })
        })
        .await
}

/// Where a product stands in its life now.
pub fn state_of(hub: &Hub, product: &Product) -> ProductState {
    product.state(today(product, hub.now()))
}

/// The date in the product's zone.
fn today(product: &Product, now: Timestamp) -> Date {
    now.to_zoned(parse_zone(&product.time_zone).unwrap_or(TimeZone::UTC)).date()
}

/// A page of the supplier's products, oldest first.
///
/// # Errors
/// The database's.
pub async fn products_of_supplier(hub: &Hub, supplier: SupplierId, filter: SupplierFilter, page: Page) -> Result<Paged<ListedProduct>> {
    let now = hub.now();
    hub.database()
        .run("product.list-of-supplier", Mode::Snapshot, filter, move |s, filter| {
            Box::pin(async move {
                let today = |zone: &str| now.to_zoned(parse_zone(zone).unwrap_or(TimeZone::UTC)).date();
                Ok(products::list_of_supplier(s, supplier, filter, today, page).await?)
            })
        })
        .await
}

/// A product of the supplier in its newest version; one that was never published, as its draft has it.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not the supplier's.
pub async fn product_of_supplier(hub: &Hub, supplier: SupplierId, id: ProductId) -> Result<ProductForSupplier> {
    hub.database()
        .run("product.read-of-supplier", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                if product.version == 0 {
                    let draft = products::draft(s, id).await?.ok_or(Error::NOT_FOUND)?;
                    return Ok(ProductForSupplier { product, options: draft.edition.options, has_draft: true });
                }
                let has_draft = products::has_draft(s, id).await?;
                Ok(ProductForSupplier { product, options: published_options(s, id).await?, has_draft })
            })
        })
        .await
}

/// The options of a product as they were published last.
async fn published_options(s: &Session, id: ProductId) -> Result<Vec<EditionOption>> {
    let (rows, pools, prices) = try_join!(products::options(s, id), products::pools(s, id), products::prices(s, id))?;
    Ok(workspace::edition_options(&rows, &pools, prices))
}

/// How many products there are in all; nothing has been loaded yet when it is 0.
///
/// # Errors
/// The database's.
pub async fn count_products(hub: &Hub) -> Result<u64> {
    hub.database().run("product.count", Mode::Read, (), |s, ()| Box::pin(async move { Ok(products::count_all(s).await?) })).await
}
