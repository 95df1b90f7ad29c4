//! The axhub program.

fn main() {}
