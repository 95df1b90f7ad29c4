//! What is true about travel distribution.
//!
//! Everything here is a plain value or a pure function: no database, no HTTP, no clock and no randomness.
//! Times and ids come in as arguments, so that every rule can be tested by itself.
//!
//! Where to look:
//! * [`order`] decides whether a channel's order may be placed and what it takes from stock.
//! * [`state`] is the table of states and transitions of orders and tickets.
//! * [`allotment`] says what is kept for one channel, and what that leaves for others.
//! * [`assignment`] says which rule lets a channel sell a product.
//! * [`refusal`] names every reason for which axhub says no.

pub mod allotment;
pub mod assignment;
pub mod code;
pub mod completeness;
pub mod csv;
pub mod decimal;
pub mod difference;
pub mod edition;
pub mod feedback;
pub mod hindrance;
pub mod ids;
pub mod inventory;
pub mod money;
pub mod month;
pub mod number;
pub mod order;
pub mod pricing;
pub mod product;
pub mod reconcile;
pub mod redemption;
pub mod refund;
pub mod refusal;
pub mod registration;
pub mod reply;
pub mod sale;
pub mod state;
pub mod statement;
pub mod time;
