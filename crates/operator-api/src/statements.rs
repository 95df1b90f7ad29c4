//! Statements: what happened in a month with the tickets that a channel sold of a supplier.

pub mod close;
pub mod document;
pub mod get;
pub mod list;
pub mod reconcile;
pub mod table;
pub mod their_list;

use axhub_domain::month::Month;
use axhub_hub::statements::StatementOf;
use axhub_web::Path;

/// The codes and the month of an address.
pub(crate) type Address = Path<(String, String, Month)>;

/// Whose statement of which month an address names.
pub(crate) fn of(Path((channel, supplier, month)): Address) -> StatementOf {
    StatementOf { channel, supplier, month }
}
