//! What channels may sell, as far as stock and prices need to know it. What products say of themselves is much longer, and stays
//! where it is.

use axhub_domain::ids::{ChannelId, OptionId, ProductId};
use axhub_domain::money::Currency;
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{ProductKind, SalePeriod};

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

/// A product that a channel may sell: when it is sold, and what its prices are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sellable {
    /// The product.
    pub id: ProductId,
    /// Its kind.
    pub kind: ProductKind,
    /// The IANA name of its zone.
    pub time_zone: String,
    /// The currency of its net prices.
    pub base_currency: Currency,
    /// How many minutes before the start orders close.
    pub cut_off_minutes: u32,
    /// The days on which orders are taken.
    pub sale: SalePeriod,
    /// What the channel pays more than the net price.
    pub mark_up: MarkUp,
}

/// The mark-up is asked for each product: a join might read all that the channel may sell.
macro_rules! sellable {
    ($wanted:literal) => {
        concat!(
            "SELECT p.id, p.kind, p.time_zone, p.base_currency, p.cut_off_minutes, p.sale_from, p.sale_to,
                (SELECT a.mark_up FROM assignments a WHERE a.channel_id = $1 AND a.product_id = p.id)
             FROM products p WHERE p.version >= 1 AND ",
            $wanted,
            " AND (SELECT a.mark_up FROM assignments a WHERE a.channel_id = $1 AND a.product_id = p.id) IS NOT NULL"
        )
    };
}

fn sellable(row: &Row) -> Result<Sellable> {
    let mut r = row.reader();
    Ok(Sellable {
        id: r.take()?,
        kind: r.take()?,
        time_zone: r.take()?,
        base_currency: r.take()?,
        cut_off_minutes: r.take()?,
        sale: SalePeriod { from: r.take()?, to: r.take()? },
        mark_up: r.take()?,
    })
}

/// Those of these products, and the products of those of these options, that the channel may sell; in the order of their codes.
///
/// # Errors
/// The database's.
pub async fn sellable_of(s: &Session, channel: ChannelId, products: &[ProductId], options: &[OptionId]) -> Result<Vec<Sellable>> {
    let sql = concat!(
        sellable!(
            "p.id IN (SELECT w.id FROM products w WHERE w.id = ANY($2)
                UNION SELECT o.product_id FROM options o WHERE o.id = ANY($3) AND o.is_published)"
        ),
        " ORDER BY p.id"
    );
    s.query(sql, &params![channel, products, options]).await?.iter().map(sellable).collect()
}

/// A product of a kind, if the channel may sell it.
///
/// # Errors
/// The database's.
pub async fn sellable_of_kind(s: &Session, channel: ChannelId, kind: ProductKind, id: ProductId) -> Result<Option<Sellable>> {
    let sql = sellable!("p.id = $2 AND p.kind = $3");
    s.query_opt(sql, &params![channel, id, kind]).await?.as_ref().map(sellable).transpose()
}
