//! When stock begins: the instant of its date and start time, in its product's zone.

use std::collections::HashMap;

use axhub_domain::product::ProductKind;
use axhub_domain::time::{parse_zone, start_of_day, to_instant};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::Check;
use super::findings::Findings;
use crate::engine::Session;
use crate::error::Result;
use crate::params;

pub(super) const NAME: &str = "stock-starts";
pub(super) const RULE: &str =
    "A stock row begins at its date and start time in its product's zone, and what has no start time with its date.";

/// How many rows are read at a time.
const PAGE: i64 = 5_000;

pub(super) async fn check(s: &Session) -> Result<Check> {
    let sql = "SELECT s.id, s.date, s.start_time, s.starts_at, p.kind, p.time_zone FROM stock s
        JOIN stock_pools sp ON sp.id = s.pool_id JOIN products p ON p.id = sp.product_id WHERE s.id > $1 ORDER BY s.id LIMIT $2";
    let (mut after, mut rows, mut findings) = (Uuid::nil(), 0, Findings::default());
    let mut zones: HashMap<String, Option<TimeZone>> = HashMap::new();
    loop {
        let page = s.query(sql, &params![after, PAGE]).await?;
        let Some(last) = page.last() else { return Ok(Check::new(NAME, RULE, rows, findings)) };
        after = last.get(0)?;
        rows += page.len() as u64;
        for row in &page {
            let mut r = row.reader();
            let (id, date, time): (Uuid, Date, Time) = (r.take()?, r.take()?, r.take()?);
            let (starts_at, kind, zone): (Timestamp, ProductKind, String) = (r.take()?, r.take()?, r.take()?);
            // That there is no such zone, another rule says.
            let Some(zone) = zones.entry(zone).or_insert_with_key(|zone| parse_zone(zone)) else { continue };
            let wanted = if kind == ProductKind::Tour { to_instant(date, time, zone) } else { start_of_day(date, zone) };
            if wanted != Some(starts_at) {
                let wanted = wanted.map_or_else(|| "never".to_owned(), |wanted| wanted.to_string());
                findings.add(|| format!("stock {id}: begins at {starts_at}, its date and time are {wanted}"));
            }
        }
    }
}
