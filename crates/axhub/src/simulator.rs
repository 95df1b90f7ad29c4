//! The supplier simulator of the test environment: somebody who answers orders, so that a channel can try all of it.
//!
//! An order of a manual product is acknowledged at the first look and answered at the next: confirmed, or rejected when
//! the channel wrote `reject` into the order's comment. Several servers may simulate at once, since a state that already
//! holds is never set again.

use std::time::Duration;

use axhub_domain::state::{Action, OrderStatus};
use axhub_hub::fulfilment::{Filter, Order, act_as_supplier, orders_of_supplier};
use axhub_hub::{Hub, Page, directory};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(2);

/// Looks for orders until the program ends.
pub async fn run(hub: Hub) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = look(&hub).await {
            tracing::warn!(%error, "the supplier simulator could not answer orders");
        }
    }
}

/// Answers every order that waits, and says how many those were.
///
/// # Errors
/// The database's.
pub async fn look(hub: &Hub) -> axhub_hub::Result<usize> {
    let mut answered = 0;
    for supplier in directory::suppliers(hub).await? {
        // Those that were acknowledged at the last look first, so that each order is seen in every state.
        for status in [OrderStatus::SupplierPending, OrderStatus::New] {
            let filter = Filter { status: Some(status), ..Filter::default() };
            let waiting = orders_of_supplier(hub, supplier.id, filter, Page { number: 1, size: 200 }).await?;
            for order in waiting.items {
                let owner = (supplier.id, supplier.code.clone());
                match act_as_supplier(hub, owner, order.id, answer(&order), Some("Supplier simulator".to_owned())).await {
                    Ok(_) => answered += 1,
                    // The channel was faster and cancelled it.
                    Err(axhub_hub::Error::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
    Ok(answered)
}

fn answer(order: &Order) -> Action {
    let wants_rejection = order.order_comment.as_deref().is_some_and(|comment| comment.to_lowercase().contains("reject"));
    match order.status {
        OrderStatus::New => Action::Acknowledge,
        _ if wants_rejection => Action::Reject,
        _ => Action::Confirm,
    }
}
