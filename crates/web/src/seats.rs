//! How many connections each key has: those whose last request came with it. One too many is answered, and told to go: a key
//! that opens connections and sends next to nothing has few requests in progress, and could still take every place there is.

use std::collections::HashMap;
use std::sync::Arc;

use axhub_domain::ids::KeyId;
use parking_lot::Mutex;

/// The connections of every key. Cheap to clone; clones are the same.
#[derive(Clone)]
pub(crate) struct Seats(Arc<Taken>);

struct Taken {
    most: u32,
    of: Mutex<HashMap<KeyId, u32>>,
}

impl Seats {
    /// With at most so many for one key.
    pub(crate) fn new(most: u32) -> Seats {
        Seats(Arc::new(Taken { most, of: Mutex::default() }))
    }

    /// One more connection of a key, until the seat is dropped, and whether that is one too many.
    pub(crate) fn take(&self, key: KeyId) -> (Seat, bool) {
        let mut taken = self.0.of.lock();
        let connections = taken.entry(key).or_default();
        *connections += 1;
        let is_one_too_many = *connections > self.0.most;
        drop(taken);
        (Seat { taken: Arc::clone(&self.0), key }, is_one_too_many)
    }
}

/// A connection of a key.
pub(crate) struct Seat {
    taken: Arc<Taken>,
    key: KeyId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.of.lock();
        if let Some(connections) = taken.get_mut(&self.key) {
            *connections -= 1;
            // So that keys which are gone leave nothing behind.
            if *connections == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_has_so_many_connections_and_leaves_nothing_behind() {
        let seats = Seats::new(2);
        let key = |n| KeyId(Uuid::from_u128(n));
        let taken = [1, 1, 1, 2].map(|n| seats.take(key(n)));
        assert_eq!([&taken[0], &taken[1], &taken[2], &taken[3]].map(|seat| seat.1), [false, false, true, false]);
        let [first, second, third, other] = taken;
        drop(first);
        assert!(seats.take(key(1)).1, "the one too many is there until it goes");
        drop((second, third, other));
        assert!(!seats.take(key(1)).1);
        assert!(seats.0.of.lock().is_empty());
    }
}
