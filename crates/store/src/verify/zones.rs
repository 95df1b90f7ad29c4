//! Time zones, by whose names stock begins and months end.

use axhub_domain::time::parse_zone;

use super::Check;
use super::findings::Findings;
use crate::engine::Session;
use crate::error::Result;
use crate::paging;

pub(super) const NAME: &str = "time-zones";
pub(super) const RULE: &str = "Every time zone of a product, a channel or the settings is one that there is.";

pub(super) async fn check(s: &Session) -> Result<Check> {
    let all = "SELECT (SELECT COUNT(*) FROM products) + (SELECT COUNT(*) FROM channels)
        + (SELECT COUNT(*) FROM settings WHERE name = 'statement_time_zone')";
    let rows = paging::count(&s.query_one(all, &[]).await?)?;
    let mut findings = Findings::default();
    // There are only so many, whatever the number of products.
    for row in s.query("SELECT time_zone, COUNT(*) FROM products GROUP BY time_zone", &[]).await? {
        let (zone, products): (String, i64) = (row.get(0)?, row.get(1)?);
        if parse_zone(&zone).is_none() {
            findings.add(|| format!("time zone {zone}: of {products} products"));
        }
    }
    let named = "SELECT time_zone, 'channel ' || code FROM channels
        UNION ALL SELECT value, 'the statements' FROM settings WHERE name = 'statement_time_zone' ORDER BY 2";
    for row in s.query(named, &[]).await? {
        let (zone, of): (String, String) = (row.get(0)?, row.get(1)?);
        if parse_zone(&zone).is_none() {
            findings.add(|| format!("time zone {zone}: of {of}"));
        }
    }
    Ok(Check::new(NAME, RULE, rows, findings))
}
