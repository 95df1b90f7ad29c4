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
/// How long it may take until one is cut in the middle of a transaction that writes.
const TO_CUT: Duration = Duration::from_secs(10);

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let proxy = scene.cluster.proxy().context("there is no proxy")?;
    let cuts = [Cut::Now, Cut::InQuestion, Cut::InAnswer, Cut::BehindCommit, Cut::BehindCommit];
    let mut turns: Vec<Turn> = cuts.into_iter().map(Turn::Cut).chain([Turn::Swallow]).collect();
    for _ in 0..scene.pace.times {
        turns.shuffle(dice);
        for turn in &turns {
            scene.quiet(dice).await;
            let healed;
            match *turn {
                Turn::Cut(cut) => {
                    cut_connections(proxy, cut).await?;
                    healed = scene.history.now();
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
                    healed = scene.history.now();
                    proxy.blackhole(false);
                }
            }
            scene.recovered(healed).await?;
        }
    }
    Ok(())
}

/// Cuts all connections there that come to it, again and again until one was in the middle of a transaction that writes: else
/// the fault has not happened.
async fn cut_connections(proxy: &Proxy, cut: Cut) -> anyhow::Result<()> {
    let (before, begin) = (proxy.cuts(cut), Instant::now());
    loop {
        proxy.cut(cut);
        sleep(MIDDLE).await;
        if proxy.cuts(cut) > before {
            return Ok(());
        }
        let told = "no connection was cut in the middle of a transaction: the fault did not happen";
        ensure!(begin.elapsed() < TO_CUT, "{cut:?}, {} s: {told}", TO_CUT.as_secs());
    }
}

#[derive(Clone, Copy)]
enum Turn {
    Cut(Cut),
    Swallow,
}
