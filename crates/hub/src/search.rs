//! What a code is, and whose: for operators, who are asked about codes of every kind.

use axhub_store::{Mode, search};
use uuid::Uuid;

pub use axhub_store::search::{Found, FoundKind};

use crate::access::prefix_of;
use crate::{Error, Hub, Result};

/// The most characters of a code.
pub const MAX_CODE: usize = 255;

/// How every key begins.
const KEY: &str = "axh_";

/// Everything that has this code: the hub's own or one that a channel, a supplier or an operator gave. Of a key, its
/// prefix, or the beginning of it, is enough.
///
/// # Errors
/// The database's.
pub async fn search(hub: &Hub, code: &str) -> Result<Vec<Found>> {
    hub.database()
        .run("search", Mode::Snapshot, code.trim().to_owned(), |s, code| {
            Box::pin(async move {
                let mut found = search::by_code(s, code).await?;
                if let Ok(id) = Uuid::parse_str(code) {
                    found.extend(search::by_id(s, id).await?);
                }
                if code.starts_with(KEY) && code.is_ascii() {
                    found.extend(search::keys(s, prefix_of(code).unwrap_or(code)).await?);
                }
                Ok::<_, Error>(found)
            })
        })
        .await
}
