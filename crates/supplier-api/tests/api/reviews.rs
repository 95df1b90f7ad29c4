//! Reviews.

mod answer;
mod get;
mod list;
