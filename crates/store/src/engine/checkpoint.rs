//! Moving what SQLite has written from its log to its file, on a thread of its own.
//!
//! By itself SQLite does that in the commit that has filled the log, and everybody waits. Here a thread does it while the
//! writer goes on. It never catches up with a busy writer, so the writer still ends each round, when the log has become
//! [`LOG_PAGES`] long: little is left to move by then, and the log begins anew.

use std::time::Duration;

use flume::{Receiver, Sender};
use rusqlite::Connection;

use crate::error::{Error, Result};

/// The length of the log, in pages of 4 KiB, from which on the writer moves what is left.
const LOG_PAGES: u32 = 8192;

/// How long the thread rests: pages that change again meanwhile are moved once.
const REST: Duration = Duration::from_millis(100);

/// The way to the thread. It ends when the last clone is dropped.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints(Sender<()>);

impl Checkpoints {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> Result<Checkpoints> {
        let (tell, told) = flume::bounded(1);
        let work = move || checkpoint_when_told(&connection, &told);
        std::thread::Builder::new()
            .name("axhub-checkpoint".to_owned())
            .spawn(work)
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Checkpoints(tell))
    }

    /// Tells the thread that there is something to move.
    pub(super) fn are_due(&self) {
        // When it has not yet heard of the last time, it will hear of both.
        let _ = self.0.try_send(());
    }
}

/// Sets the writer's connection up to leave most of it to the thread.
pub(super) fn leave_to_others(writer: &Connection) -> Result<()> {
    Ok(writer.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?)
}

fn checkpoint_when_told(connection: &Connection, told: &Receiver<()>) {
    while told.recv().is_ok() {
        if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            // The writer's own will tell whoever needs to know; what it finds is the same.
            tracing::debug!(%error, "the log could not be moved to the file now");
        }
        std::thread::sleep(REST);
    }
}
