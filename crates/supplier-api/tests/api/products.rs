//! Products.

mod change;
mod get;
mod list;
