use std::sync::Barrier;
use std::thread;

use axhub_domain::ids::KeyId;
use uuid::Uuid;

use super::*;
use crate::concurrency::Concurrency;

#[test]
fn the_first_requests_of_a_key_take_one_seat_together() {
    let keys = Concurrency::new(2, 1);
    for round in 0..100 {
        let (activity, ready, key) = (Activity::default(), Barrier::new(3), KeyId(Uuid::from_u128(round)));
        thread::scope(|scope| {
            let seat = activity.seat.lock();
            for _ in 0..2 {
                scope.spawn(|| {
                    ready.wait();
                    activity.counts_for(&keys.of(key));
                });
            }
            ready.wait();
            // Both shall have seen that nobody has taken it.
            for _ in 0..100 {
                thread::yield_now();
            }
            drop(seat);
        });
        assert!(!activity.is_one_too_many(), "round {round}: it took a seat beside its own");
    }
}
