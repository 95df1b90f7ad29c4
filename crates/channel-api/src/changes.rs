//! `/v1/channel/changes`: one feed of everything that changed.

pub mod read;
