//! What an adapter may keep of what it has read, and whether it still is so.
//!
//! What a channel is shown of a product rests on three things: what was said of the product, its stock, and the clock.
//! The first two are topics that use cases tell the store they touched; those that tell nothing have touched everything.
//! The clock matters at whole minutes alone: starts, cut-offs, releases of allotments and days begin at one. Only an
//! exchange rate may begin at any instant, and prices say when the next one does.

use axhub_domain::ids::ProductId;
use axhub_store::Moment;
pub use axhub_store::Topic;
use jiff::{SignedDuration, Timestamp};

use crate::Hub;

/// What is said of a product, its options, what they cost, and who may sell it.
pub fn product(id: ProductId) -> Topic {
    Topic { part: 'p', id: id.into() }
}

/// Its stock.
pub fn stock(id: ProductId) -> Topic {
    Topic { part: 's', id: id.into() }
}

/// Where and when something was read.
#[derive(Clone, Copy, Debug)]
pub struct Basis {
    moment: Moment,
    from: Timestamp,
    until: Timestamp,
}

impl Basis {
    /// The same, which ends at an instant if it would not before.
    #[must_use]
    pub fn until(self, end: Option<Timestamp>) -> Basis {
        Basis { until: end.map_or(self.until, |end| end.min(self.until)), ..self }
    }
}

impl Hub {
    /// To be taken before anything is read that is to be kept; `None` while nothing may be kept.
    pub fn basis(&self) -> Option<Basis> {
        let from = self.now();
        Some(Basis { moment: self.database().moment()?, from, until: next_minute(from) })
    }

    /// Whether what was read on this basis, of these topics, would be read just so now.
    pub fn holds(&self, basis: &Basis, topics: &[Topic]) -> bool {
        let now = self.now();
        // A clock that was set back is no reason to show the future.
        basis.from <= now && now < basis.until && self.database().freshness().is_unchanged(basis.moment, topics)
    }
}

fn next_minute(now: Timestamp) -> Timestamp {
    let past = now.as_microsecond().rem_euclid(60_000_000);
    now.checked_add(SignedDuration::from_micros(60_000_000 - past)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_minute_is_after_now() {
        let next = |now: &str| next_minute(now.parse().unwrap()).to_string();
        assert_eq!(next("2026-03-01T10:00:00Z"), "2026-03-01T10:01:00Z");
        assert_eq!(next("2026-03-01T10:00:59.999999Z"), "2026-03-01T10:01:00Z");
        assert_eq!(next("1969-12-31T23:59:30.5Z"), "1970-01-01T00:00:00Z");
    }
}
