//! The one error type of the store.

/// Why the database did not do what it was told.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached, is shutting down, or no connection became free in time. Trying again later helps.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Another transaction was in the way, and still was after all retries. Trying again later helps.
    #[error("another transaction was in the way: {0}")]
    Contended(String),
    /// A row would break a constraint of the schema.
    #[error("a constraint of the database does not allow this: {0}")]
    Constraint(String),
    /// The statement, a type or a stored value is not what the code expects: a bug or a foreign database.
    #[error("the database answered with an error: {0}")]
    Database(String),
    /// The database's schema is not the one this program knows.
    #[error("{0}")]
    Schema(String),
    /// The address of the database makes no sense.
    #[error("{0}")]
    Address(String),
}

/// What the store answers.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Whether the same transaction may succeed when it is run again at once.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Error::Contended(_))
    }
}
