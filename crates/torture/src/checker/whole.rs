//! All or nothing: an order is there with all of its lines, tickets, people, history and changes, or it is not there.

use std::collections::HashSet;

use uuid::Uuid;

use super::Finding;
use super::facts::{WhatChanged, WholeFact};
use super::view::View;

/// Half of something.
pub(super) const HALF: &str = "half an order";

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = view.facts.wholes.iter().flat_map(|whole| missing(view, whole)).collect();
    let wholes: HashSet<Uuid> = view.facts.wholes.iter().map(|whole| whole.id).collect();
    for order in view.facts.orders.iter().filter(|order| !wholes.contains(&order.whole)) {
        findings.push(Finding::new(HALF, format!("order {} is part of nothing", order.id)));
    }
    let told = view.facts.changes.iter().filter_map(|change| match &change.what {
        WhatChanged::Order { order, .. } => Some(*order),
        _ => None,
    });
    findings.extend(
        told.filter(|order| view.order(*order).is_none())
            .map(|order| Finding::new(HALF, format!("the feed tells of order {order}, which is not there"))),
    );
    findings
}

fn missing(view: &View<'_>, whole: &WholeFact) -> Vec<Finding> {
    let mut missing = Vec::new();
    let mut tickets = 0;
    if whole.lines.is_empty() {
        missing.push("it has no option".to_owned());
    }
    for (at, line) in (0i64..).zip(view.lines(whole)) {
        tickets += line.tickets.len();
        if line.position != at {
            missing.push(format!("option {at} is missing"));
        }
        if line.quantity != i64::try_from(line.tickets.len()).unwrap_or(-1)
            || (0..).zip(&line.tickets).any(|(at, ticket)| ticket.position != at)
        {
            missing.push(format!("option {at} has {} tickets for {} units", line.tickets.len(), line.quantity));
        }
        if line.tickets.iter().any(|ticket| ticket.travelers != 1) {
            missing.push(format!("a ticket of option {at} has no traveler"));
        }
        if line.channel != whole.channel {
            missing.push(format!("option {at} is another channel's"));
        }
        if view.facts.pools.get(&line.option) != view.facts.stock.iter().find(|row| row.id == line.stock).map(|row| &row.pool) {
            missing.push(format!("option {at} draws from a stock that is not its own"));
        }
        if !line.events.iter().any(|event| event.action == "place") {
            missing.push(format!("option {at} has no record of being placed"));
        }
    }
    // Lines that the plan of the order has and the database lacks are for `orders` to find: here nobody knows how many there were.
    if whole.people != (1, 1, tickets) {
        missing.push(format!("it has {:?} purchasers, representatives and travelers for {tickets} tickets", whole.people));
    }
    missing.into_iter().map(|what| Finding::new(HALF, format!("{}: {what}", whole.code))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;

    #[test]
    fn a_whole_order_is_fine() {
        let mut sample = Sample::new();
        sample.place("A", 2);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn whatever_is_missing_of_an_order_is_found() {
        let breaks: [fn(&mut Sample); 5] = [
            |sample| sample.facts.orders[0].tickets.truncate(1),
            |sample| sample.facts.wholes[0].people.1 = 0,
            |sample| sample.facts.orders[0].tickets[0].travelers = 0,
            |sample| sample.facts.orders[0].events.clear(),
            |sample| sample.facts.wholes[0].lines.clear(),
        ];
        for (at, break_it) in breaks.into_iter().enumerate() {
            let mut sample = Sample::new();
            sample.place("A", 2);
            break_it(&mut sample);
            assert_eq!(sample.rules_broken(check), [HALF], "{at}");
        }
    }

    #[test]
    fn a_change_of_an_order_that_is_not_there_is_found() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        sample.facts.wholes.clear();
        sample.facts.orders.clear();
        assert_eq!(sample.rules_broken(check), [HALF]);
    }
}
