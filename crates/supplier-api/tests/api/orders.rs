//! Orders.

mod act;
mod get;
mod list;
mod many;
mod search;
