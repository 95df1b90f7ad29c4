//! An order that was answered is there, as it was answered, once, however often it was repeated. An order that was only ever
//! refused is not there. What nobody asked for is not there either.

use std::collections::HashMap;

use super::Finding;
use super::facts::WholeFact;
use super::view::View;
use crate::history::{LineAnswer, Outcome, PlaceAnswer, PlaceAsk, Record};

/// Answered, and not there as it was answered.
pub(super) const LOST: &str = "answered order lost";
/// More than one order under one code, or more than one answer.
pub(super) const TWICE: &str = "order placed twice";
/// There, and not asked for; or refused, and there all the same.
pub(super) const INVENTED: &str = "order nobody should have";
/// A repeated order is refused as if it were another.
pub(super) const REPEAT: &str = "repeating is not safe";
/// A success that makes no sense.
pub(super) const UNREADABLE: &str = "unreadable answer";

/// What was asked under one code.
type Asks<'a> = [(&'a Record, &'a PlaceAsk)];

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings = unreadable(view);
    for (channel, code, asks) in view.all_places() {
        let name = format!("{} {code}", view.world.channels[channel].code);
        let stored = view.wholes(channel, code);
        findings.extend(answers(&name, asks));
        findings.extend(repeats(view, &name, asks, stored));
        match stored {
            [] => findings.extend(answered(asks).next().map(|_| Finding::new(LOST, format!("{name}: it is nowhere")))),
            [only] => findings.extend(as_answered(view, &name, asks, only)),
            more => findings.push(Finding::new(TWICE, format!("{name} is stored {} times", more.len()))),
        }
    }
    findings.extend(invented(view));
    findings.extend(shared_codes(view));
    findings
}

fn answered<'a>(asks: &'a Asks<'a>) -> impl Iterator<Item = (&'a Record, &'a PlaceAnswer)> {
    asks.iter().filter_map(|(record, _)| record.placed().map(|(_, answer)| (*record, answer)))
}

/// All answers are the same, and say that they are repeated, all but one.
fn answers(name: &str, asks: &Asks<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut all = answered(asks);
    let Some((_, first)) = all.next() else { return findings };
    for (record, answer) in all {
        if answer.lines != first.lines || answer.code != first.code {
            findings.push(Finding::new(
                TWICE,
                format!("{name} was answered as {} and (request {}) as {}", show(first), record.id, show(answer)),
            ));
        }
    }
    let news = answered(asks).filter(|(_, answer)| !answer.is_replay).count();
    if news > 1 {
        findings.push(Finding::new(TWICE, format!("{name} was answered {news} times as a new order")));
    }
    findings
}

/// The same again is never another order; and once it was answered or stored, it is never refused. What is stored was decided
/// behind the locks of its stock at the time that it says, so whoever asks for the same later comes behind it, answered or not.
fn repeats(view: &View<'_>, name: &str, asks: &Asks<'_>, stored: &[&WholeFact]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let first_answer = answered(asks).map(|(record, _)| record.end).min();
    let meaning = asks.iter().find(|(record, _)| record.placed().is_some()).map(|(_, ask)| *ask);
    let is_late = |record: &Record, ask: &PlaceAsk| meaning == Some(ask) && first_answer.is_some_and(|answer| answer < record.begin);
    for (record, ask) in asks {
        let same = || stored.iter().filter(|whole| view.is_as_asked(whole, ask));
        let is_stored = same().next().is_some();
        let is_behind = || same().any(|whole| placed_before(view, whole, record));
        match &record.outcome {
            Outcome::Refused { code, .. } if code == "order_code_reused" && is_stored => {
                findings.push(Finding::new(
                    REPEAT,
                    format!("{name}: request {} means what is stored, and was told that it does not", record.id),
                ));
            }
            // Busy is no answer to the order.
            Outcome::Refused { status, code } if record.is_refused() && *status != 429 && code != "overloaded" => {
                let repeats = if is_late(record, ask) {
                    "an answered order"
                } else if is_behind() {
                    "an order that was stored before"
                } else {
                    continue;
                };
                findings.push(Finding::new(REPEAT, format!("{name}: request {} repeats {repeats}, and was told {code}", record.id)));
            }
            Outcome::Answered(_) if meaning.is_some_and(|meaning| meaning != *ask) => {
                findings.push(Finding::new(
                    TWICE,
                    format!("{name}: request {} means something else, and was answered all the same", record.id),
                ));
            }
            _ => {}
        }
    }
    findings
}

/// Whether an order was placed before somebody asked, by the clock that they have in common.
fn placed_before<'a>(view: &View<'a>, whole: &'a WholeFact, record: &Record) -> bool {
    let placed = view.lines(whole).filter_map(|line| line.events.iter().find(|event| event.action == "place"));
    placed.map(|event| event.at).min().zip(record.at).is_some_and(|(placed, asked)| placed < asked)
}

/// What is stored is what was answered; or, when nothing was, what may have been done.
fn as_answered<'a>(view: &View<'a>, name: &str, asks: &Asks<'_>, whole: &'a WholeFact) -> Vec<Finding> {
    let mut findings = Vec::new();
    let stored: Vec<LineAnswer> = view
        .lines(whole)
        .map(|line| LineAnswer {
            order: line.id,
            option: line.option,
            status: line.placed_status,
            tickets: line.tickets.iter().map(|ticket| ticket.id).collect(),
        })
        .collect();
    // Once for each order, so that they can be counted.
    let is_other = |answer: &PlaceAnswer| answer.lines != stored || answer.code != whole.code;
    if let Some((record, answer)) = answered(asks).find(|(_, answer)| is_other(answer)) {
        let text = format!("{name}: request {} was answered with {}, stored is {stored:?}", record.id, show(answer));
        findings.push(Finding::new(LOST, text));
    }
    // Somebody asked for exactly this, and was not refused.
    if !asks.iter().any(|(record, ask)| !record.is_refused() && view.is_as_asked(whole, ask)) {
        findings.push(Finding::new(INVENTED, format!("{name}: whoever asked for it as it is stored was refused")));
    }
    findings
}

fn invented(view: &View<'_>) -> Vec<Finding> {
    let unasked = view
        .facts
        .wholes
        .iter()
        .filter(|whole| view.channel(whole.channel).is_none_or(|channel| view.places(channel, &whole.code).is_empty()));
    unasked.map(|whole| Finding::new(INVENTED, format!("nobody ever asked for {}", whole.code))).collect()
}

/// Nobody was ever told of one order under two codes.
fn shared_codes(view: &View<'_>) -> Vec<Finding> {
    let mut told = HashMap::new();
    let mut findings = Vec::new();
    for (ask, answer) in view.records.iter().filter_map(Record::placed) {
        for line in &answer.lines {
            let owner = (ask.channel, ask.code.as_str());
            if *told.entry(line.order).or_insert(owner) != owner {
                findings.push(Finding::new(TWICE, format!("order {} was answered under two codes", line.order)));
            }
        }
    }
    findings
}

fn unreadable(view: &View<'_>) -> Vec<Finding> {
    let unreadable = view.records.iter().filter_map(|record| match &record.outcome {
        Outcome::Refused { status, code } if (200..300).contains(status) => Some((record.id, code)),
        _ => None,
    });
    unreadable.map(|(id, code)| Finding::new(UNREADABLE, format!("request {id}: {code}"))).collect()
}

fn show(answer: &PlaceAnswer) -> String {
    let orders: Vec<String> = answer.lines.iter().map(|line| format!("{} ({} tickets)", line.order, line.tickets.len())).collect();
    format!("{} {}", answer.code, orders.join(" + "))
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;

    #[test]
    fn an_answered_order_that_is_there_once_is_fine() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        sample.answer_again("A");
        sample.ask_in_vain("A", 2, 409, "order_code_reused");
        sample.ask_in_vain("B", 1, 409, "sold_out");
        sample.lose("C", 1);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn an_answered_order_that_is_not_there_is_found() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        sample.facts.wholes.clear();
        assert_eq!(sample.rules_broken(check), [LOST]);
    }

    #[test]
    fn an_answered_ticket_that_is_not_there_is_found() {
        let mut sample = Sample::new();
        sample.place("A", 2);
        sample.facts.orders[0].tickets.pop();
        assert_eq!(sample.rules_broken(check), [LOST]);
    }

    #[test]
    fn an_unanswered_order_may_be_there() {
        let mut sample = Sample::new();
        sample.lose("A", 1);
        sample.store("A", 1);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_refused_order_must_not_be_there() {
        let mut sample = Sample::new();
        sample.ask_in_vain("A", 1, 409, "sold_out");
        sample.store("A", 1);
        assert_eq!(sample.rules_broken(check), [INVENTED]);
    }

    #[test]
    fn an_order_nobody_asked_for_must_not_be_there() {
        let mut sample = Sample::new();
        sample.store("A", 1);
        assert_eq!(sample.rules_broken(check), [INVENTED]);
    }

    #[test]
    fn two_answers_for_one_code_are_found() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        let twin = sample.place("A", 1);
        assert_eq!(sample.rules_broken(check), [TWICE]);
        // The same when the first of them was renamed, as the planted bug does.
        let first =
            sample.facts.wholes.iter().position(|whole| whole.lines.iter().all(|line| sample.facts.orders[*line].id != twin)).unwrap();
        sample.facts.wholes[first].code = "A~1".to_owned();
        assert!(sample.rules_broken(check).contains(&TWICE));
    }

    #[test]
    fn a_repeat_that_is_taken_for_another_order_is_found() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        sample.ask_in_vain("A", 1, 409, "order_code_reused");
        assert_eq!(sample.rules_broken(check), [REPEAT]);
    }

    #[test]
    fn a_repeat_that_is_sold_out_though_its_order_is_stored_is_found() {
        let mut sample = Sample::new();
        sample.lose("A", 2);
        sample.store("A", 2);
        sample.ask_in_vain("A", 2, 409, "sold_out");
        assert_eq!(sample.rules_broken(check), [REPEAT]);
        // The clock says nothing where it was moved, and nothing of what was asked before.
        sample.records[1].at = None;
        assert_eq!(sample.findings_of(check), []);
        sample.records[1].at = sample.records[0].at;
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_repeat_that_is_busy_is_no_refusal() {
        let mut sample = Sample::new();
        sample.lose("A", 1);
        sample.store("A", 1);
        sample.ask_in_vain("A", 1, 429, "rate_limited");
        sample.ask_in_vain("A", 1, 503, "overloaded");
        sample.ask_in_vain("A", 1, 503, "unavailable");
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_repeat_that_is_sold_out_after_the_answer_is_found() {
        let mut sample = Sample::new();
        sample.place("A", 1);
        sample.ask_in_vain("A", 1, 409, "sold_out");
        assert_eq!(sample.rules_broken(check), [REPEAT]);
    }
}
