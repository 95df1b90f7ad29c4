//! The use cases over real databases of both engines.

#![allow(clippy::unwrap_used, reason = "a test may fail by unwrapping")]

mod catalogue;
mod fights;
mod fulfilment;
mod histories;
mod keys;
mod ordering;
mod pricing;
mod registration;
mod stage;
mod stock;
