//! What a load brought: how many answers of which kind, how fast, and how many bytes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::scenarios::Kind;

/// The longest latency that is told apart, in microseconds; longer ones count as this.
const LONGEST: u64 = 600_000_000;
/// Digits of a latency that are kept.
const DIGITS: u8 = 3;

/// Answers of one kind.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Latencies in microseconds of what was due in the window.
    pub latencies: Histogram<u64>,
    /// Answers that came in the window.
    pub answers: u64,
}

/// What happened, counted while it happens.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// From where on it counts, and how far.
    window: (Instant, Instant),
    /// By kind.
    pub kinds: BTreeMap<Kind, Tally>,
    /// Of all kinds together.
    pub all: Tally,
    /// Bytes of the bodies of the answers that came in the window.
    pub bytes: u64,
    /// Orders that were placed from the very beginning, the warm-up included.
    pub placed: u64,
    /// Requests that were due and could not be sent for want of a free connection.
    pub unsent: u64,
}

impl Tally {
    fn new() -> Tally {
        let latencies =
            Histogram::new_with_bounds(1, LONGEST, DIGITS).unwrap_or_else(|_| unreachable!("the bounds are constants that make sense"));
        Tally { latencies, answers: 0 }
    }

    /// The latency that this part of all requests stayed below, in milliseconds.
    pub fn quantile(&self, part: f64) -> f64 {
        in_milliseconds(self.latencies.value_at_quantile(part))
    }
}

/// Microseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "latencies have far fewer digits than a float holds")]
pub fn in_milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

impl Outcome {
    /// Nothing yet.
    pub fn new(start: Instant, end: Instant) -> Outcome {
        Outcome { window: (start, end), kinds: BTreeMap::new(), all: Tally::new(), bytes: 0, placed: 0, unsent: 0 }
    }

    /// Counts an answer to what was due at `due` and came at `came`.
    pub fn note(&mut self, kind: Kind, due: Instant, came: Instant, bytes: usize) {
        if kind == Kind::Order {
            self.placed += 1;
        }
        let tally = self.kinds.entry(kind).or_insert_with(Tally::new);
        let (start, end) = self.window;
        if due >= start {
            let latency = u64::try_from(came.saturating_duration_since(due).as_micros()).unwrap_or(LONGEST);
            tally.latencies.saturating_record(latency);
            self.all.latencies.saturating_record(latency);
        }
        if came >= start && came < end {
            tally.answers += 1;
            self.all.answers += 1;
            self.bytes += bytes as u64;
        }
    }

    /// Counts what was due at `due` and was given up at `now`.
    pub fn note_unsent(&mut self, due: Instant, now: Instant) {
        self.unsent += 1;
        if due >= self.window.0 {
            let latency = u64::try_from(now.saturating_duration_since(due).as_micros()).unwrap_or(LONGEST);
            self.all.latencies.saturating_record(latency);
        }
    }

    /// How long it counted.
    pub fn time(&self) -> Duration {
        self.window.1 - self.window.0
    }

    /// So many in a second of the window.
    #[expect(clippy::cast_precision_loss, reason = "no run has that many answers")]
    pub fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.time().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_due_in_the_window_has_a_latency_and_only_what_comes_in_it_counts() {
        let zero = Instant::now();
        let at = |milliseconds| zero + Duration::from_millis(milliseconds);
        let mut outcome = Outcome::new(at(100), at(1100));
        outcome.note(Kind::Order, at(10), at(20), 500);
        outcome.note(Kind::Order, at(90), at(110), 500);
        outcome.note(Kind::Price, at(200), at(210), 300);
        outcome.note(Kind::Order, at(1090), at(1400), 500);
        assert_eq!((outcome.placed, outcome.all.answers, outcome.bytes), (3, 2, 800));
        assert_eq!(outcome.all.latencies.len(), 2);
        assert_eq!(outcome.kinds[&Kind::Order].answers, 1);
        assert!((outcome.kinds[&Kind::Order].quantile(1.0) - 310.0).abs() < 1.0);
        assert!((outcome.per_second(outcome.all.answers) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn what_was_never_sent_has_the_latency_of_its_waiting() {
        let zero = Instant::now();
        let mut outcome = Outcome::new(zero, zero + Duration::from_secs(1));
        outcome.note_unsent(zero, zero + Duration::from_secs(20));
        assert_eq!((outcome.unsent, outcome.all.answers), (1, 0));
        assert!(outcome.all.quantile(0.5) > 19_000.0);
    }
}
