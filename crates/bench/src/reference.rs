//! What the server is compared with.

pub mod floor;
pub mod pgbench;
