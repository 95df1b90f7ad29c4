//! The parameters of every list.

pub use axhub_web::paging::PageParameters;
