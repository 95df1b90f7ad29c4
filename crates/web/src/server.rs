//! Running the application until it is told to stop.
//!
//! Here and not in the program: what answers a request is put together where it is served, and this crate is compiled for
//! speed.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

/// How long requests in flight may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(30);

/// Answers requests until SIGTERM or Ctrl-C; then takes no more, finishes those in flight, and returns.
///
/// # Errors
/// When the listener fails.
pub async fn run(listener: TcpListener, app: Router) -> io::Result<()> {
    let listener = listener.tap_io(|connection| {
        // Answers are small and written whole: waiting to fill a packet would only make them late.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
    });
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop_signal().await;
        tracing::info!("stopping: finishing what is in flight");
        let _ = stopping.send(());
    };
    let serving = axum::serve(listener, app).with_graceful_shutdown(stop);
    let out_of_patience = async move {
        let _ = stopped.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving.into_future() => served?,
        () = out_of_patience => tracing::warn!("some requests did not finish within {} s", GRACE.as_secs()),
    }
    tracing::info!("stopped");
    Ok(())
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
