//! What came of a drill.

use std::fmt::Write;

use serde::Serialize;

use super::Round;
use crate::checker;

/// The most findings of a round that are printed.
const SHOWN: usize = 5;

/// What came of a drill.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Which database.
    pub site: &'static str,
    /// What repeats it.
    pub seed: u64,
    /// All rounds.
    pub rounds: Vec<Round>,
}

impl Round {
    /// A line about it.
    pub fn line(&self) -> String {
        let Round { number, way, figures, unavailable, first_order, longest_answer, findings } = self;
        format!(
            "round {number:2}: {way:7}  first order after {first_order:6.2} s, longest answer {longest_answer:5.2} s, {:6} requests, {:5} orders, \
             {unavailable:5} × 503, {:4} unanswered, {} findings",
            figures.requests,
            figures.orders,
            figures.lost,
            findings.len()
        )
    }
}

impl Report {
    pub(super) fn new(site: &'static str, seed: u64, rounds: Vec<Round>) -> Report {
        Report { site, seed, rounds }
    }

    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.rounds.iter().all(|round| round.findings.is_empty())
    }

    /// The figures of all rounds, and what was found.
    pub fn text(&self) -> String {
        let of = |rule: &[&str]| {
            self.rounds.iter().flat_map(|round| &round.findings).filter(|(found, _)| rule.contains(&found.as_str())).count()
        };
        let sum = |count: fn(&Round) -> u64| self.rounds.iter().map(count).sum::<u64>();
        let mut text = format!(
            "{}: {} rounds, seed {}: {} requests, {} orders answered, {} lost, {} oversold, {} findings; {} × 503, {} unanswered\n",
            self.site,
            self.rounds.len(),
            self.seed,
            sum(|round| round.figures.requests),
            sum(|round| round.figures.orders),
            of(checker::LOST),
            of(checker::OVERSOLD),
            sum(|round| round.findings.len() as u64),
            sum(|round| round.unavailable),
            sum(|round| round.figures.lost),
        );
        for way in ["process", "node", "network"] {
            let mut times: Vec<f64> = self.rounds.iter().filter(|round| round.way == way).map(|round| round.first_order).collect();
            times.sort_unstable_by(f64::total_cmp);
            if let (Some(least), Some(most)) = (times.first(), times.last()) {
                let median = times[times.len() / 2];
                let _ = writeln!(
                    text,
                    "  {way} killed, {} rounds: first order after {least:.2} s at least, {median:.2} s in the middle, {most:.2} s at most",
                    times.len()
                );
            }
        }
        for round in self.rounds.iter().filter(|round| !round.findings.is_empty()) {
            for (rule, how) in round.findings.iter().take(SHOWN) {
                let _ = writeln!(text, "  round {}: {rule}: {how}", round.number);
            }
        }
        text
    }
}
