//! Pages of products, as channels and suppliers see them.

use axhub_domain::ids::{ChannelId, SupplierId};
use axhub_domain::product::{Product, ProductKind, ProductState};
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
             WHERE p.kind = $2 AND p.version >= 1 AND (p.updated_at >= $3 OR a.created_at >= $3 OR $3 IS NULL)
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
