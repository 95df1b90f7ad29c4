//! All processes of PostgreSQL die at once, and it recovers from what it had written. The servers are not touched.

use std::time::Duration;

use anyhow::Context;
use rand::rngs::SmallRng;

use super::Scene;

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let postgres = scene.cluster.postgres().context("there is no PostgreSQL to kill")?;
    for _ in 0..scene.pace.times {
        scene.strike(dice).await;
        postgres.kill9().await?;
        scene.moment(Duration::from_secs(1), dice).await;
        let starting = scene.history.now();
        postgres.start().await?;
        scene.recovered(starting).await?;
    }
    Ok(())
}
