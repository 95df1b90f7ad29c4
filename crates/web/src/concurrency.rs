//! How many requests each key has in progress. A budget bounds how many come in a minute; this bounds how much one key can
//! occupy at a time, be it with slow requests or slow bodies.

use std::collections::HashMap;
use std::sync::Arc;

use axhub_domain::ids::KeyId;
use parking_lot::Mutex;

use crate::limits::Limits;
use crate::seats::{Seat, Seats};

/// Keys are spread over so many locks.
const PARTS: usize = 16;

/// The requests in progress of every key. Cheap to clone; clones are the same.
#[derive(Clone)]
pub(crate) struct Concurrency(Arc<Keys>);

struct Keys {
    most: u32,
    seats: Seats,
    parts: [Mutex<HashMap<KeyId, u32>>; PARTS],
}

impl Concurrency {
    /// With at most so many requests and connections for one key.
    pub(crate) fn new(most: u32, connections: u32) -> Concurrency {
        Concurrency(Arc::new(Keys { most, seats: Seats::new(connections), parts: Default::default() }))
    }

    /// One more request of a key, until what this returns is dropped.
    ///
    /// # Errors
    /// The most there may be, when there are as many.
    pub(crate) fn begin(&self, key: KeyId) -> Result<InProgress, u32> {
        let most = self.0.most;
        let mut keys = self.0.part(key).lock();
        let requests = keys.entry(key).or_default();
        if *requests >= most {
            return Err(most);
        }
        *requests += 1;
        drop(keys);
        Ok(InProgress(self.of(key)))
    }

    /// A request of a key, whether or not it may be in progress.
    pub(crate) fn of(&self, key: KeyId) -> OfKey {
        OfKey { keys: Arc::clone(&self.0), key }
    }
}

impl Default for Concurrency {
    fn default() -> Self {
        Concurrency::new(Limits::DEFAULT.requests_per_key, Limits::DEFAULT.connections_per_key)
    }
}

impl Keys {
    /// The last byte of an id is random.
    fn part(&self, key: KeyId) -> &Mutex<HashMap<KeyId, u32>> {
        &self.parts[usize::from(key.0.as_bytes()[15]) % PARTS]
    }
}

/// A request of a key.
pub(crate) struct OfKey {
    keys: Arc<Keys>,
    key: KeyId,
}

impl OfKey {
    /// Whose it is.
    pub(crate) fn key(&self) -> KeyId {
        self.key
    }

    /// Its connection counts for the key until the seat is dropped. Whether that is one too many.
    pub(crate) fn take_seat(&self) -> (Seat, bool) {
        self.keys.seats.take(self.key)
    }
}

/// A request of a key, while it is in progress.
pub(crate) struct InProgress(OfKey);

impl InProgress {
    /// Whose it is.
    pub(crate) fn of_key(&self) -> &OfKey {
        &self.0
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        let key = self.0.key;
        let mut keys = self.0.keys.part(key).lock();
        if let Some(requests) = keys.get_mut(&key) {
            *requests -= 1;
            // So that keys which are gone leave nothing behind.
            if *requests == 0 {
                keys.remove(&key);
            }
        }
    }
}

#[cfg(test)]
#[path = "concurrency_tests.rs"]
mod tests;
