//! Stock.

mod list;
mod set;
