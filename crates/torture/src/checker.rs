//! What must hold afterwards: the history and the database are held against each other.
//!
//! [`Facts`] is everything in the database that the rules speak of, read at one moment when no server runs any more.
//! [`judge`] is a pure function, so a history that was [kept](crate::kept) can be judged again. A family of rules is a file:
//!
//! | file | what it says |
//! |---|---|
//! | [`oversell`] | nothing is sold twice at any time: seen from outside, and in every stock row; what is kept for a channel is left |
//! | [`stock`] | a stock row is taken as its open and used tickets say, and set as suppliers were answered |
//! | [`orders`] | an answered order is there, as it was answered, once, whatever was repeated; a refused one is not |
//! | [`whole`] | an order is there with all that belongs to it, or not at all |
//! | [`paths`] | every state was reached by the table of states, one recorded change after another |
//! | [`acts`] | an answered change is there, a refused one is not, and nobody made one that nobody asked for |
//! | [`seen`] | what answers show is what was, and never goes back |
//! | [`offers`] | what inventory shows was so, and is so in the end |
//! | [`feed`] | every change is told once, in order |
//! | [`readers`] | who follows a feed sees all of it, once, in order |
//! | [`statements`] | statements say what the tickets say |
//! | [`errors`] | no client is told that a server is broken, nor to try again without saying when |
//!
//! A request that was not answered may have worked or not. It is the rules' business to allow both, and no half of it.

mod acts;
mod errors;
mod facts;
mod feed;
mod offers;
mod orders;
mod oversell;
mod paths;
mod readers;
#[cfg(test)]
mod samples;
mod seen;
mod statements;
mod stock;
mod view;
mod whole;

use axhub_hub::planted::Planted;
use axhub_store::Database;
use axhub_store::verify::Report;
use serde::Serialize;

pub use facts::Facts;

use crate::history::Record;
use crate::world::World;
use view::View;

/// What `axhub verify` finds.
const VERIFY: &str = "axhub verify";

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Which rule it breaks.
    pub rule: &'static str,
    /// What is wrong.
    pub text: String,
}

impl Finding {
    fn new(rule: &'static str, text: impl Into<String>) -> Finding {
        Finding { rule, text: text.into() }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule, self.text)
    }
}

/// The rules that say that a unit was sold twice.
pub const OVERSOLD: &[&str] = &[oversell::OUTSIDE, oversell::INSIDE];
/// The rule that says that an answered order is not there, or not whole: one finding for each such order.
pub const LOST: &str = orders::LOST;

/// The rules of which one must object to a bug, whatever others do.
pub const fn rules_against(bug: Planted) -> &'static [&'static str] {
    match bug {
        Planted::Lock => OVERSOLD,
        // The second order is answered, or the first one is not there any more under its code.
        Planted::Replay => &[orders::TWICE, orders::LOST],
        Planted::StockReturn => &[stock::ARITHMETIC],
        Planted::EarlyAnswer => &[LOST],
    }
}

/// Holds a history against the database that it left. No server may run on it any more.
///
/// # Errors
/// When the database cannot be read: then nothing is known.
pub async fn check(world: &World, records: &[Record], database: &Database) -> anyhow::Result<Vec<Finding>> {
    let facts = Facts::read(world, database).await?;
    let mut findings = judge(world, &facts, records);
    // Whatever else must hold in any database, as operators check it.
    findings.extend(verified(axhub_store::verify::verify(database).await));
    Ok(findings)
}

/// What it found. That it came to no end is found, too, and is no reason to lose what the rules say.
fn verified(outcome: axhub_store::Result<Report>) -> Vec<Finding> {
    match outcome {
        Ok(report) => {
            let told = report.broken().flat_map(|check| check.findings.iter().map(move |found| format!("{}: {found}", check.name)));
            told.map(|text| Finding::new(VERIFY, text)).collect()
        }
        Err(error) => vec![Finding::new(VERIFY, format!("it came to no end: {error}"))],
    }
}

/// What a history and the facts say against each other.
pub fn judge(world: &World, facts: &Facts, records: &[Record]) -> Vec<Finding> {
    let view = View::new(world, facts, records);
    let rules: [fn(&View<'_>) -> Vec<Finding>; 12] = [
        oversell::check,
        stock::check,
        orders::check,
        whole::check,
        paths::check,
        acts::check,
        seen::check,
        offers::check,
        feed::check,
        readers::check,
        statements::check,
        errors::check,
    ];
    // All of them: who prints them may print fewer, but they are counted.
    let mut told = Vec::new();
    for rule in rules {
        let mut findings = rule(&view);
        findings.sort();
        told.extend(findings);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::samples::Sample;
    use super::*;

    #[test]
    fn a_verification_that_came_to_no_end_is_found() {
        let broken = verified(Err(axhub_store::Error::Unavailable("the connection was closed".to_owned())));
        assert_eq!(broken.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [VERIFY]);
        assert!(broken[0].text.contains("the connection was closed"), "{}", broken[0].text);
    }

    /// However many they are, and however often each was answered.
    #[test]
    fn every_lost_order_is_counted_once() {
        let mut sample = Sample::new();
        for order in 0..500 {
            sample.place(&format!("A-{order}"), 1);
            sample.answer_again(&format!("A-{order}"));
        }
        sample.facts.wholes.truncate(20);
        // These are there, but not as they were answered.
        for order in &mut sample.facts.orders[..20] {
            order.tickets.clear();
        }
        let found = sample.judge();
        assert_eq!(found.iter().filter(|finding| finding.rule == LOST).count(), 500);
    }
}
