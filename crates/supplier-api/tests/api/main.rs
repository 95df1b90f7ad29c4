//! The suppliers' API over real HTTP, on both engines. The modules mirror those of the crate.

#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping, its helpers too")]

mod access;
mod audit;
mod conditional;
mod description;
mod feedback;
mod lists;
mod manifest;
mod orders;
mod products;
mod questions;
mod redemptions;
mod reviews;
mod stock;
mod support;
mod tickets;
mod wrong_types;
