//! How long a supplier has to answer an order, and what happens when it does not.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The most minutes that a supplier may have to answer: two weeks.
pub const MAX_REPLY_MINUTES: u32 = 14 * 24 * 60;

/// Until when a supplier must answer an order of a product that it confirms itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyLimit {
    /// How many minutes after the order was placed.
    pub minutes: u32,
    /// What the hub does then.
    pub otherwise: NoReply,
}

impl ReplyLimit {
    /// Until when an order that is placed at `now` must be answered.
    pub fn by(self, now: Timestamp) -> Timestamp {
        now.saturating_add(SignedDuration::from_mins(i64::from(self.minutes))).unwrap_or(Timestamp::MAX)
    }
}

/// What the hub does with an order that its supplier did not answer in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoReply {
    /// It takes place.
    Confirm,
    /// It does not.
    Reject,
}

impl NoReply {
    /// The word in the database and in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            NoReply::Confirm => "confirm",
            NoReply::Reject => "reject",
        }
    }

    /// The outcome of a word.
    pub fn from_word(word: &str) -> Option<NoReply> {
        [NoReply::Confirm, NoReply::Reject].into_iter().find(|outcome| outcome.as_str() == word)
    }
}
