//! What is left of a body that nobody wants: it is taken from the connection all the same, up to a bound.
//!
//! Many requests are answered before their bodies are here: the body is too large, the key is wrong, the address does not
//! exist. A server that closes the connection then resets it, and a client that is still sending finds a broken pipe and
//! never reads the answer. So whoever drops a body unread leaves the rest of it to a task of its own, while the answer is
//! on its way.
//!
//! A body that comes too slowly ends with an error, which is answered with 408.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::EXPECT;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::runtime::Handle;

use crate::pace::{Pace, TooSlow};

/// The most bytes that are taken and thrown away. Who sends more sees the connection end.
pub const LIMIT: usize = 16 * 1024 * 1024;

/// How long a client may take to send them.
const PATIENCE: Duration = Duration::from_secs(5);

/// The same request, which lets its client send the rest of the body also when the answer does not need it. The body may take
/// so much longer than [`crate::limits::SLOWEST`] allows for its bytes.
pub fn drained(request: Request, patience: Duration) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    let waits_for_leave = waits_for_leave(request.headers());
    request.map(|body| Body::new(Drained { rest: Some(body), is_coming: !waits_for_leave, pace: Pace::new(patience) }))
}

/// Whether the client sends its body only when it is told to, which the first look at the body does.
fn waits_for_leave(headers: &HeaderMap) -> bool {
    headers.get_all(EXPECT).iter().any(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// A body that is read to its end even when it is dropped before.
struct Drained {
    /// `None` when it has come to its end.
    rest: Option<Body>,
    /// Whether the client sends it, or would only begin to when asked.
    is_coming: bool,
    pace: Pace,
}

impl HttpBody for Drained {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.is_coming = true;
        let Some(body) = &mut self.rest else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => self.pace.came(frame.data_ref().map_or(0, Bytes::len)),
            Poll::Ready(None | Some(Err(_))) => self.rest = None,
            Poll::Pending if self.pace.is_over(context) => {
                self.rest = None;
                return Poll::Ready(Some(Err(axum::Error::new(TooSlow))));
            }
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.rest.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Drained {
    fn drop(&mut self) {
        let Some(body) = self.rest.take().filter(|body| self.is_coming && !body.is_end_stream()) else { return };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(tokio::time::timeout(PATIENCE, throw_away(body)));
        }
    }
}

/// Reads to the end, or to [`LIMIT`]. Dropping a body that is not at its end closes the connection.
async fn throw_away(mut body: Body) {
    let mut taken = 0;
    while let Some(Ok(frame)) = body.frame().await {
        taken += frame.data_ref().map_or(0, Bytes::len);
        if taken > LIMIT {
            return;
        }
    }
}

#[cfg(test)]
#[path = "drain_tests.rs"]
mod tests;
