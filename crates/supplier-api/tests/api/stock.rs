//! Stock.

mod allotments;
mod explain;
mod list;
mod rule;
mod set;
