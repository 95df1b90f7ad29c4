//! The clocks of the servers jump ahead and back, each by up to two days and by another time than the others'. In the end they
//! are right again.

use rand::RngExt;
use rand::rngs::SmallRng;

use super::Scene;

/// How far, in seconds: a reply may become overdue, and no date that is sold passes.
const JUMPS: std::ops::RangeInclusive<i64> = -2 * 86_400..=2 * 86_400;

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    for _ in 0..2 * scene.pace.times {
        scene.quiet(dice).await;
        let jumped = scene.history.now();
        for server in 0..scene.cluster.servers() {
            scene.cluster.move_clock(server, dice.random_range(JUMPS))?;
        }
        scene.recovered(jumped).await?;
    }
    let healed = scene.history.now();
    scene.cluster.set_clocks_right()?;
    scene.recovered(healed).await
}
