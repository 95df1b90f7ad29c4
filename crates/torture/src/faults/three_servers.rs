//! Of three servers on one PostgreSQL, one is killed, and one is paused (SIGSTOP) while it holds locks on stock. The third
//! must go on selling, the very rows that the paused one had locked, too: PostgreSQL ends a transaction that nobody goes on with.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use axhub_domain::product::ProductKind;
use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::Scene;
use crate::clients::order_json;
use crate::cluster::{Cluster, name_of};
use crate::history::{PlaceAsk, Record};
use crate::world::{Slot, World};

/// How long the third may be held up by the locks of the paused one.
const TO_SELL: Duration = Duration::from_secs(30);
/// How long is tried to catch one with locks.
const TO_CATCH: Duration = Duration::from_secs(20);
/// How long a server's last words to PostgreSQL take to be done with.
const SETTLE: Duration = Duration::from_millis(20);
/// How often it is looked at whether locks are freed.
const INTERVAL: Duration = Duration::from_millis(50);

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let cluster = scene.cluster;
    let postgres = cluster.postgres().context("there is no PostgreSQL")?;
    let admin = postgres.connect(cluster.database_name().context("there is no database")?).await?;
    let first = dice.random_range(0..3);
    let (killed, paused, third) = (first, (first + 1) % 3, (first + 2) % 3);
    scene.quiet(dice).await;

    cluster.kill(killed).await?;
    scene.quiet(dice).await;
    let locked = pause_with_locks(cluster, &admin, paused, dice).await?;
    let since = scene.history.now();
    let told = || format!("{} was held up by {}, which is paused and holds locks", name_of(third), name_of(paused));
    let (freed, sold) = tokio::join!(are_freed(&admin, paused), is_decided(scene, third, &admin, paused, &locked[0]));
    freed.and(sold).with_context(told)?;
    // Clients, too, whatever they order.
    let port = cluster.addresses()[third].port();
    let is_sold = |record: &Record| record.begin >= since && record.server == port && record.is_decided();
    scene.first(TO_SELL, "order was decided", is_sold).await.with_context(told)?;
    // So that the paused one wakes up to a world that has moved on.
    sleep(scene.pace.outage).await;

    let waking = scene.history.now();
    cluster.resume(paused).await?;
    cluster.start_again(killed).await?;
    scene.recovered(waking).await
}

/// Pauses a server at random moments until it is caught with locks on stock, and says on which rows.
async fn pause_with_locks(cluster: &Cluster, admin: &Client, server: usize, dice: &mut SmallRng) -> anyhow::Result<Vec<LockedRow>> {
    let begin = Instant::now();
    while begin.elapsed() < TO_CATCH {
        cluster.pause(server).await?;
        sleep(SETTLE).await;
        let locked = locked_rows(admin, server).await?;
        // One that PostgreSQL still works for may be about to commit.
        if !locked.is_empty() && locked.iter().all(|row| row.is_left) {
            return Ok(locked);
        }
        cluster.resume(server).await?;
        sleep(dice.random_range(Duration::ZERO..Duration::from_millis(50))).await;
    }
    bail!("{} was never caught with locks", name_of(server))
}

/// A row of stock that a transaction of a server has locked.
#[derive(Debug, PartialEq, Eq)]
struct LockedRow {
    /// The number of the transaction.
    transaction: String,
    /// An option that is sold from it, its date, and its start time.
    option: Uuid,
    date: String,
    start_time: String,
    /// Whether the transaction waits for the server.
    is_left: bool,
}

/// The rows of stock that a server has locked: whoever locks a row leaves the number of the transaction there.
async fn locked_rows(admin: &Client, server: usize) -> anyhow::Result<Vec<LockedRow>> {
    let sql = "SELECT CAST(a.backend_xid AS text), o.id, CAST(s.date AS text), CAST(s.start_time AS text), a.state = 'idle in transaction'
        FROM pg_stat_activity a JOIN stock s ON s.xmax = a.backend_xid JOIN options o ON o.pool_id = s.pool_id
        WHERE a.application_name = $1 AND a.datname = current_database() ORDER BY s.id, o.position";
    let rows = admin.query(sql, &[&name_of(server)]).await?;
    let row = |row: &Row| {
        let (transaction, option) = (row.try_get(0)?, row.try_get(1)?);
        Ok(LockedRow { transaction, option, date: row.try_get(2)?, start_time: row.try_get(3)?, is_left: row.try_get(4)? })
    };
    rows.iter().map(row).collect()
}

/// Waits until a server that is paused holds no locks any more.
async fn are_freed(admin: &Client, paused: usize) -> anyhow::Result<()> {
    let begin = Instant::now();
    while !locked_rows(admin, paused).await?.is_empty() {
        ensure!(begin.elapsed() < TO_SELL, "its locks were still there after {} s", TO_SELL.as_secs());
        sleep(INTERVAL).await;
    }
    Ok(())
}

/// Orders from a row that a paused server has locked, at another, until that is decided: when the lock is gone, and no sooner.
async fn is_decided(scene: &Scene<'_>, server: usize, admin: &Client, paused: usize, row: &LockedRow) -> anyhow::Result<()> {
    let (probe, address) = (scene.probe()?, scene.cluster.addresses()[server]);
    let (kind, order) = order_of(scene.world, row)?;
    let decided = async {
        loop {
            let seen = probe.place(address, kind, &order).await;
            if seen.is_refused() {
                return Ok(());
            }
            ensure!(seen.status.is_none_or(|status| status >= 500), "an order of more than may be ordered was answered with {seen:?}");
            sleep(INTERVAL).await;
        }
    };
    timeout(TO_SELL, decided).await.with_context(|| format!("no order from the locked row was decided in {} s", TO_SELL.as_secs()))??;
    // Another transaction of the paused one may have waited for the same row.
    ensure!(!locked_rows(admin, paused).await?.contains(row), "an order was decided while its row was locked");
    Ok(())
}

/// An order from this row that can only be refused, behind its lock.
fn order_of(world: &World, row: &LockedRow) -> anyhow::Result<(ProductKind, Value)> {
    let pool = world.option(row.option).context("a locked row of nothing that is sold")?.pool;
    let (date, start_time) = (row.date.parse()?, row.start_time.parse()?);
    let is_it = |slot: &Slot| slot.pool == pool && slot.date == date && slot.start_time == start_time;
    let slot = world.slots.iter().position(is_it).context("a locked row of no slot")?;
    let line = world.more_than_a_line_may_have(slot).context("a slot without options")?;
    let kind = world.products[world.slots[slot].product].kind;
    let code = format!("LOCKED-{:016x}", rand::random::<u64>());
    Ok((kind, order_json(world, &PlaceAsk { channel: 0, kind, code, lines: vec![line] })))
}
