//! What came of a run: a table, a list of findings with what repeats them, and JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use axhub_bench::report::table;
use serde::{Deserialize, Serialize};

use crate::cluster::Engine;
use crate::faults::Fault;
use crate::recovery::Recovery;
use crate::run::{Finding, Round};

/// The most findings of a round that are printed; all of them are in its files.
const SHOWN: usize = 5;

/// What stands for a number that nobody knows.
pub(crate) const UNKNOWN: &str = "?";

/// What came of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What repeats it.
    pub seed: u64,
    /// How long it took, in seconds.
    pub took: f64,
    /// What each fault came to.
    pub faults: Vec<Sum>,
    /// All rounds.
    pub rounds: Vec<Round>,
    /// Why there are no more of them: rounds that could not be done, and an interruption.
    #[serde(default)]
    pub broken: Vec<String>,
}

/// All rounds of one fault on one engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sum {
    /// The engine.
    pub engine: Engine,
    /// The fault.
    pub fault: Fault,
    /// Rounds.
    pub rounds: u64,
    /// Requests.
    pub requests: u64,
    /// Those that were answered with success.
    pub answered: u64,
    /// Those that were answered with an error.
    pub refused: u64,
    /// Those whose client heard nothing.
    pub unanswered: u64,
    /// Orders that were answered.
    pub orders: u64,
    /// Whether every round was judged. Else what was lost and sold twice is only what the others found.
    pub is_judged: bool,
    /// Answered orders that are not there, or not whole.
    pub lost: u64,
    /// Stock that was sold twice.
    pub oversold: u64,
    /// All that must not be, with the two above.
    pub findings: u64,
    /// The longest time from the begin of a healing to the first new order that was asked for after it and placed.
    pub recovery: Recovery,
    /// The longest time from there until every server had decided such an order.
    pub all_servers: Recovery,
}

impl Report {
    /// Adds up.
    pub fn new(seed: u64, took: Duration, rounds: Vec<Round>, broken: Vec<String>) -> Report {
        let mut sums: BTreeMap<(Engine, Fault), Sum> = BTreeMap::new();
        for round in &rounds {
            sums.entry((round.engine, round.fault)).or_insert_with(|| Sum::of(round.engine, round.fault)).add(round);
        }
        Report { seed, took: took.as_secs_f64(), faults: sums.into_values().collect(), rounds, broken }
    }

    /// Whether all rounds were done, and nothing was found.
    pub fn is_clean(&self) -> bool {
        self.broken.is_empty() && self.rounds.iter().all(|round| round.findings.is_empty())
    }

    /// Whether some round has left its files.
    pub fn has_files(&self) -> bool {
        self.rounds.iter().any(|round| round.directory.is_some())
    }

    /// The figures, one row for each fault on each engine.
    pub fn table(&self) -> String {
        let head = [
            "fault",
            "engine",
            "rounds",
            "requests",
            "answered",
            "refused",
            "no answer",
            "orders",
            "orders lost",
            "oversold",
            "findings",
            "recovered in s",
            "all servers in s",
        ];
        table(&head, &self.faults.iter().map(Sum::row).collect::<Vec<_>>())
    }

    /// What was found, and what repeats it: the rest of the command line after `axhub-torture run`.
    pub fn findings(&self, options: &str) -> String {
        let mut text = String::new();
        for round in self.rounds.iter().filter(|round| !round.findings.is_empty()) {
            let Round { engine, fault, seed, findings, .. } = round;
            text.push_str(&format!("{engine} {fault}, seed {seed}: {} findings\n", findings.len()));
            for Finding { rule, text: how } in findings.iter().take(SHOWN) {
                text.push_str(&format!("  {rule}: {how}\n"));
            }
            if let Some(directory) = &round.directory {
                text.push_str(&format!("  files: {}\n", directory.display()));
            }
            text.push_str(&format!("  again: axhub-torture run --engine {engine} --fault {fault} --rounds 1 --seed {seed}{options}\n"));
        }
        for why in &self.broken {
            text.push_str(&format!("not all rounds were done: {why}\n"));
        }
        text
    }
}

impl Sum {
    fn of(engine: Engine, fault: Fault) -> Sum {
        Sum {
            engine,
            fault,
            rounds: 0,
            requests: 0,
            answered: 0,
            refused: 0,
            unanswered: 0,
            orders: 0,
            is_judged: true,
            lost: 0,
            oversold: 0,
            findings: 0,
            recovery: Recovery::default(),
            all_servers: Recovery::default(),
        }
    }

    fn add(&mut self, round: &Round) {
        self.rounds += 1;
        self.requests += round.figures.requests;
        self.answered += round.figures.answered;
        self.refused += round.figures.refused;
        self.unanswered += round.figures.lost;
        self.orders += round.figures.orders;
        self.is_judged &= round.is_judged;
        for finding in &round.findings {
            self.findings += 1;
            self.lost += u64::from(finding.is_lost_order());
            self.oversold += u64::from(finding.is_oversold());
        }
        self.recovery = self.recovery.and(round.recovery);
        self.all_servers = self.all_servers.and(round.all_servers);
    }

    fn row(&self) -> Vec<String> {
        let mut row = vec![self.fault.to_string(), self.engine.to_string()];
        let counts = [self.rounds, self.requests, self.answered, self.refused, self.unanswered, self.orders];
        row.extend(counts.map(|count| count.to_string()));
        row.extend([self.lost, self.oversold].map(|count| if self.is_judged { count.to_string() } else { UNKNOWN.to_owned() }));
        row.push(self.findings.to_string());
        row.extend([self.recovery, self.all_servers].map(|time| time.to_string()));
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Figures;

    #[test]
    fn rounds_are_added_up_and_findings_say_how_to_repeat_them() {
        let figures = Figures { requests: 10, answered: 7, refused: 2, lost: 1, orders: 5 };
        let clean = Round {
            engine: Engine::Sqlite,
            fault: Fault::KillServer,
            seed: 7,
            figures,
            recovery: Recovery::Seconds(0.5),
            all_servers: Recovery::Seconds(2.0),
            is_judged: true,
            took: 3.0,
            findings: Vec::new(),
            directory: None,
        };
        let found = Finding { rule: "during kill-server".to_owned(), text: "no order was answered".to_owned() };
        let bad = Round { seed: 8, recovery: Recovery::Seconds(1.25), findings: vec![found], ..clean.clone() };
        let report = Report::new(7, Duration::from_secs(6), vec![clean.clone(), bad.clone()], Vec::new());
        assert!(!report.is_clean());
        assert_eq!(last_row(&report), ["kill-server", "sqlite", "2", "20", "14", "4", "2", "10", "0", "0", "1", "1.25", "2.00"]);
        let told = report.findings(" --pace short");
        assert!(told.contains("no order was answered") && !told.contains("seed 7"), "{told}");
        assert!(told.contains("again: axhub-torture run --engine sqlite --fault kill-server --rounds 1 --seed 8 --pace short"), "{told}");

        let unread = Round { is_judged: false, ..clean.clone() };
        let unread = Report::new(7, Duration::from_secs(6), vec![clean.clone(), unread], Vec::new());
        assert_eq!(last_row(&unread)[8..11], ["?", "?", "0"], "nobody held one of the histories against its database");

        let broken = Report::new(7, Duration::from_secs(6), vec![clean.clone()], vec!["no room".to_owned()]);
        assert!(!broken.is_clean() && broken.findings("").contains("no room"));
        let never = Report::new(7, Duration::from_secs(6), vec![Round { recovery: Recovery::Never, ..clean }, bad], Vec::new());
        assert_eq!(last_row(&never)[11], "never", "though another round recovered");
        let nothing =
            Report::new(7, Duration::from_secs(6), vec![Round { recovery: Recovery::NotMeasured, ..never.rounds[0].clone() }], Vec::new());
        assert_eq!(last_row(&nothing)[11], "-", "there was no healing");
    }

    fn last_row(report: &Report) -> Vec<String> {
        let table = report.table();
        let cells = table.lines().last().unwrap().split('|').map(|cell| cell.trim().to_owned());
        cells.filter(|cell| !cell.is_empty()).collect()
    }
}
