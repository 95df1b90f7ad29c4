//! Rounds by seed: which engine and which fault comes when, until the time is over or as many have been.

mod namespace;
mod round;

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use axhub_hub::planted::Planted;

use crate::cluster::postgres::PostgresCluster;
use crate::cluster::{Base, Engine};
use crate::faults::{Fault, Pace};
use crate::progress::Progress;
use crate::report::Report;
use crate::scratch::remove;

pub(crate) use namespace::FLAG as NAMESPACE_FLAG;
pub use round::{Finding, Round};

/// How often a kind of round is tried that cannot be done.
const TRIES: usize = 2;

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
    /// Whether this is done in a namespace already, where disks can be mounted or not at all.
    pub in_namespace: bool,
    /// A cluster of PostgreSQL that is there; one is made when it is needed and there is none, or it is of no use any more.
    pub postgres: Option<Arc<PostgresCluster>>,
}

impl Plan {
    /// Does it.
    ///
    /// # Errors
    /// When the machine lacks something for all rounds. What was found is in the report, and what single rounds were lacking,
    /// too.
    pub async fn run(&self, progress: &Progress) -> anyhow::Result<Report> {
        self.run_until(progress, std::future::pending()).await
    }

    /// Does it, unless it is told to stop: then the round at hand is given up, with all that belongs to it, and the report
    /// says why. The future's output is the reason.
    ///
    /// # Errors
    /// When no round was done.
    pub async fn run_until(&self, progress: &Progress, stop: impl Future<Output = String>) -> anyhow::Result<Report> {
        std::fs::create_dir_all(&self.directory)?;
        let mut stop = pin!(stop);
        let mut runner = Runner { plan: self, postgres: self.postgres.clone(), count: 0 };
        let begin = Instant::now();
        let mut attempts = Attempts::default();
        'all: for cycle in 0.. {
            if matches!(self.length, Length::Rounds(count) if cycle >= count) {
                break;
            }
            let kinds = attempts.left(self.kinds());
            if kinds.is_empty() {
                break;
            }
            for kind in kinds {
                if matches!(self.length, Length::Time(time) if begin.elapsed() >= time) {
                    break 'all;
                }
                let seed = seed_of(self.seed, runner.count);
                let directory = runner.directory(kind);
                progress.begin(kind, seed);
                let outcome = tokio::select! {
                    outcome = runner.round(kind, seed, &directory) => outcome,
                    // Everything that was started ends with the future.
                    why = &mut stop => {
                        attempts.broken.push(why);
                        attempts.broken.extend(remove(&directory).err().map(|error| format!("{error:#}")));
                        break 'all;
                    }
                };
                runner.count += 1;
                match &outcome {
                    Ok(round) => progress.end(round),
                    Err(error) => progress.tell(&format!("{kind} could not be done: {error:#}")),
                }
                let has_files = outcome.as_ref().is_ok_and(|round| round.directory.is_some());
                attempts.add(kind, outcome);
                if !has_files {
                    attempts.broken.extend(remove(&directory).err().map(|error| format!("{error:#}")));
                }
            }
        }
        let Attempts { rounds, broken, .. } = attempts;
        match broken.first() {
            Some(why) if rounds.is_empty() => bail!("{why}"),
            _ => Ok(Report::new(self.seed, begin.elapsed(), rounds, broken)),
        }
    }

    /// Engines and faults, in turns, so that a short run sees something of both engines.
    fn kinds(&self) -> Vec<Kind> {
        let of_all = self.faults.iter().flat_map(|fault| self.engines.iter().map(|engine| Kind { engine: *engine, fault: *fault }));
        of_all.filter(|kind| kind.fault.is_of(kind.engine)).collect()
    }
}

/// What kind of round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) engine: Engine,
    pub(crate) fault: Fault,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.fault, self.engine)
    }
}

/// What came of rounds so far.
#[derive(Default)]
struct Attempts {
    rounds: Vec<Round>,
    /// Why others were not done.
    broken: Vec<String>,
    /// The kinds that could not be done, each as often as it could not.
    failed: Vec<Kind>,
}

impl Attempts {
    /// Those that are still worth a try: what fails again would most likely fail for ever.
    fn left(&self, kinds: Vec<Kind>) -> Vec<Kind> {
        let failures = |kind: &Kind| self.failed.iter().filter(|failed| *failed == kind).count();
        kinds.into_iter().filter(|kind| failures(kind) < TRIES).collect()
    }

    fn add(&mut self, kind: Kind, outcome: anyhow::Result<Round>) {
        match outcome {
            Ok(round) => self.rounds.push(round),
            Err(error) => {
                self.broken.push(format!("{kind}: {error:#}"));
                self.failed.push(kind);
            }
        }
    }
}

/// What goes on from round to round.
struct Runner<'a> {
    plan: &'a Plan,
    postgres: Option<Arc<PostgresCluster>>,
    count: u64,
}

impl Runner<'_> {
    /// Where the next round has its files.
    fn directory(&self, kind: Kind) -> PathBuf {
        self.plan.directory.join(format!("round-{}-{}-{}", self.count, kind.engine, kind.fault))
    }

    async fn round(&mut self, kind: Kind, seed: u64, directory: &Path) -> anyhow::Result<Round> {
        let plan = self.plan;
        // Of an earlier run in the same directory.
        remove(directory)?;
        if kind.fault == Fault::DiskFull && !plan.in_namespace && !namespace::may_mount(&plan.directory) {
            return namespace::round(plan, kind.fault, seed, directory).await;
        }
        let base = match kind.engine {
            Engine::Sqlite => Base::Sqlite,
            Engine::Postgres => Base::Postgres(self.postgres().await?, format!("round_{}", self.count)),
        };
        round::round(plan, base, kind.fault, seed, directory).await
    }

    /// The cluster of PostgreSQL, made when it is first needed and there is none.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_round_has_the_seed_of_its_run_and_no_two_have_the_same() {
        assert_eq!(seed_of(7, 0), 7);
        let seeds: std::collections::HashSet<u64> = (0..1000).map(|round| seed_of(7, round)).collect();
        assert_eq!(seeds.len(), 1000);
    }

    #[test]
    fn a_kind_of_round_that_cannot_be_done_is_tried_again_once_and_costs_the_others_nothing() {
        let bad = Kind { engine: Engine::Postgres, fault: Fault::KillPostgres };
        let good = Kind { engine: Engine::Sqlite, fault: Fault::None };
        let mut attempts = Attempts::default();
        for _ in 0..TRIES {
            assert_eq!(attempts.left(vec![bad, good]), [bad, good]);
            attempts.add(bad, Err(anyhow::anyhow!("no room")));
        }
        assert_eq!(attempts.left(vec![bad, good]), [good]);
        assert_eq!(attempts.broken, ["kill-postgres on postgres: no room", "kill-postgres on postgres: no room"]);
    }
}
