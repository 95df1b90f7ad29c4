//! A supplier's word on an order, without changing its state.

use axhub_domain::ids::OrderId;
use axhub_domain::state::Change;
use axhub_store::events::{self, Event};
use axhub_store::{Mode, changes as change_rows, orders};
use serde_json::json;

use super::{Actor, Order, lock_and_read, now_after, read};
use crate::changes::{order_changed, snapshot};
use crate::{BySupplier, Error, Hub, Result, audit};

/// Puts a comment on an order of the supplier, in whatever state it is. The channel reads it as the order's comment; the
/// same comment again changes nothing.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the supplier has no such order.
pub async fn comment(hub: &Hub, supplier: (impl Into<BySupplier>, String), order: OrderId, comment: String) -> Result<Order> {
    let actor = Actor::Supplier { by: supplier.0.into(), code: supplier.1 };
    let ids = hub.clone();
    hub.database()
        .run("order.comment", Mode::Write, (actor, comment), move |s, (actor, comment)| {
            let ids = ids.clone();
            Box::pin(async move {
                s.touches_nothing();
                let before = lock_and_read(s, actor, order).await?.ok_or(Error::NOT_FOUND)?;
                if before.comment.as_ref() == Some(comment) {
                    return Ok(before);
                }
                let now = now_after(&ids, &before);
                orders::apply(s, order, &Change::default(), Some(comment), None, now).await?;
                let status = i64::from(before.status.digit());
                let said = Event {
                    id: ids.new_id(),
                    order,
                    ticket: None,
                    at: now,
                    actor: actor.word().to_owned(),
                    actor_code: actor.code().to_owned(),
                    action: "comment".to_owned(),
                    from_status: Some(status),
                    to_status: status,
                    comment: Some(comment.clone()),
                };
                events::insert(s, &[said]).await?;
                let after = read(s, actor, order).await?.ok_or(Error::NOT_FOUND)?;
                let changed = order_changed(after.channel, after.kind, after.product, &snapshot(&after))?;
                change_rows::record(s, &[changed], now).await?;
                if let Actor::Supplier { by, .. } = actor {
                    let details = json!({ "channel_order_code": after.channel_order_code, "status": after.status });
                    let note = audit::Note::by_supplier(&ids, by, "order.comment", "order", order).with(details);
                    audit::note(s, vec![note], now).await?;
                }
                Ok(after)
            })
        })
        .await
}
