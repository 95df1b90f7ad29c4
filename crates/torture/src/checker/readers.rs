//! Readers who follow a feed: each answer tells exactly what lies between two positions, once and in order, as it is
//! recorded; and they all came to the end.

use std::collections::{BTreeMap, HashMap};

use axhub_domain::product::ProductKind;
use uuid::Uuid;

use super::Finding;
use super::facts::{ChangeFact, WhatChanged};
use super::view::View;
use crate::history::{Answer, Ask, ChangeSeen, FeedAnswer, OrderSeen, Record, position};

/// A reader did not see something, or saw it twice.
pub(super) const MISSED: &str = "reader missed a change";
/// A reader never came to the end.
pub(super) const STUCK: &str = "reader stuck";

/// Who follows what: the client, the channel, and the kind when it is a list of orders.
type Follower = (u32, usize, Option<ProductKind>);

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut changes: Vec<(i64, &ChangeFact)> = view.facts.changes.iter().filter_map(|change| Some((change.position?, change))).collect();
    changes.sort_unstable_by_key(|(position, _)| *position);
    let mut findings = Vec::new();
    let mut ends = BTreeMap::<Follower, i64>::new();
    for record in view.records {
        let (channel, kind, cursor) = match &record.ask {
            Ask::Feed { channel, cursor } => (*channel, None, cursor),
            Ask::Orders { channel, kind, cursor } => (*channel, Some(*kind), cursor),
            _ => continue,
        };
        let end = ends.entry((record.client, channel, kind)).or_insert(0);
        let Some(Answer::Feed(told)) = record.answer() else { continue };
        match (position(cursor), position(&told.next)) {
            (Some(from), Some(to)) if from == *end && to >= from => {
                let passed = between(&changes, from, to).filter(|(_, change)| concerns(change, view.world.channels[channel].id, kind));
                findings.extend(differs(record, told, passed));
                *end = to;
            }
            (from, to) => {
                findings.push(Finding::new(MISSED, format!("request {}: from {from:?} to {to:?}, the reader was at {end}", record.id)));
            }
        }
    }
    let answered = answered(view, &changes);
    findings.extend(ends.into_iter().filter_map(|(follower, end)| stuck(view, &answered, follower, end)));
    findings
}

/// The changes behind one position up to another.
fn between<'a>(changes: &'a [(i64, &'a ChangeFact)], from: i64, to: i64) -> impl Iterator<Item = (i64, &'a ChangeFact)> {
    let first = changes.partition_point(|(position, _)| *position <= from);
    changes[first..].iter().take_while(move |(position, _)| *position <= to).copied()
}

/// Whether a reader should see a change. All channels of the world may sell all products.
fn concerns(change: &ChangeFact, channel: Uuid, kind: Option<ProductKind>) -> bool {
    let is_visible = change.channel.is_none_or(|only| only == channel);
    let is_of_kind = kind.is_none_or(|kind| {
        let is_day_ticket_under_ticket = kind == ProductKind::Ticket && change.product_kind == ProductKind::DayTicket.as_str();
        change.kind == "order" && (change.product_kind == kind.as_str() || is_day_ticket_under_ticket)
    });
    is_visible && is_of_kind
}

fn differs<'a>(record: &Record, told: &FeedAnswer, passed: impl Iterator<Item = (i64, &'a ChangeFact)>) -> Option<Finding> {
    let passed: Vec<(i64, &ChangeFact)> = passed.collect();
    let is_same = passed.len() == told.changes.len()
        && passed.iter().zip(&told.changes).all(|((position, change), seen)| shows(seen, *position, change));
    (!is_same).then(|| {
        let positions = |range: &mut dyn Iterator<Item = i64>| range.map(|position| position.to_string()).collect::<Vec<_>>().join(" ");
        let expected = positions(&mut passed.iter().map(|(position, _)| *position));
        let got = positions(&mut told.changes.iter().map(|seen| seen.cursor.as_deref().and_then(position).unwrap_or(-1)));
        Finding::new(MISSED, format!("request {} should have told {expected}, and told {got}; or told something else of them", record.id))
    })
}

/// Whether a change is shown as it is recorded.
fn shows(seen: &ChangeSeen, at: i64, change: &ChangeFact) -> bool {
    let same_place = seen.cursor.as_deref().is_none_or(|cursor| position(cursor) == Some(at));
    let same_order = match (&seen.order, &change.what) {
        (Some(OrderSeen { order, status, tickets }), WhatChanged::Order { order: own, status: was, tickets: own_tickets }) => {
            order == own && status == was && tickets == own_tickets
        }
        (None, WhatChanged::Order { .. }) | (Some(_), _) => false,
        (None, _) => true,
    };
    same_place && seen.kind == change.kind && same_order
}

/// The changes of which somebody had an answer: of each order up to the state that it had surely reached, the last one.
fn answered<'a>(view: &View<'_>, changes: &[(i64, &'a ChangeFact)]) -> Vec<(i64, &'a ChangeFact)> {
    let mut told = HashMap::<Uuid, usize>::new();
    let mut answered = Vec::new();
    for (position, change) in changes {
        let WhatChanged::Order { order, .. } = change.what else { continue };
        let at = told.entry(order).or_insert(0);
        if view.reached(order) == Some(*at) {
            answered.push((*position, *change));
        }
        *at += 1;
    }
    answered
}

/// A reader that stopped before something that was answered. What was never answered may be done when all readers have gone.
fn stuck(view: &View<'_>, answered: &[(i64, &ChangeFact)], (client, channel, kind): Follower, end: i64) -> Option<Finding> {
    let concerns = |change: &ChangeFact| concerns(change, view.world.channels[channel].id, kind);
    let (missed, _) = answered.iter().find(|(position, change)| *position > end && concerns(change))?;
    Some(Finding::new(
        STUCK,
        format!("client {client} stopped at {end}, and never saw the change of an order at {missed}, which was answered"),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;
    use crate::history::{Act, Outcome};

    fn sample() -> Sample {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.follow();
        sample.act(order, Act::TravelerCancel, None);
        sample.follow();
        sample
    }

    fn last_answer(sample: &mut Sample) -> &mut FeedAnswer {
        let Some(Outcome::Answered(Answer::Feed(told))) = sample.records.last_mut().map(|record| &mut record.outcome) else {
            panic!("no feed")
        };
        told
    }

    #[test]
    fn a_reader_that_sees_all_is_fine() {
        assert_eq!(sample().findings_of(check), []);
    }

    #[test]
    fn a_change_that_a_reader_passed_over_is_found() {
        let mut sample = sample();
        last_answer(&mut sample).changes.remove(0);
        assert_eq!(sample.rules_broken(check), [MISSED]);
    }

    #[test]
    fn a_change_that_a_reader_saw_twice_is_found() {
        let mut sample = sample();
        let told = last_answer(&mut sample);
        let again = told.changes[0].clone();
        told.changes.push(again);
        assert_eq!(sample.rules_broken(check), [MISSED]);
    }

    #[test]
    fn a_change_that_is_shown_wrong_is_found() {
        let mut sample = sample();
        for seen in last_answer(&mut sample).changes.iter_mut().filter_map(|change| change.order.as_mut()) {
            seen.status = axhub_domain::state::OrderStatus::SupplierReject;
        }
        assert_eq!(sample.rules_broken(check), [MISSED]);
    }

    #[test]
    fn a_reader_that_goes_back_is_found() {
        let mut sample = sample();
        let again = sample.records.last().unwrap().clone();
        sample.records.push(again);
        assert_eq!(sample.rules_broken(check), [MISSED]);
    }

    #[test]
    fn a_reader_that_never_came_to_the_end_is_found() {
        let mut sample = sample();
        let order = sample.place("B", 1);
        assert_eq!(sample.rules_broken(check), [STUCK]);
        sample.follow();
        assert_eq!(sample.findings_of(check), []);
        sample.act(order, Act::TravelerCancel, None);
        assert_eq!(sample.rules_broken(check), [STUCK]);
    }

    #[test]
    fn a_reader_need_not_see_what_was_never_answered() {
        let mut sample = sample();
        let order = sample.store("B", 1);
        sample.lose("B", 1);
        sample.change(order, Act::TravelerCancel, None);
        assert_eq!(sample.findings_of(check), []);
    }
}
