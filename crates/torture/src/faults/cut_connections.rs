//! The network between the servers and PostgreSQL: connections end at once, in the middle of a question or of an answer,
//! behind a commit whose answer is never heard, or carry nothing for a while.

use std::time::Duration;

use anyhow::{Context, ensure};
use rand::RngExt;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use tokio::time::{Instant, sleep};

use super::Scene;
use crate::cluster::proxy::{Cut, Proxy};

/// How long a connection that was to be cut in the middle of something has for it.
const MIDDLE: Duration = Duration::from_millis(150);
/// How long the first of them may take.
const TO_CUT: Duration = Duration::from_secs(10);
/// How often that is looked at.
const INTERVAL: Duration = Duration::from_millis(5);

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let proxy = scene.cluster.proxy().context("there is no proxy")?;
    let cuts = [Cut::Now, Cut::InQuestion, Cut::InAnswer, Cut::BehindCommit, Cut::BehindCommit];
    let mut turns: Vec<Turn> = cuts.into_iter().map(Turn::Cut).chain([Turn::Swallow]).collect();
    for _ in 0..scene.pace.times {
        turns.shuffle(dice);
        for turn in &turns {
            scene.quiet(dice).await;
            match *turn {
                Turn::Cut(cut) => {
                    cut_connections(proxy, cut).await?;
                    // Those that nothing was said on.
                    proxy.cut_all();
                }
                Turn::Swallow => {
                    proxy.blackhole(true);
                    sleep(scene.pace.outage.mul_f64(dice.random_range(0.1..0.5))).await;
                    // Afterwards it is as if nothing had been, or all connections are lost.
                    let is_lost = dice.random();
                    if is_lost {
                        proxy.cut_all();
                    }
                    proxy.blackhole(false);
                }
            }
            scene.recovered().await?;
        }
    }
    Ok(())
}

/// Cuts all connections there that come to it, one at least: else the fault has not happened.
async fn cut_connections(proxy: &Proxy, cut: Cut) -> anyhow::Result<()> {
    let (before, begin) = (proxy.cuts(cut), Instant::now());
    proxy.cut(cut);
    sleep(MIDDLE).await;
    while proxy.cuts(cut) == before {
        ensure!(begin.elapsed() < TO_CUT, "no connection was cut {cut:?} within {} s: the fault did not happen", TO_CUT.as_secs());
        sleep(INTERVAL).await;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Turn {
    Cut(Cut),
    Swallow,
}
