//! What a fault has to do with: the cluster, the clients' history, and how long things may take.

use std::ops::Range;
use std::time::Duration;

use anyhow::{anyhow, bail};
use parking_lot::Mutex;
use rand::RngExt;
use rand::rngs::SmallRng;
use tokio::time::{Instant, sleep, timeout};

use super::probe::Probe;
use crate::cluster::Cluster;
use crate::history::{History, Micros, Outcome, Record};
use crate::recovery::{Recovery, every_server};
use crate::world::World;

/// How long after a fault was healed an order must be answered again.
const TO_RECOVER: Duration = Duration::from_secs(30);
/// How long is waited for somebody to commit something.
const TO_COMMIT: Duration = Duration::from_secs(1);
/// How often something is looked at that is waited for.
const INTERVAL: Duration = Duration::from_millis(10);

/// How often a fault happens in a round, and how long it lasts.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Its name on the command line.
    pub name: &'static str,
    /// How often.
    pub times: u32,
    /// How long nothing happens before each.
    pub quiet: Range<Duration>,
    /// How long a server or the database is away, where that is nothing that happens in an instant.
    pub outage: Duration,
}

impl Pace {
    /// For tests.
    pub fn short() -> Pace {
        Pace { name: "short", times: 2, quiet: Duration::from_millis(200)..Duration::from_millis(700), outage: Duration::from_secs(5) }
    }

    /// For long runs.
    pub fn long() -> Pace {
        Pace { name: "long", times: 3, quiet: Duration::from_millis(500)..Duration::from_millis(3000), outage: Duration::from_secs(20) }
    }
}

/// A round that is under way.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The servers and the database.
    pub cluster: &'a Cluster,
    /// What there is to sell.
    pub world: &'a World,
    /// What clients asked and were answered.
    pub history: &'a History,
    /// How much of it.
    pub pace: Pace,
    /// The key of a channel.
    pub key: String,
    /// The time from each healing to the first new order that was asked for after it and placed, and until every server had
    /// decided one.
    recovery: Mutex<(Recovery, Recovery)>,
}

impl<'a> Scene<'a> {
    /// A scene.
    pub fn new(cluster: &'a Cluster, world: &'a World, history: &'a History, pace: Pace, key: String) -> Scene<'a> {
        Scene { cluster, world, history, pace, key, recovery: Mutex::default() }
    }

    /// Lets the clients be for a time that the dice pick.
    pub async fn quiet(&self, dice: &mut SmallRng) {
        sleep(dice.random_range(self.pace.quiet.clone())).await;
    }

    /// The same, and then as often as not until a transaction that writes is about to be committed, which is when it hurts
    /// most; and says which server does that.
    pub async fn strike(&self, dice: &mut SmallRng) -> Option<usize> {
        self.quiet(dice).await;
        let waits = dice.random();
        let proxy = self.cluster.proxy().filter(|_| waits)?;
        // Not for ever: nobody may be able to commit anything.
        timeout(TO_COMMIT, proxy.commit()).await.ok().flatten()
    }

    /// A moment of up to so long.
    pub async fn moment(&self, at_most: Duration, dice: &mut SmallRng) {
        sleep(dice.random_range(Duration::ZERO..at_most)).await;
    }

    /// One of the servers.
    pub fn any_server(&self, dice: &mut SmallRng) -> usize {
        dice.random_range(0..self.cluster.servers())
    }

    /// A caller from outside, whose requests are in no history.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn probe(&self) -> anyhow::Result<Probe> {
        Probe::new(&self.key)
    }

    /// Waits until a new order that was asked for since the healing began is placed, and then until every server has decided
    /// one and is ready; and notes how long both took from there. An order that had been placed before does not count: to tell
    /// of it again takes less than to place one.
    ///
    /// # Errors
    /// When none is placed in good time, or a server decides none.
    pub async fn recovered(&self, since: Micros) -> anyhow::Result<()> {
        let is_new = |record: &Record| record.begin >= since && record.placed_anew();
        let first = self.first(TO_RECOVER, "new order was placed", is_new).await;
        let last = match &first {
            Ok(first) => {
                let last = every_server(self.history, &self.cluster.addresses(), since, TO_RECOVER).await;
                last.map(|last| last.max(*first))
            }
            Err(_) => Err(anyhow!("so none was decided by every server")),
        };
        let took = |end: &anyhow::Result<Micros>| end.as_ref().ok().map(|end| Duration::from_micros(end.saturating_sub(since))).into();
        let mut recovery = self.recovery.lock();
        *recovery = (recovery.0.and(took(&first)), recovery.1.and(took(&last)));
        drop(recovery);
        first.and(last).map(drop)
    }

    /// Waits for a request of this kind to end, and says when it did.
    ///
    /// # Errors
    /// When none does in this time.
    pub async fn first(&self, within: Duration, what: &str, is_meant: impl Fn(&Record) -> bool) -> anyhow::Result<Micros> {
        let begin = Instant::now();
        while begin.elapsed() < within {
            if let Some(end) = self.history.end_of_first(&is_meant) {
                return Ok(end);
            }
            sleep(INTERVAL).await;
        }
        bail!("no {what} within {} s", within.as_secs())
    }

    /// The requests that began and ended between these times.
    pub fn between(&self, begin: Micros, end: Micros) -> Vec<Record> {
        self.history.records().into_iter().filter(|record| record.begin >= begin && record.end <= end).collect()
    }

    /// Why a client heard nothing, unless it did not want to.
    pub fn left_without_answer(record: &Record) -> Option<&str> {
        match &record.outcome {
            Outcome::Lost { why } if !why.starts_with("let go") => Some(why),
            _ => None,
        }
    }

    /// The longest time that it took until an order was placed again.
    pub fn recovery(&self) -> Recovery {
        self.recovery.lock().0
    }

    /// The longest time that it took until every server had decided an order again.
    pub fn all_servers(&self) -> Recovery {
        self.recovery.lock().1
    }
}
