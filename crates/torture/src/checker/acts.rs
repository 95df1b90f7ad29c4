//! A change that was answered is there; one that was refused is not; and nobody made one that nobody asked for.

use axhub_domain::ids::TicketId;
use axhub_domain::reply::NoReply;
use axhub_domain::state::{Action, OrderState, OrderStatus, TicketStatus};

use super::Finding;
use super::facts::OrderFact;
use super::paths::{Path, Step};
use super::view::View;
use crate::history::{Act, ActAsk, Answer, OrderSeen, Record};

/// Answered, and not there.
pub(super) const LOST: &str = "answered change lost";
/// There, and not asked for, or refused.
pub(super) const INVENTED: &str = "change nobody should have made";

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for order in &view.facts.orders {
        // Where there is no path, that is told already.
        let Some(path) = view.path(order.id) else { continue };
        let acts = view.acts(order.id);
        for (record, act) in acts {
            if let Some(Answer::Order(seen)) = record.answer() {
                findings.extend(lost(path, record, act, seen));
            }
        }
        findings.extend(path.steps.iter().filter_map(|step| invented(view, order, step, acts)));
    }
    // Something was done to an order that is not there.
    let of_none = view.records.iter().filter_map(|record| match (&record.ask, record.answer()) {
        (crate::history::Ask::Act(act), Some(_)) if view.order(act.order).is_none() => Some((record.id, act.order)),
        _ => None,
    });
    findings.extend(of_none.map(|(id, order)| Finding::new(LOST, format!("request {id} changed order {order}, which is not there"))));
    findings
}

/// Whether the answer shows what was wanted, and the order was ever so.
fn lost(path: &Path, record: &Record, act: &ActAsk, seen: &OrderSeen) -> Option<Finding> {
    let told = |why: &str| Some(Finding::new(LOST, format!("request {}: {:?} of order {} {why}", record.id, act.what, act.order)));
    let ticket = |state: &OrderState| state.tickets.iter().find(|(id, _)| Some(id.0) == act.ticket).map(|(_, status)| *status);
    let holds = |state: &OrderState| match wanted(act.what) {
        Wanted::Order(status) => state.status == status,
        Wanted::Ticket(status) => ticket(state) == Some(status),
    };
    let is_shown = match wanted(act.what) {
        Wanted::Order(status) => seen.status == status,
        Wanted::Ticket(status) => seen.tickets.iter().any(|(id, now)| Some(*id) == act.ticket && *now == status),
    };
    if !is_shown {
        return told("was answered with another state");
    }
    if !path.states.iter().any(holds) {
        return told("was answered, but the order was never so");
    }
    // What ends stays ended.
    if act.what.ends() && !path.states.last().is_some_and(holds) {
        return told("was answered, but the order is not so any more");
    }
    None
}

enum Wanted {
    Order(OrderStatus),
    Ticket(TicketStatus),
}

const fn wanted(act: Act) -> Wanted {
    match act {
        Act::TravelerCancel => Wanted::Order(OrderStatus::TravelerCancel),
        Act::UnavoidableCancel | Act::SupplierCancel => Wanted::Order(OrderStatus::UnavoidableCancel),
        Act::Acknowledge => Wanted::Order(OrderStatus::SupplierPending),
        Act::Confirm => Wanted::Order(OrderStatus::SupplierConfirm),
        Act::Reject => Wanted::Order(OrderStatus::SupplierReject),
        Act::ChannelCancelTicket => Wanted::Ticket(TicketStatus::TravelerCanceled),
        Act::SupplierCancelTicket => Wanted::Ticket(TicketStatus::SupplierCanceled),
        Act::Redeem => Wanted::Ticket(TicketStatus::Used),
        Act::UndoRedemption => Wanted::Ticket(TicketStatus::New),
    }
}

/// Whether somebody asked for a step, in the name that is recorded, and was not refused.
fn invented(view: &View<'_>, order: &OrderFact, step: &Step, acts: &[(&Record, &ActAsk)]) -> Option<Finding> {
    let world = view.world;
    if step.actor == "hub" && is_overdue(view, order, step) {
        return None;
    }
    let ticket = step.action.ticket().map(|TicketId(id)| id);
    let is_it = |(record, act): &(&Record, &ActAsk)| {
        let (word, code) =
            if act.what.is_channels() { ("channel", &world.channels[act.by].code) } else { ("supplier", &world.suppliers[act.by].code) };
        is_same(act.what, step.action)
            && act.ticket == ticket
            && (word, code) == (step.actor.as_str(), &step.actor_code)
            && !record.is_refused()
    };
    (!acts.iter().any(is_it)).then(|| {
        Finding::new(
            INVENTED,
            format!("order {}: {:?} by {} {} was refused or never asked for", order.id, step.action, step.actor, step.actor_code),
        )
    })
}

/// A deadline is nobody's wish: where the supplier has one, the hub does what the product says when it has passed. When that is, a
/// clock that was moved meanwhile does not tell.
fn is_overdue(view: &View<'_>, order: &OrderFact, step: &Step) -> bool {
    let product = view.world.option(order.option).map(|option| &view.world.products[option.product]);
    let has_clock = view.records.iter().any(|record| record.at.is_some());
    product.and_then(|product| product.reply).is_some_and(|limit| {
        let wanted = match limit.otherwise {
            NoReply::Confirm => Action::Confirm,
            NoReply::Reject => Action::Reject,
        };
        step.action == wanted && (!has_clock || step.at >= limit.by(order.created_at))
    })
}

const fn is_same(act: Act, action: Action) -> bool {
    matches!(
        (act, action),
        (Act::TravelerCancel, Action::TravelerCancel)
            | (Act::UnavoidableCancel, Action::ChannelUnavoidableCancel)
            | (Act::ChannelCancelTicket, Action::ChannelCancelTicket(_))
            | (Act::Acknowledge, Action::Acknowledge)
            | (Act::Confirm, Action::Confirm)
            | (Act::Reject, Action::Reject)
            | (Act::SupplierCancel, Action::SupplierCancel)
            | (Act::SupplierCancelTicket, Action::SupplierCancelTicket(_))
            | (Act::Redeem, Action::Redeem(_))
            | (Act::UndoRedemption, Action::UndoRedemption(_))
    )
}

#[cfg(test)]
mod tests {
    use axhub_domain::reply::ReplyLimit;

    use super::super::samples::Sample;
    use super::*;

    #[test]
    fn changes_that_were_asked_for_are_fine() {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.act(order, Act::ChannelCancelTicket, Some(0));
        sample.refuse_act(order, Act::Reject, 409, "transition_not_allowed");
        sample.lose_act(order, Act::TravelerCancel);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn an_unanswered_change_may_be_there() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.lose_act(order, Act::TravelerCancel);
        sample.change(order, Act::TravelerCancel, None);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn an_answered_change_that_is_not_there_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        let before = sample.facts.clone();
        sample.act(order, Act::TravelerCancel, None);
        sample.facts = before;
        assert_eq!(sample.rules_broken(check), [LOST]);
    }

    #[test]
    fn a_refused_change_that_is_there_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.refuse_act(order, Act::TravelerCancel, 409, "transition_not_allowed");
        sample.change(order, Act::TravelerCancel, None);
        assert_eq!(sample.rules_broken(check), [INVENTED]);
    }

    /// The hub rejects what was not answered in time, and nothing else.
    #[test]
    fn only_a_deadline_lets_the_hub_act() {
        let reply = |otherwise| Some(ReplyLimit { minutes: 1, otherwise });
        let cases = [
            (reply(NoReply::Reject), 60, true),
            (reply(NoReply::Reject), 59, false),
            (reply(NoReply::Confirm), 60, false),
            (None, 3600, false),
        ];
        for (limit, seconds, is_fine) in cases {
            let mut sample = Sample::new();
            sample.set_reply(limit);
            let order = sample.place("A", 1);
            sample.reject_by_the_hub(order, seconds);
            let expected: &[&str] = if is_fine { &[] } else { &[INVENTED] };
            assert_eq!(sample.rules_broken(check), expected, "{limit:?} after {seconds} s");
        }
    }

    #[test]
    fn a_change_nobody_asked_for_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.change(order, Act::TravelerCancel, None);
        assert_eq!(sample.rules_broken(check), [INVENTED]);
    }
}
