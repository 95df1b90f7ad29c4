//! What must hold in every state that can be reached, and what must be reachable.

use axhub_domain::state::{OrderStatus, TicketStatus};
use stateright::{Model, Property};

use crate::state::{Outcome, Server, State};
use crate::steps::{Hub, Step};

impl Model for Hub {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State::beginning(self.world.setup.seats.len(), self.world.clients(), self.servers)]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        self.work(state, steps);
        self.requests(state, steps);
        let busy = state.servers.iter().enumerate().filter(|(_, doing)| **doing != Server::Idle);
        steps.extend(busy.map(|(server, _)| Step::Crash { server }));
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        Some(self.after(state, &step))
    }

    fn properties(&self) -> Vec<Property<Hub>> {
        let mut properties = vec![
            Property::<Hub>::always(NEVER_OVERSOLD, never_oversold),
            Property::<Hub>::always(STOCK_IS_EXACT, stock_is_exact),
            Property::<Hub>::always(AT_MOST_ONCE, at_most_once),
            Property::<Hub>::always(ANSWERED_EXISTS, answered_exists),
            Property::<Hub>::always(SAME_ANSWER, |_, state| state.clients.iter().all(|client| !client.is_misled)),
            Property::<Hub>::always(WHOLE, is_whole),
            Property::<Hub>::always(REPEATED_CHANGE, repeated_change_changes_nothing),
            Property::<Hub>::always(NOTHING_STUCK, nothing_is_stuck),
            Property::<Hub>::sometimes("an order is repeated and gets its first answer", |_, state| {
                answering(state).any(|outcome| matches!(outcome, Outcome::Replayed(_)))
            }),
            Property::<Hub>::sometimes("an order is stored, and its client does not know it", |_, state| {
                state.is_quiet() && state.clients.iter().any(|client| !client.stored.is_empty() && client.knows.is_none())
            }),
            Property::<Hub>::sometimes("a ticket is used", |_, state| has_ticket(state, TicketStatus::Used)),
            Property::<Hub>::sometimes("an order is confirmed", |_, state| has_order(state, OrderStatus::SupplierConfirm)),
            Property::<Hub>::sometimes("the traveler cancels", |_, state| has_order(state, OrderStatus::TravelerCancel)),
            Property::<Hub>::sometimes("an order cannot take place", |_, state| has_order(state, OrderStatus::UnavoidableCancel)),
        ];
        if !self.world.setup.is_instant {
            properties.push(Property::<Hub>::sometimes("the supplier rejects", |_, state| has_order(state, OrderStatus::SupplierReject)));
        }
        if self.world.setup.is_one_code {
            properties.push(Property::<Hub>::sometimes("a code means something else", |_, state| {
                answering(state).any(|outcome| *outcome == Outcome::Reused)
            }));
        } else if self.world.clients() > 1 {
            properties
                .push(Property::<Hub>::sometimes("sold out", |_, state| answering(state).any(|outcome| *outcome == Outcome::SoldOut)));
            properties.push(Property::<Hub>::sometimes("what was given back is sold again", is_sold_again));
        }
        properties
    }
}

pub const NEVER_OVERSOLD: &str = "never more is taken than there is";
pub const STOCK_IS_EXACT: &str = "what is taken is what live tickets hold";
pub const AT_MOST_ONCE: &str = "a channel order exists at most once";
pub const ANSWERED_EXISTS: &str = "an order that was answered exists for ever";
pub const SAME_ANSWER: &str = "a repetition gets the first answer";
pub const WHOLE: &str = "an order is there whole, and holds stock as long as it is open";
pub const REPEATED_CHANGE: &str = "a change repeated changes nothing";
pub const NOTHING_STUCK: &str = "nothing is stuck";

/// Units of each pool that live tickets hold.
fn held(hub: &Hub, state: &State) -> Vec<i64> {
    let mut held = vec![0; state.taken.len()];
    for number in state.order_numbers() {
        let (pool, weight) = hub.world.taken_by(number.client, number.line);
        held[pool] += weight * state.line(number).live_tickets();
    }
    held
}

fn never_oversold(hub: &Hub, state: &State) -> bool {
    let fits = |units: &[i64]| units.iter().zip(&hub.world.setup.seats).all(|(units, seats)| (0..=*seats).contains(units));
    fits(&state.taken) && fits(&held(hub, state))
}

fn stock_is_exact(hub: &Hub, state: &State) -> bool {
    held(hub, state) == state.taken
}

fn at_most_once(hub: &Hub, state: &State) -> bool {
    let stored = |client| hub.world.under_code_of(client).map(|client| state.clients[client].stored.len()).sum::<usize>();
    (0..state.clients.len()).all(|client| stored(client) <= 1)
}

fn answered_exists(_: &Hub, state: &State) -> bool {
    state.clients.iter().all(|client| {
        let answered = client.knows.as_ref().map(|answer| (client.stored.get(answer.order), &answer.placed_as));
        answered.is_none_or(|(stored, placed_as)| {
            stored.is_some_and(|lines| lines.iter().map(|line| line.placed_as).eq(placed_as.iter().copied()))
        })
    })
}

/// Every line of the order is there with every ticket; it is open exactly as long as one of them is live.
fn is_whole(hub: &Hub, state: &State) -> bool {
    state.clients.iter().zip(&hub.world.setup.wishes).all(|(client, wish)| {
        client.stored.iter().all(|lines| {
            let is_whole = lines.iter().map(|line| line.tickets.len()).eq(wish.iter().map(|(_, quantity)| *quantity as usize));
            is_whole && lines.iter().all(|line| line.status.is_open() == (line.live_tickets() > 0))
        })
    })
}

fn repeated_change_changes_nothing(hub: &Hub, state: &State) -> bool {
    state.order_numbers().all(|number| hub.changes.of(state.line(number)).iter().all(|way| way.is_repeatable))
}

/// Servers that are about something can go on: they do not wait for each other. And where they rest, a client without an answer
/// can get one, and an open order can be ended or is used.
fn nothing_is_stuck(hub: &Hub, state: &State) -> bool {
    if !state.is_quiet() {
        let mut steps = Vec::new();
        hub.work(state, &mut steps);
        return !steps.is_empty();
    }
    let gets_an_answer = |client: usize| {
        let taken = hub.after(state, &Step::Take { server: 0, client });
        comes_to_rest(hub, taken)
    };
    let can_end = |number| {
        let line = state.line(number);
        let is_used = line.tickets.contains(&TicketStatus::Used);
        let ends = |status: Option<OrderStatus>| status.is_some_and(|status| !status.is_open());
        !line.status.is_open() || is_used || hub.changes.of(line).iter().any(|way| ends(way.change.order))
    };
    let mut waiting = (0..hub.world.clients()).filter(|client| state.clients[*client].knows.is_none());
    waiting.all(gets_an_answer) && state.order_numbers().all(can_end)
}

/// Whether the servers finish what they are about when nobody asks for more.
fn comes_to_rest(hub: &Hub, mut state: State) -> bool {
    let mut steps = Vec::new();
    loop {
        steps.clear();
        hub.work(&state, &mut steps);
        match steps.first() {
            Some(step) => state = hub.after(&state, step),
            None => return state.is_quiet(),
        }
    }
}

fn answering(state: &State) -> impl Iterator<Item = &Outcome> {
    state.servers.iter().filter_map(|server| match server {
        Server::Answering { outcome, .. } => Some(outcome),
        _ => None,
    })
}

fn has_ticket(state: &State, status: TicketStatus) -> bool {
    state.order_numbers().any(|number| state.line(number).tickets.contains(&status))
}

fn has_order(state: &State, status: OrderStatus) -> bool {
    state.order_numbers().any(|number| state.line(number).status == status)
}

/// More was sold of a pool in all than there ever was at once.
fn is_sold_again(hub: &Hub, state: &State) -> bool {
    let mut sold = vec![0; state.taken.len()];
    for number in state.order_numbers() {
        let (pool, weight) = hub.world.taken_by(number.client, number.line);
        sold[pool] += weight * i64::try_from(state.line(number).tickets.len()).expect("few");
    }
    sold.iter().zip(&hub.world.setup.seats).any(|(sold, seats)| sold > seats)
}
