//! Tickets: the units of an order that are redeemed or cancelled one by one.

pub mod cancel;
pub mod redeem;
pub mod redeem_by_code;
pub mod undo;
pub mod use_of;
