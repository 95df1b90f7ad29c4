//! A round that needs to mount a disk, for a user who is not root: in a process of its own that is root of a namespace, and
//! may mount there.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use super::{Plan, Round};
use crate::faults::Fault;
use crate::report::Report;

/// Has a round done there. SQLite only: PostgreSQL does not run as root.
pub(super) async fn round(plan: &Plan, fault: Fault, seed: u64, directory: &Path) -> anyhow::Result<Round> {
    let told = plan.directory.join("namespace.json");
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount"]).arg(&plan.program).args(["run", "--engine", "sqlite", "--rounds", "1"]);
    command.args(["--fault", fault.name(), "--seed", &seed.to_string(), "--pace", plan.pace.name]);
    command.arg("--directory").arg(directory).arg("--json").arg(&told);
    if let Some(planted) = plan.planted {
        command.args(["--planted", planted.word()]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let done = tokio::task::spawn_blocking(move || command.output()).await?.context("cannot run unshare")?;
    let Ok(text) = std::fs::read(&told) else {
        bail!(
            "the fault {fault} needs a disk of its own: run it as root, or where users may make namespaces (unshare): {}",
            String::from_utf8_lossy(&done.stderr).trim()
        );
    };
    std::fs::remove_file(&told)?;
    let report: Report = serde_json::from_slice(&text)?;
    report.rounds.into_iter().next().context("the process in the namespace did no round")
}
