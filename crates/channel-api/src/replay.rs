//! Answers that a client may ask for again: 201 the first time, then 200 with `Idempotent-Replayed: true`.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The header that tells a repeated answer from a first one.
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The status of an answer.
pub const fn status(is_replay: bool) -> StatusCode {
    if is_replay { StatusCode::OK } else { StatusCode::CREATED }
}

/// The response with this body.
pub fn render(is_replay: bool, body: impl Serialize) -> Response {
    let mut response = (status(is_replay), Json(body)).into_response();
    if is_replay {
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
