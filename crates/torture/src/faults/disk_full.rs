//! SQLite's disk is full. Orders are turned away and nothing is half written; reading goes on; when there is room again,
//! orders go on, without a restart.

use std::time::Duration;

use anyhow::{Context, ensure};
use rand::RngExt;
use rand::rngs::SmallRng;

use super::Scene;
use crate::history::{Ask, Outcome, Record};

/// How big the disk is: a round fits into it a few times.
pub(super) const DISK: u64 = 256 * 1024 * 1024;
/// How much is left at most when it is said to be full, so that it ends at another point of a transaction each time.
const LEFT: u64 = 256 * 1024;
/// How long it may take until an order is refused for it.
const TO_REFUSE: Duration = Duration::from_secs(20);

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let disk = scene.cluster.disk().context("there is no small disk")?;
    let probe = scene.probe()?;
    for _ in 0..scene.pace.times {
        scene.quiet(dice).await;
        let full = scene.history.now();
        disk.fill(dice.random_range(0..LEFT))?;
        scene.first(TO_REFUSE, "order was refused though the disk is full", |record| is_refused_order(record, full)).await?;
        for address in scene.cluster.addresses() {
            let read = probe.read(address).await;
            ensure!(read.status == Some(200), "reading does not go on while the disk is full: {read:?}");
        }
        scene.quiet(dice).await;
        let made_room = scene.history.now();
        disk.make_room()?;
        scene.recovered(made_room).await?;
        for record in scene.between(full, made_room) {
            was_told(&record)?;
        }
    }
    Ok(())
}

/// Whether it is an order that was told that nothing can be stored.
fn is_refused_order(record: &Record, since: u64) -> bool {
    record.begin >= since && matches!((&record.ask, &record.outcome), (Ask::Place(_), Outcome::Refused { status: 503, .. }))
}

/// No error but the ones that say to try again, and always an answer.
fn was_told(record: &Record) -> anyhow::Result<()> {
    if let Outcome::Refused { status: status @ 500.., code } = &record.outcome {
        ensure!(*status == 503, "a client was told {status} {code} while the disk was full: {:?}", record.ask);
    }
    if let Some(why) = Scene::left_without_answer(record) {
        anyhow::bail!("a client was told nothing while the disk was full: {why}: {:?}", record.ask);
    }
    Ok(())
}
