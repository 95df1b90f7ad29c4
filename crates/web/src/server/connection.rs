//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Response, Version};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::sleep;

use super::Server;
use super::activity::{Activity, Ending, Exchange, Phase};
use super::stream::Watched;
use super::watch::Watch;
use crate::App;
use crate::front::Held;
use crate::limits::count_slow_client;

/// How far a connection has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Open,
    /// The server stops: one more answer at most.
    Stopping,
    /// The client is told to go, or will be with its answer.
    Told,
}

/// Answers the requests of a client until one of us has enough.
pub(super) async fn serve<S>(stream: S, server: Arc<Server>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let activity = Arc::new(Activity::default());
    let answering = {
        let (activity, app) = (Arc::clone(&activity), server.app.clone());
        service_fn(move |request| answer(&activity, app.clone(), request))
    };
    let stream = TokioIo::new(Watched::new(stream, Arc::clone(&activity)));
    let mut connection = pin!(server.http.serve_connection(stream, answering));
    let timer = pin!(sleep(server.limits.head));
    let mut watch = Watch::new(Arc::clone(&activity), server.limits, timer);
    let mut stop = pin!(server.stop.notified());
    let mut is_listening = false;
    let mut course = Course::Open;
    poll_fn(|context| {
        if !is_listening {
            // Once is enough: whoever is woken looks at `is_stopping`.
            is_listening = true;
            let _ = stop.as_mut().poll(context);
        }
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                return Poll::Ready(());
            }
            if course == Course::Open && server.is_stopping() {
                course = Course::Stopping;
                activity.stopping();
                watch.stop();
            }
            let overdue = watch.overdue(context);
            let (phase, _) = activity.phase();
            let is_sent_away = course == Course::Open && activity.is_one_too_many();
            let leaves = match (overdue, phase) {
                (None, _) if is_sent_away => true,
                (Some(Phase::New | Phase::Idle), _) => true,
                (Some(phase), _) => {
                    cut(phase);
                    return Poll::Ready(());
                }
                // Whoever is sending a request, or may be, gets its answer.
                (None, Phase::New | Phase::Idle | Phase::Head) => false,
                (None, _) => course == Course::Stopping,
            };
            if !leaves {
                return Poll::Pending;
            }
            if matches!(phase, Phase::New | Phase::Idle) && !is_sent_away {
                activity.without_farewell();
            }
            course = Course::Told;
            activity.leaving();
            connection.as_mut().graceful_shutdown();
        }
    })
    .await;
}

/// Answers one request.
fn answer(
    activity: &Arc<Activity>,
    mut app: App,
    request: axum::http::Request<Incoming>,
) -> impl Future<Output = Result<Response<Handed>, Infallible>> + use<> {
    let has_length = !request.body().is_end_stream() && request.body().size_hint().exact().is_some();
    let exchange = Exchange::begin(activity, if has_length { Ending::Length } else { Ending::EmptyLine });
    let is_shared = request.version() == Version::HTTP_2;
    if is_shared {
        activity.is_shared();
    }
    // What is empty needs no room.
    let request = request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(exchange.body(body)) });
    let answer = app.answer(request);
    async move {
        let (mut response, held) = answer.await;
        if let Some(request) = held.of_key() {
            exchange.counts_for(request);
        }
        if !is_shared && exchange.is_last() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response.map(|body| Handed { body, left: Bytes::new(), _exchange: exchange, _held: held }))
    }
}

/// Tells that a client was too slow.
fn cut(phase: Phase) {
    match phase {
        Phase::Head => count_slow_client("head"),
        Phase::Answer => count_slow_client("answer"),
        // Nobody waits for anything.
        Phase::New | Phase::Idle | Phase::Working | Phase::Leaving => return,
    }
    tracing::debug!(?phase, "a client was too slow");
}

/// The most bytes of an answer that are given to hyper in one piece. It keeps what the client does not take yet, and an answer
/// that is given as a whole would be out of our sight.
const PIECE: usize = 64 * 1024;

/// The body of an answer, on its way to the client.
struct Handed {
    body: Body,
    /// What is left of a frame that is given in pieces.
    left: Bytes,
    /// Ends with the body.
    _exchange: Exchange,
    /// So does this.
    _held: Held,
}

impl Handed {
    fn next_piece(&mut self) -> Frame<Bytes> {
        let length = self.left.len().min(PIECE);
        Frame::data(self.left.split_to(length))
    }
}

impl HttpBody for Handed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.left.is_empty() {
            return Poll::Ready(Some(Ok(self.next_piece())));
        }
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match polled {
            Poll::Ready(Some(Ok(frame))) if frame.data_ref().is_some_and(|data| data.len() > PIECE) => match frame.into_data() {
                Ok(data) => {
                    self.left = data;
                    Poll::Ready(Some(Ok(self.next_piece())))
                }
                Err(trailers) => Poll::Ready(Some(Ok(trailers))),
            },
            polled => polled,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.left.is_empty() { self.body.size_hint() } else { SizeHint::default() }
    }
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
