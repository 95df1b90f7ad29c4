//! Running the application until it is told to stop.
//!
//! Here and not in the program: what answers a request is put together where it is served, and this crate is compiled for
//! speed.
//!
//! A client can be slow in three ways, and each has its bound in [`Limits`]: the head of its request, its body (see
//! [`crate::drain`]) and the answer that it does not take. Why axum's own server does not do is told in
//! `docs/decisions/connections.md`.

mod activity;
mod connection;
mod files;
mod refusal;
mod stream;
mod watch;

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::rt::Executor;
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};

use crate::App;
use crate::limits::{Limits, MAX_HEAD, MAX_STREAMS};
use refusal::Refusal;

/// How long the server waits when the system has no more connections to give, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Answers requests until SIGTERM or Ctrl-C; then takes no more, finishes those in flight, and returns.
///
/// # Errors
/// When the listener fails.
pub async fn run(listener: TcpListener, app: impl Into<App>, limits: Limits) -> io::Result<()> {
    let limits = Limits { connections: files::allow(limits.connections), ..limits };
    run_until(listener, app, limits, stop_signal()).await
}

/// The same until `stop` comes, for whoever runs several servers in one process.
///
/// # Errors
/// When the listener fails.
pub async fn run_until(listener: TcpListener, app: impl Into<App>, limits: Limits, stop: impl Future<Output = ()>) -> io::Result<()> {
    let server = Arc::new(Server::new(app.into(), limits));
    let mut stop = pin!(stop);
    let mut pause = FIRST_PAUSE;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, _)) => {
                pause = FIRST_PAUSE;
                server.welcome(stream);
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                // No files are left, or no memory. Asking again at once would get the same answer.
                metrics::counter!("axhub_accept_errors_total").increment(1);
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = &mut stop => break,
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
    tracing::info!("stopping: finishing what is in flight");
    server.stop();
    welcome_the_last(listener, &server)?;
    if !server.is_empty_within(limits.grace).await {
        tracing::warn!("some requests did not finish within {} s", limits.grace.as_secs());
    }
    tracing::info!("stopped");
    Ok(())
}

/// Whether a connection failed before it was accepted, which concerns nobody else.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// Takes those who stand in line already: closing the door would break their connections.
fn welcome_the_last(listener: TcpListener, server: &Arc<Server>) -> io::Result<()> {
    // Asked directly, since the runtime may not have heard of all of them yet.
    let listener = listener.into_std()?;
    for _ in 0..server.limits.connections {
        let Ok((stream, _)) = listener.accept() else { break };
        stream.set_nonblocking(true)?;
        server.welcome(TcpStream::from_std(stream)?);
    }
    Ok(())
}

/// What all connections share.
struct Server {
    app: App,
    limits: Limits,
    http: Builder<Streams>,
    places: Arc<Semaphore>,
    refusal: Refusal,
    is_stopping: AtomicBool,
    stop: Notify,
}

impl Server {
    fn new(app: App, limits: Limits) -> Server {
        // A request is over when it and its answer have had their time.
        let mut http = Builder::new(Streams { limit: crate::REQUEST_TIMEOUT + limits.answer });
        http.http1().max_buf_size(MAX_HEAD);
        http.http2()
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEAD as u32)
            // Clients that open streams and reset them at once ("rapid reset"): so many may wait to be noticed, and so many
            // faults of the protocol may be answered, before the connection ends.
            .max_pending_accept_reset_streams(20)
            .max_local_error_reset_streams(100);
        let places = Arc::new(Semaphore::new(limits.connections as usize));
        Server { app, limits, http, places, refusal: Refusal::new(), is_stopping: AtomicBool::new(false), stop: Notify::new() }
    }

    /// Serves a client, or tells it that there is no place.
    fn welcome(self: &Arc<Self>, stream: TcpStream) {
        // Answers are small and written whole: waiting to fill a packet would only make them late.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return self.refusal.tell(stream) };
        let server = Arc::clone(self);
        tokio::spawn(async move {
            let open = metrics::gauge!("axhub_connections");
            open.increment(1.0);
            let _open = Counted(open);
            connection::serve(stream, server).await;
            drop(place);
        });
    }

    fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
        self.stop.notify_waiters();
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// Waits until nobody is served any more.
    async fn is_empty_within(&self, time: Duration) -> bool {
        let everybody = self.places.acquire_many(self.limits.connections);
        tokio::time::timeout(time, everybody).await.is_ok()
    }
}

/// A connection in the gauge, until it ends, be it by a panic.
struct Counted(metrics::Gauge);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// Runs the requests of HTTP/2, which share a connection, each in a task of its own and for a bounded time: a client that
/// reads nothing of one answer is not noticed by the others.
#[derive(Clone)]
struct Streams {
    limit: Duration,
}

impl<F> Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        tokio::spawn(tokio::time::timeout(self.limit, future));
    }
}

/// Resolves when the process is asked to stop.
fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    async {
        let interrupted = tokio::signal::ctrl_c();
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            },
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be heard; only Ctrl-C stops this server");
                let _ = interrupted.await;
            }
        }
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
