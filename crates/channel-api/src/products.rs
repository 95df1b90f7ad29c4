//! `/v1/channel/products`: what a channel may sell, and what it says of it.

pub mod detail;
pub mod list;
pub mod registration;
pub mod update;
