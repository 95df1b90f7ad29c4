//! Questions.

mod answer;
mod list;
