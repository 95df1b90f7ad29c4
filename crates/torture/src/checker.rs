//! What must hold afterwards: the history and the database are held against each other.
//!
//! [`Facts`] is everything in the database that the rules speak of, read at one moment when no server runs any more.
//! [`judge`] is a pure function, so a history that was kept can be judged again. A family of rules is a file:
//!
//! | file | what it says |
//! |---|---|
//! | [`oversell`] | nothing is sold twice at any time: seen from outside, and in every stock row |
//! | [`stock`] | what a stock row says is taken is what its open and used tickets take |
//! | [`orders`] | an answered order is there, as it was answered, once, whatever was repeated; a refused one is not |
//! | [`whole`] | an order is there with all that belongs to it, or not at all |
//! | [`paths`] | every state was reached by the table of states, one recorded change after another |
//! | [`acts`] | an answered change is there, a refused one is not, and nobody made one that nobody asked for |
//! | [`seen`] | what answers show is what was, and never goes back |
//! | [`feed`] | every change is told once, in order |
//! | [`readers`] | who follows a feed sees all of it, once, in order |
//! | [`statements`] | statements say what the tickets say |
//!
//! A request that was not answered may have worked or not. It is the rules' business to allow both, and no half of it.

mod acts;
mod facts;
mod feed;
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
use serde::Serialize;

pub use facts::Facts;

use crate::history::{History, Record};
use crate::world::World;
use view::View;

/// What `axhub verify` finds.
const VERIFY: &str = "axhub verify";
/// The most findings of one rule that are told one by one.
const MAX_TOLD: usize = 20;

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
/// The rules that say that something was answered and is not there.
pub const LOST: &[&str] = &[orders::LOST, acts::LOST, seen::GONE];

/// The rules of which one must object to a bug, whatever others do.
pub const fn rules_against(bug: Planted) -> &'static [&'static str] {
    match bug {
        Planted::Lock => OVERSOLD,
        // The second order is answered, or the first one is not there any more under its code.
        Planted::Replay => &[orders::TWICE, orders::LOST],
        Planted::StockReturn => &[stock::ARITHMETIC],
    }
}

/// Holds a history against the database that it left. No server may run on it any more.
///
/// # Errors
/// When the database cannot be read.
pub async fn check(world: &World, history: &History, database: &Database) -> anyhow::Result<Vec<Finding>> {
    let facts = Facts::read(world, database).await?;
    let mut findings = judge(world, &facts, &history.records());
    // Whatever else must hold in any database, as operators check it.
    for check in axhub_store::verify::verify(database).await?.broken() {
        findings.extend(check.findings.iter().map(|found| Finding::new(VERIFY, format!("{}: {found}", check.name))));
    }
    Ok(findings)
}

/// What a history and the facts say against each other.
pub fn judge(world: &World, facts: &Facts, records: &[Record]) -> Vec<Finding> {
    let view = View::new(world, facts, records);
    let rules: [fn(&View<'_>) -> Vec<Finding>; 10] = [
        oversell::check,
        stock::check,
        orders::check,
        whole::check,
        paths::check,
        acts::check,
        seen::check,
        feed::check,
        readers::check,
        statements::check,
    ];
    let mut told = Vec::new();
    for rule in rules {
        told.extend(bounded(rule(&view)));
    }
    told
}

/// The first findings of each rule, and how many more there are.
fn bounded(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort();
    let mut told: Vec<Finding> = Vec::new();
    for of_rule in findings.chunk_by(|one, other| one.rule == other.rule) {
        told.extend(of_rule.iter().take(MAX_TOLD).cloned());
        if let Some(more) = of_rule.len().checked_sub(MAX_TOLD).filter(|more| *more > 0) {
            told.push(Finding::new(of_rule[0].rule, format!("and {more} more")));
        }
    }
    told
}
