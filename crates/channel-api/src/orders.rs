//! `/v1/channel/orders`: orders, from their placing to their end.

pub mod cancel;
pub mod cancel_ticket;
pub mod confirm;
pub mod create;
pub mod list;
pub mod order;
pub mod refund;
mod status;
mod told;
