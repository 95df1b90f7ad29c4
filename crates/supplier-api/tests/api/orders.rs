//! Orders.

mod act;
mod get;
mod list;
