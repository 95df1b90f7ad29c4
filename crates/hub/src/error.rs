//! The one error type of the use cases.

use axhub_domain::refusal::{Conflict, FieldError, Refusal};
pub use axhub_store::Error as StoreError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules do not allow it; says why.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The key is missing, unknown, revoked or expired, or is of the wrong kind.
    #[error("not permitted")]
    Forbidden,
    /// Too much is waiting; try again soon.
    #[error("overloaded")]
    Overloaded,
    /// The database did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a use case answers.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// There is no such thing, or it is somebody else's.
    pub const NOT_FOUND: Error = Error::Refused(Refusal::NotFound);
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Error::Refused(Refusal::Conflict(conflict))
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Error::Refused(Refusal::Fields(vec![error]))
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(errors: Vec<FieldError>) -> Self {
        Error::Refused(Refusal::Fields(errors))
    }
}

impl axhub_store::TransactionError for Error {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Error::Store(error) => Some(error),
            _ => None,
        }
    }
}
