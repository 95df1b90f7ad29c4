//! The network between the servers and PostgreSQL: connections end at once, in the middle of a question or of an answer,
//! behind a commit whose answer is never heard, or carry nothing for a while.

use std::time::Duration;

use anyhow::Context;
use rand::RngExt;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use tokio::time::sleep;

use super::Scene;
use crate::cluster::proxy::Cut;

/// How long a connection that was to be cut in the middle of something has for it.
const MIDDLE: Duration = Duration::from_millis(150);

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
                    proxy.cut(cut);
                    sleep(MIDDLE).await;
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

#[derive(Clone, Copy)]
enum Turn {
    Cut(Cut),
    Swallow,
}
