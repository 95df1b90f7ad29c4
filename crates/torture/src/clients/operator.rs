//! An operator who reads statements.

use axhub_domain::month::Month;
use axhub_hub::{Clock, SystemClock};
use jiff::tz::TimeZone;
use rand::RngExt;

use super::call::Caller;
use crate::history::Ask;

/// Reads statements until the end.
pub(super) async fn run(mut caller: Caller) {
    while caller.goes_on() {
        let (channels, suppliers) = (caller.world.channels.len(), caller.world.suppliers.len());
        let (channel, supplier) = (caller.rng.random_range(0..channels), caller.rng.random_range(0..suppliers));
        let ask = Ask::Statement { channel, supplier, month: Month::of(SystemClock.now(), &TimeZone::UTC) };
        caller.ask(&ask).await;
        caller.pause(1000).await;
    }
}
