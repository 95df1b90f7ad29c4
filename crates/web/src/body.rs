//! [`JsonBody`]: the body of a request as a tree of JSON, with everything that is wrong with it as a whole refused.

use axhub_domain::refusal::FieldError;
use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};

use crate::error::{ApiError, JsonFault, JsonProblem, Kind};
use crate::errors::Errors;
use crate::fields::Fields;
use crate::pace::TooSlow;
use crate::tree;

/// The most bytes of a body.
pub const LIMIT: usize = 2 * 1024 * 1024;

/// The JSON object that a request brought.
///
/// As an extractor it must come last, after the caller (see [`crate::auth`]). It refuses
/// * with 415 what is not `application/json` or `application/*+json`, or is compressed;
/// * with 413 what is larger than [`LIMIT`], however its length is announced;
/// * with 408 what comes too slowly;
/// * with 400 what is no JSON, or no object.
///
/// `Option<JsonBody>` is `None` when the request has no body, or null, and refuses the same otherwise.
///
/// What is JSON but wrong (a member twice, a NUL character, a number like `1e400`) is told together with the other
/// field errors by [`JsonBody::read`].
pub struct JsonBody {
    members: Map<String, Value>,
    errors: Errors,
}

impl std::fmt::Debug for JsonBody {
    /// Without the contents, which may be about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JsonBody({} members)", self.members.len())
    }
}

impl JsonBody {
    /// The body of these bytes, whatever request brought them.
    ///
    /// # Errors
    /// 400 when they are no JSON, or no object.
    pub fn parse(bytes: &[u8]) -> Result<JsonBody, ApiError> {
        let errors = Errors::default();
        let tree = tree::read(bytes, &errors).map_err(|fault| ApiError::new(Kind::MalformedJson(fault)))?;
        let found = match tree {
            Value::Object(members) => return Ok(JsonBody { members, errors }),
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Number(_) => "number",
            Value::String(_) => "str",
            Value::Array(_) => "list",
        };
        Err(ApiError::new(Kind::BodyNotAnObject { found }))
    }

    /// The members as they came, for a look before [`JsonBody::read`].
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Reads the body with `read`, which makes a value of its fields.
    ///
    /// Where a field is wrong, the reader goes on with a placeholder, so that all errors come at once; the value is
    /// thrown away then.
    ///
    /// # Errors
    /// 400 with all field errors.
    pub fn read<T>(self, read: impl FnOnce(&Fields<'_>) -> T) -> Result<T, ApiError> {
        let value = read(&Fields::new(&self.members, &self.errors));
        self.errors.or(value)
    }

    /// As [`JsonBody::read`], for a reader that hands back errors of its own besides.
    ///
    /// # Errors
    /// 400 with all field errors, the reader's at the end.
    pub fn try_read<T>(self, read: impl FnOnce(&Fields<'_>) -> Result<T, Vec<FieldError>>) -> Result<T, ApiError> {
        match read(&Fields::new(&self.members, &self.errors)) {
            Ok(value) => self.errors.or(value),
            Err(errors) => {
                self.errors.extend(errors);
                // An empty list of errors from the reader is a fault of the reader.
                self.errors.or(()).and_then(|()| Err(ApiError::internal("a reader refused without a reason")))
            }
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let empty = JsonFault { problem: JsonProblem::Empty, line: 1, column: 1 };
        let bytes = read_request(request).await?.ok_or_else(|| ApiError::new(Kind::MalformedJson(empty)))?;
        JsonBody::parse(&bytes)
    }
}

impl<S: Send + Sync> OptionalFromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Option<Self>, ApiError> {
        // Nothing at all is of no type: `curl --data ''` announces a form.
        if request.body().is_end_stream() {
            return Ok(None);
        }
        let bytes = read_request(request).await?.filter(|bytes| bytes.trim_ascii() != b"null");
        bytes.map(|bytes| JsonBody::parse(&bytes)).transpose()
    }
}

/// The bytes of a JSON body; `None` when there are none.
async fn read_request(request: Request) -> Result<Option<Bytes>, ApiError> {
    read_bytes(request, LIMIT, is_json).await
}

/// The bytes of a body of at most `limit` bytes and a type that `is_wanted`; `None` when there are none.
pub(crate) async fn read_bytes(request: Request, limit: usize, is_wanted: fn(&HeaderValue) -> bool) -> Result<Option<Bytes>, ApiError> {
    let (parts, body) = request.into_parts();
    // Every one, when there are several: who reads another one than we do would read another body.
    let mut content_types = parts.headers.get_all(CONTENT_TYPE).iter();
    if !content_types.all(is_wanted) || is_encoded(&parts.headers) {
        return Err(unsupported(&parts.headers));
    }
    if announced_length(&parts.headers).is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    let bytes = read_all(body, limit).await?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if !parts.headers.contains_key(CONTENT_TYPE) {
        return Err(unsupported(&parts.headers));
    }
    Ok(Some(bytes))
}

/// Reads the body to its end, but never more than `limit` of it.
async fn read_all(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Err(error) if is_too_slow(&*error) => Err(ApiError::new(Kind::RequestTimeout)),
        // The connection broke, or its chunks make no sense.
        Err(_) => Err(ApiError::new(Kind::MalformedRequest)),
    }
}

/// Whether the client was cut off, somewhere below what the framework made of it.
fn is_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<TooSlow>())
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// `application/json` or `application/*+json`, with any parameters.
fn is_json(value: &HeaderValue) -> bool {
    let Ok(text) = value.to_str() else { return false };
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.strip_prefix("application/") {
        Some("json") => true,
        Some(subtype) => subtype.len() > "+json".len() && subtype.ends_with("+json"),
        None => false,
    }
}

fn unsupported(headers: &HeaderMap) -> ApiError {
    ApiError::new(Kind::unsupported(headers.get(CONTENT_TYPE)))
}

fn too_large(limit: usize) -> ApiError {
    ApiError::new(Kind::BodyTooLarge { limit })
}

#[cfg(test)]
#[path = "body_reading_tests.rs"]
mod tests;
