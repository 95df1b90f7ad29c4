//! Big answers are sent compressed (gzip, br) to clients that read that.

use std::convert::Infallible;
use std::future::ready;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, NotForContentType, Predicate, SizeAbove};

use crate::conditional::Written;

/// Bytes from which on compression is worth its time: fewer fit into one packet anyway.
pub(crate) const WORTHWHILE: usize = 1400;

/// Most of what can be won, at a small part of the time that the rest takes.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

type Worthwhile = And<And<SizeAbove, NotForContentType>, NotForContentType>;

/// The layer that compresses what is worth it.
fn layer() -> CompressionLayer<Worthwhile> {
    let size = SizeAbove::new(WORTHWHILE as u64 - 1);
    let worthwhile = size.and(NotForContentType::IMAGES).and(NotForContentType::const_new("font/"));
    CompressionLayer::new().quality(LEVEL).compress_when(worthwhile)
}

/// Whether there is anything to win: not in what is small, or compressed already.
pub(crate) fn may_win(response: &Response) -> bool {
    let is_small = response.body().size_hint().upper().is_some_and(|bytes| bytes < WORTHWHILE as u64);
    !is_small && !response.headers().contains_key(CONTENT_ENCODING)
}

/// An answer as a client gets it that says it reads `accepts`: as it is when that names nothing we write, or when it is small.
pub(crate) async fn compressed(response: Response, accepts: HeaderValue) -> Response {
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(ACCEPT_ENCODING, accepts);
    // The layer is made for a service, so the answer is given to it as one.
    let mut answer = Some(response);
    let answer = service_fn(move |_: Request| ready(Ok::<_, Infallible>(answer.take().unwrap_or_default())));
    let Ok(mut response) = layer().layer(answer).oneshot(request).await;
    weaken(response.headers_mut());
    response.map(Body::new)
}

fn weaken(headers: &mut HeaderMap) {
    if !headers.contains_key(CONTENT_ENCODING) {
        return;
    }
    if let Some(tag) = headers.get(ETAG).filter(|tag| !tag.as_bytes().starts_with(b"W/"))
        && let Ok(weak) = HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat())
    {
        headers.insert(ETAG, weak);
    }
}

/// The same for an answer that is kept.
pub(crate) async fn compress(written: &Written, accepts: &HeaderValue) -> Written {
    let plain = (written.headers.clone(), Body::from(written.body.clone())).into_response();
    let (parts, body) = compressed(plain, accepts.clone()).await.into_parts();
    let Ok(body) = body.collect().await else { return written.clone() };
    Written { headers: parts.headers, body: body.to_bytes(), ..written.clone() }
}
