//! Noticing what other programs change in the same file of SQLite.

use std::time::Duration;

use tokio::sync::oneshot::Receiver;
use tokio::time::timeout;

use super::freshness::{Freshness, Touched};
use super::lanes::WeakLane;
use super::session::{ConnectionOf, Session};
use crate::error::Result;

/// How often the file is looked at.
const EVERY: Duration = Duration::from_millis(100);

/// How long a look may take. The writer may be waiting for the very program whose changes are to be noticed.
const PATIENCE: Duration = Duration::from_millis(300);

/// Notes when another program has changed the file. Ends with the last clone of the database.
///
/// The writer's connection looks, because for it alone every change that it did not make itself is another program's.
pub(super) async fn watch(writer: WeakLane, freshness: Freshness) {
    let mut last = None;
    loop {
        let Some(lane) = writer.upgrade() else { return };
        let look = lane.send(|session, _| data_version(session));
        drop(lane);
        let version = match look {
            Ok(look) => seen(look, || cease(&freshness, &mut last)).await,
            Err(_) => None,
        };
        match version {
            Some(version) if last == Some(version) => {}
            Some(version) => {
                if last.replace(version).is_some() {
                    freshness.changed(&Touched::Everything);
                } else {
                    freshness.begin_to_hear();
                }
            }
            None => cease(&freshness, &mut last),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// What a look has seen. When that takes long, `late` is called, once, and it is waited for all the same: more looks behind it
/// would see no more.
async fn seen(mut look: Receiver<Result<i64>>, late: impl FnOnce()) -> Option<i64> {
    let seen = match timeout(PATIENCE, &mut look).await {
        Ok(seen) => seen,
        Err(_) => {
            late();
            look.await
        }
    };
    seen.ok()?.ok()
}

fn cease(freshness: &Freshness, last: &mut Option<i64>) {
    freshness.cease_to_hear();
    *last = None;
}

/// A number that changes for a connection when another one has changed the file.
fn data_version(session: &Session) -> Result<i64> {
    let ConnectionOf::Sqlite(connection) = &session.connection else { return Ok(0) };
    Ok(connection.lock().prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}
