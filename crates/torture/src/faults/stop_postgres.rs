//! PostgreSQL is shut down for a while. The servers say so (503, and when to try again), soon, and keep no more orders
//! waiting than they may; when it is back they go on by themselves. Then it is silent for as long, and then the queues of
//! orders are filled.

use std::time::Duration;

use anyhow::{Context, ensure};
use rand::rngs::SmallRng;
use tokio::time::{Instant, sleep};

use super::full_queue::{self, BATCH, FLOOD, QUEUE};
use super::probe::{Probe, Seen};
use super::{Scene, silence};
use crate::cluster::name_of;
use crate::history::{Outcome, Record};

/// How long a server may look for its database before it says that there is none. Requests ahead of one take their time, too.
const TO_ANSWER: Duration = Duration::from_secs(15);

/// How long it may take to turn away what it has no place for.
const AT_ONCE: Duration = Duration::from_secs(2);

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let postgres = scene.cluster.postgres().context("there is no PostgreSQL to stop")?;
    let probe = scene.probe()?;
    // Once is enough: it takes long.
    scene.strike(dice).await;
    let (begin, stopping) = (Instant::now(), scene.history.now());
    postgres.stop_fast().await?;
    let stopped = scene.history.now();

    while begin.elapsed() < scene.pace.outage {
        look(scene, &probe).await?;
        sleep(Duration::from_millis(100)).await;
    }
    let starting = scene.history.now();
    postgres.start().await?;
    scene.recovered(starting).await?;

    for record in scene.between(stopping, starting) {
        clients_were_told(&record, record.begin >= stopped)?;
    }
    silence::inject(scene).await?;
    full_queue::inject(scene).await
}

/// Asks every server.
async fn look(scene: &Scene<'_>, probe: &Probe) -> anyhow::Result<()> {
    for (server, address) in scene.cluster.addresses().into_iter().enumerate() {
        let (read, orders) = tokio::join!(probe.read(address), probe.orders(address, FLOOD));
        let all = [read].into_iter().chain(orders.iter().copied());
        for seen in all {
            seen.is_unavailable(TO_ANSWER).with_context(|| format!("{} without PostgreSQL", name_of(server)))?;
        }
        // Those that had a place may have waited for the database; the others may not have waited at all.
        let waited = orders.iter().filter(|seen: &&Seen| seen.took > AT_ONCE).count();
        let places = QUEUE + 2 * BATCH; // in the queue, and in the batches that were taken from it meanwhile
        ensure!(waited <= places, "{}: {waited} of {FLOOD} orders waited, though only {QUEUE} may", name_of(server));
    }
    Ok(())
}

/// What a client heard while there was no database: nothing that says a bug, and never nothing.
fn clients_were_told(record: &Record, all_of_it: bool) -> anyhow::Result<()> {
    if let Outcome::Refused { status: status @ 500.., code } = &record.outcome {
        ensure!(*status == 503, "a client was told {status} {code} while there was no PostgreSQL: {:?}", record.ask);
    }
    if let Some(why) = Scene::left_without_answer(record) {
        ensure!(!all_of_it, "a client was told nothing while there was no PostgreSQL: {why}: {:?}", record.ask);
    }
    Ok(())
}
