//! A round that needs to mount a disk, for a user who may not: in a process of its own that is root of a namespace, and may
//! mount there.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

use super::{Plan, Round};
use crate::cluster::disk::SmallDisk;
use crate::faults::Fault;
use crate::report::Report;

/// The flag that tells the program that it is in a namespace, so that it makes no further one.
pub(crate) const FLAG: &str = "in-namespace";
/// How often it is looked at whether the process has ended.
const INTERVAL: Duration = Duration::from_millis(20);

/// Whether this process may mount below this directory. Root of a container often may not.
pub(super) fn may_mount(directory: &Path) -> bool {
    let point = directory.join("mount");
    // Unmounted again at once.
    let may = SmallDisk::mount(&point, 64 * 1024).is_ok();
    let _ = fs::remove_dir(&point);
    may
}

/// Has a round done there. SQLite only: PostgreSQL does not run as root.
pub(super) async fn round(plan: &Plan, fault: Fault, seed: u64, directory: &Path) -> anyhow::Result<Round> {
    let told = plan.directory.join("namespace.json");
    let log = plan.directory.join("namespace.log");
    // Of an earlier run in the same directory.
    let _ = fs::remove_file(&told);
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount"]).arg(&plan.program).args(["run", "--engine", "sqlite", "--rounds", "1"]);
    command.args(["--fault", fault.name(), "--seed", &seed.to_string(), "--pace", plan.pace.name, &format!("--{FLAG}")]);
    command.arg("--directory").arg(directory).arg("--json").arg(&told);
    if let Some(planted) = plan.planted {
        command.args(["--planted", planted.word()]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log)?);
    Inside(command.spawn().context("cannot run unshare")?).wait().await?;
    let said = fs::read(&log)?;
    fs::remove_file(log)?;
    let Ok(text) = fs::read(&told) else {
        bail!(
            "the fault {fault} needs a disk of its own: run it as root, or where users may make namespaces (unshare): {}",
            String::from_utf8_lossy(&said).trim()
        );
    };
    fs::remove_file(&told)?;
    let report: Report = serde_json::from_slice(&text)?;
    report.rounds.into_iter().next().context("the process in the namespace did no round")
}

/// The process there. `unshare` becomes it, so that it has this number. It is told to stop when dropped, and ends its servers.
struct Inside(Child);

impl Inside {
    async fn wait(mut self) -> anyhow::Result<ExitStatus> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            sleep(INTERVAL).await;
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // One that was waited for has no number any more that a signal could go to.
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
            let _ = self.0.wait();
        }
    }
}
