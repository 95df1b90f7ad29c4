//! `axhub-torture failover`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use super::{Drill, Site};
use crate::interrupt::Interrupt;
use crate::scratch::Scratch;

/// What is killed, and how often.
#[derive(Debug, Args)]
pub struct FailoverArgs {
    /// How often the primary is killed.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    rounds: u32,
    /// Where chance begins; one is made up, and printed, when it is left out.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How many servers of axhub.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16), value_name = "N")]
    servers: u8,
    /// The command that drives a primary and its standby.
    #[arg(long, default_value = "scripts/postgres-pair", value_name = "COMMAND")]
    pair_command: PathBuf,
    /// Three nodes under Patroni instead of the pair.
    #[arg(long, requires = "cluster_command", requires = "database")]
    patroni: bool,
    /// The command that drives them: it knows leader, kill-pg N, kill-node N, start-node N, cut N and heal N.
    #[arg(long, value_name = "COMMAND")]
    cluster_command: Option<PathBuf>,
    /// Their address, all nodes with commas between, and the name of any database.
    #[arg(long, env = "AXHUB_TORTURE_DATABASE", hide_env_values = true, value_name = "URL")]
    database: Option<String>,
    /// Write all figures and findings to this file, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where logs are while it runs, and those of rounds with findings afterwards; a new directory for temporary files when
    /// left out.
    #[arg(long, value_name = "DIRECTORY")]
    directory: Option<PathBuf>,
}

impl FailoverArgs {
    /// Does it.
    ///
    /// # Errors
    /// What a person needs to know to do better.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let options = self.options();
        let mut interrupt = Interrupt::new()?;
        let mut scratch = Scratch::new(self.directory.as_deref(), "axhub-failover-")?;
        let site = match (self.patroni, self.cluster_command, self.database) {
            (false, ..) => Site::pair(self.pair_command).await?,
            (true, Some(command), Some(url)) => Site::Patroni { command, url },
            (true, ..) => bail!("--patroni needs --cluster-command and --database"),
        };
        let seed = self.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
        let program = std::env::current_exe()?;
        let drill = Drill { rounds: self.rounds, seed, servers: self.servers.into(), site, directory: scratch.path().to_owned(), program };
        eprintln!("seed {seed}, files in {}", drill.directory.display());
        let report = drill.run_until(interrupt.wait()).await?;
        if report.has_files() {
            scratch.keep();
        }
        if let Some(file) = &self.json {
            fs::write(file, serde_json::to_vec_pretty(&report)?).with_context(|| format!("cannot write {}", file.display()))?;
        }
        print!("{}", report.text(&options));
        Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// What else has to be said to repeat a round. The address is not, since it has a password in it.
    fn options(&self) -> String {
        let servers = format!(" --servers {}", self.servers);
        match &self.cluster_command {
            Some(command) if self.patroni => format!("{servers} --patroni --cluster-command {} --database URL", command.display()),
            _ => format!("{servers} --pair-command {}", self.pair_command.display()),
        }
    }
}
