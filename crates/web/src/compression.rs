//! Big answers are sent compressed (gzip, br) to clients that read that.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::predicate::{And, NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{Compression, CompressionLayer};

use crate::conditional::Written;

/// Bytes from which on compression is worth its time: fewer fit into one packet anyway.
pub(crate) const WORTHWHILE: usize = 1400;

/// Most of what can be won, at a small part of the time that the rest takes.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

type Worthwhile = And<And<SizeAbove, NotForContentType>, NotForContentType>;

/// The layer that compresses what is worth it.
pub(crate) fn layer() -> CompressionLayer<Worthwhile> {
    let size = SizeAbove::new(WORTHWHILE as u64 - 1);
    let worthwhile = size.and(NotForContentType::IMAGES).and(NotForContentType::const_new("font/"));
    CompressionLayer::new().quality(LEVEL).compress_when(worthwhile)
}

/// Middleware, outside of [`layer`]: the same tag for other bytes is a weak one.
pub(crate) async fn weaken_tag(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    weaken(response.headers_mut());
    response
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

/// An answer as a client gets it that says it reads `accepts`; as it is when that names nothing we write.
pub(crate) async fn compress(written: &Written, accepts: &HeaderValue) -> Written {
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(ACCEPT_ENCODING, accepts.clone());
    let plain = || {
        let mut response = (written.headers.clone(), Body::from(written.body.clone())).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    };
    let answer = service_fn(|_: Request| async { Ok::<_, std::convert::Infallible>(plain()) });
    let compressing: Compression<_, _> = layer().layer(answer);
    let Ok(response) = compressing.oneshot(request).await;
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else { return written.clone() };
    let mut headers = parts.headers;
    headers.remove(CONTENT_TYPE);
    weaken(&mut headers);
    Written { headers, body: body.to_bytes(), ..written.clone() }
}
