//! Where time and ids come from, so that tests can bring their own time.

use jiff::Timestamp;
use uuid::{ContextV7, Uuid};

use axhub_domain::time::to_micros;

/// What time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now, in whole microseconds.
    fn now(&self) -> Timestamp;
}

/// The computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the computer's clock")]
    fn now(&self) -> Timestamp {
        to_micros(Timestamp::now())
    }
}

/// A new id: sorted by time, and within a millisecond by the order in which this process made them.
pub(crate) fn new_uuid(now: Timestamp) -> Uuid {
    static CONTEXT: parking_lot::Mutex<ContextV7> = parking_lot::Mutex::new(ContextV7::new());

    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(&*CONTEXT.lock(), seconds, nanos))
}
