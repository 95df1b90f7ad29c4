//! The queue of orders is full: somebody keeps all stock locked, so that the batch that a server places stands still. No more
//! orders may wait behind it than there are places; the others are turned away at once, and reading goes on.
//!
//! It is the stock that is locked, and not the whole database that is silent: who asks must be known before the order may
//! queue, and nobody can be without the database for longer than their key is remembered.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use axhub_domain::product::ProductKind;
use futures_util::future::{join_all, try_join_all};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::Scene;
use super::probe::{Probe, Seen};
use crate::clients::order_json;
use crate::cluster::name_of;
use crate::history::{LineAsk, PlaceAsk};
use crate::world::World;

/// How many orders may wait in a server: more than clients send at a time, and few, so that many times more are soon sent.
pub(super) const QUEUE: usize = 16;
/// How many it takes from there at a time.
pub(super) const BATCH: usize = 8;
/// How many are sent to it at once: most of them have no place.
pub(super) const FLOOD: usize = 4 * QUEUE;
/// How long it may take to turn away what it has no place for. Who has one waits longer: for the stock, or for its turn.
const AT_ONCE: Duration = Duration::from_secs(5);
/// More than clients can keep busy with what waits for stock: reading is not to wait for a connection.
const CONNECTIONS: usize = 50;
/// An order that takes longer waits for the stock, or behind one that does.
const STANDS_STILL: Duration = Duration::from_millis(400);
/// How long anybody may be kept waiting: in the queue, and then for the stock.
const TO_ANSWER: Duration = Duration::from_secs(25);

/// What servers are told.
pub(super) fn arguments() -> [String; 3] {
    [format!("--order-queue={QUEUE}"), format!("--order-batch={BATCH}"), format!("--connections={CONNECTIONS}")]
}

/// Locks the stock for as long as an outage lasts, and looks at the servers meanwhile.
pub(super) async fn inject(scene: &Scene<'_>) -> anyhow::Result<()> {
    let postgres = scene.cluster.postgres().context("there is no PostgreSQL")?;
    let admin = postgres.connect(scene.cluster.database_name().context("there is no database")?).await?;
    // Reading does not mind.
    admin.batch_execute("BEGIN; LOCK TABLE stock IN EXCLUSIVE MODE").await?;
    let begin = Instant::now();
    let flood = Flood::new(scene)?;
    loop {
        let looks = scene.cluster.addresses().into_iter().enumerate().map(|(server, address)| {
            let flood = &flood;
            async move { flood.look(address).await.with_context(|| format!("{} with its stock locked", name_of(server))) }
        });
        try_join_all(looks).await?;
        if begin.elapsed() >= scene.pace.outage {
            break;
        }
    }
    let healed = scene.history.now();
    admin.batch_execute("ROLLBACK").await?;
    scene.recovered(healed).await
}

/// Orders that wait for the stock, and are refused when they get to it.
struct Flood<'a> {
    probe: Probe,
    world: &'a World,
    kind: ProductKind,
    line: LineAsk,
}

impl<'a> Flood<'a> {
    fn new(scene: &Scene<'a>) -> anyhow::Result<Flood<'a>> {
        let world = scene.world;
        let (slot, line) = world.more_than_there_is().context("a world without stock")?;
        Ok(Flood { probe: scene.probe()?, world, kind: world.products[slot.product].kind, line })
    }

    /// One more of them. Nobody has ordered it, should it be placed all the same.
    fn order(&self) -> Value {
        let code = format!("FLOOD-{:016x}", rand::random::<u64>());
        order_json(self.world, &PlaceAsk { channel: 0, kind: self.kind, code, lines: vec![self.line.clone()] })
    }

    async fn look(&self, server: SocketAddr) -> anyhow::Result<()> {
        // With this one, the server's batch stands still. Its client goes away.
        let first = timeout(STANDS_STILL, self.probe.place(server, self.kind, &self.order())).await;
        ensure!(first.as_ref().map_or(true, |seen| seen.is_overloaded), "an order was answered: {first:?}");

        let orders: Vec<Value> = (0..FLOOD).map(|_| self.order()).collect();
        let flood = join_all(orders.iter().map(|order| self.probe.place(server, self.kind, order)));
        let (read, orders) = tokio::join!(self.probe.read(server), flood);
        ensure!(read.status == Some(200), "reading does not go on: {read:?}");
        for seen in &orders {
            let is_answered = seen.status == Some(503) && seen.says_when && seen.took <= TO_ANSWER;
            ensure!(is_answered, "an order was not told 503 as it should: {seen:?}");
        }
        let turned_away = orders.iter().filter(|seen: &&Seen| seen.is_overloaded && seen.took <= AT_ONCE).count();
        // One batch is taken from the queue when the flood comes, and another if the one that stands still is given up.
        let least = FLOOD - QUEUE - 2 * BATCH;
        ensure!(turned_away >= least, "only {turned_away} of {FLOOD} orders were turned away at once, {least} must be: {QUEUE} may wait");
        Ok(())
    }
}
