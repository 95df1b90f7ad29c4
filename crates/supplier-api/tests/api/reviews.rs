//! Reviews.

mod answer;
mod list;
