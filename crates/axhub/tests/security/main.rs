//! Nobody sees or touches what is not theirs, and nothing secret is told: over the whole program, on both engines.

mod dependencies;
mod elsewhere;
mod markers;
mod matrix;
mod routes;
mod statements;
