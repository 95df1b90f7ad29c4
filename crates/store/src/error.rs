//! The one error type of the store.

/// Why the database did not do what it was told.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached, is shutting down, or no connection became free in time. Trying again later helps.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The connection broke, or the server takes no writes any more, before a commit was sent: so nothing was done, and
    /// another connection may do it. [`Database::run`](crate::Database::run) tries that, and makes it `Unavailable`.
    #[error("the connection to the database was lost: {0}")]
    Lost(String),
    /// The connection broke, or time was up, while the answer to a commit was waited for: it was done, or it was not, and
    /// whoever asked for it has to ask again.
    #[error("the database did not say whether it was done: {0}")]
    Unsure(String),
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

    /// Whether the database as a whole is in trouble, which passes.
    pub fn is_passing(&self) -> bool {
        matches!(self, Error::Unavailable(_) | Error::Lost(_) | Error::Unsure(_) | Error::Contended(_))
    }
}
