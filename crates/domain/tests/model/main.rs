//! The state machine of orders, tickets and stock, checked exhaustively: every order in which clients, suppliers and two
//! servers can come between each other, with repetitions, lost answers and crashes at every point.
//!
//! The rules are the hub's own: [`axhub_domain::order::decide`] says who gets what, [`axhub_domain::state::transition`] what
//! may follow what. The model adds what surrounds them, transaction by transaction: see `steps.rs`.
//!
//! * `world.rs`: what is sold and who wants it
//! * `state.rs`: where everything stands
//! * `changes.rs`: what may become of an order
//! * `steps.rs`: what may happen next
//! * `properties.rs`: what must hold

mod changes;
mod properties;
mod state;
mod steps;
mod world;

use stateright::{Checker, HasDiscoveries, Model};

use changes::Changes;
use steps::{Guards, Hub};
use world::{Setup, World};

/// Three clients want the two seats of one pool: two a seat each, one an option that takes both.
fn shared_pool() -> Setup {
    Setup {
        seats: vec![2],
        options: vec![(0, 1), (0, 2)],
        wishes: vec![vec![(0, 1)], vec![(0, 1)], vec![(1, 1)]],
        is_instant: false,
        is_one_code: false,
    }
}

/// Two pools of one seat each: two clients want both, in opposite order.
fn two_pools() -> Setup {
    let (forth, back) = (vec![(0, 1), (1, 1)], vec![(1, 1), (0, 1)]);
    Setup { seats: vec![1, 1], options: vec![(0, 1), (1, 1)], wishes: vec![forth, back], is_instant: true, is_one_code: false }
}

/// An order of two tickets, of which each goes its own way, and one of a single ticket that waits for a seat.
fn two_tickets() -> Setup {
    Setup { seats: vec![2], options: vec![(0, 1)], wishes: vec![vec![(0, 2)], vec![(0, 1)]], is_instant: false, is_one_code: false }
}

/// One code for three orders: two of different pools, which meet at no lock, and one that takes from both.
fn one_code() -> Setup {
    let wishes = vec![vec![(0, 1)], vec![(1, 1)], vec![(0, 1), (1, 1)]];
    Setup { seats: vec![1, 1], options: vec![(0, 1), (1, 1)], wishes, is_instant: true, is_one_code: true }
}

/// All of it at once: three clients, two options of two pools, one of them with two tickets.
fn everything() -> Setup {
    let wishes = vec![vec![(0, 1), (1, 1)], vec![(0, 1)], vec![(1, 2)]];
    Setup { seats: vec![1, 2], options: vec![(0, 1), (1, 1)], wishes, is_instant: false, is_one_code: false }
}

/// The most steps of a way to a fault.
const DEEPEST: usize = 15;

fn hub(setup: Setup, guards: Guards) -> Hub {
    Hub { world: World::new(setup), guards, servers: 2, changes: Changes::default() }
}

/// Visits every state that can be reached.
fn check(name: &str, setup: Setup, guards: Guards) {
    let checker = hub(setup, guards).checker().threads(2).spawn_bfs().join();
    println!("{name}: {} states, {} steps, {} deep", checker.unique_state_count(), checker.state_count(), checker.max_depth());
    checker.assert_properties();
}

/// Goes on until something is wrong, and says how it came to that, by the shortest way: one step further each time, since the
/// checker looks at many states at once and tells the last of them.
#[track_caller]
fn finds(fault: &str, setup: &Setup, guards: Guards, property: &'static str) {
    for depth in 1..=DEEPEST {
        let until = HasDiscoveries::AnyOf([property].into());
        let checker = hub(setup.clone(), guards).checker().target_max_depth(depth + 1).finish_when(until).spawn_bfs().join();
        if let Some(way) = checker.discovery(property) {
            println!("{fault}: \"{property}\" fails after {} states:", checker.unique_state_count());
            way.into_actions().iter().for_each(|step| println!("  {step:?}"));
            return;
        }
    }
    panic!("{fault}: not found out");
}

#[test]
fn a_shared_pool_is_never_oversold() {
    check("shared pool", shared_pool(), Guards::ALL);
}

#[test]
fn orders_of_two_pools_never_wait_for_each_other() {
    check("two pools", two_pools(), Guards::ALL);
}

#[test]
fn tickets_of_an_order_go_their_own_ways() {
    check("two tickets", two_tickets(), Guards::ALL);
}

#[test]
fn a_code_is_one_order_whatever_it_means() {
    check("one code", one_code(), Guards::ALL);
}

#[test]
#[ignore = "takes minutes: cargo test --release --package axhub-domain --test model -- --ignored --nocapture"]
fn everything_at_once() {
    check("everything", everything(), Guards::ALL);
}

/// Behind the lock stand the conditional update and the unique code: they alone keep the promise, too.
#[test]
fn without_the_lock_the_database_still_refuses() {
    let guards = Guards { stock_lock: false, ..Guards::ALL };
    check("two pools, no lock", two_pools(), guards);
}

#[test]
fn a_missing_lock_is_found() {
    let guards = Guards { stock_lock: false, conditional_update: false, ..Guards::ALL };
    finds("no lock", &shared_pool(), guards, properties::NEVER_OVERSOLD);
}

#[test]
fn a_missing_order_of_locks_is_found() {
    let guards = Guards { lock_order: false, ..Guards::ALL };
    finds("locks in any order", &two_pools(), guards, properties::NOTHING_STUCK);
}

#[test]
fn a_missing_check_for_replays_is_found() {
    let guards = Guards { replay_check: false, unique_code: false, ..Guards::ALL };
    finds("no check for replays", &shared_pool(), guards, properties::AT_MOST_ONCE);
    finds("no check for replays", &shared_pool(), guards, properties::SAME_ANSWER);
}

/// The unique code keeps a second order out, but its client is told that it is sold out.
#[test]
fn a_missing_check_for_replays_is_found_behind_the_unique_code() {
    let guards = Guards { replay_check: false, ..Guards::ALL };
    finds("no check for replays, but a unique code", &shared_pool(), guards, properties::SAME_ANSWER);
}

/// Read before the locks are there, nothing is known of what another server stores meanwhile; then its seats are sold out.
#[test]
fn a_look_for_replays_before_the_lock_is_found() {
    let guards = Guards { replay_behind_lock: false, ..Guards::ALL };
    finds("a look for replays before the lock", &shared_pool(), guards, properties::SAME_ANSWER);
}

/// Orders of other stock under the same code meet nowhere else.
#[test]
fn a_missing_unique_code_is_found() {
    let guards = Guards { unique_code: false, ..Guards::ALL };
    finds("no unique code", &one_code(), guards, properties::AT_MOST_ONCE);
}

#[test]
fn an_order_that_is_stored_in_pieces_is_found() {
    let guards = Guards { one_commit: false, ..Guards::ALL };
    finds("a commit for each line", &two_pools(), guards, properties::WHOLE);
}

#[test]
fn a_missing_return_of_stock_is_found() {
    let guards = Guards { stock_return: false, ..Guards::ALL };
    finds("no return of stock", &shared_pool(), guards, properties::STOCK_IS_EXACT);
}

#[test]
fn a_missing_lock_of_the_order_is_found() {
    let guards = Guards { order_lock: false, ..Guards::ALL };
    finds("no lock of the order", &shared_pool(), guards, properties::STOCK_IS_EXACT);
}

#[test]
fn an_answer_before_the_commit_is_found() {
    let guards = Guards { commit_first: false, ..Guards::ALL };
    finds("an answer before the commit", &shared_pool(), guards, properties::ANSWERED_EXISTS);
}
