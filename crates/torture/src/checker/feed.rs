//! The feed of changes: every change once, in order. Of each order and of each stock row it tells all states that they went
//! through, one after another, and positions follow that order without a gap.

use std::collections::{BTreeMap, HashMap, HashSet};

use axhub_domain::state::{OrderState, OrderStatus, TicketStatus};
use uuid::Uuid;

use super::Finding;
use super::facts::{ChangeFact, WhatChanged};
use super::view::View;
use crate::history::Ask;

/// Something is not told, or not as it was.
pub(super) const INCOMPLETE: &str = "feed incomplete";
/// Something is told out of order.
pub(super) const ORDER: &str = "feed out of order";

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings = positions(view);
    findings.extend(orders(view));
    findings.extend(stock(view));
    findings.extend(unread_stock(view));
    findings
}

/// Positions are given to all changes, each once, without a gap; and in the order in which changes of one thing were recorded.
fn positions(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut given: BTreeMap<i64, usize> = BTreeMap::new();
    for change in &view.facts.changes {
        match change.position {
            Some(position) => *given.entry(position).or_default() += 1,
            None => findings.push(Finding::new(INCOMPLETE, format!("change {} has no position", change.seq))),
        }
        if change.what == WhatChanged::Nonsense {
            findings.push(Finding::new(INCOMPLETE, format!("change {} makes no sense", change.seq)));
        }
    }
    let is_without_gap = given.keys().copied().eq(1..=view.facts.feed_end) && given.values().all(|times| *times == 1);
    if !is_without_gap {
        let text = format!(
            "{} positions are given to {} changes, but the feed ends at {}",
            given.len(),
            view.facts.changes.len(),
            view.facts.feed_end
        );
        findings.push(Finding::new(ORDER, text));
    }
    let mut last = HashMap::<Uuid, i64>::new();
    for change in &view.facts.changes {
        let (Some(thing), Some(position)) = (thing(change), change.position) else { continue };
        if let Some(before) = last.insert(thing, position).filter(|before| *before > position) {
            findings.push(Finding::new(
                ORDER,
                format!("of {thing}, what was recorded later has position {position}, what was before {before}"),
            ));
        }
    }
    findings
}

fn thing(change: &ChangeFact) -> Option<Uuid> {
    match change.what {
        WhatChanged::Order { order, .. } => Some(order),
        WhatChanged::Stock { stock, .. } => Some(stock),
        WhatChanged::Other | WhatChanged::Nonsense => None,
    }
}

/// A state of an order and its tickets.
type Told<'a> = (OrderStatus, &'a [(Uuid, TicketStatus)]);

/// Of each order the feed tells the states of its path, to its channel.
fn orders(view: &View<'_>) -> Vec<Finding> {
    let mut told = HashMap::<Uuid, Vec<Told<'_>>>::new();
    let mut findings = Vec::new();
    for change in &view.facts.changes {
        let WhatChanged::Order { order, status, tickets } = &change.what else { continue };
        let told = told.entry(*order).or_default();
        // Readers went on until all that was answered had its place.
        if !change.was_placed && view.reached(*order).is_some_and(|reached| told.len() <= reached) {
            findings.push(Finding::new(
                INCOMPLETE,
                format!("change {} of order {order} was answered, and no reader gave it a position", change.seq),
            ));
        }
        told.push((*status, tickets));
        if view.order(*order).is_some_and(|order| Some(order.channel) != change.channel) {
            findings.push(Finding::new(INCOMPLETE, format!("change {} of order {order} is told to another channel", change.seq)));
        }
    }
    for order in &view.facts.orders {
        let Some(path) = view.path(order.id) else { continue };
        let told = told.get(&order.id).map_or(&[][..], Vec::as_slice);
        let is_same = |(state, (status, tickets)): (&OrderState, &Told<'_>)| {
            state.status == *status && state.tickets.iter().map(|(id, status)| (id.0, *status)).eq(tickets.iter().copied())
        };
        if path.states.len() != told.len() {
            let text = format!("order {} had {} states, of which the feed tells {}", order.id, path.states.len(), told.len());
            findings.push(Finding::new(INCOMPLETE, text));
        } else if !path.states.iter().zip(told).all(is_same) {
            findings.push(Finding::new(ORDER, format!("the states of order {} are told in another order, or as they were not", order.id)));
        }
    }
    findings
}

/// The last that the feed tells of each stock row is what it is.
fn stock(view: &View<'_>) -> Vec<Finding> {
    let mut last = HashMap::new();
    for change in &view.facts.changes {
        if let WhatChanged::Stock { stock, max, held, ordered, on_sale, .. } = change.what {
            last.insert(stock, (max, held, ordered, on_sale));
        }
    }
    let differs = view.facts.stock.iter().filter_map(|row| {
        let (is, told) = ((row.max, row.held, row.ordered, row.on_sale), last.get(&row.id));
        (told != Some(&is)).then(|| {
            Finding::new(INCOMPLETE, format!("stock {} is {is:?} (max, held, ordered, open), the feed's last word is {told:?}", row.id))
        })
    });
    differs.collect()
}

/// Changes of stock that no reader gave a position, though nothing changed that row that may have come when all had gone: neither
/// an order whose change is unread, too, nor a setting that was not answered.
fn unread_stock(view: &View<'_>) -> Vec<Finding> {
    let unread = || view.facts.changes.iter().filter(|change| !change.was_placed);
    let by_order = unread().filter_map(|change| match change.what {
        WhatChanged::Order { order, .. } => view.order(order).map(|order| order.stock),
        _ => None,
    });
    let unanswered = view.records.iter().filter(|record| record.is_unknown());
    let by_setting = unanswered.filter_map(|record| match &record.ask {
        Ask::Stock(ask) => view.row_of_slot(ask.slot),
        _ => None,
    });
    let may_be_late: HashSet<Uuid> = by_order.chain(by_setting).collect();
    let findings = unread().filter_map(|change| match change.what {
        WhatChanged::Stock { stock, .. } if !may_be_late.contains(&stock) => {
            Some(Finding::new(INCOMPLETE, format!("change {} of stock {stock} was answered, and no reader gave it a position", change.seq)))
        }
        _ => None,
    });
    findings.collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;
    use crate::history::Act;

    fn sample() -> Sample {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.act(order, Act::ChannelCancelTicket, Some(0));
        sample.act(order, Act::TravelerCancel, None);
        sample
    }

    #[test]
    fn a_feed_that_tells_it_all_is_fine() {
        assert_eq!(sample().findings_of(check), []);
    }

    #[test]
    fn a_change_that_is_not_told_is_found() {
        let mut sample = sample();
        let last = sample.facts.changes.iter().rposition(|change| change.kind == "order").unwrap();
        sample.facts.changes.remove(last);
        assert_eq!(sample.rules_broken(check), [INCOMPLETE, ORDER]);
    }

    #[test]
    fn an_answered_change_that_never_had_a_position_is_found() {
        let mut sample = sample();
        sample.facts.changes.last_mut().unwrap().was_placed = false;
        assert_eq!(sample.rules_broken(check), [INCOMPLETE]);
        // What nobody was told of may have come when all readers had gone.
        sample.records.pop();
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_stock_change_that_never_had_a_position_is_found() {
        let mut sample = sample();
        sample.set_stock(4, true);
        sample.facts.changes.last_mut().unwrap().was_placed = false;
        assert_eq!(sample.rules_broken(check), [INCOMPLETE]);
        // It may be of another one, which was not answered.
        sample.set_stock(4, false);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_late_order_may_leave_a_stock_change_unread() {
        let mut sample = sample();
        let before = sample.facts.changes.len();
        sample.lose("B", 1);
        sample.store("B", 1);
        sample.facts.changes[before..].iter_mut().for_each(|change| change.was_placed = false);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn stock_that_is_told_wrong_is_found() {
        let mut sample = sample();
        sample.facts.stock[0].ordered = 1;
        assert_eq!(sample.rules_broken(check), [INCOMPLETE]);
    }

    #[test]
    fn positions_that_turn_around_are_found() {
        let mut sample = sample();
        let orders: Vec<usize> = (0..sample.facts.changes.len()).filter(|at| sample.facts.changes[*at].kind == "order").collect();
        let (one, other) = (sample.facts.changes[orders[0]].position, sample.facts.changes[orders[1]].position);
        sample.facts.changes[orders[0]].position = other;
        sample.facts.changes[orders[1]].position = one;
        assert_eq!(sample.rules_broken(check), [ORDER]);
    }

    #[test]
    fn a_position_that_is_missing_or_given_twice_is_found() {
        let mut sample = sample();
        sample.facts.changes[1].position = sample.facts.changes[0].position;
        assert_eq!(sample.rules_broken(check), [ORDER]);
        sample.facts.changes[1].position = None;
        assert_eq!(sample.rules_broken(check), [INCOMPLETE, ORDER]);
    }
}
