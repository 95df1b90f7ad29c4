//! Pool arithmetic: what a stock row says is taken is what its open and used tickets take.

use std::collections::HashMap;

use axhub_domain::state::TicketStatus;
use uuid::Uuid;

use super::Finding;
use super::view::View;
use crate::history::{Ask, Record, StockAsk};

/// Rows and tickets.
pub(super) const ARITHMETIC: &str = "stock arithmetic";
/// The last maximum.
pub(super) const MAXIMUM: &str = "stock as it was set";

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings = arithmetic(view);
    findings.extend(view.facts.wrong_allotments.iter().map(|wrong| Finding::new(ARITHMETIC, format!("allotment: {wrong}"))));
    findings.extend((0..view.world.slots.len()).filter_map(|slot| maximum(view, slot)));
    findings
}

fn arithmetic(view: &View<'_>) -> Vec<Finding> {
    let mut by_tickets = HashMap::<Uuid, i64>::new();
    for order in &view.facts.orders {
        let takes = order.tickets.iter().filter(|ticket| matches!(ticket.status, TicketStatus::New | TicketStatus::Used)).count();
        *by_tickets.entry(order.stock).or_default() += order.weight * i64::try_from(takes).unwrap_or(i64::MAX);
    }
    let wrong = view.facts.stock.iter().filter_map(|row| {
        let by_tickets = by_tickets.get(&row.id).copied().unwrap_or(0);
        // Nothing makes holds, so what is taken is what is ordered.
        let (ordered, held) = (row.ordered, row.held);
        (ordered != by_tickets || held != 0).then(|| {
            Finding::new(ARITHMETIC, format!("stock {} says {ordered} ordered + {held} held, its tickets take {by_tickets}", row.id))
        })
    });
    wrong.collect()
}

/// The maximum of a slot is one that it may have at the end: the last one that was answered, one that was asked for beside it,
/// or one that was never answered.
fn maximum(view: &View<'_>, slot: usize) -> Option<Finding> {
    let row = view.row_of_slot(slot)?;
    let row = view.facts.stock.iter().find(|stock| stock.id == row)?;
    let edits = view.records.iter().filter_map(|record| match record.ask {
        Ask::Stock(StockAsk { slot: other, max: Some(max), .. }) if other == slot && !record.is_refused() => Some((record, max)),
        _ => None,
    });
    let last = edits.clone().filter(|(record, _)| record.answer().is_some()).map(|(record, _)| record.begin).max();
    // What was answered before the last one began is gone.
    let may_last = |record: &Record| record.is_unknown() || last.is_none_or(|last| record.end >= last);
    let first = view.world.slots[slot].max;
    let possible: Vec<i64> =
        edits.filter(|(record, _)| may_last(record)).map(|(_, max)| max).chain(last.is_none().then_some(first)).collect();
    (!possible.contains(&row.max))
        .then(|| Finding::new(MAXIMUM, format!("slot {slot} has a maximum of {}, but could only have one of {possible:?}", row.max)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;
    use crate::history::Act;

    #[test]
    fn rows_that_say_what_tickets_take_are_fine() {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.act(order, Act::TravelerCancel, None);
        sample.place("B", 1);
        sample.set_stock(5, true);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_unit_that_was_not_given_back_is_found() {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.act(order, Act::TravelerCancel, None);
        sample.facts.stock[0].ordered = 2;
        assert_eq!(sample.rules_broken(check), [ARITHMETIC]);
    }

    #[test]
    fn a_maximum_that_was_answered_and_is_not_there_is_found() {
        let mut sample = Sample::new();
        sample.set_stock(4, true);
        sample.set_stock(5, true);
        sample.facts.stock[0].max = 4;
        assert_eq!(sample.rules_broken(check), [MAXIMUM]);
    }

    #[test]
    fn one_that_was_not_answered_may_be_there() {
        let mut sample = Sample::new();
        sample.set_stock(4, false);
        sample.set_stock(5, true);
        sample.facts.stock[0].max = 4;
        assert_eq!(sample.findings_of(check), []);
    }
}
