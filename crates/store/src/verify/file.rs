//! The file of SQLite itself.

use std::path::Path;

use super::Check;
use super::findings::Findings;
use crate::engine::{Address, Session, has_log};
use crate::error::Result;

pub(super) const NAME: &str = "file";
pub(super) const RULE: &str = "The file is whole: its pages, its indexes, and the types and constraints of what is stored.";

/// Whether some program has the file of a database open, or was killed while it had. Nobody can tell of PostgreSQL, and nobody
/// need know.
pub fn is_open(address: &Address) -> bool {
    match address {
        Address::Sqlite(file) => has_log(Path::new(file)),
        Address::Postgres(_) => false,
    }
}

pub(super) async fn check(s: &Session) -> Result<Check> {
    let mut findings = Findings::default();
    // It says where something is wrong, and not what is stored there.
    for row in s.query("PRAGMA integrity_check(1000)", &[]).await? {
        let said: String = row.get(0)?;
        if said != "ok" {
            findings.add(|| said);
        }
    }
    let pages = s.query_one("PRAGMA page_count", &[]).await?.int(0)?;
    Ok(Check::new(NAME, RULE, u64::try_from(pages).unwrap_or_default(), findings))
}
