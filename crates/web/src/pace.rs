//! [`Pace`]: how slowly a body may come.
//!
//! A body that is there when it is read costs nothing: the clock is only looked at when the client lets us wait.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::limits::{count_slow_client, time_for};

/// Why a body was given up.
#[derive(Debug)]
pub(crate) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client sent its body too slowly")
    }
}

impl std::error::Error for TooSlow {}

/// Watches how fast a body comes.
pub(crate) struct Pace {
    patience: Duration,
    bytes: u64,
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    until: Pin<Box<Sleep>>,
}

impl Pace {
    /// A body that may take `patience` more than its bytes need.
    pub(crate) fn new(patience: Duration) -> Pace {
        Pace { patience, bytes: 0, waiting: None }
    }

    /// So many bytes came.
    pub(crate) fn came(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// Nothing came: whether the client has had its time. Wakes the task when that is over.
    pub(crate) fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let waiting = self.waiting.get_or_insert_with(|| {
            let since = Instant::now();
            Waiting { since, until: Box::pin(sleep_until(since + self.patience)) }
        });
        while let Poll::Ready(()) = waiting.until.as_mut().poll(context) {
            let end = waiting.since + time_for(self.bytes, self.patience);
            if end <= waiting.until.deadline() {
                count_slow_client("body");
                return true;
            }
            waiting.until.as_mut().reset(end);
        }
        false
    }
}
