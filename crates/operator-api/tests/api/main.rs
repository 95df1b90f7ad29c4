//! The operators' API over real HTTP, on both engines. The modules mirror those of the crate.

#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping, its helpers too")]

mod access;
mod assignments;
mod audit;
mod audit_complete;
mod channels;
mod description;
mod keys;
mod lists;
mod privacy;
mod rates;
mod rules;
mod search;
mod settings;
mod statements;
mod suppliers;
mod support;
mod wrong_types;
