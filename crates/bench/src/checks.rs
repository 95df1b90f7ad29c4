//! Whether the database holds what the answers said.

use anyhow::{Context, bail};
use axhub_store::{Address, Database, Mode, Options, Session, allotments, stock};

use crate::measure::light_runtime;

/// The most mismatches that are shown.
const SHOWN: usize = 3;

/// How many channel orders there are.
///
/// # Errors
/// The database's.
pub fn orders(address: &Address) -> anyhow::Result<u64> {
    light_runtime()?.block_on(async {
        let database = open(address).await?;
        let orders = database.run("bench.orders", Mode::Read, (), |session, ()| Box::pin(count(session))).await?;
        Ok(u64::try_from(orders)?)
    })
}

async fn count(session: &Session) -> axhub_store::Result<i64> {
    session.query_one("SELECT COUNT(*) FROM channel_orders", &[]).await?.int(0)
}

/// Whether every unit that is taken belongs to a ticket, and the other way round. Reads everything.
///
/// # Errors
/// When it is not so; the database's.
pub fn stock_is_sound(address: &Address) -> anyhow::Result<()> {
    light_runtime()?.block_on(async {
        let database = open(address).await?;
        let rows = database.run("bench.stock", Mode::Snapshot, (), |session, ()| Box::pin(stock::mismatches(session))).await?;
        if !rows.is_empty() {
            bail!("{} stock rows do not hold what their tickets say: {:?}", rows.len(), &rows[..rows.len().min(SHOWN)]);
        }
        let rows = database.run("bench.allotments", Mode::Snapshot, (), |session, ()| Box::pin(allotments::mismatches(session))).await?;
        if !rows.is_empty() {
            bail!("{} allotments do not hold what their tickets say: {:?}", rows.len(), &rows[..rows.len().min(SHOWN)]);
        }
        Ok(())
    })
}

async fn open(address: &Address) -> anyhow::Result<Database> {
    Database::open(address, Options::default()).await.with_context(|| format!("cannot open the database {address}"))
}
