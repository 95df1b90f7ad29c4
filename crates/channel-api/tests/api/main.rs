//! The channel contract over real HTTP, on both engines. The modules mirror `src`.

#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping")]

mod support;

mod access;
mod changes;
mod description;
mod examples;
mod foreign;
mod generations;
mod inventory;
mod orders;
mod price;
mod products;
mod question;
mod readers;
mod requests;
mod review;
