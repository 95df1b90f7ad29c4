//! Questions.

mod answer;
mod get;
mod list;
