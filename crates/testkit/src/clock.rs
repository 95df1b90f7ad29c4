//! A clock that stands still until the test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axhub_hub::Clock;
use jiff::{SignedDuration, Timestamp};

/// A clock that stands still until the test moves it. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// What every clock shows at first: 2026-07-01 03:00 UTC, which is noon in Seoul, five in the morning in Paris and
    /// still the day before in New York.
    pub fn start() -> Timestamp {
        Timestamp::constant(1_782_874_800, 0)
    }

    /// Shows another time from now on.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_microsecond(), Ordering::SeqCst);
    }

    /// As [`set`](Self::set), with the time as text.
    ///
    /// # Panics
    /// When it is no RFC 3339 time.
    pub fn set_to(&self, now: &str) {
        self.set(now.parse().unwrap_or_else(|_| panic!("no time: {now}")));
    }

    /// Goes forward, or back.
    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or_default(), Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        TestClock(Arc::new(AtomicI64::new(TestClock::start().as_microsecond())))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_where_it_says_and_moves_when_told() {
        let clock = TestClock::default();
        assert_eq!(clock.now().to_string(), "2026-07-01T03:00:00Z");
        let same = clock.clone();
        clock.advance(SignedDuration::from_mins(61));
        assert_eq!(same.now().to_string(), "2026-07-01T04:01:00Z");
        clock.set_to("2026-08-01T00:00:00Z");
        assert_eq!(clock.now().to_string(), "2026-08-01T00:00:00Z");
    }
}
