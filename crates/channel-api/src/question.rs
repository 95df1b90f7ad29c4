//! `/v1/channel/question`: what travelers ask, and what suppliers answer.

pub mod ask;
mod asked;
pub mod list;
pub mod read;
