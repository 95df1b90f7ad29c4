//! The servers' clock jumps ahead and back, by up to two days. In the end it is right again.

use rand::RngExt;
use rand::rngs::SmallRng;

use super::Scene;

/// How far, in seconds: a reply may become overdue, and no date that is sold passes.
const JUMPS: std::ops::RangeInclusive<i64> = -2 * 86_400..=2 * 86_400;

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    for _ in 0..2 * scene.pace.times {
        scene.quiet(dice).await;
        scene.cluster.move_clock(dice.random_range(JUMPS))?;
        scene.recovered().await?;
    }
    scene.cluster.move_clock(0)?;
    scene.recovered().await
}
