//! `/v1/channel/question`: what travelers ask, and what suppliers answer.

pub mod ask;
pub mod list;
mod question;
pub mod read;
