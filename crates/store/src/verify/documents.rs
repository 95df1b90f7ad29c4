//! What the feed tells of products, stock and answers: each of its documents by itself. Those of orders are held against their
//! histories by `told`.

use axhub_domain::allotment::Allotments;
use axhub_domain::ids::{PoolId, StockId};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use super::Check;
use super::findings::Findings;
use crate::engine::Session;
use crate::error::Result;
use crate::params;

pub(super) const NAME: &str = "feed-documents";
pub(super) const RULE: &str = "What the feed tells of products, stock and answers has everything that its readers are told.";

/// How many changes are read at a time.
const PAGE: i64 = 5_000;

/// A stock row in the feed.
#[derive(Deserialize)]
pub(super) struct StockChange {
    pub(super) stock: StockId,
    pub(super) pool: PoolId,
    pub(super) date: Date,
    pub(super) start_time: Time,
    pub(super) starts_at: Timestamp,
    pub(super) max: i64,
    pub(super) min: i64,
    pub(super) held: i64,
    pub(super) ordered: i64,
    pub(super) on_sale: bool,
    #[serde(default)]
    pub(super) allotments: Allotments,
}

/// A product in the feed.
#[derive(Deserialize)]
struct ProductChange {
    #[serde(rename = "version")]
    _version: i64,
    #[serde(rename = "is_assigned")]
    _is_assigned: bool,
}

/// An answer in the feed.
#[derive(Deserialize)]
struct AnswerChange {
    #[serde(flatten)]
    _to: Answered,
    #[serde(rename = "body")]
    _body: String,
    #[serde(rename = "answered_at")]
    _answered_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answered {
    QuestionCode(#[expect(dead_code, reason = "that it is a text is all that is asked")] String),
    ReviewCode(#[expect(dead_code, reason = "that it is a text is all that is asked")] String),
}

pub(super) async fn check(s: &Session) -> Result<Check> {
    let sql = "SELECT c.seq, c.kind, c.at, c.product_id, c.data FROM changes c WHERE c.seq > $1 AND c.kind <> 'order'
        ORDER BY c.seq LIMIT $2";
    let (mut after, mut rows, mut findings) = (0, 0, Findings::default());
    loop {
        let page = s.query(sql, &params![after, PAGE]).await?;
        let Some(last) = page.last() else { return Ok(Check::new(NAME, RULE, rows, findings)) };
        after = last.int(0)?;
        rows += page.len() as u64;
        for row in &page {
            let (kind, at, product): (String, Timestamp, uuid::Uuid) = (row.get(1)?, row.get(2)?, row.get(3)?);
            if !is_whole(&kind, row.get(4)?) {
                findings.add(|| format!("product {product}: what the feed tells of {at}, of the kind {kind}, makes no sense"));
            }
        }
    }
}

fn is_whole(kind: &str, data: Json) -> bool {
    match kind {
        "stock" => serde_json::from_value::<StockChange>(data).is_ok(),
        "product" => serde_json::from_value::<ProductChange>(data).is_ok(),
        "answer" => serde_json::from_value::<AnswerChange>(data).is_ok(),
        // It says only that there is something new.
        _ => serde_json::from_value::<IgnoredAny>(data).is_ok(),
    }
}
