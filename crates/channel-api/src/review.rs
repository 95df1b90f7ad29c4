//! `/v1/channel/review`: what travelers say.

pub mod post;
