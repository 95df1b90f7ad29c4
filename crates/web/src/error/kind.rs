//! What can go wrong with a request, with the status and the stable code of each.

use std::time::Duration;

use axhub_domain::csv::CsvFault;
use axhub_domain::refusal::{Conflict, FieldError};
use axum::http::{HeaderValue, StatusCode};

/// How long a client should wait when axhub cannot answer now.
const RETRY_SOON: Duration = Duration::from_secs(1);

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 400: fields of the body are wrong.
    Fields {
        /// Which, and why.
        errors: Vec<FieldError>,
        /// How many more there are than the response lists.
        more: usize,
    },
    /// 409: the state of the world does not allow it.
    Conflict(Conflict),
    /// 400: parameters of the query are wrong.
    InvalidQuery(Vec<FieldError>),
    /// 400: the body is no JSON.
    MalformedJson(JsonFault),
    /// 400: the body is no table.
    MalformedCsv(CsvFault),
    /// 400: the body is JSON, but no object.
    BodyNotAnObject {
        /// What it is.
        found: &'static str,
    },
    /// 400: anything else about the request that cannot be understood.
    MalformedRequest,
    /// 403: the key does not allow it.
    PermissionDenied,
    /// 404: there is no such thing, or it is somebody else's.
    NotFound,
    /// 405: the address has no such method.
    MethodNotAllowed,
    /// 408: it took too long.
    RequestTimeout,
    /// 414: the address is too long.
    AddressTooLong {
        /// The most bytes.
        limit: usize,
    },
    /// 413: the body is too large.
    BodyTooLarge {
        /// The most bytes.
        limit: usize,
    },
    /// 415: the body is of a type that nobody reads.
    UnsupportedMediaType {
        /// The type, shortened.
        media_type: String,
    },
    /// 429: too many requests with this key.
    RateLimited {
        /// When to come back.
        retry_after: Duration,
    },
    /// 429: too many requests with this key at a time.
    TooManyAtOnce {
        /// The most there may be.
        most: u32,
    },
    /// 500: a fault of ours.
    InternalError {
        /// For the log only.
        cause: String,
    },
    /// 503: the database is not there, or too busy.
    Unavailable {
        /// For the log only.
        cause: String,
    },
    /// 503: too much is waiting.
    Overloaded,
}

/// Where and why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonFault {
    /// What is wrong.
    pub problem: JsonProblem,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
}

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonProblem {
    /// There is nothing.
    Empty,
    /// It is not UTF-8.
    Encoding,
    /// It stops before its end.
    Incomplete,
    /// Lists and objects in each other, too many.
    TooDeep,
    /// Lists, objects and what is in them, too many.
    TooManyValues,
    /// Any other fault.
    Syntax,
}

impl JsonProblem {
    /// The word that the messages choose by.
    pub const fn word(self) -> &'static str {
        match self {
            JsonProblem::Empty => "empty",
            JsonProblem::Encoding => "encoding",
            JsonProblem::Incomplete => "incomplete",
            JsonProblem::TooDeep => "too_deep",
            JsonProblem::TooManyValues => "too_many_values",
            JsonProblem::Syntax => "syntax",
        }
    }
}

impl Kind {
    /// A body of a type that nobody reads: visible ASCII of it, shortened.
    pub(crate) fn unsupported(content_type: Option<&HeaderValue>) -> Kind {
        let sent = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        Kind::UnsupportedMediaType { media_type: sent.chars().take(64).collect() }
    }

    /// The status of the response.
    pub const fn status(&self) -> StatusCode {
        match self {
            Kind::Fields { .. }
            | Kind::InvalidQuery(_)
            | Kind::MalformedJson(_)
            | Kind::MalformedCsv(_)
            | Kind::BodyNotAnObject { .. }
            | Kind::MalformedRequest => StatusCode::BAD_REQUEST,
            Kind::Conflict(_) => StatusCode::CONFLICT,
            Kind::PermissionDenied => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Kind::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Kind::AddressTooLong { .. } => StatusCode::URI_TOO_LONG,
            Kind::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::RateLimited { .. } | Kind::TooManyAtOnce { .. } => StatusCode::TOO_MANY_REQUESTS,
            Kind::InternalError { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::Unavailable { .. } | Kind::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The stable code of the response; of field errors, the code that all of them share.
    pub fn code(&self) -> &'static str {
        match self {
            Kind::Fields { errors, .. } => shared_code(errors),
            Kind::Conflict(conflict) => conflict.code(),
            Kind::InvalidQuery(_) => "invalid_query",
            Kind::MalformedJson(_) => "malformed_json",
            Kind::MalformedCsv(_) => "malformed_csv",
            Kind::BodyNotAnObject { .. } => "body_not_an_object",
            Kind::MalformedRequest => "malformed_request",
            Kind::PermissionDenied => "permission_denied",
            Kind::NotFound => "not_found",
            Kind::MethodNotAllowed => "method_not_allowed",
            Kind::RequestTimeout => "request_timeout",
            Kind::AddressTooLong { .. } => "address_too_long",
            Kind::BodyTooLarge { .. } => "body_too_large",
            Kind::UnsupportedMediaType { .. } => "unsupported_media_type",
            Kind::RateLimited { .. } => "rate_limited",
            Kind::TooManyAtOnce { .. } => "too_many_at_once",
            Kind::InternalError { .. } => "internal_error",
            Kind::Unavailable { .. } => "unavailable",
            Kind::Overloaded => "overloaded",
        }
    }

    /// The codes of the kinds that are neither field errors nor conflicts, for tests that need the whole list.
    pub const WEB_CODES: &'static [&'static str] = &[
        "invalid_query",
        "malformed_json",
        "malformed_csv",
        "body_not_an_object",
        "malformed_request",
        "permission_denied",
        "not_found",
        "method_not_allowed",
        "request_timeout",
        "address_too_long",
        "body_too_large",
        "unsupported_media_type",
        "rate_limited",
        "too_many_at_once",
        "internal_error",
        "unavailable",
        "overloaded",
    ];

    /// The `Retry-After` of the response.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Kind::RateLimited { retry_after } => Some(*retry_after),
            Kind::TooManyAtOnce { .. } | Kind::Unavailable { .. } | Kind::Overloaded => Some(RETRY_SOON),
            _ => None,
        }
    }
}

fn shared_code(errors: &[FieldError]) -> &'static str {
    let mut codes = errors.iter().map(|error| error.reason.code());
    match codes.next() {
        Some(first) if codes.all(|code| code == first) => first,
        _ => "invalid_fields",
    }
}

/// `wait` in whole seconds, at least one: a client that comes back at once is refused again.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    let seconds = if wait.subsec_nanos() > 0 { wait.as_secs().saturating_add(1) } else { wait.as_secs() };
    seconds.max(1)
}
