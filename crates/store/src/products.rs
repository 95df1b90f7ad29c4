//! Products, their versions, options and prices.

use axhub_domain::ids::{ChannelId, OptionId, PoolId, ProductId, SupplierId};
use axhub_domain::pricing::{MarkUp, NetPrice};
use axhub_domain::product::{Product, ProductKind, ProductOption, SalePeriod};
use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::{Row, Session};
use crate::error::{Error, Result};
use crate::paging::{Page, Paged, contains_pattern, count};
use crate::params;

/// An option with what only the hub knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOption {
    /// What everybody sees.
    pub option: ProductOption,
    /// Its product.
    pub product: ProductId,
    /// The pool it draws from.
    pub pool: PoolId,
    /// How much of the pool one unit takes.
    pub weight: i64,
}

/// Which products of a list are wanted; all where a field is `None`.
#[derive(Clone, Debug, Default)]
pub struct ProductFilter {
    /// Changed, or allowed to the channel, at or after this.
    pub updated_since: Option<Timestamp>,
    /// Words of the name.
    pub q: Option<String>,
    /// A part of a city's or country's name.
    pub city: Option<String>,
}

macro_rules! product_columns {
    () => {
        "p.id, p.supplier_id, p.kind, p.category, p.detail_category, p.time_zone, p.base_currency, p.version, p.confirmation,
         p.cut_off_minutes, p.sale_from, p.sale_to, p.required_information, p.contents, p.created_at, p.updated_at"
    };
}

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
        cut_off_minutes: r.take()?,
        sale: SalePeriod { from: r.take()?, to: r.take()? },
        required_information: from_json(r.take()?)?,
        contents: from_json(r.take()?)?,
        created_at: r.take()?,
        updated_at: r.take()?,
    })
}

/// Reads what [`to_json`] made.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(json: serde_json::Value) -> Result<T> {
    serde_json::from_value(json).map_err(|error| Error::Database(format!("a stored document makes no sense: {error}")))
}

/// A plain value as JSON.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::Database(format!("a document cannot be stored: {error}")))
}

/// Adds a product in its first version.
///
/// # Errors
/// The database's.
pub async fn insert(s: &Session, product: &Product) -> Result<()> {
    let sql = "INSERT INTO products (id, supplier_id, kind, category, detail_category, time_zone, base_currency, version, confirmation,
            cut_off_minutes, sale_from, sale_to, required_information, contents, created_at, updated_at, search_name, search_city)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
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
        p.cut_off_minutes,
        p.sale.from,
        p.sale.to,
        to_json(&p.required_information)?,
        to_json(&p.contents)?,
        p.created_at,
        p.updated_at,
        name,
        city
    ];
    s.execute_one(sql, &params).await
}

/// Replaces what of a product may change, and its version.
///
/// # Errors
/// The database's.
pub async fn update(s: &Session, product: &Product) -> Result<()> {
    let sql = "UPDATE products SET category = $2, detail_category = $3, version = $4, confirmation = $5, cut_off_minutes = $6,
            sale_from = $7, sale_to = $8, required_information = $9, contents = $10, updated_at = $11, search_name = $12, search_city = $13
        WHERE id = $1";
    let p = product;
    let (name, city) = search_texts(product);
    let params = params![
        p.id,
        p.category,
        p.detail_category,
        p.version,
        p.confirmation,
        p.cut_off_minutes,
        p.sale.from,
        p.sale.to,
        to_json(&p.required_information)?,
        to_json(&p.contents)?,
        p.updated_at,
        name,
        city
    ];
    s.execute_one(sql, &params).await
}

/// What lists are searched by, in lower case.
fn search_texts(product: &Product) -> (String, String) {
    let places = ["main_country_and_city", "country_and_city", "keyword_city", "departure_city"];
    let city = places.iter().filter_map(|name| product.contents.text(name)).collect::<Vec<_>>().join(" | ");
    (product.name().to_lowercase(), city.to_lowercase())
}

/// Keeps a version for ever.
///
/// # Errors
/// The database's.
pub async fn insert_version(s: &Session, product: &Product, document: &serde_json::Value) -> Result<()> {
    let sql = "INSERT INTO product_versions (product_id, version, document, created_at) VALUES ($1, $2, $3, $4)";
    s.execute_one(sql, &params![product.id, product.version, document, product.updated_at]).await
}

/// A product that the channel may sell.
///
/// # Errors
/// The database's.
pub async fn of_channel(s: &Session, channel: ChannelId, kind: ProductKind, id: ProductId) -> Result<Option<Product>> {
    let sql = concat!(
        "SELECT ",
        product_columns!(),
        " FROM products p JOIN assignments a ON a.product_id = p.id AND a.channel_id = $1 WHERE p.id = $2 AND p.kind = $3"
    );
    s.query_opt(sql, &params![channel, id, kind]).await?.as_ref().map(product).transpose()
}

/// Those of these products, and the products of those of these options, that the channel may sell; each with the
/// channel's mark-up.
///
/// # Errors
/// The database's.
pub async fn sellable(s: &Session, channel: ChannelId, products: &[ProductId], options: &[OptionId]) -> Result<Vec<(Product, MarkUp)>> {
    let sql = concat!(
        "SELECT ",
        product_columns!(),
        ", a.mark_up FROM products p JOIN assignments a ON a.product_id = p.id AND a.channel_id = $1
         WHERE p.id = ANY($2) OR p.id IN (SELECT o.product_id FROM options o WHERE o.id = ANY($3)) ORDER BY p.created_at, p.id"
    );
    let rows = s.query(sql, &params![channel, products, options]).await?;
    rows.iter().map(|row| Ok((product(row)?, row.get(16)?))).collect()
}

/// A page of the products that the channel may sell.
///
/// # Errors
/// The database's.
pub async fn list_of_channel(
    s: &Session,
    channel: ChannelId,
    kind: ProductKind,
    filter: &ProductFilter,
    page: Page,
) -> Result<Paged<Product>> {
    macro_rules! wanted {
        () => {
            " FROM products p JOIN assignments a ON a.product_id = p.id AND a.channel_id = $1
             WHERE p.kind = $2 AND (p.updated_at >= $3 OR a.created_at >= $3 OR $3 IS NULL)
                AND (p.search_name LIKE $4 ESCAPE '\\' OR $4 IS NULL) AND (p.search_city LIKE $5 ESCAPE '\\' OR $5 IS NULL)"
        };
    }
    let q = filter.q.as_deref().map(contains_pattern);
    let city = filter.city.as_deref().map(contains_pattern);
    let total = s.query_one(concat!("SELECT COUNT(*)", wanted!()), &params![channel, kind, filter.updated_since, q, city]).await?;
    let sql = concat!("SELECT ", product_columns!(), wanted!(), " ORDER BY p.created_at, p.id LIMIT $6 OFFSET $7");
    let rows = s.query(sql, &params![channel, kind, filter.updated_since, q, city, page.limit(), page.offset()]).await?;
    Ok(Paged { items: rows.iter().map(product).collect::<Result<_>>()?, total: count(&total)? })
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
    let sql = concat!("SELECT ", product_columns!(), " FROM products p WHERE p.supplier_id = $1 AND p.id = $2 FOR UPDATE");
    s.query_opt(sql, &params![supplier, id]).await?.as_ref().map(product).transpose()
}

/// A page of the supplier's products.
///
/// # Errors
/// The database's.
pub async fn list_of_supplier(s: &Session, supplier: SupplierId, kind: Option<ProductKind>, page: Page) -> Result<Paged<Product>> {
    let total =
        s.query_one("SELECT COUNT(*) FROM products WHERE supplier_id = $1 AND (kind = $2 OR $2 IS NULL)", &params![supplier, kind]).await?;
    let sql = concat!(
        "SELECT ",
        product_columns!(),
        " FROM products p WHERE p.supplier_id = $1 AND (p.kind = $2 OR $2 IS NULL) ORDER BY p.created_at, p.id LIMIT $3 OFFSET $4"
    );
    let rows = s.query(sql, &params![supplier, kind, page.limit(), page.offset()]).await?;
    Ok(Paged { items: rows.iter().map(product).collect::<Result<_>>()?, total: count(&total)? })
}

/// Kind and newest version of each of these products.
///
/// # Errors
/// The database's.
pub async fn versions(s: &Session, ids: &[ProductId]) -> Result<Vec<(ProductId, ProductKind, i64)>> {
    let rows = s.query("SELECT id, kind, version FROM products WHERE id = ANY($1) ORDER BY id", &params![ids]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The kind of every product there is.
///
/// # Errors
/// The database's.
pub async fn kinds(s: &Session) -> Result<Vec<(ProductId, ProductKind)>> {
    let rows = s.query("SELECT id, kind FROM products ORDER BY id", &[]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// How many products there are.
///
/// # Errors
/// The database's.
pub async fn count_all(s: &Session) -> Result<u64> {
    count(&s.query_one("SELECT COUNT(*) FROM products", &[]).await?)
}

/// Adds pools of stock.
///
/// # Errors
/// The database's.
pub async fn insert_pools(s: &Session, product: ProductId, pools: &[PoolId]) -> Result<()> {
    let sql = "INSERT INTO stock_pools (id, product_id) SELECT k.id, k.product_id FROM {{k(id uuid, product_id uuid)}}";
    s.execute_each(sql, pools.iter().map(|pool| params![pool, product]).collect()).await?;
    Ok(())
}

/// Adds options in this order, or replaces what of them may change.
///
/// # Errors
/// The database's.
pub async fn upsert_options(s: &Session, options: &[StoredOption]) -> Result<()> {
    let sql = "INSERT INTO options (id, product_id, position, kind, depths, stock_option_id, pool_id, weight, persons_per_unit,
            min_quantity, max_quantity, is_active)
        SELECT k.id, k.product_id, k.position, k.kind, k.depths, k.stock_option_id, k.pool_id, k.weight, k.persons_per_unit,
            k.min_quantity, k.max_quantity, k.is_active
        FROM {{k(id uuid, product_id uuid, position int, kind text, depths json, stock_option_id uuid, pool_id uuid, weight int, persons_per_unit int, min_quantity int, max_quantity int, is_active bool)}}
        WHERE TRUE
        ON CONFLICT (id) DO UPDATE SET position = excluded.position, depths = excluded.depths,
            persons_per_unit = excluded.persons_per_unit, min_quantity = excluded.min_quantity,
            max_quantity = excluded.max_quantity, is_active = excluded.is_active";
    let mut rows = Vec::with_capacity(options.len());
    for (position, stored) in (0i64..).zip(options) {
        let o = &stored.option;
        rows.push(params![
            o.id,
            stored.product,
            position,
            o.kind,
            to_json(&o.depths)?,
            o.stock_option,
            stored.pool,
            stored.weight,
            o.persons_per_unit,
            o.min_quantity,
            o.max_quantity,
            o.is_active
        ]);
    }
    s.execute_each(sql, rows).await?;
    Ok(())
}

/// The options of a product, in order.
///
/// # Errors
/// The database's.
pub async fn options(s: &Session, product: ProductId) -> Result<Vec<StoredOption>> {
    options_of(s, &[product]).await
}

/// The options of several products, each product's in order.
///
/// # Errors
/// The database's.
pub async fn options_of(s: &Session, products: &[ProductId]) -> Result<Vec<StoredOption>> {
    let sql =
        "SELECT id, product_id, kind, depths, stock_option_id, pool_id, weight, persons_per_unit, min_quantity, max_quantity, is_active
        FROM options WHERE product_id = ANY($1) ORDER BY product_id, position, id";
    s.query(sql, &params![products]).await?.iter().map(option).collect()
}

/// The options that draw from these pools and have stock of their own, with the kinds of their products.
///
/// # Errors
/// The database's.
pub async fn options_of_pools(s: &Session, pools: &[PoolId]) -> Result<Vec<(StoredOption, ProductKind)>> {
    if pools.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT o.id, o.product_id, o.kind, o.depths, o.stock_option_id, o.pool_id, o.weight, o.persons_per_unit, o.min_quantity,
            o.max_quantity, o.is_active, p.kind
        FROM options o JOIN products p ON p.id = o.product_id WHERE o.pool_id = ANY($1) AND o.kind = 'quantity' ORDER BY o.position, o.id";
    s.query(sql, &params![pools]).await?.iter().map(|row| Ok((option(row)?, row.get(11)?))).collect()
}

/// An option of the supplier.
///
/// # Errors
/// The database's.
pub async fn option_of_supplier(s: &Session, supplier: SupplierId, id: OptionId) -> Result<Option<StoredOption>> {
    let sql = "SELECT o.id, o.product_id, o.kind, o.depths, o.stock_option_id, o.pool_id, o.weight, o.persons_per_unit, o.min_quantity,
            o.max_quantity, o.is_active
        FROM options o JOIN products p ON p.id = o.product_id WHERE o.id = $1 AND p.supplier_id = $2";
    s.query_opt(sql, &params![id, supplier]).await?.as_ref().map(option).transpose()
}

fn option(row: &Row) -> Result<StoredOption> {
    let mut r = row.reader();
    let (id, product, kind, depths, stock_option) = (r.take()?, r.take()?, r.take()?, from_json(r.take()?)?, r.take()?);
    let (pool, weight) = (r.take()?, r.take()?);
    let option = ProductOption {
        id,
        depths,
        kind,
        stock_option,
        persons_per_unit: r.take()?,
        min_quantity: r.take()?,
        max_quantity: r.take()?,
        is_active: r.take()?,
    };
    Ok(StoredOption { option, product, pool, weight })
}

/// Replaces all prices of these options.
///
/// # Errors
/// The database's.
pub async fn replace_prices(s: &Session, options: &[OptionId], prices: &[(Uuid, OptionId, NetPrice)]) -> Result<()> {
    s.execute("DELETE FROM option_prices WHERE option_id = ANY($1)", &params![options]).await?;
    let sql = "INSERT INTO option_prices (id, option_id, net, valid_from, valid_to)
        SELECT k.id, k.option_id, k.net, k.valid_from, k.valid_to
        FROM {{k(id uuid, option_id uuid, net int, valid_from date, valid_to date)}}";
    let row = |(id, option, price): &(Uuid, OptionId, NetPrice)| {
        let (from, to) = price.dates.unzip();
        params![id, option, price.net, from, to]
    };
    s.execute_each(sql, prices.iter().map(row).collect()).await?;
    Ok(())
}

/// The prices of a product's options.
///
/// # Errors
/// The database's.
pub async fn prices(s: &Session, product: ProductId) -> Result<Vec<(OptionId, NetPrice)>> {
    prices_of(s, &[product]).await
}

/// The prices of several products' options.
///
/// # Errors
/// The database's.
pub async fn prices_of(s: &Session, products: &[ProductId]) -> Result<Vec<(OptionId, NetPrice)>> {
    let sql = "SELECT op.option_id, op.net, op.valid_from, op.valid_to
        FROM options o JOIN option_prices op ON op.option_id = o.id
        WHERE o.product_id = ANY($1) ORDER BY o.product_id, o.position, op.valid_from, op.id";
    let rows = s.query(sql, &params![products]).await?;
    let price = |row: &Row| {
        let dates = row.get::<Option<_>>(2)?.zip(row.get::<Option<_>>(3)?);
        Ok((row.get(0)?, NetPrice { net: row.get(1)?, dates }))
    };
    rows.iter().map(price).collect()
}
