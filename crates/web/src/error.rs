//! [`ApiError`]: what a handler returns as `Err`.
//!
//! It knows its status and its headers, not the language nor the request id: as a response it is empty and carries
//! itself along, and [`crate::render`] writes the body (see [`mod@body`] for the shapes).

pub mod body;
mod kind;

use std::fmt::Display;
use std::time::Duration;

use axhub_domain::refusal::{Conflict, FieldError, Refusal};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::vocabulary::Vocabulary;

pub(crate) use kind::whole_seconds;
pub use kind::{JsonFault, JsonProblem, Kind};

/// Why a request is not answered as asked. Small to pass around; `?` makes it from everything that goes wrong.
#[derive(Clone, Debug)]
pub struct ApiError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    vocabulary: Vocabulary,
    headers: HeaderMap,
}

impl ApiError {
    /// An error of this kind, told in the current vocabulary.
    pub fn new(kind: Kind) -> ApiError {
        let mut headers = HeaderMap::new();
        if let Some(wait) = kind.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        ApiError(Box::new(Inner { kind, vocabulary: Vocabulary::current(), headers }))
    }

    /// 400: fields of the body are wrong.
    pub fn fields(errors: Vec<FieldError>) -> ApiError {
        ApiError::new(Kind::Fields { errors, more: 0 })
    }

    /// 403: the key is missing, unknown or of the wrong kind.
    pub fn permission_denied() -> ApiError {
        ApiError::new(Kind::PermissionDenied)
    }

    /// 404: there is no such thing, or it is somebody else's.
    pub fn not_found() -> ApiError {
        ApiError::new(Kind::NotFound)
    }

    /// 429: too many requests; add the `RateLimit` headers with [`ApiError::with_header`].
    pub fn rate_limited(retry_after: Duration) -> ApiError {
        ApiError::new(Kind::RateLimited { retry_after })
    }

    /// 503: too much is waiting.
    pub fn overloaded() -> ApiError {
        ApiError::new(Kind::Overloaded)
    }

    /// 500: a fault of ours. The cause goes to the log, so it must hold no personal data; the client does not see it.
    pub fn internal(cause: impl Display) -> ApiError {
        ApiError::new(Kind::InternalError { cause: cause.to_string() })
    }

    /// The same error in the names and words of the request.
    #[must_use]
    pub fn in_vocabulary(mut self, vocabulary: Vocabulary) -> ApiError {
        self.0.vocabulary = vocabulary;
        self
    }

    /// The same error about the query: the fields that a use case refused stood there and in no body.
    #[must_use]
    pub fn in_query(mut self) -> ApiError {
        if let Kind::Fields { errors, .. } = self.0.kind {
            self.0.kind = Kind::InvalidQuery(errors);
        }
        self
    }

    /// The same error with one more header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> ApiError {
        self.0.headers.insert(name, value);
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &Kind {
        &self.0.kind
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// The stable code of the response.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The names and words that the error is told in.
    pub fn vocabulary(&self) -> Vocabulary {
        self.0.vocabulary
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.headers_mut().extend(self.0.headers.clone());
        response.extensions_mut().insert(self);
        response
    }
}

impl From<axhub_hub::Error> for ApiError {
    fn from(error: axhub_hub::Error) -> Self {
        match error {
            axhub_hub::Error::Refused(refusal) => refusal.into(),
            axhub_hub::Error::Forbidden => ApiError::permission_denied(),
            axhub_hub::Error::Overloaded => ApiError::overloaded(),
            axhub_hub::Error::Store(error) => store_error(&error),
        }
    }
}

/// What passes by itself is a 503, everything else a fault of ours.
fn store_error(error: &axhub_hub::error::StoreError) -> ApiError {
    use axhub_hub::error::StoreError::{Address, Constraint, Contended, Database, Lost, Schema, Unavailable, Unsure};
    let cause = error.to_string();
    match error {
        Unavailable(_) | Lost(_) | Unsure(_) | Contended(_) => ApiError::new(Kind::Unavailable { cause }),
        Constraint(_) | Database(_) | Schema(_) | Address(_) => ApiError::internal(cause),
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Fields(errors) => ApiError::fields(errors),
            Refusal::Conflict(conflict) => conflict.into(),
            Refusal::NotFound => ApiError::not_found(),
        }
    }
}

impl From<Conflict> for ApiError {
    fn from(conflict: Conflict) -> Self {
        ApiError::new(Kind::Conflict(conflict))
    }
}

impl From<Vec<FieldError>> for ApiError {
    fn from(errors: Vec<FieldError>) -> Self {
        ApiError::fields(errors)
    }
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        ApiError::fields(vec![error])
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
