//! What is done around every request, in one middleware: each one more would clone the router below it and allocate.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::ACCEPT_ENCODING;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::Instrument;

use crate::compression;
use crate::drain::drained;
use crate::kept::KeptAnswers;
use crate::limits;
use crate::rate_limit::RateLimiter;
use crate::render::{self, Asked};
use crate::request_id::Watch;

/// What requests find while they are worked on.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) timeout: Duration,
    /// How long a body may take beyond what its bytes need.
    pub(crate) slow_body: Duration,
    pub(crate) limiter: RateLimiter,
    pub(crate) kept: KeptAnswers,
}

/// Middleware. From the outside in: big answers are compressed; what is left of the body is taken; the request has its id,
/// span and log line, the budget of its key, the store of answers; errors get their bodies; a panic becomes a 500, and what
/// takes too long a 408; an address that is too long is not looked at. So a panic and a timeout have bodies like any other error, and everything is logged with its id.
pub(crate) async fn around(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let mut request = drained(request, shared.slow_body);
    let watch = Watch::begin(&mut request);
    let asked = Asked::of(&request);
    let accepts = request.headers().get(ACCEPT_ENCODING).cloned();
    let metered = shared.limiter.meter(&mut request);
    request.extensions_mut().insert(shared.kept);
    let refused = limits::refuse_address(request.uri());
    let work = async {
        let answered = tokio::time::timeout(shared.timeout, AssertUnwindSafe(next.run(request)).catch_unwind());
        let mut response = match refused {
            Some(refused) => refused.into_response(),
            None => match answered.await {
                Ok(Ok(response)) => response,
                Ok(Err(_payload)) => render::panicked(),
                Err(_too_late) => StatusCode::REQUEST_TIMEOUT.into_response(),
            },
        };
        metered.tell(&mut response);
        asked.dress(response)
    };
    let mut response = work.instrument(watch.span()).await;
    watch.answered(&mut response);
    match accepts {
        Some(accepts) if compression::may_win(&response) => compression::compressed(response, accepts).await,
        _ => response,
    }
}

/// Middleware, for tests of what is watched alone.
#[cfg(test)]
pub(crate) async fn only_watched(mut request: Request, next: Next) -> Response {
    let watch = Watch::begin(&mut request);
    let mut response = next.run(request).instrument(watch.span()).await;
    watch.answered(&mut response);
    response
}
