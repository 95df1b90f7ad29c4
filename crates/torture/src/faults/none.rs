//! Nothing goes wrong: what the other rounds are compared with.

use rand::rngs::SmallRng;

use super::Scene;

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    for _ in 0..scene.pace.times {
        scene.quiet(dice).await;
        scene.recovered(scene.history.now()).await?;
    }
    Ok(())
}
