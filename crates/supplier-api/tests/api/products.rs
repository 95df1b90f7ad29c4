//! Products.

mod change;
mod copy;
pub mod create;
mod draft;
mod end_sale;
mod get;
mod list;
mod prices;
mod publish;
mod versions;
