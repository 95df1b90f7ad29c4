//! The pieces of the axhub program: its application, its commands and its sample data.

pub mod app;
