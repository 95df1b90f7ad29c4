//! What answers show of an order is what it was, and never goes back: who has seen a change sees it from then on, at
//! whatever server.

use std::collections::HashMap;

use axhub_domain::state::OrderState;
use uuid::Uuid;

use super::Finding;
use super::view::View;
use crate::history::{Answer, Ask, OrderSeen, Outcome, Record};

/// An answered order is not found.
pub(super) const GONE: &str = "answered order not found";
/// An order is shown as it never was.
pub(super) const NEVER: &str = "shown as it never was";
/// An order is shown as it was before.
pub(super) const BACK: &str = "shown as it was before";

/// What somebody saw of an order: the places of all of its states that it can have been.
struct Sight<'a> {
    record: &'a Record,
    fitting: Vec<usize>,
}

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings = gone(view);
    let (sights, never) = sights(view);
    findings.extend(never);
    findings.extend(sights.into_iter().flat_map(|(order, sights)| follow(order, sights).1));
    findings
}

/// The state that each order had reached for sure when all answers were there, of those of which there was any answer.
pub(super) fn reached(view: &View<'_>) -> HashMap<Uuid, usize> {
    let mut reached: HashMap<Uuid, usize> = HashMap::new();
    reached.extend(view.records.iter().filter_map(Record::placed).flat_map(|(_, answer)| answer.lines.iter().map(|line| (line.order, 0))));
    reached.extend(sights(view).0.into_iter().map(|(order, sights)| (order, follow(order, sights).0)));
    reached
}

/// All sights of each order, and those that fit none of its states.
fn sights<'a>(view: &View<'a>) -> (HashMap<Uuid, Vec<Sight<'a>>>, Vec<Finding>) {
    let (mut sights, mut never) = (HashMap::<Uuid, Vec<Sight<'a>>>::new(), Vec::new());
    for record in view.records {
        // What a repeated order answers is how it was placed, so it says nothing of how it is now.
        let Some(Answer::Order(seen)) = record.answer() else { continue };
        let Some(path) = view.path(seen.order) else { continue };
        let fitting: Vec<usize> = (0..path.states.len()).filter(|at| fits(seen, &path.states[*at])).collect();
        if fitting.is_empty() {
            never.push(Finding::new(NEVER, format!("request {} was shown {seen:?}", record.id)));
        } else {
            sights.entry(seen.order).or_default().push(Sight { record, fitting });
        }
    }
    (sights, never)
}

/// Whether an answer may show this state. Not all answers show all tickets.
fn fits(seen: &OrderSeen, state: &OrderState) -> bool {
    seen.status == state.status
        && seen.tickets.iter().all(|(id, status)| state.tickets.iter().any(|(own, now)| own.0 == *id && now == status))
}

/// Goes through the sights of an order: each is the earliest state that fits it and is no earlier than what others had seen who
/// had their answer before it was asked for. Answers the last state that was reached so, and the sights that fit none.
fn follow(order: Uuid, mut sights: Vec<Sight<'_>>) -> (usize, Vec<Finding>) {
    sights.sort_by_key(|sight| sight.record.begin);
    let mut by_end: Vec<usize> = (0..sights.len()).collect();
    by_end.sort_by_key(|at| sights[*at].record.end);
    let mut by_end = by_end.into_iter().peekable();
    // What each sight is. Who had an answer before a request began had begun before it, too.
    let mut states: Vec<usize> = Vec::with_capacity(sights.len());
    let mut newest: Option<(usize, u64)> = None;
    let mut findings = Vec::new();
    for Sight { record, fitting } in &sights {
        while let Some(earlier) = by_end.next_if(|at| sights[*at].record.end < record.begin) {
            if newest.is_none_or(|(state, _)| state < states[earlier]) {
                newest = Some((states[earlier], sights[earlier].record.id));
            }
        }
        let least = newest.map_or(0, |(state, _)| state);
        let state = fitting.iter().copied().find(|state| *state >= least);
        if let (None, Some((_, by))) = (state, newest) {
            let text =
                format!("order {order}: request {} saw one of the states {fitting:?} after request {by} had seen state {least}", record.id);
            findings.push(Finding::new(BACK, text));
        }
        states.push(state.unwrap_or(least));
    }
    (states.into_iter().max().unwrap_or(0), findings)
}

/// Whoever asks for an order that was answered finds it.
fn gone(view: &View<'_>) -> Vec<Finding> {
    let mut answered = HashMap::<Uuid, u64>::new();
    for record in view.records {
        if let Some((_, answer)) = record.placed() {
            for line in &answer.lines {
                let end = answered.entry(line.order).or_insert(record.end);
                *end = record.end.min(*end);
            }
        }
    }
    let not_found = view.records.iter().filter_map(|record| {
        let Outcome::Refused { status: 404, .. } = record.outcome else { return None };
        let order = match &record.ask {
            Ask::Act(act) => act.order,
            Ask::Read { order, .. } => *order,
            _ => return None,
        };
        answered.get(&order).filter(|end| **end < record.begin).map(|_| (record.id, order))
    });
    not_found.map(|(id, order)| Finding::new(GONE, format!("request {id} was told that there is no order {order}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;
    use crate::history::Act;

    #[test]
    fn what_was_is_fine() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.read(order);
        sample.act(order, Act::TravelerCancel, None);
        sample.read(order);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_state_that_never_was_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.read(order);
        let Some(Outcome::Answered(Answer::Order(seen))) = sample.records.last_mut().map(|record| &mut record.outcome) else { panic!() };
        seen.status = axhub_domain::state::OrderStatus::SupplierReject;
        assert_eq!(sample.rules_broken(check), [NEVER]);
    }

    #[test]
    fn an_old_state_after_a_new_one_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.read(order);
        let old = sample.records.last().unwrap().outcome.clone();
        sample.act(order, Act::TravelerCancel, None);
        sample.read(order);
        sample.records.last_mut().unwrap().outcome = old;
        assert_eq!(sample.rules_broken(check), [BACK]);
    }

    /// What was answered to a lost change looks like what had been before: new, used, new, and used again.
    #[test]
    fn a_change_back_and_forth_of_which_the_last_is_lost_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.act(order, Act::Redeem, Some(0));
        sample.act(order, Act::UndoRedemption, Some(0));
        assert_eq!(sample.findings_of(check), []);
        let before = sample.facts.clone();
        sample.act(order, Act::Redeem, Some(0));
        assert_eq!(sample.findings_of(check), []);
        sample.facts = before;
        assert_eq!(sample.rules_broken(check), [BACK]);
    }

    #[test]
    fn who_asks_beside_another_may_see_either_state() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.read(order);
        let old = sample.records.last().unwrap().outcome.clone();
        sample.act(order, Act::TravelerCancel, None);
        sample.read(order);
        let answered = sample.records[2].end;
        let beside = sample.records.last_mut().unwrap();
        (beside.begin, beside.outcome) = (answered, old);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn an_answered_order_that_is_not_found_is_found_here() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.read(order);
        sample.records.last_mut().unwrap().outcome = Outcome::Refused { status: 404, code: "not_found".to_owned() };
        assert_eq!(sample.rules_broken(check), [GONE]);
    }
}
