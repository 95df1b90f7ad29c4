//! What answers show of an order is what it was, and never goes back: who has seen a change sees it from then on, at
//! whatever server.

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

/// What somebody saw of an order: the first and the last of its states that it can have been.
struct Sight<'a> {
    record: &'a Record,
    first: usize,
    last: usize,
}

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings = gone(view);
    let mut sights = std::collections::HashMap::<Uuid, Vec<Sight<'_>>>::new();
    for record in view.records {
        // What a repeated order answers is how it was placed, so it says nothing of how it is now.
        let Some(Answer::Order(seen)) = record.answer() else { continue };
        let Some(path) = view.path(seen.order) else { continue };
        let mut fitting = (0..path.states.len()).filter(|at| fits(seen, &path.states[*at]));
        let Some(first) = fitting.next() else {
            findings.push(Finding::new(NEVER, format!("request {} was shown {seen:?}", record.id)));
            continue;
        };
        let last = fitting.next_back().unwrap_or(first);
        sights.entry(seen.order).or_default().push(Sight { record, first, last });
    }
    findings.extend(sights.iter().flat_map(|(order, sights)| back(*order, sights)));
    findings
}

/// Whether an answer may show this state. Not all answers show all tickets.
fn fits(seen: &OrderSeen, state: &OrderState) -> bool {
    seen.status == state.status
        && seen.tickets.iter().all(|(id, status)| state.tickets.iter().any(|(own, now)| own.0 == *id && now == status))
}

/// Two that saw it one after the other, the later one an earlier state.
fn back(order: Uuid, sights: &[Sight<'_>]) -> Vec<Finding> {
    let mut by_end: Vec<&Sight<'_>> = sights.iter().collect();
    by_end.sort_by_key(|sight| sight.record.end);
    let mut by_begin = by_end.clone();
    by_begin.sort_by_key(|sight| sight.record.begin);
    let mut findings = Vec::new();
    let (mut ended, mut newest): (usize, Option<&Sight<'_>>) = (0, None);
    for sight in by_begin {
        while let Some(earlier) = by_end.get(ended).filter(|earlier| earlier.record.end < sight.record.begin) {
            if newest.is_none_or(|newest| newest.first < earlier.first) {
                newest = Some(earlier);
            }
            ended += 1;
        }
        if let Some(newest) = newest.filter(|newest| sight.last < newest.first) {
            let text = format!(
                "order {order}: request {} saw state {} after request {} had seen state {}",
                sight.record.id, sight.last, newest.record.id, newest.first
            );
            findings.push(Finding::new(BACK, text));
        }
    }
    findings
}

/// Whoever asks for an order that was answered finds it.
fn gone(view: &View<'_>) -> Vec<Finding> {
    let mut answered = std::collections::HashMap::<Uuid, u64>::new();
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

    #[test]
    fn an_answered_order_that_is_not_found_is_found_here() {
        let mut sample = Sample::new();
        let order = sample.place("A", 1);
        sample.read(order);
        sample.records.last_mut().unwrap().outcome = Outcome::Refused { status: 404, code: "not_found".to_owned() };
        assert_eq!(sample.rules_broken(check), [GONE]);
    }
}
