//! Orders.

mod act;
mod comment;
mod get;
mod list;
mod many;
mod search;
