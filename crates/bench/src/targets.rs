//! All ratios that the project promises, in one run: what is compared is measured in turns, so that a noisy minute hits
//! both, and of the ratios of all rounds the median counts.

mod databases;
mod rounds;
mod rows;
mod series;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use axhub_store::Address;
use clap::Args;
use serde_json::json;

use crate::cli::{ServerArgs, TimeArgs};
use crate::data::Size;
use databases::Databases;
use rounds::Rounds;

/// What is measured, and how thoroughly.
#[derive(Debug, Args)]
pub struct TargetsArgs {
    /// A PostgreSQL server with fsync on, and a user who may create databases: `postgres://USER:PASSWORD@HOST/NAME`. The
    /// databases `axhub_bench_small` and `axhub_bench_large` on it are made; the large one is kept for the next time.
    #[arg(long, env = "AXHUB_BENCH_POSTGRES", hide_env_values = true, value_name = "URL")]
    postgres: Address,
    /// Where the files of SQLite go: on the disk that PostgreSQL writes to.
    #[arg(long, value_name = "DIRECTORY")]
    directory: PathBuf,
    /// How often everything is measured; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=99), value_name = "N")]
    rounds: u16,
    #[command(flatten)]
    pub(crate) time: TimeArgs,
    /// How many seconds memory is watched.
    #[arg(long, default_value_t = 60.0, value_parser = crate::cli::positive, value_name = "SECONDS")]
    memory_seconds: f64,
    /// The small data set.
    #[arg(long, default_value = "small", value_name = "SIZE")]
    small: Size,
    /// The large data set.
    #[arg(long, default_value = "large", value_name = "SIZE")]
    large: Size,
    /// Only these targets.
    #[arg(long, value_delimiter = ',', default_values_t = 1..=7, value_parser = clap::value_parser!(u8).range(1..=7), value_name = "N")]
    only: Vec<u8>,
    #[command(flatten)]
    server: ServerArgs,
    /// Write all figures to this file, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// The numbers of the targets that are wanted.
#[derive(Clone, Debug)]
struct Wanted(BTreeSet<u8>);

impl Wanted {
    /// Whether one of these is wanted.
    fn any(&self, targets: &[u8]) -> bool {
        targets.iter().any(|target| self.0.contains(target))
    }
}

impl TargetsArgs {
    /// Measures, and prints.
    ///
    /// # Errors
    /// An answer or a database that is not as it should be. A target that is missed is none.
    pub fn run(self) -> anyhow::Result<()> {
        // Now, rather than half an hour later: where it cannot be written, it is said at once.
        let mut json =
            self.json.as_ref().map(|file| File::create(file).with_context(|| format!("cannot write {}", file.display()))).transpose()?;
        let wanted = Wanted(self.only.iter().copied().collect());
        let databases = Databases::new(&self.postgres, &self.directory, self.server.program()?, self.small, self.large)?;
        let mut rounds = Rounds::new(databases, wanted, self.time);
        for round in 1..=self.rounds {
            eprintln!("round {round} of {}", self.rounds);
            rounds.closed()?;
        }
        for _ in 0..self.rounds {
            rounds.open()?;
        }
        rounds.memory(self.memory_seconds)?;
        let series = rounds.finish()?;
        let rows = rows::rows(&series);
        print!("{}", rows::table(&rows));
        if let Some(file) = &mut json {
            let text = json!({
                "rounds": self.rounds,
                "seconds": self.time.seconds,
                "small": self.small.to_string(),
                "large": self.large.to_string(),
                "targets": rows,
                "series": series,
            });
            writeln!(file, "{text:#}").context("cannot write the figures")?;
        }
        let missed = rows.iter().filter(|row| !row.is_met).count();
        println!("\n{} of {} are met.", rows.len() - missed, rows.len());
        Ok(())
    }
}
