//! The same done to many orders, each for itself.

use axhub_domain::ids::OrderId;
use axhub_domain::state::Action;

use super::{Acted, Actor, Asked, Order, act};
use crate::{BySupplier, Error, Hub, Result};

/// The most orders of one call.
pub const MAX_AT_ONCE: usize = 200;

/// What a supplier does to many orders at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkAction {
    /// It has seen them.
    Acknowledge,
    /// They take place.
    Confirm,
    /// It declines them.
    Reject,
    /// It cannot run them.
    Cancel,
}

impl From<BulkAction> for Action {
    fn from(action: BulkAction) -> Action {
        match action {
            BulkAction::Acknowledge => Action::Acknowledge,
            BulkAction::Confirm => Action::Confirm,
            BulkAction::Reject => Action::Reject,
            BulkAction::Cancel => Action::SupplierCancel,
        }
    }
}

/// Does the same to several orders of the supplier, one after another. What cannot be done to one does not keep it from
/// being done to the others.
///
/// # Errors
/// The database's; what is wrong with one order stands in its place of the list.
pub async fn act_on_many(
    hub: &Hub,
    supplier: (impl Into<BySupplier>, String),
    orders: &[OrderId],
    action: BulkAction,
    comment: Option<String>,
) -> Result<Vec<Result<Order>>> {
    let (by, code) = (supplier.0.into(), supplier.1);
    let mut outcomes = Vec::with_capacity(orders.len());
    for order in orders {
        let asked = Asked { order: *order, action: action.into(), comment: comment.clone(), used_where: None };
        match act(hub, Actor::Supplier { by, code: code.clone() }, asked).await {
            Ok(Acted { order, .. }) => outcomes.push(Ok(order)),
            // The order's own fault, or the state's: the others may still be done.
            Err(error @ Error::Refused(_)) => outcomes.push(Err(error)),
            Err(error) => return Err(error),
        }
    }
    Ok(outcomes)
}
