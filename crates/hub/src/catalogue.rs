//! Products and their versions, as suppliers change them and channels see them.

mod change;
mod create;

use axhub_domain::ids::{ChannelId, OptionId, ProductId, SupplierId};
use axhub_domain::money::Money;
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{Product, ProductKind, ProductOption};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_store::products::StoredOption;
use axhub_store::{Mode, Session, products};
use serde_json::json;

pub use axhub_store::products::ProductFilter;
pub use change::{ContentsChange, OptionChange, ProductChange, change_product};
pub use create::{NewOption, NewProduct, create_product};

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
    pub options: Vec<ProductOption>,
    /// Their net prices.
    pub prices: Vec<(OptionId, NetPrice)>,
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

/// A page of the supplier's products, oldest first.
///
/// # Errors
/// The database's.
pub async fn products_of_supplier(hub: &Hub, supplier: SupplierId, kind: Option<ProductKind>, page: Page) -> Result<Paged<Product>> {
    hub.database()
        .run("product.list-of-supplier", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move { Ok(products::list_of_supplier(s, supplier, kind, page).await?) })
        })
        .await
}

/// A product of the supplier, with its options and net prices.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not the supplier's.
pub async fn product_of_supplier(hub: &Hub, supplier: SupplierId, id: ProductId) -> Result<ProductForSupplier> {
    hub.database()
        .run("product.read-of-supplier", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                load_whole(s, product).await
            })
        })
        .await
}

/// How many products there are in all; nothing has been loaded yet when it is 0.
///
/// # Errors
/// The database's.
pub async fn count_products(hub: &Hub) -> Result<u64> {
    hub.database().run("product.count", Mode::Read, (), |s, ()| Box::pin(async move { Ok(products::count_all(s).await?) })).await
}

async fn load_whole(s: &Session, product: Product) -> Result<ProductForSupplier> {
    let options = products::options(s, product.id).await?.into_iter().map(|stored| stored.option).collect();
    let prices = products::prices(s, product.id).await?;
    Ok(ProductForSupplier { product, options, prices })
}

/// Stores a product's options, prices and the document of its version, after the product itself.
async fn store_version(hub: &Hub, s: &Session, whole: &ProductForSupplier, options: &[StoredOption]) -> Result<()> {
    products::upsert_options(s, options).await?;
    let ids: Vec<OptionId> = options.iter().map(|stored| stored.option.id).collect();
    let prices: Vec<_> = whole.prices.iter().map(|(option, price)| (hub.new_id(), *option, *price)).collect();
    products::replace_prices(s, &ids, &prices).await?;
    Ok(products::insert_version(s, &whole.product, &document(whole)).await?)
}

/// A version whole, as history keeps it.
fn document(whole: &ProductForSupplier) -> serde_json::Value {
    let p = &whole.product;
    // In an order of their own, so that equal versions have equal documents.
    let mut prices: Vec<_> = whole.prices.iter().collect();
    prices.sort_by_key(|(option, price)| (*option, price.dates));
    let price = |(option, price): &(OptionId, NetPrice)| {
        let (from, to) = price.dates.unzip();
        json!({ "option_code": option, "net": price.net, "from": from, "to": to })
    };
    json!({
        "category": p.category,
        "detail_category": p.detail_category,
        "confirmation": p.confirmation,
        "cut_off_minutes": p.cut_off_minutes,
        "sale_from": p.sale.from,
        "sale_to": p.sale.to,
        "required_information": p.required_information,
        "contents": p.contents,
        "options": whole.options,
        "prices": prices.into_iter().map(price).collect::<Vec<_>>(),
    })
}

/// The dearest that one unit may be: dear enough for anything, and with any mark-up and rate still an amount.
const MAX_NET: Money = Money::from_parts(1_000_000_000 * 100_000);

/// What is wrong with an option and its prices; `path` is where the client wrote it.
fn option_faults(path: &str, option: &ProductOption, prices: &[NetPrice]) -> Vec<FieldError> {
    use axhub_domain::product::MAX_DEPTHS;
    let fault = |field: &str, reason| FieldError::new(format!("{path}.{field}"), reason);
    let mut faults = Vec::new();
    match option.depths.len() {
        0 => faults.push(fault("depths", Reason::EmptyList)),
        count if count > MAX_DEPTHS => faults.push(fault("depths", Reason::TooMany { max: MAX_DEPTHS })),
        _ => {}
    }
    if option.max_quantity < option.min_quantity {
        faults.push(fault("max_quantity", Reason::TooSmall { min: i64::from(option.min_quantity) }));
    }
    if option.is_active && !prices.iter().any(|price| price.dates.is_none()) {
        faults.push(fault("net", Reason::Required));
    }
    if prices.iter().any(|price| price.net > MAX_NET) {
        faults.push(fault("net", Reason::TooLarge { max: MAX_NET.parts() / 100_000 }));
    }
    faults.extend(season_faults(path, prices));
    faults
}

/// What is wrong with ranges of prices, each named by its place among those that the client wrote.
fn season_faults(path: &str, prices: &[NetPrice]) -> Vec<FieldError> {
    let fault = |at: usize, field: &str, reason| FieldError::new(format!("{path}.seasons[{at}].{field}"), reason);
    let mut seasons: Vec<_> = prices.iter().filter_map(|price| price.dates).enumerate().collect();
    let backwards = seasons.iter().filter(|(_, (from, to))| to < from);
    let mut faults: Vec<_> = backwards.map(|(at, _)| fault(*at, "to", Reason::EndsBeforeStart)).collect();
    seasons.retain(|(_, (from, to))| from <= to);
    seasons.sort_by_key(|(_, dates)| *dates);
    let mut covered_to = None;
    for (at, (from, to)) in seasons {
        if covered_to.is_some_and(|covered| from <= covered) {
            faults.push(fault(at, "from", Reason::RangesOverlap));
        }
        covered_to = covered_to.max(Some(to));
    }
    faults
}
