//! The id of a request, its tracing span, and what is logged and measured when it is answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use metrics::Histogram;
use parking_lot::RwLock;
use uuid::Uuid;

/// The header that brings and returns the id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most characters of an id that a client may choose.
const MAX_LENGTH: usize = 64;

/// From when on a request is slow enough to be told of, whatever its answer.
const SLOW: Duration = Duration::from_secs(1);

/// The id of a request: the client's when it sent a sane one, else ours. As an extractor it never fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The id as text, 1 to 64 visible ASCII characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that the client sent, when it is sane; otherwise a new one.
    fn of(headers: &HeaderMap) -> RequestId {
        let sent = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
        let sane = |id: &&str| (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
        match sent.filter(sane) {
            Some(id) => RequestId(id.into()),
            None => RequestId::random(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a request id decides nothing, so no test needs to choose it")]
    fn random() -> RequestId {
        RequestId((&*Uuid::now_v7().simple().encode_lower(&mut Uuid::encode_buffer())).into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| RequestId::of(&parts.headers)))
    }
}

/// The method; what is none of HTTP's own becomes one word, so that clients cannot make up labels.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// Where the time of an answer is counted. To look a histogram up by its labels costs as much as a small answer, so each is
/// looked up once.
fn measured(path: &str, method: &'static str, status: StatusCode) -> Histogram {
    type OfPath = Vec<(&'static str, StatusCode, Histogram)>;
    static KNOWN: RwLock<BTreeMap<String, OfPath>> = RwLock::new(BTreeMap::new());

    let is_wanted = |(known, code, _): &&(&'static str, StatusCode, Histogram)| *known == method && *code == status;
    if let Some((.., histogram)) = KNOWN.read().get(path).and_then(|known| known.iter().find(is_wanted)) {
        return histogram.clone();
    }
    let labels = [("method", method.to_owned()), ("path", path.to_owned()), ("status", status.as_u16().to_string())];
    let histogram = metrics::histogram!("axhub_http_request_seconds", &labels);
    let mut known = KNOWN.write();
    let of_path = known.entry(path.to_owned()).or_default();
    if !of_path.iter().any(|known| is_wanted(&known)) {
        of_path.push((method, status, histogram.clone()));
    }
    histogram
}

/// Watches one request: gives it its id and span, and logs and measures the answer. Speaks up also when the client goes away
/// before that.
///
/// What went as it should is counted, and logged only where somebody asked for it (`--log debug`): at ten thousand requests
/// a second a line for each costs more than the answers. Refusals, faults and slow answers are logged always. The span is
/// there with `--log debug` too, so each of these lines says by itself which request it is about.
///
/// The log has the path as it was declared (`/v1/channel/orders/{kind}`), never the query, a header or a body.
pub(crate) struct Watch {
    id: RequestId,
    method: &'static str,
    path: Option<MatchedPath>,
    started: Instant,
    answered: bool,
    span: tracing::Span,
}

impl Watch {
    /// Begins to watch a request, before anything else is done with it.
    pub(crate) fn begin(request: &mut Request) -> Watch {
        let path = request.extensions().get::<MatchedPath>().cloned();
        let watch = Watch::of(request.headers(), request.method(), path);
        request.extensions_mut().insert(watch.id.clone());
        watch
    }

    /// The same, where it is known already which path is asked for.
    pub(crate) fn of(headers: &HeaderMap, method: &Method, path: Option<MatchedPath>) -> Watch {
        let (id, method) = (RequestId::of(headers), method_word(method));
        let span = tracing::debug_span!("request", id = id.as_str(), method, path = path.as_ref().map_or("", MatchedPath::as_str));
        Watch { id, method, path, started: Instant::now(), answered: false, span }
    }

    /// The span in which all work on the request is done.
    pub(crate) fn span(&self) -> tracing::Span {
        self.span.clone()
    }

    /// Tells the client the id, and everybody else how it went.
    pub(crate) fn answered(mut self, response: &mut Response) {
        if let Ok(value) = HeaderValue::from_str(self.id.as_str()) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        self.note(response.status());
    }

    fn note(&mut self, status: StatusCode) {
        self.answered = true;
        let latency = self.started.elapsed();
        let (status_code, latency_ms) = (status.as_u16(), milliseconds(latency));
        let (request, method, path) = (self.id.as_str(), self.method, self.path.as_ref().map_or("", MatchedPath::as_str));
        self.span.in_scope(|| {
            if status.is_client_error() || status.is_server_error() || latency >= SLOW {
                tracing::info!(status = status_code, latency_ms, request, method, path, "answered");
            } else {
                tracing::debug!(status = status_code, latency_ms, request, method, path, "answered");
            }
        });
        measured(self.path.as_ref().map_or("", MatchedPath::as_str), self.method, status).record(latency.as_secs_f64());
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.answered {
            let latency_ms = milliseconds(self.started.elapsed());
            let (request, path) = (self.id.as_str(), self.path.as_ref().map_or("", MatchedPath::as_str));
            self.span.in_scope(|| tracing::info!(latency_ms, request, method = self.method, path, "the client went away"));
        }
    }
}

fn milliseconds(latency: Duration) -> f64 {
    (latency.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

#[cfg(test)]
#[path = "request_id_tests.rs"]
pub(crate) mod tests;
