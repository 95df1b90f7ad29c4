//! What channels may sell, as operators see and rules change it.

use axhub_domain::assignment::{Assigned, Assignment, Candidate};
use axhub_domain::ids::{ChannelId, ProductId, RuleId, SupplierId};
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Contents, ProductKind};
use jiff::Timestamp;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::paging::{Page, Paged, count};
use crate::params;
use crate::products::from_json;

/// A product that a channel may sell, as lists of operators show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedProduct {
    /// The product.
    pub product: ProductId,
    /// Its kind.
    pub kind: ProductKind,
    /// Its name.
    pub name: String,
    /// The code of its supplier.
    pub supplier_code: String,
    /// Its country; empty when it says none.
    pub country: String,
    /// Its newest version; 0 when it was never published.
    pub version: i64,
    /// The mark-up.
    pub mark_up: MarkUp,
    /// The rule that assigned it; `None` when it was assigned by itself.
    pub rule: Option<RuleId>,
    /// Since when the channel may sell it.
    pub created_at: Timestamp,
}

/// Which of a channel's products are wanted; all where `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AssignmentFilter {
    /// Only of this supplier.
    pub supplier: Option<SupplierId>,
    /// Only assigned by a rule, or only by themselves.
    pub is_by_rule: Option<bool>,
    /// Only assigned by this rule.
    pub rule: Option<RuleId>,
}

macro_rules! assigned_columns {
    () => {
        "a.product_id, p.kind, p.contents, s.code, p.country, p.version, a.mark_up, a.rule_id, a.created_at"
    };
}

/// A page of what the channel may sell, what was assigned last first.
///
/// # Errors
/// The database's.
pub async fn list(s: &Session, channel: ChannelId, filter: AssignmentFilter, page: Page) -> Result<Paged<AssignedProduct>> {
    macro_rules! wanted {
        () => {
            " FROM assignments a JOIN products p ON p.id = a.product_id JOIN suppliers s ON s.id = p.supplier_id
             WHERE a.channel_id = $1 AND (p.supplier_id = $2 OR $2 IS NULL) AND ((a.rule_id IS NOT NULL) = $3 OR $3 IS NULL)
                AND (a.rule_id = $4 OR $4 IS NULL)"
        };
    }
    let params = params![channel, filter.supplier, filter.is_by_rule, filter.rule];
    let total = count(&s.query_one(concat!("SELECT COUNT(*)", wanted!()), &params).await?)?;
    let sql = concat!("SELECT ", assigned_columns!(), wanted!(), " ORDER BY a.created_at DESC, a.product_id LIMIT $5 OFFSET $6");
    let rows = s.query(sql, &params![channel, filter.supplier, filter.is_by_rule, filter.rule, page.limit(), page.offset()]).await?;
    Ok(Paged { items: rows.iter().map(assigned_product).collect::<Result<_>>()?, total })
}

/// A product that the channel may sell.
///
/// # Errors
/// The database's.
pub async fn find(s: &Session, channel: ChannelId, product: ProductId) -> Result<Option<AssignedProduct>> {
    let sql = concat!(
        "SELECT ",
        assigned_columns!(),
        " FROM assignments a JOIN products p ON p.id = a.product_id JOIN suppliers s ON s.id = p.supplier_id
         WHERE a.channel_id = $1 AND a.product_id = $2"
    );
    s.query_opt(sql, &params![channel, product]).await?.as_ref().map(assigned_product).transpose()
}

fn assigned_product(row: &Row) -> Result<AssignedProduct> {
    let mut r = row.reader();
    let (product, kind) = (r.take()?, r.take()?);
    let contents: Contents = from_json(r.take()?)?;
    Ok(AssignedProduct {
        product,
        kind,
        name: contents.text("product_name").unwrap_or_default().to_owned(),
        supplier_code: r.take()?,
        country: r.take()?,
        version: r.take()?,
        mark_up: r.take()?,
        rule: r.take()?,
        created_at: r.take()?,
    })
}

/// All published products as rules see them, or only one.
///
/// # Errors
/// The database's.
pub async fn candidates(s: &Session, product: Option<ProductId>) -> Result<Vec<Candidate>> {
    let sql = "SELECT id, supplier_id, country FROM products WHERE version >= 1 AND (id = $1 OR $1 IS NULL) ORDER BY id";
    let rows = s.query(sql, &params![product]).await?;
    rows.iter().map(|row| Ok(Candidate { product: row.get(0)?, supplier: row.get(1)?, country: row.get(2)? })).collect()
}

/// What channels may sell: everything, or only what one of them may or only of one product.
///
/// # Errors
/// The database's.
pub async fn present(s: &Session, channel: Option<ChannelId>, product: Option<ProductId>) -> Result<Vec<Assignment>> {
    let sql = "SELECT channel_id, product_id, mark_up, rule_id FROM assignments
        WHERE (channel_id = $1 OR $1 IS NULL) AND (product_id = $2 OR $2 IS NULL)";
    let rows = s.query(sql, &params![channel, product]).await?;
    let one = |row: &Row| Ok(Assignment { channel: row.get(0)?, product: row.get(1)?, mark_up: row.get(2)?, rule: row.get(3)? });
    rows.iter().map(one).collect()
}

/// Stores what a plan assigns. What a channel could sell before keeps its date.
///
/// # Errors
/// The database's.
pub async fn put(s: &Session, assigned: &[Assigned], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO assignments (channel_id, product_id, mark_up, rule_id, created_at)
        SELECT k.channel_id, k.product_id, k.mark_up, k.rule_id, k.created_at
        FROM {{k(channel_id uuid, product_id uuid, mark_up int, rule_id uuid, created_at instant)}} WHERE TRUE
        ON CONFLICT (channel_id, product_id) DO UPDATE SET mark_up = excluded.mark_up, rule_id = excluded.rule_id";
    let row = |Assigned { to, .. }: &Assigned| params![to.channel, to.product, to.mark_up, to.rule, now];
    s.execute_each(sql, assigned.iter().map(row).collect()).await?;
    Ok(())
}

/// Removes assignments.
///
/// # Errors
/// The database's.
pub async fn remove(s: &Session, gone: &[(ChannelId, ProductId)]) -> Result<()> {
    let sql = "DELETE FROM assignments
        WHERE (channel_id, product_id) IN (SELECT k.channel_id, k.product_id FROM {{k(channel_id uuid, product_id uuid)}})";
    s.execute_each(sql, gone.iter().map(|(channel, product)| params![channel, product]).collect()).await?;
    Ok(())
}
