//! What inventory shows of a stock row is what the row was at some time; and when everybody has stopped, what it is: whoever has
//! read of a change in the feed, and asks again when every server must have noticed, is shown nothing older.

use std::collections::HashMap;

use axhub_domain::inventory::units;
use uuid::Uuid;

use super::Finding;
use super::facts::WhatChanged;
use super::view::View;
use crate::history::{Answer, Ask, OfferSeen, Record, position};

/// A row is shown as it never was, or is not shown.
pub(super) const NEVER: &str = "stock shown as it never was";
/// A row is shown as it was before.
pub(super) const OLD: &str = "stock shown as it was before";

/// What a row was from a place in the feed on.
struct State<'a> {
    from: i64,
    max: i64,
    left: i64,
    on_sale: bool,
    kept: &'a [(Uuid, i64)],
}

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let states = states(view);
    let mut findings = Vec::new();
    for record in view.records {
        let (Ask::Inventory { channel, product, behind }, Some(Answer::Inventory(seen))) = (&record.ask, record.answer()) else { continue };
        findings.extend(missing(view, record, *product, seen));
        let channel = view.world.channels[*channel].id;
        let behind = behind.as_deref().and_then(position);
        findings.extend(seen.iter().filter_map(|offer| wrong(view, record, offer, states.get(&offer.stock), channel, behind)));
    }
    findings
}

/// What each row was, one state after another, as the feed tells.
fn states<'a>(view: &View<'a>) -> HashMap<Uuid, Vec<State<'a>>> {
    let mut states = HashMap::<Uuid, Vec<State<'a>>>::new();
    for change in &view.facts.changes {
        let WhatChanged::Stock { stock, max, held, ordered, on_sale, kept } = &change.what else { continue };
        let from = change.position.unwrap_or(i64::MAX);
        let state = State { from, max: *max, left: max - held - ordered, on_sale: *on_sale, kept };
        states.entry(*stock).or_default().push(state);
    }
    states
}

/// The options on dates and times that an answer should show and does not.
fn missing(view: &View<'_>, record: &Record, product: usize, seen: &[OfferSeen]) -> Option<Finding> {
    let slots = view.world.slots.iter().enumerate().filter(|(_, slot)| slot.product == product);
    // What only changes the price has no stock to show.
    let options = |pool| view.world.options_of_pool(pool).filter(|option| option.has_stock);
    let offers = slots.flat_map(|(place, slot)| options(slot.pool).map(move |option| (place, option.id)));
    let is_seen = |(slot, option): &(usize, Uuid)| {
        let row = view.row_of_slot(*slot);
        seen.iter().any(|offer| offer.option == *option && Some(offer.stock) == row)
    };
    let lacking = offers.filter(|offer| !is_seen(offer)).count();
    (lacking > 0).then(|| Finding::new(NEVER, format!("request {} was not shown {lacking} of the offers of product {product}", record.id)))
}

fn wrong(
    view: &View<'_>,
    record: &Record,
    offer: &OfferSeen,
    states: Option<&Vec<State<'_>>>,
    channel: Uuid,
    behind: Option<i64>,
) -> Option<Finding> {
    let weight = view.world.option(offer.option).map_or(1, |option| option.weight);
    let states = states.map_or(&[][..], Vec::as_slice);
    let fits = |state: &State<'_>| {
        let from_others: i64 = state.kept.iter().filter(|(other, _)| *other != channel).map(|(_, kept)| kept).sum();
        (offer.on_sale, offer.max, offer.remain) == (state.on_sale, units(state.max, weight), units(state.left - from_others, weight))
    };
    // The last state that the channel had read of may be shown, and all that came later.
    let least = behind.map_or(0, |behind| states.partition_point(|state| state.from <= behind).saturating_sub(1));
    if states[least..].iter().any(fits) {
        return None;
    }
    let rule = if states[..least].iter().any(fits) { OLD } else { NEVER };
    Some(Finding::new(rule, format!("request {} was shown {offer:?}, having read the feed to {behind:?}", record.id)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MAX, Sample};
    use super::*;
    use crate::history::{Act, Outcome};

    /// Reads the inventory: so much is left, after the feed was read up to there.
    fn look(sample: &mut Sample, remain: i64, behind: Option<i64>) {
        let offer = OfferSeen {
            stock: sample.facts.stock[0].id,
            option: *sample.facts.pools.keys().next().unwrap(),
            on_sale: true,
            max: u32::try_from(MAX).unwrap(),
            remain: u32::try_from(remain).unwrap(),
        };
        let ask = Ask::Inventory { channel: 0, product: 0, behind: behind.map(|position| format!("c{position}")) };
        sample.record(ask, Outcome::Answered(Answer::Inventory(vec![offer])));
    }

    #[test]
    fn a_row_that_is_shown_as_it_was_while_things_change_is_fine() {
        let mut sample = Sample::new();
        let read = sample.facts.feed_end;
        let order = sample.place("A", 2);
        look(&mut sample, MAX, Some(read));
        look(&mut sample, MAX - 2, Some(read));
        sample.act(order, Act::TravelerCancel, None);
        look(&mut sample, MAX - 2, None);
        let end = sample.facts.feed_end;
        look(&mut sample, MAX, Some(end));
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_row_that_is_shown_as_it_never_was_is_found() {
        let mut sample = Sample::new();
        sample.place("A", 2);
        look(&mut sample, MAX - 1, None);
        assert_eq!(sample.rules_broken(check), [NEVER]);
    }

    #[test]
    fn a_row_that_is_shown_as_it_was_before_it_had_to_be_noticed_is_found() {
        let mut sample = Sample::new();
        sample.place("A", 2);
        let end = sample.facts.feed_end;
        look(&mut sample, MAX, Some(end));
        assert_eq!(sample.rules_broken(check), [OLD]);
    }

    #[test]
    fn a_row_that_is_not_shown_is_found() {
        let mut sample = Sample::new();
        let ask = Ask::Inventory { channel: 0, product: 0, behind: None };
        sample.record(ask, Outcome::Answered(Answer::Inventory(Vec::new())));
        assert_eq!(sample.rules_broken(check), [NEVER]);
    }

    /// The sample's channel is shown what is kept for it, and not what is kept for another.
    #[test]
    fn what_is_kept_for_others_is_not_left() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        look(&mut sample, MAX - 1, None);
        for (keeper, is_fine) in [(sample.facts.wholes[0].channel, true), (Uuid::nil(), false)] {
            let Some(WhatChanged::Stock { kept, .. }) = sample.facts.changes.last_mut().map(|change| &mut change.what) else { panic!() };
            *kept = vec![(keeper, 1)];
            assert_eq!(sample.findings_of(check).is_empty(), is_fine);
        }
    }
}
