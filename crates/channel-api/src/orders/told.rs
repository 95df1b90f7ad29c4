//! Errors about an order that exists, told in the order's own dialect.

use axhub_domain::ids::OrderId;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Refusal;
use axhub_hub::{Error, Hub, fulfilment};
use axhub_web::{ApiError, ChannelCaller};

use crate::dialect::Dialect;

/// The error of an action on an order. A conflict says the order's state, so it is told in the order's dialect, which
/// never changes and so can be read after the action as well as before it.
pub async fn in_dialect_of(hub: &Hub, caller: &ChannelCaller, kind: ProductKind, order: OrderId, error: Error) -> ApiError {
    if !matches!(error, Error::Refused(Refusal::Conflict(_))) {
        return error.into();
    }
    match fulfilment::order_of_channel(hub, caller.id, kind, order).await {
        Ok(order) => ApiError::from(error).in_vocabulary(Dialect::stored(&order.dialect).vocabulary()),
        Err(unreadable) => unreadable.into(),
    }
}
