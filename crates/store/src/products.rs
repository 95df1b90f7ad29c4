//! Products, their versions, drafts, options and prices.
//!
//! A channel's finders see neither products that were never published nor options that were not.

mod drafts;
mod lists;
mod options;
mod prices;
mod sellable;
mod versions;

use axhub_domain::ids::{ChannelId, ProductId, SupplierId};
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Product, ProductKind, SalePeriod};
use axhub_domain::reply::{NoReply, ReplyLimit};

use crate::engine::{Row, Session};
use crate::error::{Error, Result};
use crate::paging::count;
use crate::params;

pub use drafts::{StoredDraft, delete_draft, delete_unpublished, draft, has_draft, put_draft};
pub use lists::{ListedProduct, ProductFilter, SupplierFilter, list_of_channel, list_of_supplier};
pub use options::{
    Pool, StoredOption, all_options, delete_options, delete_pools, insert_pools, option_of_supplier, options, options_of, options_of_pools,
    pools, publish_options, put_draft_options,
};
pub use prices::{prices, prices_of, replace_prices};
pub use sellable::{Sellable, sellable_of, sellable_of_kind};
pub use versions::{StoredVersion, insert_version, version, versions_of};

/// How many columns [`product`] reads.
const PRODUCT_WIDTH: usize = 18;

macro_rules! product_columns {
    () => {
        "p.id, p.supplier_id, p.kind, p.category, p.detail_category, p.time_zone, p.base_currency, p.version, p.confirmation,
         p.reply_minutes, p.on_no_reply, p.cut_off_minutes, p.sale_from, p.sale_to, p.required_information, p.contents, p.created_at, p.updated_at"
    };
}
use product_columns;

fn product(row: &Row) -> Result<Product> {
    let mut r = row.reader();
    Ok(Product {
        id: r.take()?,
        supplier: r.take()?,
        kind: r.take()?,
        category: r.take()?,
        detail_category: r.take()?,
        time_zone: r.take()?,
        base_currency: r.take()?,
        version: r.take()?,
        confirmation: r.take()?,
        reply: reply(r.take()?, r.take()?),
        cut_off_minutes: r.take()?,
        sale: SalePeriod { from: r.take()?, to: r.take()? },
        required_information: from_json(r.take()?)?,
        contents: from_json(r.take()?)?,
        created_at: r.take()?,
        updated_at: r.take()?,
    })
}

/// The limit that both columns make.
pub(crate) fn reply(minutes: Option<u32>, otherwise: Option<NoReply>) -> Option<ReplyLimit> {
    let (minutes, otherwise) = minutes.zip(otherwise)?;
    Some(ReplyLimit { minutes, otherwise })
}

/// Reads what [`to_json`] made.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(json: serde_json::Value) -> Result<T> {
    serde_json::from_value(json).map_err(|error| Error::Database(format!("a stored document makes no sense: {error}")))
}

/// A plain value as JSON.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::Database(format!("a document cannot be stored: {error}")))
}

/// Adds a product.
///
/// # Errors
/// The database's.
pub async fn insert(s: &Session, product: &Product) -> Result<()> {
    let sql = "INSERT INTO products (id, supplier_id, kind, category, detail_category, time_zone, base_currency, version, confirmation,
            reply_minutes, on_no_reply, cut_off_minutes, sale_from, sale_to, required_information, contents, created_at, updated_at,
            search_name, search_city, country)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    let p = product;
    let (name, city) = search_texts(product);
    let params = params![
        p.id,
        p.supplier,
        p.kind,
        p.category,
        p.detail_category,
        p.time_zone,
        p.base_currency,
        p.version,
        p.confirmation,
        p.reply.map(|reply| reply.minutes),
        p.reply.map(|reply| reply.otherwise),
        p.cut_off_minutes,
        p.sale.from,
        p.sale.to,
        to_json(&p.required_information)?,
        to_json(&p.contents)?,
        p.created_at,
        p.updated_at,
        name,
        city,
        p.country()
    ];
    s.execute_one(sql, &params).await
}

/// Replaces what of a product may change, and its version.
///
/// # Errors
/// The database's.
pub async fn update(s: &Session, product: &Product) -> Result<()> {
    let sql = "UPDATE products SET category = $2, detail_category = $3, version = $4, confirmation = $5, reply_minutes = $6,
            on_no_reply = $7, cut_off_minutes = $8, sale_from = $9, sale_to = $10, required_information = $11, contents = $12,
            updated_at = $13, search_name = $14, search_city = $15, country = $16
        WHERE id = $1";
    let p = product;
    let (name, city) = search_texts(product);
    let params = params![
        p.id,
        p.category,
        p.detail_category,
        p.version,
        p.confirmation,
        p.reply.map(|reply| reply.minutes),
        p.reply.map(|reply| reply.otherwise),
        p.cut_off_minutes,
        p.sale.from,
        p.sale.to,
        to_json(&p.required_information)?,
        to_json(&p.contents)?,
        p.updated_at,
        name,
        city,
        p.country()
    ];
    s.execute_one(sql, &params).await
}

/// What lists are searched by, in lower case.
fn search_texts(product: &Product) -> (String, String) {
    let places = ["main_country_and_city", "country_and_city", "keyword_city", "departure_city"];
    let city = places.iter().filter_map(|name| product.contents.text(name)).collect::<Vec<_>>().join(" | ");
    (product.name().to_lowercase(), city.to_lowercase())
}

/// A product that the channel may sell.
///
/// # Errors
/// The database's.
pub async fn of_channel(s: &Session, channel: ChannelId, kind: ProductKind, id: ProductId) -> Result<Option<Product>> {
    let sql = concat!(
        "SELECT ",
        product_columns!(),
        " FROM products p JOIN assignments a ON a.product_id = p.id AND a.channel_id = $1 WHERE p.id = $2 AND p.kind = $3 AND p.version >= 1"
    );
    s.query_opt(sql, &params![channel, id, kind]).await?.as_ref().map(product).transpose()
}

/// A product of the supplier.
///
/// # Errors
/// The database's.
pub async fn of_supplier(s: &Session, supplier: SupplierId, id: ProductId) -> Result<Option<Product>> {
    let sql = concat!("SELECT ", product_columns!(), " FROM products p WHERE p.supplier_id = $1 AND p.id = $2");
    s.query_opt(sql, &params![supplier, id]).await?.as_ref().map(product).transpose()
}

/// A product of the supplier, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock_of_supplier(s: &Session, supplier: SupplierId, id: ProductId) -> Result<Option<Product>> {
    let sql = concat!("SELECT ", product_columns!(), " FROM products p WHERE p.supplier_id = $1 AND p.id = $2 FOR NO KEY UPDATE");
    s.query_opt(sql, &params![supplier, id]).await?.as_ref().map(product).transpose()
}

/// The codes of the channels that may sell a product of the supplier, and their mark-ups.
///
/// # Errors
/// The database's.
pub async fn sold_by(s: &Session, supplier: SupplierId, id: ProductId) -> Result<Vec<(String, MarkUp)>> {
    let sql = "SELECT c.code, a.mark_up FROM assignments a JOIN channels c ON c.id = a.channel_id JOIN products p ON p.id = a.product_id
        WHERE p.id = $1 AND p.supplier_id = $2 ORDER BY c.code";
    s.query(sql, &params![id, supplier]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Kind and newest version of those of these products that were published.
///
/// # Errors
/// The database's.
pub async fn versions(s: &Session, ids: &[ProductId]) -> Result<Vec<(ProductId, ProductKind, i64)>> {
    let rows = s.query("SELECT id, kind, version FROM products WHERE id = ANY($1) AND version >= 1 ORDER BY id", &params![ids]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The kind of every product that was published.
///
/// # Errors
/// The database's.
pub async fn kinds(s: &Session) -> Result<Vec<(ProductId, ProductKind)>> {
    let rows = s.query("SELECT id, kind FROM products WHERE version >= 1 ORDER BY id", &[]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The published products behind one of them, by their ids, each with the country that rules take it to be in.
///
/// # Errors
/// The database's.
pub(crate) async fn published_after(s: &Session, after: ProductId, limit: i64) -> Result<Vec<(Product, String)>> {
    let sql =
        concat!("SELECT ", product_columns!(), ", p.country FROM products p WHERE p.id > $1 AND p.version >= 1 ORDER BY p.id LIMIT $2");
    let rows = s.query(sql, &params![after, limit]).await?;
    rows.iter().map(|row| Ok((product(row)?, row.get(PRODUCT_WIDTH)?))).collect()
}

/// How many products there are, published or not.
///
/// # Errors
/// The database's.
pub async fn count_all(s: &Session) -> Result<u64> {
    count(&s.query_one("SELECT COUNT(*) FROM products", &[]).await?)
}
