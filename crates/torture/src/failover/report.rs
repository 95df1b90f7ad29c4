//! What came of a drill.

use std::fmt::Write;

use serde::Serialize;

use super::Round;
use super::site::RESTARTED;
use crate::checker;
use crate::report::UNKNOWN;

/// The most findings of a round that are printed.
const SHOWN: usize = 5;

/// How primaries go, and what that is called.
const WAYS: [(&str, &str); 4] = [
    ("process", "process killed"),
    (RESTARTED, "process killed and started again where it was, which is no fail-over"),
    ("node", "node killed"),
    ("network", "network killed"),
];

/// What came of a drill.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Which database.
    pub site: &'static str,
    /// What repeats it.
    pub seed: u64,
    /// All rounds.
    pub rounds: Vec<Round>,
    /// Why there are no more of them, when a round could not be done.
    pub broken: Option<String>,
}

impl Round {
    /// The time to the first order, for sorting: no order is the longest.
    fn to_first_order(&self) -> f64 {
        self.first_order.unwrap_or(f64::INFINITY)
    }

    /// The time until every server had decided an order.
    fn to_all_servers(&self) -> f64 {
        self.all_servers.unwrap_or(f64::INFINITY)
    }

    /// A line about it.
    pub fn line(&self) -> String {
        let Round { number, way, figures, unavailable, longest_answer, findings, .. } = self;
        let (first_order, all_servers) = (seconds(self.to_first_order()), seconds(self.to_all_servers()));
        format!(
            "round {number:2}: {way:9}  first order after {first_order:>8}, all servers after {all_servers:>8}, longest answer \
             {longest_answer:5.2} s, {:6} requests, {:5} orders, {unavailable:5} × 503, {:4} unanswered, {} findings",
            figures.requests,
            figures.orders,
            figures.lost,
            findings.len()
        )
    }
}

impl Report {
    pub(super) fn new(site: &'static str, seed: u64, rounds: Vec<Round>, broken: Option<String>) -> Report {
        Report { site, seed, rounds, broken }
    }

    /// Whether all rounds were done, and nothing was found.
    pub fn is_clean(&self) -> bool {
        self.broken.is_none() && self.rounds.iter().all(|round| round.findings.is_empty())
    }

    /// Whether some round has left its files.
    pub fn has_files(&self) -> bool {
        self.rounds.iter().any(|round| round.directory.is_some())
    }

    /// The figures of all rounds, and what was found with what repeats it: the end of the command line after
    /// `axhub-torture failover`.
    pub fn text(&self, options: &str) -> String {
        let is_judged = self.rounds.iter().all(|round| round.is_judged);
        let of = |rule: &[&str]| {
            let found = self.rounds.iter().flat_map(|round| &round.findings).filter(|(found, _)| rule.contains(&found.as_str()));
            if is_judged { found.count().to_string() } else { UNKNOWN.to_owned() }
        };
        let sum = |count: fn(&Round) -> u64| self.rounds.iter().map(count).sum::<u64>();
        let mut text = format!(
            "{}: {} rounds, seed {}: {} requests, {} orders answered, {} lost, {} oversold, {} findings; {} × 503, {} unanswered\n",
            self.site,
            self.rounds.len(),
            self.seed,
            sum(|round| round.figures.requests),
            sum(|round| round.figures.orders),
            of(&[checker::LOST]),
            of(checker::OVERSOLD),
            sum(|round| round.findings.len() as u64),
            sum(|round| round.unavailable),
            sum(|round| round.figures.lost),
        );
        for (way, how) in WAYS {
            let rounds = || self.rounds.iter().filter(|round| round.way == way);
            let mut times: Vec<f64> = rounds().map(Round::to_first_order).collect();
            times.sort_unstable_by(f64::total_cmp);
            let all_servers = rounds().map(Round::to_all_servers).fold(0.0, f64::max);
            if let (Some(least), Some(most)) = (times.first(), times.last()) {
                let _ = writeln!(
                    text,
                    "  {how}, {} rounds: first order after {} at least, {} in the middle, {} at most, all servers after {} at most",
                    times.len(),
                    seconds(*least),
                    seconds(times[times.len() / 2]),
                    seconds(*most),
                    seconds(all_servers),
                );
            }
        }
        for round in self.rounds.iter().filter(|round| !round.findings.is_empty()) {
            for (rule, how) in round.findings.iter().take(SHOWN) {
                let _ = writeln!(text, "  round {}: {rule}: {how}", round.number);
            }
            if let Some(directory) = &round.directory {
                let _ = writeln!(text, "  files: {}, and the database drill_{}", directory.display(), round.number);
            }
            let _ = writeln!(text, "  again: axhub-torture failover --rounds 1 --seed {}{options}", round.seed);
        }
        if let Some(why) = &self.broken {
            let _ = writeln!(text, "  not all rounds were done: {why}");
        }
        text
    }
}

/// A time, or none.
fn seconds(time: f64) -> String {
    if time.is_finite() { format!("{time:.2} s") } else { "never".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Figures;

    #[test]
    fn findings_say_where_their_files_are_and_how_to_repeat_them() {
        let round = |number, first_order, findings| Round {
            number,
            seed: 6 + u64::from(number),
            way: "process",
            figures: Figures::default(),
            unavailable: 0,
            first_order,
            all_servers: first_order.map(|time| time + 2.0),
            longest_answer: 0.5,
            is_judged: true,
            findings,
            directory: Some("/tmp/failover".into()),
        };
        let lost = vec![("orders are answered again".to_owned(), "none".to_owned())];
        let report = Report::new("pair", 7, vec![round(1, Some(1.5), Vec::new()), round(2, None, lost)], None);
        let text = report.text(" --servers 2");
        assert!(text.contains("after 1.50 s at least") && text.contains("never at most"), "{text}");
        assert!(text.contains("files: /tmp/failover, and the database drill_2"), "{text}");
        assert!(text.contains("again: axhub-torture failover --rounds 1 --seed 8 --servers 2\n"), "{text}");
        assert_eq!(text.matches("again: axhub").count(), 1, "{text}");
        let line = report.rounds[1].line();
        assert!(line.contains("first order after    never, all servers after    never"), "{line}");
        let restarted = Round { way: RESTARTED, ..round(2, Some(0.5), Vec::new()) };
        let both = Report::new("patroni", 7, vec![round(1, Some(1.5), Vec::new()), restarted], None).text("");
        assert!(both.contains("  process killed, 1 rounds:") && both.contains("3.50 s at most"), "{both}");
        assert!(both.contains("  process killed and started again where it was, which is no fail-over, 1 rounds:"), "{both}");
        assert!(text.contains("0 lost, 0 oversold"), "{text}");
        let unread = Round { is_judged: false, ..round(2, None, Vec::new()) };
        let text = Report::new("pair", 7, vec![round(1, Some(1.5), Vec::new()), unread], None).text("");
        assert!(text.contains("? lost, ? oversold"), "{text}");
        let broken = Report::new("pair", 7, vec![round(1, Some(1.5), Vec::new())], Some("no room".to_owned()));
        assert!(!broken.is_clean() && broken.text("").contains("no room"));
    }
}
