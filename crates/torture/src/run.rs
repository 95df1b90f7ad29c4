//! Rounds by seed: which engine and which fault comes when, until the time is over or as many have been.

mod namespace;
mod round;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use axhub_hub::planted::Planted;
use rustix::process::geteuid;

use crate::cluster::postgres::PostgresCluster;
use crate::cluster::{Base, Engine};
use crate::faults::{Fault, Pace};
use crate::progress::Progress;
use crate::report::Report;

pub use round::{Finding, Round};

/// How much is to be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// So many rounds of each fault on each engine.
    Rounds(u32),
    /// One round after another until so much time is over; the last one is finished.
    Time(Duration),
}

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The engines.
    pub engines: Vec<Engine>,
    /// The faults; those that an engine cannot have are left out there.
    pub faults: Vec<Fault>,
    /// How long.
    pub length: Length,
    /// Everything that is left to chance begins here; the first round's seed is this, the others' are made from it.
    pub seed: u64,
    /// How often each fault happens in a round.
    pub pace: Pace,
    /// The bug that servers are to have.
    pub planted: Option<Planted>,
    /// Where all files are. A round's own directory is deleted when nothing was found in it.
    pub directory: PathBuf,
    /// `axhub-torture`.
    pub program: PathBuf,
}

impl Plan {
    /// Does it.
    ///
    /// # Errors
    /// When the machine lacks something for the first round. What was found is in the report, and what a later round was
    /// lacking, too.
    pub async fn run(&self, progress: &Progress) -> anyhow::Result<Report> {
        std::fs::create_dir_all(&self.directory)?;
        let mut runner = Runner { plan: self, postgres: None, count: 0 };
        let begin = Instant::now();
        let (mut rounds, mut broken): (Vec<Round>, _) = (Vec::new(), None);
        'all: for cycle in 0.. {
            if matches!(self.length, Length::Rounds(count) if cycle >= count) {
                break;
            }
            for (engine, fault) in self.kinds() {
                if matches!(self.length, Length::Time(time) if begin.elapsed() >= time) {
                    break 'all;
                }
                match runner.round(engine, fault, progress).await.with_context(|| format!("a round of {fault} on {engine}")) {
                    Ok(round) => rounds.push(round),
                    Err(error) if rounds.is_empty() => return Err(error),
                    Err(error) => {
                        broken = Some(format!("{error:#}"));
                        break 'all;
                    }
                }
            }
        }
        Ok(Report::new(self.seed, begin.elapsed(), rounds, broken))
    }

    /// Engines and faults, in turns, so that a short run sees something of both engines.
    fn kinds(&self) -> Vec<(Engine, Fault)> {
        let of_all = self.faults.iter().flat_map(|fault| self.engines.iter().map(|engine| (*engine, *fault)));
        of_all.filter(|(engine, fault)| fault.is_of(*engine)).collect()
    }
}

/// What goes on from round to round.
struct Runner<'a> {
    plan: &'a Plan,
    postgres: Option<Arc<PostgresCluster>>,
    count: u64,
}

impl Runner<'_> {
    async fn round(&mut self, engine: Engine, fault: Fault, progress: &Progress) -> anyhow::Result<Round> {
        let plan = self.plan;
        let seed = seed_of(plan.seed, self.count);
        let directory = plan.directory.join(format!("round-{}-{engine}-{fault}", self.count));
        self.count += 1;
        // Of an earlier run in the same directory.
        remove(&directory)?;
        progress.begin(engine, fault, seed);
        let round = if fault == Fault::DiskFull && !geteuid().is_root() {
            namespace::round(plan, fault, seed, &directory).await?
        } else {
            let base = match engine {
                Engine::Sqlite => Base::Sqlite,
                Engine::Postgres => Base::Postgres(self.postgres().await?, format!("round_{}", self.count)),
            };
            round::round(plan, base, fault, seed, &directory).await?
        };
        progress.end(&round);
        if round.findings.is_empty() {
            remove(&directory)?;
        }
        Ok(round)
    }

    /// The cluster of PostgreSQL, made when it is first needed.
    async fn postgres(&mut self) -> anyhow::Result<Arc<PostgresCluster>> {
        if self.postgres.as_ref().is_none_or(|postgres| postgres.is_left()) {
            self.postgres = Some(Arc::new(PostgresCluster::create(&self.plan.directory).await?));
        }
        self.postgres.clone().context("there is no PostgreSQL")
    }
}

/// The seed of a round: the first has the run's own, so that a round is repeated by a run of one round.
fn seed_of(run: u64, round: u64) -> u64 {
    if round == 0 {
        return run;
    }
    // SplitMix64: neighbours have nothing in common.
    let mut mixed = run.wrapping_add(round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn remove(directory: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).context(format!("cannot delete {}", directory.display())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_round_has_the_seed_of_its_run_and_no_two_have_the_same() {
        assert_eq!(seed_of(7, 0), 7);
        let seeds: std::collections::HashSet<u64> = (0..1000).map(|round| seed_of(7, round)).collect();
        assert_eq!(seeds.len(), 1000);
    }
}
