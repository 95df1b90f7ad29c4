//! Closed loop: each connection asks again as soon as it has its answer. It finds the most that a server can do; it
//! hides stalls, since nobody asks while everybody waits.

use std::time::Instant;

/// When requests start, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Closed {
    end: Instant,
}

impl Closed {
    /// Until `end`.
    pub fn until(end: Instant) -> Closed {
        Closed { end }
    }

    /// When the next request is meant to start: now, or never.
    pub fn next(&self) -> Option<Instant> {
        let now = Instant::now();
        (now < self.end).then_some(now)
    }
}
