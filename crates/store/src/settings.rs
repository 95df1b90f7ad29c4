//! Settings of the whole hub that an operator changes while it runs: texts by their names.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::engine::Session;
use crate::error::Result;
use crate::params;

/// All settings that somebody has set.
///
/// # Errors
/// The database's.
pub async fn all(s: &Session) -> Result<BTreeMap<String, String>> {
    let rows = s.query("SELECT name, value FROM settings", &[]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Sets a setting.
///
/// # Errors
/// The database's.
pub async fn set(s: &Session, name: &str, value: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
    s.execute_one(sql, &params![name, value, now]).await
}

/// Sets a setting back to what it is when nobody sets it.
///
/// # Errors
/// The database's.
pub async fn remove(s: &Session, name: &str) -> Result<()> {
    s.execute("DELETE FROM settings WHERE name = $1", &params![name]).await?;
    Ok(())
}
