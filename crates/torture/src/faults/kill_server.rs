//! A server is killed in the middle of whatever it does, and started again at the same address.

use std::time::Duration;

use rand::rngs::SmallRng;

use super::Scene;

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    for _ in 0..scene.pace.times {
        // The one that is committing, if somebody was waited for. Dice are thrown all the same, so that later ones fall alike.
        let (committing, any) = (scene.strike(dice).await, scene.any_server(dice));
        let server = committing.unwrap_or(any);
        scene.cluster.kill(server).await?;
        scene.moment(Duration::from_millis(500), dice).await;
        let starting = scene.history.now();
        scene.cluster.start_again(server).await?;
        scene.recovered(starting).await?;
    }
    Ok(())
}
