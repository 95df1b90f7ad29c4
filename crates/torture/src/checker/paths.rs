//! Every state was reached by a legal path: an order's recorded changes are run through the table of states that the hub
//! itself uses, one after another, in the order in which the hub shows them.

use std::collections::BTreeMap;

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::state::{Action, Change, OrderState, OrderStatus, TicketStatus, apply, transition};
use jiff::Timestamp;
use uuid::Uuid;

use super::Finding;
use super::facts::{EventFact, OrderFact};
use super::view::View;

/// The rule.
pub(super) const PATH: &str = "legal path";

/// The states that an order went through, and who led it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// The first one is how it was placed.
    pub(super) states: Vec<OrderState>,
    /// How it got from each to the next.
    pub(super) steps: Vec<Step>,
}

/// A change of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) action: Action,
    pub(super) at: Timestamp,
    pub(super) actor: String,
    pub(super) actor_code: String,
}

impl Step {
    fn of(action: Action, recorded: &EventFact) -> Step {
        Step { action, at: recorded.at, actor: recorded.actor.clone(), actor_code: recorded.actor_code.clone() }
    }
}

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let wrong = view.facts.orders.iter().filter_map(|order| Some((order.id, view.wrong_path(order.id)?)));
    wrong.map(|(order, why)| Finding::new(PATH, format!("order {order}: {why}"))).collect()
}

/// Goes an order's way.
pub(super) fn walk(order: &OrderFact) -> Result<Path, String> {
    let (placed, mut rest) = order.events.split_first().ok_or("nothing is recorded of it")?;
    if placed.action != "place" || placed.ticket.is_some() || placed.from.is_some() || placed.to != i64::from(order.placed_status.digit()) {
        return Err(format!("it does not begin with being placed as {} but with {placed:?}", order.placed_status.word()));
    }
    let tickets = order.tickets.iter().map(|ticket| (TicketId(ticket.id), TicketStatus::New)).collect();
    let mut state = OrderState { id: OrderId(order.id), status: order.placed_status, tickets };
    let mut path = Path { states: vec![state.clone()], steps: Vec::new() };
    while let Some(first) = rest.first() {
        let (change, others) = rest.split_at(length_of_change(rest));
        rest = others;
        if first.action == "comment" {
            // A remark changes no state, but is told as a change.
            path.states.push(state.clone());
            path.steps.push(Step::of(Action::StayNew, first));
            continue;
        }
        let action = action_of(change).ok_or_else(|| format!("nobody can do {first:?}"))?;
        step(&mut state, action, change)?;
        path.states.push(state.clone());
        path.steps.push(Step::of(action, first));
    }
    let tickets: Vec<_> = order.tickets.iter().map(|ticket| (TicketId(ticket.id), ticket.status)).collect();
    if state.status != order.status || state.tickets != tickets {
        let (is, was) = (show(order.status, &tickets), show(state.status, &state.tickets));
        return Err(format!("it is {is}, but what is recorded of it ends with {was}"));
    }
    Ok(path)
}

/// How many of these events are one change: all that was written together when the whole order changed; of a ticket, its own
/// event behind that of the order, if there is one.
fn length_of_change(events: &[EventFact]) -> usize {
    let first = &events[0];
    let is_same = |other: &EventFact| {
        (other.at, &other.action, &other.actor, &other.actor_code) == (first.at, &first.action, &first.actor, &first.actor_code)
    };
    let together = events.iter().take_while(|event| is_same(event)).count();
    match first.action.as_str() {
        "cancel-ticket" if first.ticket.is_none() => together.min(2),
        "cancel" | "reject" => together,
        _ => 1,
    }
}

fn action_of(change: &[EventFact]) -> Option<Action> {
    let first = change.first()?;
    let is_channels = first.actor == "channel";
    let ticket = || change.iter().find_map(|event| event.ticket).map(TicketId);
    Some(match (first.action.as_str(), is_channels) {
        ("acknowledge", false) => Action::Acknowledge,
        ("confirm", false) => Action::Confirm,
        ("reject", false) => Action::Reject,
        ("cancel", false) => Action::SupplierCancel,
        ("cancel", true) if first.to == i64::from(OrderStatus::TravelerCancel.digit()) => Action::TravelerCancel,
        ("cancel", true) => Action::ChannelUnavoidableCancel,
        ("cancel-ticket", true) => Action::ChannelCancelTicket(ticket()?),
        ("cancel-ticket", false) => Action::SupplierCancelTicket(ticket()?),
        ("redeem", false) => Action::Redeem(ticket()?),
        ("undo-redemption", false) => Action::UndoRedemption(ticket()?),
        _ => return None,
    })
}

/// Does `action` to `state`, which must change exactly what `recorded` says.
fn step(state: &mut OrderState, action: Action, recorded: &[EventFact]) -> Result<(), String> {
    let before = show(state.status, &state.tickets);
    let change =
        transition(state, action).map_err(|refusal| format!("{action:?} of {before} is refused by the table of states: {refusal:?}"))?;
    let change =
        change.filter(|change| !change.is_empty()).ok_or_else(|| format!("{action:?} changes nothing of {before}, but is recorded"))?;
    let expected = events_of(state, &change);
    let found: BTreeMap<Option<Uuid>, (Option<i64>, i64)> = recorded.iter().map(|event| (event.ticket, (event.from, event.to))).collect();
    if found != expected || found.len() != recorded.len() {
        return Err(format!("{action:?} of {before} should be recorded as {expected:?}, but is as {found:?}"));
    }
    apply(state, &change);
    Ok(())
}

/// What should be recorded of a change: for the order, which has no ticket, and for each ticket, from where to where.
fn events_of(state: &OrderState, change: &Change) -> BTreeMap<Option<Uuid>, (Option<i64>, i64)> {
    let of_order = change.order.map(|to| (None, (Some(i64::from(state.status.digit())), i64::from(to.digit()))));
    let of_tickets = change.tickets.iter().map(|(id, to)| {
        let from = state.tickets.iter().find(|(own, _)| own == id).map(|(_, from)| i64::from(from.digit()));
        (Some(id.0), (from, i64::from(to.digit())))
    });
    of_order.into_iter().chain(of_tickets).collect()
}

fn show(status: OrderStatus, tickets: &[(TicketId, TicketStatus)]) -> String {
    let tickets: Vec<&str> = tickets.iter().map(|(_, status)| status.word()).collect();
    format!("{} ({})", status.word(), tickets.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;
    use crate::history::Act;

    #[test]
    fn changes_that_the_table_allows_are_a_path() {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.act(order, Act::ChannelCancelTicket, Some(0));
        sample.act(order, Act::TravelerCancel, None);
        assert_eq!(walk(&sample.facts.orders[0]).unwrap().states.len(), 3);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_change_that_the_table_forbids_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.act(order, Act::TravelerCancel, None);
        // Used after it was cancelled.
        let mut used = sample.facts.orders[0].events[2].clone();
        (used.action, used.actor) = ("redeem".to_owned(), "supplier".to_owned());
        sample.facts.orders[0].events.push(used);
        assert_eq!(sample.rules_broken(check), [PATH]);
    }

    #[test]
    fn a_state_without_a_recorded_change_is_found() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        sample.facts.orders[0].status = OrderStatus::TravelerCancel;
        assert_eq!(sample.rules_broken(check), [PATH]);
    }

    #[test]
    fn half_of_a_change_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.act(order, Act::TravelerCancel, None);
        // One ticket stayed as it was.
        sample.facts.orders[0].events.pop();
        sample.facts.orders[0].tickets[1].status = TicketStatus::New;
        assert_eq!(sample.rules_broken(check), [PATH]);
    }
}
