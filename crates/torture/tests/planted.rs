//! The checker finds bugs: each one is planted in turn, on each engine, and it must object, by a rule that is about it. The
//! same seed without the bug has no finding.
//!
//! Without a bug nothing may ever be found; with one, something is found as soon as clients meet in the right moment, which
//! is no matter of the seed alone. So a few seeds are tried; the one that found it must find it again, and is told on standard
//! error, which tests that pass show, too, with the command that replays it.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use axhub_hub::planted::Planted;
use axhub_torture::checker::rules_against;
use axhub_torture::cluster::Engine;
use axhub_torture::faults::{Fault, Pace};
use axhub_torture::progress::Progress;
use axhub_torture::run::{Finding, Length, Plan};

/// The seeds that are tried for each bug.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=12;
/// How often the seed that found one is tried again.
const AGAIN: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn planted_bugs_are_found_on_sqlite() {
    find_all(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_bugs_are_found_on_postgres() {
    find_all(Engine::Postgres).await;
}

async fn find_all(engine: Engine) {
    // Readable, so that the user of PostgreSQL can go there.
    let permissions = std::fs::Permissions::from_mode(0o755);
    let directory =
        tempfile::Builder::new().prefix("axhub-planted-").permissions(permissions).tempdir().expect("a directory for files of rounds");
    let mut found_by = Vec::new();
    for bug in Planted::ALL {
        let mut seeds = SEEDS;
        let found = loop {
            let Some(seed) = seeds.next() else { panic!("{bug} on {engine}: no seed of {SEEDS:?} found it") };
            if let Some(finding) = objection(engine, bug, seed, directory.path()).await {
                break (seed, finding);
            }
        };
        let (seed, Finding { rule, text }) = found;
        let mut times = 1;
        while objection(engine, bug, seed, directory.path()).await.is_none() {
            assert!(times < AGAIN, "{bug} on {engine}: seed {seed} found it, and then not again in {AGAIN} rounds");
            times += 1;
        }
        // What is printed is not shown of a test that passes.
        let mut stderr = std::io::stderr().lock();
        writeln!(stderr, "{bug} on {engine}: found by seed {seed}, and again in round {times}: {rule}: {text}")
            .and_then(|()| {
                let command = "axhub-torture run --fault none --rounds 1 --pace short";
                writeln!(stderr, "  {command} --engine {engine} --seed {seed} --planted {bug}")
            })
            .expect("somebody listens");
        drop(stderr);
        found_by.push(seed);
    }
    found_by.sort_unstable();
    found_by.dedup();
    for seed in found_by {
        let findings = run(engine, None, seed, directory.path()).await;
        assert!(findings.is_empty(), "seed {seed} on {engine} without a bug: {findings:#?}");
    }
}

/// What a rule that is about the bug says, if any does.
async fn objection(engine: Engine, bug: Planted, seed: u64, directory: &Path) -> Option<Finding> {
    let findings = run(engine, Some(bug), seed, directory).await;
    findings.into_iter().find(|finding| rules_against(bug).contains(&finding.rule.as_str()))
}

async fn run(engine: Engine, planted: Option<Planted>, seed: u64, directory: &Path) -> Vec<Finding> {
    let plan = Plan {
        engines: vec![engine],
        faults: vec![Fault::None],
        length: Length::Rounds(1),
        seed,
        pace: Pace::short(),
        planted,
        // A round with findings leaves its files.
        directory: directory.join(format!("{}-{seed}", planted.map_or("none", Planted::word))),
        program: env!("CARGO_BIN_EXE_axhub-torture").into(),
    };
    let report = plan.run(&Progress::hidden()).await.expect("a machine that can do rounds");
    report.rounds.into_iter().flat_map(|round| round.findings).collect()
}
