//! PostgreSQL is there and says nothing, as behind a cable that was pulled. Servers find out by themselves, and tell whoever
//! asks, in bounded time.

use std::time::Duration;

use anyhow::Context;
use futures_util::future::try_join_all;
use tokio::time::{Instant, sleep_until};

use super::Scene;
use super::full_queue::FLOOD;
use crate::cluster::name_of;

/// How long an answer may take: silence is noticed, a new connection is tried, and requests ahead of one take their time, too.
const TO_ANSWER: Duration = Duration::from_secs(23);

/// Lets it be silent for as long as an outage lasts, or until all have been answered.
pub(super) async fn inject(scene: &Scene<'_>) -> anyhow::Result<()> {
    let proxy = scene.cluster.proxy().context("there is no proxy")?;
    let (probe, end) = (scene.probe()?, Instant::now() + scene.pace.outage);
    proxy.blackhole(true);
    let all = scene.cluster.addresses().into_iter().enumerate().map(|(server, address)| {
        let probe = &probe;
        async move {
            let (read, orders) = tokio::join!(probe.read(address), probe.orders(address, FLOOD));
            let mut all = orders.into_iter().chain([read]);
            all.try_for_each(|seen| seen.is_unavailable(TO_ANSWER)).with_context(|| format!("{} with a silent PostgreSQL", name_of(server)))
        }
    });
    try_join_all(all).await?;
    sleep_until(end).await;
    let healed = scene.history.now();
    proxy.blackhole(false);
    scene.recovered(healed).await
}
