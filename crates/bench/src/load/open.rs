//! Open loop: requests are due at a steady rate, whether earlier ones were answered or not, as customers are. The next
//! free connection takes what is due; what waits for one is late, and that is part of its latency.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long what was due is still sent after the end, at least: a server that is only slow is measured, one that
/// cannot keep up for good must not hold the tool for hours.
const PATIENCE: Duration = Duration::from_secs(10);

/// The schedule that all connections share.
#[derive(Debug)]
pub struct Open {
    start: Instant,
    end: Instant,
    per_second: f64,
    taken: AtomicU32,
}

/// What a connection is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Send a request that is due then, now or soon.
    At(Instant),
    /// Note that a request was due then and can no longer be sent.
    TooLate(Instant),
}

impl Open {
    /// From `start` until `end`, so many in a second.
    pub fn new(start: Instant, end: Instant, per_second: f64) -> Open {
        Open { start, end, per_second, taken: AtomicU32::new(0) }
    }

    /// Takes the next request of the schedule; `None` when there is none left.
    pub fn take(&self, now: Instant) -> Option<Due> {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        let due = self.start + Duration::from_secs_f64(f64::from(number) / self.per_second);
        if due >= self.end {
            return None;
        }
        let patience = PATIENCE.max(self.end - self.start);
        Some(if now > self.end + patience { Due::TooLate(due) } else { Due::At(due) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_due_at_a_steady_rate() {
        let start = Instant::now();
        let open = Open::new(start, start + Duration::from_millis(45), 100.0);
        let due: Vec<_> = std::iter::from_fn(|| open.take(start)).collect();
        let at = |milliseconds| Due::At(start + Duration::from_millis(milliseconds));
        assert_eq!(due, [at(0), at(10), at(20), at(30), at(40)]);
        assert_eq!(open.take(start), None);
    }

    #[test]
    fn what_was_due_long_ago_is_only_noted() {
        let start = Instant::now();
        let end = start + Duration::from_secs(1);
        let open = Open::new(start, end, 1000.0);
        assert_eq!(open.take(end + PATIENCE), Some(Due::At(start)));
        assert_eq!(open.take(end + PATIENCE + Duration::from_millis(1)), Some(Due::TooLate(start + Duration::from_millis(1))));
    }
}
