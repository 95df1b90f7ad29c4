//! The command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use axhub_hub::planted::Planted;
use axhub_store::Address;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cluster::Engine;
use crate::failover::args::FailoverArgs;
use crate::faults::{Fault, Pace};
use crate::interrupt::Interrupt;
use crate::kept::Kept;
use crate::progress::Progress;
use crate::run::{Length, NAMESPACE_FLAG, Plan};
use crate::scratch::Scratch;
use crate::server::ServerArgs;

/// Breaks what axhub stands on while clients order, and checks afterwards that nothing was lost and nothing sold twice.
///
/// It needs no server and no database: it starts its own, and deletes them afterwards. Disks may fill up only if it is root
/// or may make namespaces.
#[derive(Debug, Parser)]
#[command(name = "axhub-torture", version, propagate_version = true, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "Examples:
  axhub-torture run --minutes 30 --seed 1
  axhub-torture run --engine postgres --fault kill-postgres --fault cut-connections --rounds 5
  axhub-torture judge /tmp/axhub-torture-x2Y3z4/round-7-postgres-kill-postgres

Exit codes:
  0  nothing was lost, nothing sold twice, and nothing else found
  1  something was; what, and how to repeat it, is on standard output
  2  the command line makes no sense

scripts/torture builds and runs it.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Do rounds: clients, a fault, and the check of everything.
    Run(RunArgs),
    /// Kill the primary of a replicated PostgreSQL under load, and let a standby take over, again and again.
    Failover(FailoverArgs),
    /// Judge what a round has left again, by the rules as they are now.
    Judge(JudgeArgs),
    /// Run the hub with a clock that can be moved, and perhaps a bug.
    #[command(hide = true)]
    Server(ServerArgs),
}

/// What rounds are done.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The database.
    #[arg(long, value_enum, default_value = "both", value_name = "ENGINE")]
    engine: Engines,
    /// Begin rounds for so many minutes, all faults in turns.
    #[arg(long, value_parser = minutes, value_name = "N", conflicts_with = "rounds")]
    minutes: Option<Duration>,
    /// Do so many rounds of each fault on each engine; 1 when neither this nor --minutes is given.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    rounds: Option<u32>,
    /// Where chance begins. The same seed asks the same and breaks at the same moments, as far as machines repeat themselves;
    /// one is made up, and printed, when it is left out.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Only this fault; may be given several times. There are none, kill-server, kill-postgres, stop-postgres,
    /// cut-connections, serialization, disk-full, clock-jump, terminate and three-servers.
    #[arg(long = "fault", value_name = "NAME")]
    faults: Vec<Fault>,
    /// How long faults last: `short` as in the tests, or `long`.
    #[arg(long, value_enum, default_value = "long", value_name = "PACE")]
    pace: PaceName,
    /// Give the servers a bug, to see whether it is found: lock, replay or stock-return.
    #[arg(long, value_name = "BUG")]
    planted: Option<Planted>,
    /// Write all figures and findings to this file, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where databases, logs and histories are while it runs, and those of rounds with findings afterwards; a new directory
    /// for temporary files when left out.
    #[arg(long, value_name = "DIRECTORY")]
    directory: Option<PathBuf>,
    /// This process was started in a namespace of its own, and makes no further one.
    #[arg(long = NAMESPACE_FLAG, hide = true)]
    in_namespace: bool,
}

/// What is judged again.
#[derive(Debug, Args)]
pub struct JudgeArgs {
    /// The directory of the round: it has a world.json, a history.jsonl, and as a rule an axhub.db.
    directory: PathBuf,
    /// The database, when it is none of these files: sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME. No server may run on it.
    #[arg(long, value_name = "URL")]
    database: Option<Address>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Engines {
    Sqlite,
    Postgres,
    Both,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PaceName {
    Short,
    Long,
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// What a person needs to know to do better.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Run(run) => {
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
                runtime.block_on(run.run())
            }
            Command::Failover(failover) => {
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
                runtime.block_on(failover.run())
            }
            Command::Judge(judge) => {
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
                runtime.block_on(judge.run())
            }
            Command::Server(server) => server.run().map(|()| ExitCode::SUCCESS),
        }
    }
}

impl JudgeArgs {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let kept = Kept::load(&self.directory)?;
        let findings = kept.judge(self.database).await?;
        for finding in &findings {
            println!("{finding}");
        }
        println!("{} requests, {} findings", kept.records.len(), findings.len());
        Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl RunArgs {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let options = self.options();
        let mut interrupt = Interrupt::new()?;
        let mut scratch = Scratch::new(self.directory.as_deref(), "axhub-torture-")?;
        let plan = self.plan(scratch.path())?;
        eprintln!("seed {}, files in {}", plan.seed, plan.directory.display());
        let progress = Progress::new();
        let report = plan.run_until(&progress, interrupt.wait()).await;
        drop(progress);
        let report = report?;
        if report.has_files() {
            scratch.keep();
        }
        if let Some(file) = &self.json {
            fs::write(file, serde_json::to_vec_pretty(&report)?).with_context(|| format!("cannot write {}", file.display()))?;
        }
        println!("{} rounds in {:.0} s, seed {}\n", report.rounds.len(), report.took, report.seed);
        print!("{}", report.table());
        if report.is_clean() {
            return Ok(ExitCode::SUCCESS);
        }
        print!("\n{}", report.findings(&options));
        Ok(ExitCode::FAILURE)
    }

    fn plan(&self, directory: &Path) -> anyhow::Result<Plan> {
        let engines = match self.engine {
            Engines::Sqlite => vec![Engine::Sqlite],
            Engines::Postgres => vec![Engine::Postgres],
            Engines::Both => vec![Engine::Sqlite, Engine::Postgres],
        };
        let faults = if self.faults.is_empty() { Fault::ALL.to_vec() } else { self.faults.clone() };
        if let Some(fault) = faults.iter().find(|fault| !engines.iter().any(|engine| fault.is_of(*engine))) {
            bail!("{fault} cannot happen with this engine");
        }
        let pace = match self.pace {
            PaceName::Short => Pace::short(),
            PaceName::Long => Pace::long(),
        };
        Ok(Plan {
            engines,
            faults,
            length: self.minutes.map_or(Length::Rounds(self.rounds.unwrap_or(1)), Length::Time),
            seed: self.seed.unwrap_or_else(|| u64::from(rand::random::<u32>())),
            pace,
            planted: self.planted,
            directory: directory.to_owned(),
            program: std::env::current_exe()?,
            in_namespace: self.in_namespace,
            postgres: None,
        })
    }

    /// What else has to be said to repeat a round.
    fn options(&self) -> String {
        let pace = if matches!(self.pace, PaceName::Short) { " --pace short" } else { "" };
        let planted = self.planted.map_or_else(String::new, |bug| format!(" --planted {bug}"));
        format!("{pace}{planted}")
    }
}

fn minutes(text: &str) -> Result<Duration, String> {
    let minutes: f64 = text.parse().map_err(|_| format!("{text} is no number"))?;
    let is_sensible = minutes > 0.0 && minutes <= 7.0 * 24.0 * 60.0;
    if is_sensible { Ok(Duration::from_secs_f64(60.0 * minutes)) } else { Err("more than 0, and a week at most".to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_plan_needs_faults_that_can_happen() {
        let plan = |text: &str| {
            let cli = Cli::try_parse_from(text.split(' ')).map_err(|error| error.to_string())?;
            let Command::Run(run) = cli.command else { return Err("another command".to_owned()) };
            run.plan(&run.directory.clone().unwrap_or_default()).map_err(|error| error.to_string())
        };
        let directory = tempfile::tempdir().unwrap();
        let here = format!("--directory {}", directory.path().display());
        let both = plan(&format!("axhub-torture run --minutes 0.5 --seed 9 {here}")).unwrap();
        assert_eq!((both.length, both.seed, both.engines.len()), (Length::Time(Duration::from_secs(30)), 9, 2));
        for wrong in ["--minutes 0", "--rounds 0", "--minutes 1 --rounds 1", "--fault nothing", "--engine sqlite --fault kill-postgres"] {
            assert!(plan(&format!("axhub-torture run {wrong} {here}")).is_err(), "{wrong}");
        }
    }
}
