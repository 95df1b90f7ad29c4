//! Positions: given when somebody reads, to what is committed, and first to what has come true by itself since then.

use axhub_domain::refusal::{FieldError, Reason};
use axhub_store::changes::{self, NewChange};
use axhub_store::{Mode, Session, directory, products};
use futures_util::try_join;
use jiff::Timestamp;

use super::{Cursor, price_changed};
use crate::{Error, Hub, Result};

/// How many changes get their positions in one transaction.
const POSITIONS_AT_A_TIME: u32 = 2_000;

/// Gives positions to everything that is committed, and tells what has come into force.
pub(super) async fn give(hub: &Hub) -> Result<()> {
    let now = hub.now();
    if !is_anything_waiting(hub, now).await? {
        return Ok(());
    }
    loop {
        let placed = hub
            .database()
            .run("change.place", Mode::Write, (), move |s, ()| {
                Box::pin(async move {
                    s.touches_nothing();
                    tell_rates(s, now).await?;
                    Ok::<_, Error>(changes::give_positions(s, POSITIONS_AT_A_TIME).await?)
                })
            })
            .await?;
        if placed < POSITIONS_AT_A_TIME as usize {
            return Ok(());
        }
    }
}

async fn is_anything_waiting(hub: &Hub, now: Timestamp) -> Result<bool> {
    hub.database()
        .run("change.any", Mode::Read, (), move |s, ()| {
            Box::pin(async move {
                let (change, rate) = try_join!(changes::any_without_position(s), directory::any_rate_to_tell(s, now))?;
                Ok(change || rate)
            })
        })
        .await
}

/// Records that prices changed when rates have come into force that were set in advance. Nobody has to be there at that
/// moment: whoever reads the feed next, on whichever server, records it, and the database sees to it that only one does.
async fn tell_rates(s: &Session, now: Timestamp) -> Result<()> {
    let Some(since) = directory::tell_rates(s, now).await? else { return Ok(()) };
    Ok(changes::record(s, &all_prices_changed(s).await?, since).await?)
}

/// New prices of every product there is: every price is shown converted, too.
pub(crate) async fn all_prices_changed(s: &Session) -> Result<Vec<NewChange>> {
    let all = products::kinds(s).await?;
    Ok(all.into_iter().map(|(product, kind)| price_changed(kind, product, None)).collect())
}

/// Refuses a cursor behind the last position: the hub gave out no such one, and silence would hide that from its reader,
/// who is then at the feed of another database, or of this one before it was restored.
pub(super) async fn check(s: &Session, cursor: Cursor) -> Result<()> {
    if cursor.0 > changes::last_position(s).await? {
        return Err(FieldError::new("cursor", Reason::CursorUnknown).into());
    }
    Ok(())
}
