//! Allotments: units of a stock row that are kept for one channel until an instant, and what that leaves for each.
//!
//! An allotment is a share of its row, not a part cut off from it: what the channel has in orders counts against its
//! share first, and what it takes beyond that comes from what is free for all. So there is one number of units ordered,
//! and nothing has to be moved when the allotment is released: from then on it keeps nothing.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::ChannelId;

/// The most minutes between the release of an allotment and the start: a year.
pub const MAX_RELEASE_MINUTES: i64 = 527_040;

/// Units of a stock row that only one channel may take, until an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allotment {
    /// The channel.
    pub channel: ChannelId,
    /// Units of the pool.
    pub quantity: i64,
    /// Units that the channel has in orders, whether of its share or beyond it.
    pub taken: i64,
    /// From when on it keeps nothing.
    pub release_at: Timestamp,
}

impl Allotment {
    /// Whether its time has come.
    pub fn is_released(&self, now: Timestamp) -> bool {
        self.release_at <= now
    }

    /// Units that it keeps for its channel: the share that the channel has not taken yet.
    pub fn kept(&self, now: Timestamp) -> i64 {
        if self.is_released(now) { 0 } else { (self.quantity - self.taken).max(0) }
    }
}

/// The allotments on one stock row, at most one for each channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allotments(Vec<Allotment>);

impl Allotments {
    /// Of a row that has none.
    pub const NONE: &'static Allotments = &Allotments(Vec::new());

    /// The allotments of many rows, row by row.
    pub fn by_row<K: Eq + Hash>(allotments: impl IntoIterator<Item = (K, Allotment)>) -> HashMap<K, Allotments> {
        let mut rows: HashMap<K, Allotments> = HashMap::new();
        for (row, allotment) in allotments {
            rows.entry(row).or_default().0.push(allotment);
        }
        rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Allotment> {
        self.0.iter()
    }

    /// The one for `channel`.
    pub fn of(&self, channel: ChannelId) -> Option<&Allotment> {
        self.0.iter().find(|allotment| allotment.channel == channel)
    }

    /// Units that are kept, whoever for.
    pub fn kept(&self, now: Timestamp) -> i64 {
        self.0.iter().map(|allotment| allotment.kept(now)).sum()
    }

    /// Units that are kept for others than `channel`.
    pub fn kept_from(&self, channel: ChannelId, now: Timestamp) -> i64 {
        self.0.iter().filter(|allotment| allotment.channel != channel).map(|allotment| allotment.kept(now)).sum()
    }

    /// Of so many units that are left, those that `channel` may take. What every channel is shown and may order.
    pub fn available(&self, remain: i64, channel: ChannelId, now: Timestamp) -> i64 {
        (remain - self.kept_from(channel, now)).max(0)
    }

    /// The largest allotment that `channel` may have while so many units are left: what it has taken already, and all
    /// that is not kept for others.
    pub fn most(&self, remain: i64, channel: ChannelId, taken: i64, now: Timestamp) -> i64 {
        taken + self.available(remain, channel, now)
    }

    /// Puts an allotment in the place of the one that its channel has.
    pub fn put(&mut self, allotment: Allotment) {
        self.remove(allotment.channel);
        self.0.push(allotment);
    }

    /// Takes the one for `channel` away; `false` when there is none.
    pub fn remove(&mut self, channel: ChannelId) -> bool {
        let before = self.0.len();
        self.0.retain(|allotment| allotment.channel != channel);
        self.0.len() < before
    }

    /// Notes that `channel` took units, or gave some back when it is less than nothing; `false` when it has no allotment.
    pub fn take(&mut self, channel: ChannelId, units: i64) -> bool {
        let Some(own) = self.0.iter_mut().find(|allotment| allotment.channel == channel) else { return false };
        own.taken += units;
        true
    }
}

#[cfg(test)]
#[path = "allotment_tests.rs"]
mod tests;
