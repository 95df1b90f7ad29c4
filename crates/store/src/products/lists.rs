//! Pages of products, as channels and suppliers see them.

use std::collections::HashMap;

use axhub_domain::ids::{ChannelId, ProductId, SupplierId};
use axhub_domain::product::{Product, ProductKind, ProductState};
use futures_util::try_join;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{PRODUCT_WIDTH, product, product_columns};
use crate::engine::{Row, Session};
use crate::error::Result;
use crate::paging::{Page, Paged, contains_pattern, count};
use crate::params;

/// Which products a channel wants in a list; all where a field is `None`.
#[derive(Clone, Debug, Default)]
pub struct ProductFilter {
    /// Changed, or allowed to the channel, at or after this.
    pub updated_since: Option<Timestamp>,
    /// Words of the name.
    pub q: Option<String>,
    /// A part of a city's or country's name.
    pub city: Option<String>,
}

/// How many products there are that a channel may sell, and which are on a page. Each is looked at by itself: a join might
/// read all products that there are.
struct Statements {
    count: &'static str,
    page: &'static str,
}

macro_rules! statements {
    ($wanted:literal, $limit:literal) => {
        Statements {
            count: concat!(
                "SELECT COUNT(*) FROM assignments a WHERE a.channel_id = $1 AND (SELECT p.id FROM products p
                    WHERE p.id = a.product_id AND p.kind = $2 AND p.version >= 1",
                $wanted,
                ") IS NOT NULL"
            ),
            page: concat!(
                "WITH listed AS MATERIALIZED (SELECT a.product_id AS id, (SELECT p.created_at FROM products p
                    WHERE p.id = a.product_id AND p.kind = $2 AND p.version >= 1",
                $wanted,
                ") AS created_at FROM assignments a WHERE a.channel_id = $1)
                SELECT id FROM listed WHERE created_at IS NOT NULL ORDER BY created_at, id ",
                $limit
            ),
        }
    };
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
    // What filters look at lies behind the contents, which SQLite would go through for every product.
    const ALL: Statements = statements!("", "LIMIT $3 OFFSET $4");
    const FILTERED: Statements = statements!(
        " AND (p.updated_at >= $3 OR a.created_at >= $3 OR $3 IS NULL)
          AND (p.search_name LIKE $4 ESCAPE '\\' OR $4 IS NULL) AND (p.search_city LIKE $5 ESCAPE '\\' OR $5 IS NULL)",
        "LIMIT $6 OFFSET $7"
    );
    let of_channel = params![channel, kind];
    let is_plain = filter.updated_since.is_none() && filter.q.is_none() && filter.city.is_none();
    let (statements, params) = if is_plain {
        (&ALL, of_channel.to_vec())
    } else {
        let (q, city) = (filter.q.as_deref().map(contains_pattern), filter.city.as_deref().map(contains_pattern));
        (&FILTERED, [of_channel.as_slice(), &params![filter.updated_since, q, city]].concat())
    };
    let with_page = [params.as_slice(), &params![page.limit(), page.offset()]].concat();
    let (total, found) = try_join!(s.query_one(statements.count, &params), s.query(statements.page, &with_page))?;
    let ids: Vec<ProductId> = found.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
    Ok(Paged { items: products_of(s, &ids).await?, total: count(&total)? })
}

/// The products of these codes, in this order.
async fn products_of(s: &Session, ids: &[ProductId]) -> Result<Vec<Product>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = concat!("SELECT ", product_columns!(), " FROM products p WHERE p.id = ANY($1)");
    let rows = s.query(sql, &params![ids]).await?;
    let mut products: Vec<Product> = rows.iter().map(product).collect::<Result<_>>()?;
    let places: HashMap<&ProductId, usize> = ids.iter().zip(0..).collect();
    products.sort_by_key(|product| places.get(&product.id).copied());
    Ok(products)
}

/// Which products a supplier wants in a list; all where a field is `None`.
#[derive(Clone, Debug, Default)]
pub struct SupplierFilter {
    /// Of this kind.
    pub kind: Option<ProductKind>,
    /// Words of the name.
    pub q: Option<String>,
    /// Where it stands in its life.
    pub state: Option<ProductState>,
}

/// A product as its supplier's list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedProduct {
    /// The product.
    pub product: Product,
    /// Whether a draft of it is being worked on.
    pub has_draft: bool,
}

/// A page of the supplier's products, oldest first. `today` says which date it is in a zone.
///
/// # Errors
/// The database's.
pub async fn list_of_supplier(
    s: &Session,
    supplier: SupplierId,
    filter: &SupplierFilter,
    today: impl Fn(&str) -> Date,
    page: Page,
) -> Result<Paged<ListedProduct>> {
    macro_rules! wanted {
        () => {
            " FROM products p LEFT JOIN product_drafts d ON d.product_id = p.id
             WHERE p.supplier_id = $1 AND (p.kind = $2 OR $2 IS NULL) AND (p.search_name LIKE $3 ESCAPE '\\' OR $3 IS NULL)
                AND (CASE WHEN p.version = 0 THEN 'draft'
                    WHEN p.sale_to < $5 OR (p.sale_to = $5 AND p.time_zone = ANY($6)) OR (p.sale_to = $7 AND p.time_zone = ANY($8))
                    THEN 'ended' ELSE 'published' END = $4 OR $4 IS NULL)"
        };
    }
    let days = Days::of(&zones(s, supplier).await?, today);
    let q = filter.q.as_deref().map(contains_pattern);
    let state = filter.state.map(|state| state.as_str().to_owned());
    let params = params![supplier, filter.kind, q, state, days.earliest, days.one_ahead, days.next, days.two_ahead];
    let total = s.query_one(concat!("SELECT COUNT(*)", wanted!()), &params).await?;
    let sql =
        concat!("SELECT ", product_columns!(), ", d.product_id IS NOT NULL", wanted!(), " ORDER BY p.created_at, p.id LIMIT $9 OFFSET $10");
    let mut params = params.to_vec();
    params.extend(params![page.limit(), page.offset()]);
    let rows = s.query(sql, &params).await?;
    let listed = |row: &Row| Ok(ListedProduct { product: product(row)?, has_draft: row.get(PRODUCT_WIDTH)? });
    Ok(Paged { items: rows.iter().map(listed).collect::<Result<_>>()?, total: count(&total)? })
}

/// The zones of the supplier's products.
async fn zones(s: &Session, supplier: SupplierId) -> Result<Vec<String>> {
    let rows = s.query("SELECT DISTINCT time_zone FROM products WHERE supplier_id = $1", &params![supplier]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Which date it is where. No engine knows the date in a zone, but there are never more than three dates on earth.
struct Days {
    earliest: Date,
    next: Date,
    /// Where it is a later date than the earliest.
    one_ahead: Vec<String>,
    /// Where it is a later date than the next.
    two_ahead: Vec<String>,
}

impl Days {
    fn of(zones: &[String], today: impl Fn(&str) -> Date) -> Days {
        let earliest = zones.iter().map(|zone| today(zone)).min().unwrap_or(Date::MAX);
        let next = earliest.tomorrow().unwrap_or(earliest);
        let later_than = |date: Date| zones.iter().filter(|zone| today(zone) > date).cloned().collect();
        Days { earliest, next, one_ahead: later_than(earliest), two_ahead: later_than(next) }
    }
}
