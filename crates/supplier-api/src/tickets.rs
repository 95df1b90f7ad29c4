//! Tickets: the units of an order that are redeemed or cancelled one by one.

pub mod cancel;
pub mod redeem;
