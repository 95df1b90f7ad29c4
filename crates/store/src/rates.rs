//! Exchange rates as operators list them.

use axhub_domain::pricing::ExchangeRate;

use crate::engine::{Row, Session};
use crate::error::Result;

/// All rates there ever were, the one that holds from the latest on first.
///
/// # Errors
/// The database's.
pub async fn all(s: &Session) -> Result<Vec<ExchangeRate>> {
    let sql = "SELECT base_currency, quote_currency, valid_from, rate FROM exchange_rates
        ORDER BY valid_from DESC, base_currency, quote_currency";
    let rate = |row: &Row| Ok(ExchangeRate { base: row.get(0)?, quote: row.get(1)?, valid_from: row.get(2)?, rate: row.get(3)? });
    s.query(sql, &[]).await?.iter().map(rate).collect()
}
