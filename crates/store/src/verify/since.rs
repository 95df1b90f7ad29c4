//! From when on the feed of changes and the audit log must tell what happened.

use jiff::Timestamp;

use crate::engine::Session;
use crate::error::Result;

/// The last moment of which the feed, and the log, need tell nothing: what happened until then belongs to older versions of the
/// schema. They do not say it themselves, since they may have lost their beginning.
pub(super) struct Since {
    feed: Option<Timestamp>,
    log: Option<Timestamp>,
}

impl Since {
    pub(super) async fn read(s: &Session) -> Result<Since> {
        match s.query_opt("SELECT told_after, noted_after FROM feed WHERE id = 1", &[]).await? {
            Some(row) => Ok(Since { feed: row.get(0)?, log: row.get(1)? }),
            None => Ok(Since { feed: None, log: None }),
        }
    }

    pub(super) fn feed_must_tell(&self, at: Timestamp) -> bool {
        self.feed.is_none_or(|after| after < at)
    }

    pub(super) fn log_must_tell(&self, at: Timestamp) -> bool {
        self.log.is_none_or(|after| after < at)
    }
}
