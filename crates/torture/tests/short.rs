//! Every fault once on every engine that can have it, with fixed seeds: what `scripts/torture` does for longer.
//!
//! It starts servers and a PostgreSQL of its own, so `AXHUB_TEST_POSTGRES` does not matter. `cargo test -p axhub-torture
//! --test short -- --nocapture` shows the figures.
#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping, its helpers too")]

use std::os::unix::fs::PermissionsExt;

use axhub_torture::cluster::Engine;
use axhub_torture::faults::{Fault, Pace};
use axhub_torture::progress::Progress;
use axhub_torture::run::{Length, Plan};

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

async fn run(engine: Engine) {
    // Readable, so that the user of PostgreSQL can go there.
    let permissions = std::fs::Permissions::from_mode(0o755);
    let directory = tempfile::Builder::new().prefix("axhub-torture-").permissions(permissions).tempdir().unwrap();
    let plan = Plan {
        engines: vec![engine],
        faults: Fault::ALL.to_vec(),
        length: Length::Rounds(1),
        seed: SEED,
        pace: Pace::short(),
        planted: None,
        directory: directory.path().to_owned(),
        program: env!("CARGO_BIN_EXE_axhub-torture").into(),
    };
    let report = plan.run(&Progress::new()).await.unwrap();
    println!("{}", report.table());
    if !report.is_clean() {
        panic!("{}files stay in {}", report.findings(" --pace short"), directory.keep().display());
    }
}
