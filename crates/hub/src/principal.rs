//! Who is calling.

use axhub_domain::ids::{ChannelId, KeyId, SupplierId};
use axhub_store::directory::RateLimits;

/// The owner of the key that a call came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The key, for rate limits and the audit log.
    pub key: KeyId,
    /// Whose key it is.
    pub owner: Owner,
}

/// Whose key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A channel's.
    Channel {
        /// Its id.
        id: ChannelId,
        /// Its code, which the old `Channel: Code …` header must name.
        code: String,
        /// How often its keys may be used.
        limits: RateLimits,
    },
    /// A supplier's.
    Supplier {
        /// Its id.
        id: SupplierId,
        /// Its code.
        code: String,
    },
    /// An operator's.
    Operator {
        /// Who it is.
        name: String,
    },
}
