//! `/v1/channel/review`: what travelers say, and what suppliers say to it.

pub mod list;
pub mod post;
mod posted;
pub mod read;

/// The most characters of codes that channels make up.
const MAX_CODE: usize = 128;
