//! Every fault once on every engine that can have it, and one fail-over, with fixed seeds: what `scripts/torture` and
//! `axhub-torture failover` do for longer. And what becomes of a round in which a server is gone for good, and of a run that is
//! told to stop.
//!
//! It starts servers and a PostgreSQL of its own, so `AXHUB_TEST_POSTGRES` does not matter. `cargo test -p axhub-torture
//! --test short -- --nocapture` shows the figures.
#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping, its helpers too")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use axhub_torture::cluster::Engine;
use axhub_torture::failover::{Drill, Site};
use axhub_torture::faults::{Fault, Pace};
use axhub_torture::progress::Progress;
use axhub_torture::recovery::Recovery;
use axhub_torture::run::{Length, Plan};
use rustix::process::{Pid, Signal, kill_process};

/// With which all of it begins.
const SEED: u64 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_on_sqlite() {
    run(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_on_postgres() {
    run(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_a_standby_takes_over() {
    let directory = directory();
    // A pair of its own: somebody may be trying out the one of this checkout.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pair = script(
        directory.path(),
        "pair",
        &format!("CARGO_TARGET_DIR={} exec {} \"$@\"", directory.path().display(), root.join("scripts/postgres-pair").display()),
    );
    let site = Site::pair(pair.clone()).await.unwrap();
    let drill = Drill {
        rounds: 1,
        seed: SEED,
        servers: 2,
        site,
        directory: directory.path().to_owned(),
        program: env!("CARGO_BIN_EXE_axhub-torture").into(),
    };
    let report = drill.run().await;
    assert!(Command::new(pair).arg("down").status().unwrap().success());
    let report = report.unwrap();
    println!("{}", report.text(""));
    if !report.is_clean() {
        panic!("{}files stay in {}", report.text(""), directory.keep().display());
    }
}

/// The worst finding must not cost what tells of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_start_again_is_found_with_its_history() {
    let directory = directory();
    let program = env!("CARGO_BIN_EXE_axhub-torture");
    // Each server starts once.
    let once = format!("mkdir \"$0-$(printf %s \"$*\" | cksum | tr -d ' ')\" || exit 7; exec {program} \"$@\"");
    let mut plan = plan(Engine::Sqlite, directory.path());
    plan.faults = vec![Fault::KillServer];
    plan.program = script(directory.path(), "once", &once);
    let report = plan.run(&Progress::hidden()).await.unwrap();
    let [round] = report.rounds.as_slice() else { panic!("{report:?}") };
    for rule in ["during kill-server", "everything runs again when it is healed"] {
        let finding = round.findings.iter().find(|finding| finding.rule == rule);
        assert!(finding.is_some_and(|finding| finding.text.contains("a server ended with exit status: 7")), "{rule}: {:?}", round.findings);
    }
    assert_eq!(round.recovery, Recovery::NotMeasured, "there was no healing to measure from");
    let files = round.directory.as_deref().unwrap();
    for file in ["history.jsonl", "round.json", "axhub.db"] {
        assert!(fs::metadata(files.join(file)).unwrap().len() > 0, "{file}");
    }
    assert!(!report.is_clean() && report.findings("").contains(&format!("--seed {SEED}")));
}

/// What was found so far is told, and nothing stays.
#[test]
fn a_run_that_is_told_to_stop_tidies_up() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_axhub-torture"));
    program.args(["run", "--engine", "sqlite", "--fault", "none", "--pace", "short", "--rounds", "100"]);
    let mut run = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let (_, directory) = first.split_once("files in ").unwrap();
    assert!(Path::new(directory).is_dir(), "{first}");
    let second = lines.next().unwrap().unwrap();
    assert!(second.contains("0 findings"), "{second}");
    kill_process(Pid::from_child(&run), Signal::TERM).unwrap();
    let ended = run.wait_with_output().unwrap();
    let told = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(told.contains("not all rounds were done: interrupted (SIGTERM)") && told.contains("| none "), "{told}");
    assert!(!Path::new(directory).exists(), "{directory}");
}

async fn run(engine: Engine) {
    let directory = directory();
    let report = plan(engine, directory.path()).run(&Progress::new()).await.unwrap();
    println!("{}", report.table());
    if !report.is_clean() {
        panic!("{}files stay in {}", report.findings(" --pace short"), directory.keep().display());
    }
}

fn plan(engine: Engine, directory: &Path) -> Plan {
    Plan {
        engines: vec![engine],
        faults: Fault::ALL.to_vec(),
        length: Length::Rounds(1),
        seed: SEED,
        pace: Pace::short(),
        planted: None,
        directory: directory.to_owned(),
        program: env!("CARGO_BIN_EXE_axhub-torture").into(),
        in_namespace: false,
        postgres: None,
    }
}

/// Readable, so that the user of PostgreSQL can go there.
fn directory() -> tempfile::TempDir {
    let permissions = fs::Permissions::from_mode(0o755);
    tempfile::Builder::new().prefix("axhub-torture-").permissions(permissions).tempdir().unwrap()
}

fn script(directory: &Path, name: &str, does: &str) -> PathBuf {
    let file = directory.join(name);
    fs::write(&file, format!("#!/bin/sh\n{does}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}
