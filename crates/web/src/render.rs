//! What gives every error its body: in the language of the request, with its id, as JSON.
//!
//! An [`ApiError`] is written as it asks. The framework's own bare answers (no such address, wrong method, timeout,
//! an extractor's refusal) are dressed alike. An error that a handler wrote itself, in JSON or HTML, stays.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::error::body::Context;
use crate::error::{ApiError, Kind};
use crate::language::Language;
use crate::request_id::RequestId;
use crate::security::secure;

/// What must be known of a request to dress its answer, when the request is gone.
pub(crate) struct Asked {
    language: Language,
    request_id: Option<RequestId>,
    method: Method,
    content_type: Option<HeaderValue>,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Asked {
        Asked {
            language: Language::of(request.headers()),
            request_id: request.extensions().get().cloned(),
            method: request.method().clone(),
            content_type: request.headers().get(CONTENT_TYPE).cloned(),
        }
    }

    /// Writes the body of an error, and the headers that every answer has.
    pub(crate) fn dress(&self, response: Response) -> Response {
        let mut response = match fault_of(&response, self) {
            Some((error, status)) => write(&error, status, response, self),
            None => response,
        };
        secure(response.headers_mut());
        response
    }
}

/// What a panicking handler answers: the same 500 as any other fault of ours.
pub(crate) fn panicked() -> Response {
    // What it was thrown with may quote what the handler was working on, so it is not logged; the panic hook told where it was.
    ApiError::internal("a handler panicked").into_response()
}

/// The error to write, when the response is one, and the status to write it with.
fn fault_of(response: &Response, asked: &Asked) -> Option<(ApiError, StatusCode)> {
    if let Some(error) = response.extensions().get::<ApiError>() {
        return Some((error.clone(), response.status()));
    }
    let status = response.status();
    let is_fault = status.is_client_error() || status.is_server_error();
    if !is_fault || has_its_own_body(response.headers()) {
        return None;
    }
    let (kind, status) = match status {
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => (Kind::PermissionDenied, StatusCode::FORBIDDEN),
        StatusCode::NOT_FOUND => (Kind::NotFound, status),
        StatusCode::METHOD_NOT_ALLOWED => (Kind::MethodNotAllowed, status),
        StatusCode::REQUEST_TIMEOUT => (Kind::RequestTimeout, status),
        StatusCode::URI_TOO_LONG => (Kind::AddressTooLong { limit: crate::limits::MAX_ADDRESS }, status),
        StatusCode::PAYLOAD_TOO_LARGE => (Kind::BodyTooLarge { limit: crate::body::LIMIT }, status),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (Kind::unsupported(asked.content_type.as_ref()), status),
        StatusCode::UNPROCESSABLE_ENTITY => (Kind::MalformedRequest, StatusCode::BAD_REQUEST),
        StatusCode::SERVICE_UNAVAILABLE => (Kind::Overloaded, status),
        status if status.is_server_error() => {
            (Kind::InternalError { cause: format!("a bare {status}") }, StatusCode::INTERNAL_SERVER_ERROR)
        }
        status => (Kind::MalformedRequest, status),
    };
    Some((ApiError::new(kind), status))
}

/// Whether a handler wrote this error itself. The framework's own answers are empty or plain text.
fn has_its_own_body(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("text/plain");
    !content_type.starts_with("text/plain")
}

fn write(error: &ApiError, status: StatusCode, response: Response, asked: &Asked) -> Response {
    log(error, asked);
    let request_id = asked.request_id.as_ref().map_or("", RequestId::as_str);
    let context = Context { language: asked.language, request_id, method: asked.method.as_str() };
    // Strings, numbers and lists of them always serialize.
    let json = serde_json::to_vec(&error.body(context)).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.status = status;
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(asked.language.tag()));
    parts.headers.append(VARY, HeaderValue::from_static("Accept-Language"));
    Response::from_parts(parts, Body::from(json))
}

/// Faults of ours go to the log with their cause and the id of the request.
fn log(error: &ApiError, asked: &Asked) {
    let (code, request) = (error.code(), asked.request_id.as_ref().map_or("", RequestId::as_str));
    match error.kind() {
        Kind::InternalError { cause } => tracing::error!(code, cause, request, "a request failed"),
        Kind::Unavailable { cause } => tracing::warn!(code, cause, request, "a request could not be served"),
        Kind::Overloaded => tracing::warn!(code, request, "a request could not be served"),
        _ => {}
    }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
