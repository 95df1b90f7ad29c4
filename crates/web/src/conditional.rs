//! [`Conditional`]: answers that a client need not be sent twice (`ETag`, `If-None-Match`, 304).

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::security;

/// What the client says it has already. As an extractor it never fails.
#[derive(Clone, Debug, Default)]
pub struct Conditional {
    known: Vec<String>,
}

impl Conditional {
    /// What `If-None-Match` lists.
    pub fn of(headers: &HeaderMap) -> Conditional {
        let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        Conditional { known: values.flat_map(|list| list.split(',')).map(|tag| tag.trim().to_owned()).collect() }
    }

    /// `body` as JSON with its `ETag`, or 304 when the client has it.
    ///
    /// # Errors
    /// 500 when it cannot be written as JSON, which is a fault of ours.
    pub fn json(&self, body: &impl Serialize) -> Result<Response, ApiError> {
        self.json_with(HeaderMap::new(), body)
    }

    /// As [`Conditional::json`], with more headers, which a 304 has too.
    ///
    /// # Errors
    /// 500 when it cannot be written as JSON, which is a fault of ours.
    pub fn json_with(&self, headers: HeaderMap, body: &impl Serialize) -> Result<Response, ApiError> {
        Ok(self.answer(&Written::json(headers, body)?))
    }

    /// What is written, or 304 when the client has it.
    pub(crate) fn answer(&self, written: &Written) -> Response {
        let mut response = Response::new(Body::empty());
        *response.headers_mut() = written.headers.clone();
        if self.knows(&written.tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().remove(CONTENT_ENCODING);
            response.headers_mut().remove(CONTENT_TYPE);
        } else {
            *response.body_mut() = Body::from(written.body.clone());
        }
        response
    }

    /// Compares weakly, as `If-None-Match` demands.
    fn knows(&self, tag: &str) -> bool {
        self.known.iter().any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
    }
}

/// An answer with everything that the client needs to recognise it. Cheap to send again.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// Of the whole answer; a 304 has them without those about the body.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) tag: String,
}

impl Written {
    /// `body` as JSON.
    ///
    /// # Errors
    /// 500 when it cannot be written as JSON, which is a fault of ours.
    pub(crate) fn json(mut headers: HeaderMap, body: &impl Serialize) -> Result<Written, ApiError> {
        let body = Bytes::from(serde_json::to_vec(body).map_err(ApiError::internal)?);
        let tag = tag_of(&body);
        // Room for all that will be added, here and to each copy: these five, those of every answer, the id, the budget.
        headers.reserve(5 + security::ADDED + 3);
        headers.insert(ETAG, HeaderValue::from_str(&tag).map_err(ApiError::internal)?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        // What one key sees, another does not.
        headers.append(VARY, HeaderValue::from_static("Authorization"));
        security::secure(&mut headers);
        Ok(Written { headers, body, tag })
    }
}

/// A strong tag: the beginning of the hash of exactly these bytes.
fn tag_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

impl<S: Send + Sync> FromRequestParts<S> for Conditional {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Conditional::of(&parts.headers))
    }
}

#[cfg(test)]
#[path = "conditional_tests.rs"]
mod tests;
