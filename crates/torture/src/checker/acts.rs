//! A change that was answered is there; one that was refused is not; and nobody made one that nobody asked for, nor more often
//! than it was asked for, nor before.

use axhub_domain::ids::TicketId;
use axhub_domain::reply::NoReply;
use axhub_domain::state::{Action, OrderState, OrderStatus, TicketStatus};
use jiff::Timestamp;

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
        findings.extend(invented(view, order, path, acts));
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

/// The steps that nobody asked for, in the name that is recorded, without being refused. A wish stands for one step: who wants a
/// ticket redeemed and has it undone wants it redeemed again with another. And no step is older than its wish.
fn invented(view: &View<'_>, order: &OrderFact, path: &Path, acts: &[(&Record, &ActAsk)]) -> Vec<Finding> {
    let steps: Vec<&Step> = path.steps.iter().filter(|step| step.actor != "hub" || !is_overdue(view, order, step)).collect();
    let mut findings = Vec::new();
    for (place, first) in steps.iter().enumerate() {
        let is_alike = |step: &&&Step| (step.action, &step.actor, &step.actor_code) == (first.action, &first.actor, &first.actor_code);
        if steps[..place].iter().any(|step| is_alike(&step)) {
            continue;
        }
        let wishes: Vec<&Record> =
            acts.iter().filter(|(record, act)| is_wish(view, record, act, first)).map(|(record, _)| *record).collect();
        let mut times: Vec<Timestamp> = steps[place..].iter().filter(is_alike).map(|step| step.at).collect();
        times.sort_unstable();
        // What was done so often by then must have been asked for as often by then.
        let done = (1..).zip(times).find(|(number, at)| wishes.iter().filter(|wish| may_precede(wish, *at)).count() < *number);
        let Some((number, _)) = done else { continue };
        let why = match wishes.len() {
            0 => "was refused or never asked for".to_owned(),
            all if all < number => format!("was done {number} times, and asked for {all} times"),
            _ => format!("was done {number} times before it was asked for as often"),
        };
        let Step { action, actor, actor_code, .. } = first;
        findings.push(Finding::new(INVENTED, format!("order {}: {action:?} by {actor} {actor_code} {why}", order.id)));
    }
    findings
}

/// Whether somebody asked for such a step, in the name that is recorded, and was not refused.
fn is_wish(view: &View<'_>, record: &Record, act: &ActAsk, step: &Step) -> bool {
    let world = view.world;
    let (word, own) =
        if act.what.is_channels() { ("channel", &world.channels[act.by].code) } else { ("supplier", &world.suppliers[act.by].code) };
    is_same(act.what, step.action)
        && act.ticket == step.action.ticket().map(|TicketId(id)| id)
        && (word, own) == (step.actor.as_str(), &step.actor_code)
        && !record.is_refused()
}

/// Whether something may have been done at this time for this request; where clocks are moved nobody can tell.
fn may_precede(record: &Record, done: Timestamp) -> bool {
    // Databases keep microseconds.
    record.at.is_none_or(|asked| asked.as_microsecond() <= done.as_microsecond())
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

    /// Redeem, undo, redeem, of which each was asked for as often as is said.
    fn redeemed_again(redemptions: usize) -> Sample {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.act(order, Act::Redeem, Some(0));
        sample.act(order, Act::UndoRedemption, Some(0));
        if redemptions == 2 {
            sample.act(order, Act::Redeem, Some(0));
        } else {
            sample.change(order, Act::Redeem, Some(0));
        }
        sample
    }

    #[test]
    fn a_change_that_is_made_as_often_as_it_was_asked_for_is_fine() {
        assert_eq!(redeemed_again(2).findings_of(check), []);
    }

    #[test]
    fn a_change_that_is_made_again_by_nobody_is_found() {
        let sample = redeemed_again(1);
        assert_eq!(sample.rules_broken(check), [INVENTED]);
        assert!(sample.findings_of(check)[0].text.contains("was done 2 times, and asked for 1 times"));
    }

    #[test]
    fn a_change_before_it_was_asked_for_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.change(order, Act::TravelerCancel, None);
        sample.lose_act(order, Act::TravelerCancel);
        assert_eq!(sample.rules_broken(check), [INVENTED]);
        // Clocks that were moved prove nothing.
        for record in &mut sample.records {
            record.at = None;
        }
        assert_eq!(sample.findings_of(check), []);
    }

    /// As databases do: the request came in the middle of the microsecond.
    #[test]
    fn times_are_compared_by_the_microsecond() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.act(order, Act::TravelerCancel, None);
        let done = sample.facts.orders[0].events[1].at;
        sample.records[1].at = Some(done + jiff::SignedDuration::from_nanos(999));
        assert_eq!(sample.findings_of(check), []);
        sample.records[1].at = Some(done + jiff::SignedDuration::from_nanos(1000));
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
