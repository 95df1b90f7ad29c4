//! Transactions that lose against others: they are serializable in this database, and an aggressor locks the same rows of
//! stock in the opposite order, so that there are deadlocks, too.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rand::rngs::SmallRng;
use rand::seq::index::sample;
use rand::{RngExt, SeedableRng};
use tokio::time::{Instant, sleep};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::Scene;

/// How long the aggressor lets others in between two rows.
const BETWEEN_ROWS: Duration = Duration::from_millis(5);
/// How long it leaves them in peace.
const PEACE: Duration = Duration::from_millis(30);
/// How many rows it wants.
const ROWS: usize = 6;
/// How long PostgreSQL may take to count a deadlock.
const TO_COUNT: Duration = Duration::from_secs(15);
/// What a server counts its repeated transactions in.
const RETRIES: &str = "axhub_transaction_retries_total";

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let postgres = scene.cluster.postgres().context("there is no PostgreSQL")?;
    let database = scene.cluster.database_name().context("there is no database")?;
    let aggressor = postgres.connect(database).await?;
    // It would be the one that gives up if it found the deadlock first.
    aggressor.batch_execute("SET deadlock_timeout = '10s'").await?;
    for _ in 0..scene.pace.times {
        scene.quiet(dice).await;
        // How often it fights is the machine's affair; what comes afterwards must not depend on it.
        let mut own = SmallRng::seed_from_u64(dice.random());
        let begin = Instant::now();
        while begin.elapsed() < scene.pace.outage / 2 {
            fight(&aggressor, &mut own).await?;
            sleep(PEACE.mul_f64(own.random_range(0.0..2.0))).await;
        }
        scene.recovered(scene.history.now()).await?;
    }
    let mut again = 0.0;
    for address in scene.cluster.addresses() {
        again += scene.probe()?.metric(address, RETRIES, Some(r#"why="serialization""#)).await?;
    }
    ensure!(again > 0.0, "no transaction was run again for a serialization failure: the fault did not happen");
    there_was_a_deadlock(&aggressor).await
}

/// PostgreSQL counts deadlocks a little later than they happen.
async fn there_was_a_deadlock(admin: &Client) -> anyhow::Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < TO_COUNT {
        let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        let deadlocks: i64 = admin.query_one(sql, &[]).await?.try_get(0)?;
        if deadlocks > 0 {
            return Ok(());
        }
        sleep(PEACE).await;
    }
    bail!("there was no deadlock: the fault did not happen")
}

/// One transaction that changes nothing, but locks.
async fn fight(aggressor: &Client, dice: &mut SmallRng) -> anyhow::Result<()> {
    let all = aggressor.query("SELECT id FROM stock ORDER BY id", &[]).await?;
    aggressor.batch_execute("BEGIN").await?;
    let outcome = lock_rows(aggressor, &all, dice).await;
    let end = if outcome.is_ok() && dice.random() { "COMMIT" } else { "ROLLBACK" };
    // It loses now and then, too; that is no matter of ours.
    let _ = aggressor.batch_execute(end).await;
    Ok(())
}

async fn lock_rows(aggressor: &Client, all: &[Row], dice: &mut SmallRng) -> anyhow::Result<()> {
    // By their places, since ids are not the seed's.
    let mut places = sample(dice, all.len(), ROWS.min(all.len())).into_vec();
    places.sort_unstable();
    for place in places.into_iter().rev() {
        let row: Uuid = all[place].try_get(0)?;
        aggressor.execute("UPDATE stock SET on_sale = on_sale WHERE id = $1", &[&row]).await?;
        sleep(BETWEEN_ROWS.mul_f64(dice.random_range(0.0..2.0))).await;
    }
    Ok(())
}
