//! What the feed last told of each stock row, and of what is kept of it for whom.

use std::collections::HashMap;

use axhub_domain::allotment::{Allotment, Allotments};
use axhub_domain::ids::{ProductId, StockId};
use axhub_domain::inventory::StockRow;
use jiff::Timestamp;
use uuid::Uuid;

use super::Check;
use super::documents::StockChange;
use super::findings::Findings;
use super::since::Since;
use crate::engine::Session;
use crate::error::Result;
use crate::stock::{stock_columns, stock_row};
use crate::{allotments, params};

pub(super) const NAME: &str = "feed-stock";
pub(super) const RULE: &str = "The last change that the feed tells of a stock row is what the row and its allotments say.";

/// How many products are looked at at a time.
const PAGE: i64 = 20;

pub(super) async fn check(s: &Session) -> Result<Check> {
    let since = Since::read(s).await?;
    let (mut after, mut rows, mut findings) = (Uuid::nil(), 0, Findings::default());
    loop {
        let page = s.query("SELECT id FROM products WHERE id > $1 ORDER BY id LIMIT $2", &params![after, PAGE]).await?;
        let products: Vec<ProductId> = page.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
        let Some(last) = products.last() else { return Ok(Check::new(NAME, RULE, rows, findings)) };
        after = last.0;
        let (mut told, stock) = (last_told(s, &products).await?, stock(s, &products).await?);
        let mut kept = Allotments::by_row(kept(s, &products).await?);
        rows += stock.len() as u64;
        for (row, updated_at) in &stock {
            let allotments = kept.remove(&row.id).unwrap_or_default();
            let is_right = match told.remove(&row.id) {
                Some(told) => told.is_some_and(|told| tells(&told, row, &allotments)),
                None => !since.feed_must_tell(*updated_at),
            };
            if !is_right {
                findings.add(|| format!("stock {}: the feed tells something else, or nothing", row.id));
            }
        }
    }
}

/// The last that was told of each row; nothing of what makes no sense.
async fn last_told(s: &Session, products: &[ProductId]) -> Result<HashMap<StockId, Option<StockChange>>> {
    let sql = "SELECT uuid_of(c.data->>'stock'), c.data FROM (SELECT MAX(l.seq) AS seq FROM changes l
            WHERE l.product_id = ANY($1) AND l.kind = 'stock' AND l.data->>'stock' IS NOT NULL GROUP BY l.data->>'stock') last
        JOIN changes c ON c.seq = last.seq";
    let rows = s.query(sql, &params![products]).await?;
    // Where it is no code, SQLite has nothing, and nobody's row it is.
    let told = rows.iter().map(|row| Ok((row.get::<Option<StockId>>(0)?, serde_json::from_value(row.get(1)?).ok())));
    Ok(told.collect::<Result<Vec<_>>>()?.into_iter().filter_map(|(id, told)| Some((id?, told))).collect())
}

/// The rows, and when they changed.
async fn stock(s: &Session, products: &[ProductId]) -> Result<Vec<(StockRow, Timestamp)>> {
    let sql = concat!(
        "SELECT ",
        stock_columns!(),
        ", s.updated_at FROM stock_pools sp JOIN stock s ON s.pool_id = sp.id WHERE sp.product_id = ANY($1) ORDER BY s.id"
    );
    let read = |row: &crate::engine::Row| {
        let mut r = row.reader();
        Ok((stock_row(&mut r)?, r.take()?))
    };
    s.query(sql, &params![products]).await?.iter().map(read).collect()
}

async fn kept(s: &Session, products: &[ProductId]) -> Result<Vec<(StockId, Allotment)>> {
    let sql = "SELECT a.stock_id, a.channel_id, a.quantity, a.taken, a.release_at FROM stock_pools sp JOIN stock s ON s.pool_id = sp.id
        JOIN allotments a ON a.stock_id = s.id WHERE sp.product_id = ANY($1)";
    s.query(sql, &params![products]).await?.iter().map(allotments::allotment).collect()
}

fn tells(told: &StockChange, row: &StockRow, allotments: &Allotments) -> bool {
    let StockChange { stock, pool, date, start_time, starts_at, max, min, held, ordered, on_sale, allotments: kept } = told;
    let said = StockRow {
        id: *stock,
        pool: *pool,
        date: *date,
        start_time: *start_time,
        starts_at: *starts_at,
        max: *max,
        min: *min,
        held: *held,
        ordered: *ordered,
        on_sale: *on_sale,
    };
    said == *row && kept.iter().count() == allotments.iter().count() && kept.iter().all(|one| allotments.of(one.channel) == Some(one))
}
