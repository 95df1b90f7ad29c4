//! The way of one order through its states, as its events tell it: whether the table of states allows each step, who may
//! take it, and whether the order is where its events lead.
//!
//! What is done at once has one time: each change of an order comes after the one before it.

use std::collections::HashMap;

use axhub_domain::ids::TicketId;
use axhub_domain::redemption::Redemption;
use axhub_domain::state::{Action, Change, OrderState, OrderStatus, TicketStatus, apply, transition};
use jiff::Timestamp;

use super::walk::{Event, Order};

/// What placing an order is called.
const PLACE: &str = "place";
/// The task of the hub that answers for suppliers who did not answer in time.
const REPLY: &str = "orders.reply";
/// What a supplier's word is called that changes no state.
const COMMENT: &str = "comment";

/// An order at some time of its life: its state and those of its tickets, in their digits.
#[derive(Clone, Debug)]
pub(super) struct Moment<'o> {
    pub(super) at: Timestamp,
    pub(super) status: i64,
    pub(super) tickets: Vec<i64>,
    /// What was done then.
    pub(super) events: &'o [Event],
}

/// What the events make of an order, one after another, be that allowed or not.
pub(super) fn moments(order: &Order) -> Vec<Moment<'_>> {
    let mut status = 0;
    let mut tickets = vec![i64::from(TicketStatus::New.digit()); order.tickets.len()];
    let mut moments = Vec::new();
    for events in order.events.chunk_by(|one, next| one.at == next.at) {
        for event in events {
            match event.ticket {
                None => status = event.to,
                Some(id) => {
                    if let Some(at) = order.tickets.iter().position(|ticket| ticket.id == id) {
                        tickets[at] = event.to;
                    }
                }
            }
        }
        moments.push(Moment { at: events[0].at, status, tickets: tickets.clone(), events });
    }
    moments
}

/// What of the stored order is not what its events lead to.
pub(super) fn state_fault(order: &Order) -> Option<&'static str> {
    let moments = moments(order);
    // Without events there is nothing to compare with; that itself is a fault of the way.
    let last = moments.last()?;
    if last.status != order.status {
        return Some("its state is not that of its last event");
    }
    if last.at != order.updated_at {
        return Some("it changed at another time than its last event");
    }
    for (ticket, status) in order.tickets.iter().zip(&last.tickets) {
        let own = order.events.iter().rfind(|event| event.ticket == Some(ticket.id));
        if ticket.status != *status {
            return Some("the state of a ticket is not that of its last event");
        }
        if ticket.updated_at != own.map_or(order.created_at, |event| event.at) {
            return Some("a ticket changed at another time than its last event");
        }
        let is_used = ticket.status == i64::from(TicketStatus::Used.digit());
        // Tickets that were used before the hub kept when have no time.
        if ticket.used_at.is_some_and(|used_at| !is_used || own.is_none_or(|event| event.at != used_at)) {
            return Some("a ticket was used at another time than its last event, or not at all");
        }
    }
    None
}

/// What is wrong with the way that an order took.
pub(super) fn path_fault(order: &Order) -> Option<String> {
    follow(order).err()
}

fn follow(order: &Order) -> Result<(), String> {
    let mut steps = order.events.chunk_by(|one, next| one.at == next.at);
    let Some(first) = steps.next() else { return Err("it has no history".to_owned()) };
    let status = placed(order, first).ok_or("how it was placed")?;
    let tickets = order.tickets.iter().map(|ticket| (ticket.id, TicketStatus::New)).collect();
    let mut state = OrderState { id: order.id, status, tickets };
    let mut uses = HashMap::new();
    for step in steps {
        take(order, step, &mut state, &mut uses).map_err(|why| format!("{} at {}: {why}", step[0].action, step[0].at))?;
    }
    Ok(())
}

/// The state that an order was placed in, when everything about that is right.
fn placed(order: &Order, step: &[Event]) -> Option<OrderStatus> {
    let [event] = step else { return None };
    let is_whole = event.action == PLACE
        && event.ticket.is_none()
        && event.from.is_none()
        && event.to == order.placed_status
        && event.at == order.created_at
        && event.actor == "channel"
        && order.channel_code.as_ref() == Some(&event.actor_code);
    let status = OrderStatus::from_digit(event.to)?;
    (is_whole && matches!(status, OrderStatus::New | OrderStatus::SupplierConfirm)).then_some(status)
}

/// One step: the events of one time.
fn take(order: &Order, step: &[Event], state: &mut OrderState, uses: &mut HashMap<TicketId, Timestamp>) -> Result<(), &'static str> {
    let first = &step[0];
    if step.iter().any(|event| (&event.actor, &event.actor_code, &event.action) != (&first.actor, &first.actor_code, &first.action)) {
        return Err("several things at one time");
    }
    let is_theirs = match first.actor.as_str() {
        "channel" => order.channel_code.as_ref() == Some(&first.actor_code),
        "supplier" => order.supplier_code.as_ref() == Some(&first.actor_code),
        _ => true,
    };
    if !is_theirs {
        return Err("it is another's order");
    }
    if first.action == COMMENT && first.actor == "supplier" {
        let status = i64::from(state.status.digit());
        let is_right = step.len() == 1 && first.ticket.is_none() && first.from == Some(status) && first.to == status;
        return if is_right { Ok(()) } else { Err("a comment changes nothing") };
    }
    let action = action_of(step).ok_or("nobody may do this")?;
    if first.actor == "hub" && first.actor_code != REPLY {
        return Err("not by this task");
    }
    if first.actor == "hub" && order.reply_by.is_none_or(|reply_by| first.at < reply_by) {
        return Err("before its supplier's time was over");
    }
    let change = match transition(state, action) {
        Err(_) => return Err("not allowed in this state"),
        Ok(None) => return Err("the ticket is of another order"),
        Ok(Some(change)) if change.is_empty() => return Err("it changed nothing"),
        Ok(Some(change)) => change,
    };
    if !is_told_by(state, &change, step) {
        return Err("its events tell something else");
    }
    match action {
        Action::Redeem(ticket) => drop(uses.insert(ticket, first.at)),
        Action::UndoRedemption(ticket) => {
            let used_at = uses.remove(&ticket).ok_or("it was not used")?;
            let redemption = Redemption { used_at, used_where: None };
            redemption.check_undo(ticket, first.at).map_err(|_| "too late")?;
        }
        _ => {}
    }
    apply(state, &change);
    Ok(())
}

/// What was done, when it is something that this actor may do.
fn action_of(step: &[Event]) -> Option<Action> {
    let (actor, action) = (step[0].actor.as_str(), step[0].action.as_str());
    let ticket = step.iter().find_map(|event| event.ticket);
    let order_to = step.iter().find(|event| event.ticket.is_none()).and_then(|event| OrderStatus::from_digit(event.to));
    match (actor, action) {
        ("supplier", "acknowledge") => Some(Action::Acknowledge),
        ("supplier" | "hub", "confirm") => Some(Action::Confirm),
        ("supplier" | "hub", "reject") => Some(Action::Reject),
        ("supplier", "cancel") => Some(Action::SupplierCancel),
        ("channel", "cancel") if order_to == Some(OrderStatus::TravelerCancel) => Some(Action::TravelerCancel),
        ("channel", "cancel") => Some(Action::ChannelUnavoidableCancel),
        ("channel", "cancel-ticket") => ticket.map(Action::ChannelCancelTicket),
        ("supplier", "cancel-ticket") => ticket.map(Action::SupplierCancelTicket),
        ("supplier", "redeem") => ticket.map(Action::Redeem),
        ("supplier", "undo-redemption") => ticket.map(Action::UndoRedemption),
        _ => None,
    }
}

/// Whether these are the events of a change: one for the order when its state changes, one for each ticket.
fn is_told_by(before: &OrderState, change: &Change, step: &[Event]) -> bool {
    let mut wanted: Vec<(Option<TicketId>, Option<i64>, i64)> = Vec::new();
    if let Some(to) = change.order {
        wanted.push((None, Some(i64::from(before.status.digit())), i64::from(to.digit())));
    }
    for (id, to) in &change.tickets {
        let from = before.tickets.iter().find(|(known, _)| known == id).map(|(_, status)| i64::from(status.digit()));
        wanted.push((Some(*id), from, i64::from(to.digit())));
    }
    let mut told: Vec<_> = step.iter().map(|event| (event.ticket, event.from, event.to)).collect();
    wanted.sort_unstable();
    told.sort_unstable();
    wanted == told
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
