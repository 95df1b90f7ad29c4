//! Transactions that lose against others: they are serializable in this database, and an aggressor locks the same rows of
//! stock in the opposite order, so that there are deadlocks, too.

use std::time::Duration;

use anyhow::{Context, ensure};
use rand::RngExt;
use rand::rngs::SmallRng;
use tokio::time::{Instant, sleep};
use tokio_postgres::Client;
use uuid::Uuid;

use super::Scene;

/// How long the aggressor lets others in between two rows.
const BETWEEN_ROWS: Duration = Duration::from_millis(5);
/// How long it leaves them in peace.
const PEACE: Duration = Duration::from_millis(30);
/// How many rows it wants.
const ROWS: i64 = 6;

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    let postgres = scene.cluster.postgres().context("there is no PostgreSQL")?;
    let database = scene.cluster.database_name().context("there is no database")?;
    let aggressor = postgres.connect(database).await?;
    // It would be the one that gives up if it found the deadlock first.
    aggressor.batch_execute("SET deadlock_timeout = '10s'").await?;
    for _ in 0..scene.pace.times {
        scene.quiet(dice).await;
        let begin = Instant::now();
        while begin.elapsed() < scene.pace.outage / 2 {
            fight(&aggressor, dice).await?;
            sleep(PEACE.mul_f64(dice.random_range(0.0..2.0))).await;
        }
        scene.recovered().await?;
    }
    let probe = scene.probe()?;
    let mut retries = 0.0;
    for address in scene.cluster.addresses() {
        retries += probe.metric(address, "axhub_transaction_retries_total").await?;
    }
    ensure!(retries > 0.0, "no transaction was ever in another's way: the fault did not happen");
    Ok(())
}

/// One transaction that changes nothing, but locks.
async fn fight(aggressor: &Client, dice: &mut SmallRng) -> anyhow::Result<()> {
    aggressor.batch_execute("BEGIN").await?;
    let outcome = lock_rows(aggressor, dice).await;
    let end = if outcome.is_ok() && dice.random() { "COMMIT" } else { "ROLLBACK" };
    // It loses now and then, too; that is no matter of ours.
    let _ = aggressor.batch_execute(end).await;
    Ok(())
}

async fn lock_rows(aggressor: &Client, dice: &mut SmallRng) -> anyhow::Result<()> {
    let wanted = "SELECT id FROM (SELECT id FROM stock ORDER BY random() LIMIT $1) AS some ORDER BY id DESC";
    let rows: Vec<Uuid> = aggressor.query(wanted, &[&ROWS]).await?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    for row in rows {
        aggressor.execute("UPDATE stock SET on_sale = on_sale WHERE id = $1", &[&row]).await?;
        sleep(BETWEEN_ROWS.mul_f64(dice.random_range(0.0..2.0))).await;
    }
    Ok(())
}
