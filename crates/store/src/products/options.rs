//! Options and the pools of stock that they draw from.

use axhub_domain::ids::{OptionId, PoolId, ProductId, SupplierId};
use axhub_domain::product::{ProductKind, ProductOption};

use super::{from_json, to_json};
use crate::engine::{Row, Session, Value};
use crate::error::{Error, Result};
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
    /// Whether it was ever published: before, it stands only in a draft.
    pub is_published: bool,
}

/// A pool of stock, which has a row for each date and start time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// The name under which options of the product share it; none when it is one option's own.
    pub name: Option<String>,
}

macro_rules! option_columns {
    () => {
        "o.id, o.product_id, o.kind, o.depths, o.stock_option_id, o.pool_id, o.weight, o.persons_per_unit, o.min_quantity, o.max_quantity,
            o.is_active, o.is_published"
    };
}

/// How many columns [`option`] reads.
const OPTION_WIDTH: usize = 12;

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
    Ok(StoredOption { option, product, pool, weight, is_published: r.take()? })
}

/// Adds pools of stock.
///
/// # Errors
/// The database's.
pub async fn insert_pools(s: &Session, product: ProductId, pools: &[Pool]) -> Result<()> {
    let sql = "INSERT INTO stock_pools (id, product_id, name)
        SELECT k.id, k.product_id, k.name FROM {{k(id uuid, product_id uuid, name text)}}";
    s.execute_each(sql, pools.iter().map(|pool| params![pool.id, product, pool.name]).collect()).await?;
    Ok(())
}

/// The pools of a product.
///
/// # Errors
/// The database's.
pub async fn pools(s: &Session, product: ProductId) -> Result<Vec<Pool>> {
    let rows = s.query("SELECT id, name FROM stock_pools WHERE product_id = $1 ORDER BY id", &params![product]).await?;
    rows.iter().map(|row| Ok(Pool { id: row.get(0)?, name: row.get(1)? })).collect()
}

/// Removes pools that no option draws from, with their stock, which nobody can have ordered.
///
/// # Errors
/// The database's; [`Error::Contended`] when somebody filled one in the meantime.
pub async fn delete_pools(s: &Session, pools: &[PoolId]) -> Result<()> {
    if pools.is_empty() {
        return Ok(());
    }
    // The lock keeps new rows of stock out until the pool is gone.
    s.query("SELECT id FROM stock_pools WHERE id = ANY($1) ORDER BY id FOR UPDATE", &params![pools]).await?;
    let allotments = "DELETE FROM allotments WHERE stock_id IN (SELECT s.id FROM stock s WHERE s.pool_id = ANY($1))";
    s.execute(allotments, &params![pools]).await?;
    let contended = |error| if let Error::Constraint(text) = error { Error::Contended(text) } else { error };
    s.execute("DELETE FROM stock WHERE pool_id = ANY($1)", &params![pools]).await.map_err(contended)?;
    s.execute("DELETE FROM stock_pools WHERE id = ANY($1)", &params![pools]).await.map_err(contended)?;
    Ok(())
}

macro_rules! upsert {
    ($which:literal) => {
        concat!(
            "INSERT INTO options (id, product_id, position, kind, depths, stock_option_id, pool_id, weight, persons_per_unit,
                min_quantity, max_quantity, is_active, is_published)
            SELECT k.id, k.product_id, k.position, k.kind, k.depths, k.stock_option_id, k.pool_id, k.weight, k.persons_per_unit,
                k.min_quantity, k.max_quantity, k.is_active, k.is_published
            FROM {{k(id uuid, product_id uuid, position int, kind text, depths json, stock_option_id uuid, pool_id uuid, weight int, persons_per_unit int, min_quantity int, max_quantity int, is_active bool, is_published bool)}}
            WHERE TRUE
            ON CONFLICT (id) DO UPDATE SET position = excluded.position, depths = excluded.depths, pool_id = excluded.pool_id,
                weight = excluded.weight, persons_per_unit = excluded.persons_per_unit, min_quantity = excluded.min_quantity,
                max_quantity = excluded.max_quantity, is_active = excluded.is_active, is_published = excluded.is_published",
            $which
        )
    };
}

fn rows(options: &[StoredOption], is_published: bool) -> Result<Vec<[Value; 13]>> {
    let row = |(position, stored): (i64, &StoredOption)| {
        let o = &stored.option;
        Ok(params![
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
            o.is_active,
            is_published
        ])
    };
    (0i64..).zip(options).map(row).collect()
}

/// Publishes all options of a product, in this order: adds them, or replaces what of them may change.
///
/// # Errors
/// The database's.
pub async fn publish_options(s: &Session, options: &[StoredOption]) -> Result<()> {
    s.execute_each(upsert!(""), rows(options, true)?).await?;
    Ok(())
}

/// Of all options of a draft, in this order, adds and changes those that were never published. The others stay as they
/// were published.
///
/// # Errors
/// The database's.
pub async fn put_draft_options(s: &Session, options: &[StoredOption]) -> Result<()> {
    s.execute_each(upsert!(" WHERE NOT options.is_published"), rows(options, false)?).await?;
    Ok(())
}

/// Removes options that were never published.
///
/// # Errors
/// The database's.
pub async fn delete_options(s: &Session, options: &[OptionId]) -> Result<()> {
    s.execute("DELETE FROM options WHERE id = ANY($1) AND NOT is_published", &params![options]).await?;
    Ok(())
}

/// The published options of a product, in order.
///
/// # Errors
/// The database's.
pub async fn options(s: &Session, product: ProductId) -> Result<Vec<StoredOption>> {
    options_of(s, &[product]).await
}

/// The published options of several products, each product's in order.
///
/// # Errors
/// The database's.
pub async fn options_of(s: &Session, products: &[ProductId]) -> Result<Vec<StoredOption>> {
    let sql = concat!(
        "SELECT ",
        option_columns!(),
        " FROM options o WHERE o.product_id = ANY($1) AND o.is_published ORDER BY o.product_id, o.position, o.id"
    );
    s.query(sql, &params![products]).await?.iter().map(option).collect()
}

/// All options of a product, published or not, in order: what its supplier sees.
///
/// # Errors
/// The database's.
pub async fn all_options(s: &Session, product: ProductId) -> Result<Vec<StoredOption>> {
    let sql = concat!("SELECT ", option_columns!(), " FROM options o WHERE o.product_id = $1 ORDER BY o.position, o.id");
    s.query(sql, &params![product]).await?.iter().map(option).collect()
}

/// The published options that draw from these pools and have stock of their own, with the kinds of their products.
///
/// # Errors
/// The database's.
pub async fn options_of_pools(s: &Session, pools: &[PoolId]) -> Result<Vec<(StoredOption, ProductKind)>> {
    if pools.is_empty() {
        return Ok(Vec::new());
    }
    let sql = concat!(
        "SELECT ",
        option_columns!(),
        ", p.kind FROM options o JOIN products p ON p.id = o.product_id
         WHERE o.pool_id = ANY($1) AND o.kind = 'quantity' AND o.is_published ORDER BY o.position, o.id"
    );
    s.query(sql, &params![pools]).await?.iter().map(|row| Ok((option(row)?, row.get(OPTION_WIDTH)?))).collect()
}

/// An option of the supplier, published or not.
///
/// # Errors
/// The database's.
pub async fn option_of_supplier(s: &Session, supplier: SupplierId, id: OptionId) -> Result<Option<StoredOption>> {
    let sql = concat!(
        "SELECT ",
        option_columns!(),
        " FROM options o JOIN products p ON p.id = o.product_id WHERE o.id = $1 AND p.supplier_id = $2"
    );
    s.query_opt(sql, &params![id, supplier]).await?.as_ref().map(option).transpose()
}
