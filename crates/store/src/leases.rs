//! Leases: which of several servers does a background task, and until when.

use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::Session;
use crate::error::Result;
use crate::params;

/// Takes or prolongs the lease of `name` for `holder`. `false` when another holder has it and it has not run out.
///
/// # Errors
/// The database's.
pub async fn take(s: &Session, name: &str, holder: Uuid, now: Timestamp, until: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO leases (name, holder, held_until) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
        WHERE leases.holder = excluded.holder OR leases.held_until <= $4";
    Ok(s.execute(sql, &params![name, holder, until, now]).await? == 1)
}
