//! Stock rows: what one says is taken is what its open and used tickets take; it is as it was set last, and nothing was sold
//! while it was closed.

use std::collections::HashMap;

use axhub_domain::state::TicketStatus;
use uuid::Uuid;

use super::Finding;
use super::view::View;
use crate::history::{Ask, Micros, Record, StockAsk};

/// Rows and tickets.
pub(super) const ARITHMETIC: &str = "stock arithmetic";
/// The last maximum, and whether it is open.
pub(super) const AS_SET: &str = "stock as it was set";
/// Sold all the same.
pub(super) const CLOSED: &str = "sold while it was closed";

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings = arithmetic(view);
    findings.extend(view.facts.wrong_allotments.iter().map(|wrong| Finding::new(ARITHMETIC, format!("allotment: {wrong}"))));
    findings.extend((0..view.world.slots.len()).flat_map(|slot| as_set(view, slot)));
    findings.extend(sold_while_closed(view));
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

/// What a slot is at the end is what it was set to.
fn as_set(view: &View<'_>, slot: usize) -> Vec<Finding> {
    let row = view.row_of_slot(slot).and_then(|row| view.facts.stock.iter().find(|stock| stock.id == row));
    let Some(row) = row else { return Vec::new() };
    let mut findings = Vec::new();
    let maxima = may_be_last(view, slot, view.world.slots[slot].max, |ask| ask.max);
    if !maxima.contains(&row.max) {
        let text = format!("slot {slot} has a maximum of {}, but could only have one of {maxima:?}", row.max);
        findings.push(Finding::new(AS_SET, text));
    }
    if !may_be_last(view, slot, true, |ask| ask.on_sale).contains(&row.on_sale) {
        let (is, should) = if row.on_sale { ("open", "closed") } else { ("closed", "open") };
        findings.push(Finding::new(AS_SET, format!("slot {slot} is {is}, but was last set to be {should}")));
    }
    findings
}

/// The values that may have been set last: the last one that was answered, one that was asked for beside it, or one that was
/// never answered.
fn may_be_last<T: Copy>(view: &View<'_>, slot: usize, first: T, set: fn(&StockAsk) -> Option<T>) -> Vec<T> {
    let edits = edits(view, slot).filter_map(|(record, ask)| Some((record, set(ask)?)));
    let last = edits.clone().filter(|(record, _)| record.answer().is_some()).map(|(record, _)| record.begin).max();
    // What was answered before the last one began is gone.
    let may_last = |record: &Record| record.is_unknown() || last.is_none_or(|last| record.end >= last);
    edits.filter(|(record, _)| may_last(record)).map(|(_, value)| value).chain(last.is_none().then_some(first)).collect()
}

/// All that may have set a slot.
fn edits<'a>(view: &View<'a>, slot: usize) -> impl Iterator<Item = (&'a Record, &'a StockAsk)> + Clone {
    view.records.iter().filter_map(move |record| match &record.ask {
        Ask::Stock(ask) if ask.slot == slot && !record.is_refused() => Some((record, ask)),
        _ => None,
    })
}

/// New orders that were asked for and answered while what they name was surely closed.
fn sold_while_closed(view: &View<'_>) -> Vec<Finding> {
    let closed: Vec<Vec<(Micros, Micros)>> = (0..view.world.slots.len()).map(|slot| surely_closed(view, slot)).collect();
    let mut findings = Vec::new();
    for record in view.records {
        let Some((ask, _)) = record.placed().filter(|(_, answer)| !answer.is_replay) else { continue };
        for line in &ask.lines {
            let during = closed[line.slot].iter().find(|(from, to)| *from < record.begin && record.end < *to);
            if let Some((from, _)) = during {
                let text = format!("request {} was sold slot {}, which had been closed at {from} µs", record.id, line.slot);
                findings.push(Finding::new(CLOSED, text));
            }
        }
    }
    findings
}

/// When a slot was surely closed: from the answer that it is until somebody begins to open it. Who opened it before that and got
/// no answer may open it at any time.
fn surely_closed(view: &View<'_>, slot: usize) -> Vec<(Micros, Micros)> {
    let edits = edits(view, slot);
    let opening =
        |(record, ask): (&'_ Record, &StockAsk)| (ask.on_sale == Some(true)).then_some((record.begin, record.end, record.is_unknown()));
    let openings: Vec<(Micros, Micros, bool)> = edits.clone().filter_map(opening).collect();
    let closings = edits.filter(|(record, ask)| ask.on_sale == Some(false) && record.answer().is_some());
    let intervals = closings.map(|(closing, _)| {
        let later = openings.iter().filter(|(_, end, is_unknown)| *is_unknown || *end >= closing.begin);
        (closing.end, later.map(|(begin, ..)| *begin).min().unwrap_or(Micros::MAX))
    });
    intervals.filter(|(from, to)| from < to).collect()
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
        assert_eq!(sample.rules_broken(check), [AS_SET]);
    }

    #[test]
    fn one_that_was_not_answered_may_be_there() {
        let mut sample = Sample::new();
        sample.set_stock(4, false);
        sample.set_stock(5, true);
        sample.facts.stock[0].max = 4;
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_closing_that_was_answered_and_is_not_there_is_found() {
        let mut sample = Sample::new();
        sample.open_stock(false, true);
        assert_eq!(sample.findings_of(check), []);
        sample.facts.stock[0].on_sale = true;
        assert_eq!(sample.rules_broken(check), [AS_SET]);
        // It may have been opened again.
        sample.open_stock(true, false);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn an_opening_that_was_answered_and_is_not_there_is_found() {
        let mut sample = Sample::new();
        sample.open_stock(false, true);
        sample.open_stock(true, true);
        // A maximum says nothing of it.
        sample.set_stock(4, true);
        sample.facts.stock[0].on_sale = false;
        assert_eq!(sample.rules_broken(check), [AS_SET]);
    }

    #[test]
    fn what_is_sold_while_it_is_surely_closed_is_found() {
        let mut sample = Sample::new();
        sample.open_stock(false, true);
        sample.place("A", 1);
        sample.open_stock(true, true);
        sample.place("B", 1);
        assert_eq!(sample.rules_broken(check), [CLOSED]);
        assert_eq!(sample.findings_of(check).len(), 1);
    }

    #[test]
    fn what_is_sold_while_somebody_may_have_opened_it_is_fine() {
        let mut sample = Sample::new();
        sample.open_stock(true, false);
        sample.open_stock(false, true);
        sample.place("A", 1);
        assert_eq!(sample.findings_of(check), []);
        // A repetition is no sale.
        let mut sample = Sample::new();
        sample.place("A", 1);
        sample.open_stock(false, true);
        sample.answer_again("A");
        assert_eq!(sample.findings_of(check), []);
    }
}
