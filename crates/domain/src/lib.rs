//! What is true about travel distribution.
//!
//! Everything here is a plain value or a pure function: no database, no HTTP, no clock and no randomness.
//! Times and ids come in as arguments, so that every rule can be tested by itself.
//!
//! Where to look:
//! * [`order`] decides whether a channel's order may be placed and what it takes from stock.
//! * [`state`] is the table of states and transitions of orders and tickets.
//! * [`refusal`] names every reason for which axhub says no.

pub mod feedback;
pub mod ids;
pub mod inventory;
pub mod money;
pub mod order;
pub mod pricing;
pub mod product;
pub mod refund;
pub mod refusal;
pub mod registration;
pub mod state;
pub mod time;
