//! Nothing is sold twice at any time.
//!
//! From outside: an order surely holds its units from the moment its answer is there until somebody begins to ask for its
//! end. What all orders of a slot surely hold at one moment is never more than the largest maximum that the slot may have
//! had at that moment. From inside: no stock row says that more is taken than there is, nor ever said so in the feed. And what
//! is kept for a channel is always left.

use std::collections::BTreeMap;

use super::Finding;
use super::facts::WhatChanged;
use super::view::View;
use crate::history::{ActAsk, Ask, Micros, Record, StockAsk};

/// Seen by clients.
pub(super) const OUTSIDE: &str = "oversold, seen by clients";
/// Seen in the database.
pub(super) const INSIDE: &str = "oversold, seen in the database";

/// What is kept for a channel was sold to others.
pub(super) const ALLOTTED: &str = "allotment taken by others";

/// Units that are surely held from a moment on, until before another.
#[derive(Clone, Copy, Debug)]
struct Held {
    from: Micros,
    to: Micros,
    units: i64,
}

/// A maximum that may hold from a moment on, to another.
#[derive(Clone, Copy, Debug)]
struct Possible {
    from: Micros,
    to: Micros,
    max: i64,
}

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings = inside(view);
    findings.extend(allotted(view));
    let held = held_by_slot(view);
    for (slot, held) in held {
        let possible = possible_of_slot(view, slot);
        findings.extend(too_much(&held, &possible).map(|(at, units, max)| {
            let told = &view.world.slots[slot];
            let text = format!(
                "slot {slot} ({} {}): at {at} µs orders surely hold {units} units, but it never had more than {max} then",
                told.date, told.start_time
            );
            Finding::new(OUTSIDE, text)
        }));
    }
    findings
}

fn inside(view: &View<'_>) -> Vec<Finding> {
    let now = view.facts.stock.iter().map(|row| ("is", row.id, row.max, row.held, row.ordered));
    let told = view.facts.changes.iter().filter_map(|change| match change.what {
        WhatChanged::Stock { stock, max, held, ordered, .. } => Some(("was", stock, max, held, ordered)),
        _ => None,
    });
    let is_wrong = |(_, _, max, held, ordered): &(&str, uuid::Uuid, i64, i64, i64)| *held < 0 || *ordered < 0 || held + ordered > *max;
    let wrong = now.chain(told).filter(is_wrong);
    wrong
        .map(|(when, row, max, held, ordered)| Finding::new(INSIDE, format!("stock {row} {when} {ordered} ordered + {held} held of {max}")))
        .collect()
}

/// Stock rows of which less was left than is kept, as the feed told of them.
fn allotted(view: &View<'_>) -> Vec<Finding> {
    let wrong = view.facts.changes.iter().filter_map(|change| {
        let WhatChanged::Stock { stock, max, held, ordered, kept, .. } = &change.what else { return None };
        let kept: i64 = kept.iter().map(|(_, units)| units).sum();
        (kept > 0 && held + ordered + kept > *max).then(|| {
            let text = format!("stock {stock} was {ordered} ordered + {held} held of {max}, with {kept} kept (change {})", change.seq);
            Finding::new(ALLOTTED, text)
        })
    });
    wrong.collect()
}

/// What is surely held of each slot.
fn held_by_slot(view: &View<'_>) -> BTreeMap<usize, Vec<Held>> {
    let mut held = BTreeMap::<usize, Vec<Held>>::new();
    for (channel, code, asks) in view.all_places() {
        // The same code is the same order: it is held since its first answer.
        let Some((first, ask, answer)) = asks
            .iter()
            .filter_map(|(record, _)| record.placed().map(|(ask, answer)| (record, ask, answer)))
            .min_by_key(|(record, ..)| record.end)
        else {
            continue;
        };
        debug_assert!(ask.channel == channel && ask.code == code);
        for (line, told) in ask.lines.iter().zip(&answer.lines) {
            let Some(option) = view.world.option(line.option) else { continue };
            if ended_by_the_hub(view, told.order) {
                continue;
            }
            for ticket in &told.tickets {
                let to = first_wish_to_end(view.acts(told.order), *ticket);
                if first.end < to {
                    held.entry(line.slot).or_default().push(Held { from: first.end, to, units: option.weight });
                }
            }
        }
    }
    held
}

/// When somebody first asked for the end of a ticket. Who was refused ended nothing.
fn first_wish_to_end(acts: &[(&Record, &ActAsk)], ticket: uuid::Uuid) -> Micros {
    let wishes =
        acts.iter().filter(|(record, act)| act.what.ends() && act.ticket.is_none_or(|named| named == ticket) && !record.is_refused());
    wishes.map(|(record, _)| record.begin).min().unwrap_or(Micros::MAX)
}

/// Whether a deadline passed, which no client sees coming.
fn ended_by_the_hub(view: &View<'_>, order: uuid::Uuid) -> bool {
    view.order(order).is_some_and(|order| order.events.iter().any(|event| event.actor == "hub" && event.action == "reject"))
}

/// Which maximums a slot may have had, and when.
fn possible_of_slot(view: &View<'_>, slot: usize) -> Vec<Possible> {
    let sets = |record: &&Record| matches!(&record.ask, Ask::Stock(StockAsk { slot: other, max: Some(_), .. }) if *other == slot);
    let edits: Vec<&Record> = view.records.iter().filter(sets).filter(|record| !record.is_refused()).collect();
    // A maximum is gone for sure when another one that was asked for after its answer is answered.
    let gone = |after: Micros| edits.iter().filter(|edit| edit.answer().is_some() && edit.begin > after).map(|edit| edit.end).min();
    let first = Possible { from: 0, to: gone(0).unwrap_or(Micros::MAX), max: view.world.slots[slot].max };
    let edited = edits.iter().filter_map(|edit| {
        let Ask::Stock(StockAsk { max: Some(max), .. }) = edit.ask else { return None };
        // What was not answered may be done at any later time.
        let to = if edit.answer().is_some() { gone(edit.end) } else { None };
        Some(Possible { from: edit.begin, to: to.unwrap_or(Micros::MAX), max })
    });
    std::iter::once(first).chain(edited).collect()
}

/// The first moment at which more is held than can be.
fn too_much(held: &[Held], possible: &[Possible]) -> Option<(Micros, i64, i64)> {
    // More can only begin to be too much when something is taken, or when a maximum goes.
    let mut moments: Vec<Micros> =
        held.iter().map(|held| held.from).chain(possible.iter().map(|possible| possible.to.saturating_add(1))).collect();
    moments.sort_unstable();
    moments.into_iter().find_map(|at| {
        let units: i64 = held.iter().filter(|held| held.from <= at && at < held.to).map(|held| held.units).sum();
        let max =
            possible.iter().filter(|possible| possible.from <= at && at <= possible.to).map(|possible| possible.max).max().unwrap_or(0);
        (units > max).then_some((at, units, max))
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MAX, Sample};
    use super::*;
    use crate::history::Act;

    #[test]
    fn what_fits_is_fine() {
        let mut sample = Sample::new();
        sample.place("A", 2);
        assert_eq!(MAX, 2);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_unit_that_two_have_is_found_from_outside_and_inside() {
        let mut sample = Sample::new();
        sample.place("A", 2);
        sample.place("B", 1);
        assert_eq!(sample.rules_broken(check), [OUTSIDE, INSIDE]);
    }

    #[test]
    fn what_is_cancelled_can_be_sold_again() {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.act(order, Act::ChannelCancelTicket, Some(1));
        sample.place("B", 1);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn what_was_refused_to_be_cancelled_is_still_held() {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.refuse_act(order, Act::TravelerCancel, 409, "ticket_used");
        sample.place("B", 1);
        assert_eq!(sample.rules_broken(check), [OUTSIDE, INSIDE]);
    }

    #[test]
    fn a_maximum_counts_from_when_it_may_hold_to_when_it_is_surely_gone() {
        let mut sample = Sample::new();
        sample.set_stock(3, true);
        sample.place("A", 3);
        assert_eq!(sample.findings_of(check), []);
        // Lowered while it is sold: the database says so, and so do clients.
        sample.set_stock(1, true);
        assert_eq!(sample.rules_broken(check), [OUTSIDE, INSIDE]);
    }

    #[test]
    fn an_unanswered_maximum_may_hold_and_may_not() {
        let mut sample = Sample::new();
        sample.set_stock(3, false);
        sample.place("A", 3);
        assert_eq!(sample.findings_of(too_much_of), []);
    }

    #[test]
    fn what_is_kept_for_a_channel_is_left() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        let Some(WhatChanged::Stock { kept, .. }) = sample.facts.changes.last_mut().map(|change| &mut change.what) else { panic!() };
        *kept = vec![(uuid::Uuid::nil(), 1)];
        assert_eq!(sample.findings_of(check), []);
        let Some(WhatChanged::Stock { kept, .. }) = sample.facts.changes.last_mut().map(|change| &mut change.what) else { panic!() };
        *kept = vec![(uuid::Uuid::nil(), 2)];
        assert_eq!(sample.rules_broken(check), [ALLOTTED]);
    }

    fn too_much_of(view: &View<'_>) -> Vec<Finding> {
        check(view).into_iter().filter(|finding| finding.rule == OUTSIDE).collect()
    }
}
