//! `/v1/channel/inventory`: what is left.

pub mod read;
pub mod row;
pub mod search;
