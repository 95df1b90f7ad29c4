//! The headers that keep an answer from being misused by a browser: the same on every answer, and no secret to anybody.
//!
//! `Strict-Transport-Security` is for whoever speaks TLS, the proxy in front: it knows whether there is any.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};

/// An answer of the API is data: a page made of it may load nothing and stand in no frame.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// How many headers [`secure`] adds.
pub(crate) const ADDED: usize = 4;

/// Adds the headers to an answer. What is personal is kept nowhere unless the answer says otherwise itself, and so is a page
/// that says itself what it loads.
pub(crate) fn secure(headers: &mut HeaderMap) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}
