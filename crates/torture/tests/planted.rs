//! The checker finds bugs: each one is planted in turn, on each engine, and it must object, by a rule that is about it. The
//! same seed without the bug has no finding.
//!
//! Without a bug nothing may ever be found; with one, something is found as soon as clients meet in the right moment, which
//! is no matter of the seed alone. So a few seeds are tried; the one that found it must find it again, and is told on standard
//! error, which tests that pass show, too, with the command that replays it.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use axhub_hub::planted::Planted;
use axhub_torture::checker::rules_against;
use axhub_torture::cluster::Engine;
use axhub_torture::cluster::postgres::PostgresCluster;
use axhub_torture::faults::{Fault, Pace};
use axhub_torture::progress::Progress;
use axhub_torture::run::{Finding, Length, Plan};
use axhub_torture::scratch::Scratch;

/// The seeds that are tried for each bug. As a rule the first finds it, in its first round: both numbers bound how long it takes.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=4;
/// How often the seed that found one is tried again.
const AGAIN: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn planted_bugs_are_found_on_sqlite() {
    find_all(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_bugs_are_found_on_postgres() {
    find_all(Engine::Postgres).await;
}

async fn find_all(engine: Engine) {
    let mut scratch = Scratch::new(None, "axhub-planted-").expect("a directory for files of rounds");
    // One for all rounds: to make it takes as long as a round.
    let postgres = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(Arc::new(PostgresCluster::create(scratch.path()).await.expect("a PostgreSQL"))),
    };
    let bench = Bench { engine, postgres, directory: scratch.path().to_owned() };
    if let Err(why) = bench.find_all().await {
        scratch.keep();
        panic!("{why}; files stay in {}", scratch.path().display());
    }
}

/// The fault under which a bug shows. One that does not wait for the commit loses nothing until somebody is killed or cut off.
const fn fault_against(bug: Planted) -> Fault {
    match bug {
        Planted::Lock | Planted::Replay | Planted::StockReturn => Fault::None,
        Planted::EarlyAnswer => Fault::CutConnections,
    }
}

/// Where rounds are done.
struct Bench {
    engine: Engine,
    postgres: Option<Arc<PostgresCluster>>,
    directory: PathBuf,
}

impl Bench {
    async fn find_all(&self) -> Result<(), String> {
        let engine = self.engine;
        let mut found_by = BTreeSet::new();
        for bug in Planted::ALL.into_iter().filter(|bug| fault_against(*bug).is_of(engine)) {
            let fault = fault_against(bug);
            let mut seeds = SEEDS;
            let found = loop {
                let Some(seed) = seeds.next() else { return Err(format!("{bug} on {engine}: no seed of {SEEDS:?} found it")) };
                if let Some(finding) = self.objection(bug, seed).await {
                    break (seed, finding);
                }
            };
            let (seed, Finding { rule, text }) = found;
            let times = self.find_again(bug, seed).await?;
            // What is printed is not shown of a test that passes.
            let mut stderr = std::io::stderr().lock();
            writeln!(stderr, "{bug} on {engine}: found by seed {seed}{times}: {rule}: {text}")
                .and_then(|()| {
                    let command = format!("axhub-torture run --fault {fault} --rounds 1 --pace short");
                    writeln!(stderr, "  {command} --engine {engine} --seed {seed} --planted {bug}")
                })
                .expect("somebody listens");
            drop(stderr);
            // Rounds with a fault and without a bug are those of the other tests.
            if fault == Fault::None {
                found_by.insert(seed);
            }
        }
        for seed in found_by {
            let findings = self.run(None, Fault::None, seed).await;
            if !findings.is_empty() {
                return Err(format!("seed {seed} on {engine} without a bug: {findings:#?}"));
            }
        }
        Ok(())
    }

    /// Lets the seed find the bug once more; how that went, for people. A round with a fault takes half a minute, so those are not
    /// repeated here.
    async fn find_again(&self, bug: Planted, seed: u64) -> Result<String, String> {
        if fault_against(bug) != Fault::None {
            return Ok(String::new());
        }
        for times in 1..=AGAIN {
            if self.objection(bug, seed).await.is_some() {
                return Ok(format!(", and again in round {times}"));
            }
        }
        Err(format!("{bug} on {}: seed {seed} found it, and then not again in {AGAIN} rounds", self.engine))
    }

    /// What a rule that is about the bug says, if any does.
    async fn objection(&self, bug: Planted, seed: u64) -> Option<Finding> {
        let findings = self.run(Some(bug), fault_against(bug), seed).await;
        findings.into_iter().find(|finding| rules_against(bug).contains(&finding.rule.as_str()))
    }

    async fn run(&self, planted: Option<Planted>, fault: Fault, seed: u64) -> Vec<Finding> {
        let plan = Plan {
            engines: vec![self.engine],
            faults: vec![fault],
            length: Length::Rounds(1),
            seed,
            pace: Pace::short(),
            planted,
            // A round with findings leaves its files.
            directory: self.directory.join(format!("{}-{seed}", planted.map_or("none", Planted::word))),
            program: env!("CARGO_BIN_EXE_axhub-torture").into(),
            in_namespace: false,
            postgres: self.postgres.clone(),
        };
        let report = plan.run(&Progress::hidden()).await.expect("a machine that can do rounds");
        report.rounds.into_iter().flat_map(|round| round.findings).collect()
    }
}
