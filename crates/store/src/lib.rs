//! The one place that speaks SQL: SQLite and PostgreSQL behind one set of functions.
//!
//! [`engine`] is the layer over the two drivers and knows nothing of travel. The other modules hold the statements,
//! one module a subject. Their functions take the [`Session`] of a transaction that a use case has opened through
//! [`Database::run`], so that the use case decides what belongs together.
//!
//! A finder of what belongs to somebody takes the owner: there is no way to ask for another's order.

pub mod allotments;
pub mod assignments;
pub mod audit;
pub mod changes;
pub mod directory;
pub mod engine;
pub mod erasure;
pub mod error;
pub mod events;
pub mod feedback;
pub mod keys;
pub mod leases;
pub mod manifest;
pub mod orders;
pub mod paging;
pub mod placing;
mod planted;
pub mod products;
pub mod rates;
pub mod refunds;
pub mod registrations;
pub mod rules;
mod schema;
pub mod search;
pub mod settings;
pub mod statements;
pub mod stock;
pub mod transfer;
pub mod travelers;
pub mod verify;

pub use engine::{Address, Database, Freshness, Limits, Mode, Moment, Options, POSTGRES_SETTINGS, Session, Topic, TransactionError, Work};
pub use error::{Error, Result};
#[cfg(feature = "planted")]
pub use planted::bugs::{Planted, plant};
