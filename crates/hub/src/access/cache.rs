//! What keys were found to be, for a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::Principal;

/// How long a key that was found valid is taken to be so, and how long it may have taken to find: a revocation works
/// everywhere after both at the latest, which is a second.
const KEEP_FOR: Duration = Duration::from_millis(500);

/// The most keys that are kept.
const MAX_KEPT: u64 = 10_000;

/// What was found lately, by the hash of what was sent.
pub(crate) struct KeyCache {
    found: moka::sync::Cache<[u8; 32], Arc<Found>>,
    /// How often everything was forgotten.
    forgotten: AtomicU64,
}

/// A valid key.
pub(super) struct Found {
    pub(super) principal: Arc<Principal>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) used_noted_at: Mutex<Option<Timestamp>>,
}

/// When a key was asked for.
pub(super) struct Asked {
    at: Instant,
    forgotten: u64,
}

impl KeyCache {
    pub(super) fn get(&self, hash: &[u8; 32]) -> Option<Arc<Found>> {
        self.found.get(hash)
    }

    /// To be taken before a key is asked for that is to be kept.
    pub(super) fn asked(&self) -> Asked {
        Asked { at: Instant::now(), forgotten: self.forgotten.load(Ordering::SeqCst) }
    }

    /// Keeps what was found, unless it may be old by now: a key may have been ended since it was asked for. So no key is taken
    /// to be valid for longer than twice the time that one is kept, and here for no moment longer than it is.
    pub(super) fn keep(&self, asked: &Asked, hash: [u8; 32], found: &Arc<Found>) {
        let is_new = || self.forgotten.load(Ordering::SeqCst) == asked.forgotten;
        if asked.at.elapsed() < KEEP_FOR && is_new() {
            self.found.insert(hash, Arc::clone(found));
            // All may have been forgotten just before this one was kept.
            if !is_new() {
                self.found.invalidate(&hash);
            }
        }
    }

    /// Looks every key up again from now on.
    pub(super) fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.found.invalidate_all();
    }
}

impl Default for KeyCache {
    fn default() -> Self {
        KeyCache { found: moka::sync::Cache::builder().max_capacity(MAX_KEPT).time_to_live(KEEP_FOR).build(), forgotten: AtomicU64::new(0) }
    }
}

#[cfg(test)]
mod tests {
    use axhub_domain::ids::KeyId;
    use uuid::Uuid;

    use super::*;
    use crate::Owner;

    fn found() -> Arc<Found> {
        let principal = Principal { key: KeyId(Uuid::nil()), owner: Owner::Operator { name: "olivia".to_owned() } };
        Arc::new(Found { principal: Arc::new(principal), expires_at: None, used_noted_at: Mutex::default() })
    }

    #[test]
    fn a_key_that_was_asked_for_before_one_was_ended_is_not_kept() {
        let (cache, hash) = (KeyCache::default(), [7; 32]);
        let asked = cache.asked();
        cache.keep(&asked, hash, &found());
        assert!(cache.get(&hash).is_some());

        let asked = cache.asked();
        cache.forget();
        assert!(cache.get(&hash).is_none());
        // The answer comes only now.
        cache.keep(&asked, hash, &found());
        assert!(cache.get(&hash).is_none());
        cache.keep(&cache.asked(), hash, &found());
        assert!(cache.get(&hash).is_some(), "asked for afterwards");
    }
}
