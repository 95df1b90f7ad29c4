//! Answering for suppliers who did not answer in time, as their products say.

use axhub_domain::reply::NoReply;
use axhub_domain::state::Action;
use axhub_store::orders::Overdue;
use axhub_store::{Mode, orders};

use super::{Actor, Asked, act};
use crate::{Error, Hub, Result};

/// The name of the background task, which histories show as the actor.
pub const TASK: &str = "orders.reply";

/// How many orders are looked up at a time.
const AT_A_TIME: u32 = 100;

/// Whether any order waits longer than its supplier had time.
///
/// # Errors
/// The database's.
pub async fn any_overdue(hub: &Hub) -> Result<bool> {
    Ok(!overdue(hub, 1).await?.is_empty())
}

/// Confirms or rejects every order whose supplier did not answer in time. Answers how many those were.
///
/// Each is a transaction that looks at the order again, so whoever answers first, supplier, channel or another server,
/// is the one who did.
///
/// # Errors
/// The database's.
pub async fn answer_overdue(hub: &Hub) -> Result<usize> {
    let mut answered = 0;
    loop {
        let waiting = overdue(hub, AT_A_TIME).await?;
        let mut changed = 0;
        for Overdue { order, supplier, otherwise } in &waiting {
            let asked =
                Asked { order: *order, action: action(*otherwise), comment: Some(comment(*otherwise).to_owned()), used_where: None };
            match act(hub, Actor::Hub { supplier: *supplier, task: TASK }, asked).await {
                Ok(acted) => changed += usize::from(acted.is_changed),
                // Somebody was faster.
                Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        answered += changed;
        // None changed: what is left is being answered by somebody else.
        if changed == 0 || waiting.len() < AT_A_TIME as usize {
            return Ok(answered);
        }
    }
}

async fn overdue(hub: &Hub, limit: u32) -> Result<Vec<Overdue>> {
    let now = hub.now();
    hub.database()
        .run("order.overdue", Mode::Read, (), move |s, ()| Box::pin(async move { Ok(orders::overdue(s, now, limit).await?) }))
        .await
}

fn action(otherwise: NoReply) -> Action {
    match otherwise {
        NoReply::Confirm => Action::Confirm,
        NoReply::Reject => Action::Reject,
    }
}

/// Stored with the order for both sides to read, so in both languages.
fn comment(otherwise: NoReply) -> &'static str {
    match otherwise {
        NoReply::Confirm => {
            "공급사가 기한까지 답하지 않아 자동으로 확정되었습니다. Confirmed automatically: the supplier did not answer in time."
        }
        NoReply::Reject => {
            "공급사가 기한까지 답하지 않아 자동으로 거절되었습니다. Rejected automatically: the supplier did not answer in time."
        }
    }
}
