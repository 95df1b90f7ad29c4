//! Of three servers on one PostgreSQL, one is killed, and one is paused (SIGSTOP) while it holds locks on stock. The third
//! must go on selling: PostgreSQL ends a transaction that nobody goes on with.

use std::time::Duration;

use anyhow::{Context, bail};
use rand::RngExt;
use rand::rngs::SmallRng;
use tokio::time::{Instant, sleep};
use tokio_postgres::Client;

use super::Scene;
use crate::cluster::{Cluster, name_of};
use crate::history::{Outcome, Record};

/// How long the third may be held up by the locks of the paused one.
const TO_SELL: Duration = Duration::from_secs(30);
/// How long is tried to catch one with locks.
const TO_CATCH: Duration = Duration::from_secs(20);
/// How long a server's last words to PostgreSQL take to be done with.
const SETTLE: Duration = Duration::from_millis(20);

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let cluster = scene.cluster;
    let postgres = cluster.postgres().context("there is no PostgreSQL")?;
    let admin = postgres.connect(cluster.database_name().context("there is no database")?).await?;
    let first = dice.random_range(0..3);
    let (killed, paused, third) = (first, (first + 1) % 3, (first + 2) % 3);
    scene.quiet(dice).await;

    cluster.kill(killed).await?;
    scene.quiet(dice).await;
    pause_with_locks(cluster, &admin, paused, dice).await?;
    let since = scene.history.now();
    let port = cluster.addresses()[third].port();
    // That nothing is left is decided behind the same locks, and there is little to sell.
    let is_decided = |record: &Record| record.begin >= since && record.server == port && is_decided_by_stock(record);
    let decided = scene.first(TO_SELL, "order was decided", is_decided).await;
    decided.with_context(|| format!("{} was held up by {}, which is paused and holds locks", name_of(third), name_of(paused)))?;
    // Long enough that what the paused one left is ended, and it wakes up to a world that has moved on.
    sleep(scene.pace.outage).await;

    cluster.resume(paused).await?;
    cluster.start_again(killed).await?;
    scene.recovered().await?;
    let port = cluster.addresses()[paused].port();
    let since = scene.history.now();
    let is_decided = |record: &Record| record.begin >= since && record.server == port && is_decided_by_stock(record);
    let decided = scene.first(TO_SELL, "order was decided", is_decided).await;
    decided.with_context(|| format!("{} sells nothing after it was paused", name_of(paused)))?;
    Ok(())
}

/// Whether it is an order that was placed now, or refused because nothing is left.
fn is_decided_by_stock(record: &Record) -> bool {
    record.placed_anew() || matches!(&record.outcome, Outcome::Refused { code, .. } if code == "sold_out")
}

/// Pauses a server at random moments until it is caught with locks on stock.
async fn pause_with_locks(cluster: &Cluster, admin: &Client, server: usize, dice: &mut SmallRng) -> anyhow::Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < TO_CATCH {
        cluster.pause(server).await?;
        sleep(SETTLE).await;
        if holds_locks(admin, server).await? {
            return Ok(());
        }
        cluster.resume(server).await?;
        sleep(dice.random_range(Duration::ZERO..Duration::from_millis(50))).await;
    }
    bail!("{} was never caught with locks", name_of(server))
}

/// Whether a transaction of the server waits for it, and holds rows of stock.
async fn holds_locks(admin: &Client, server: usize) -> anyhow::Result<bool> {
    let sql = "SELECT EXISTS (
            SELECT FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
            WHERE a.application_name = $1 AND a.state = 'idle in transaction' AND a.datname = current_database()
              AND l.relation = 'stock'::regclass AND l.mode IN ('RowShareLock', 'RowExclusiveLock') AND l.granted)";
    Ok(admin.query_one(sql, &[&name_of(server)]).await?.try_get(0)?)
}
