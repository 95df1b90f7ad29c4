//! `/v1/channel/price`: what a channel pays.

pub mod read;
