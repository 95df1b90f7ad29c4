//! Net prices of options.

use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::pricing::NetPrice;
use uuid::Uuid;

use crate::engine::{Row, Session};
use crate::error::Result;
use crate::params;

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
