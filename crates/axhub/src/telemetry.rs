//! Logs and metrics. Logs go to standard error, so that standard output belongs to the commands.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::MissedTickBehavior;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, ParseError};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What to log, in the words of `RUST_LOG`. It makes sense.
#[derive(Clone, Debug)]
pub struct LogFilter(String);

impl LogFilter {
    /// Reads it.
    ///
    /// # Errors
    /// What makes no sense in it.
    pub fn parse(text: &str) -> Result<LogFilter, String> {
        let filter = LogFilter(text.to_owned());
        match filter.build() {
            Ok(_) => Ok(filter),
            Err(error) => Err(format!("{error}; write a level, or pairs like axhub_store=debug with commas between them")),
        }
    }

    fn build(&self) -> Result<EnvFilter, ParseError> {
        // The migrations' library tells its every step; that a migration was applied, the hub says itself. What HTTP/2 tells below
        // info quotes addresses that make no sense; its two names stand last, so that nobody can ask for it.
        let directives = format!("refinery_core=warn,{},h2=info,h2::server=info", self.0);
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse(directives)
    }
}

/// Seconds at which histograms count: from 0.1 ms to 10 s.
const BUCKETS: &[f64] = &[0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Orders in a batch at which its histogram counts.
const BATCH_BUCKETS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts logging to standard error.
///
/// # Errors
/// Never for a filter that [`LogFilter::parse`] has read.
pub fn start_logging(filter: &LogFilter, format: LogFormat) -> anyhow::Result<()> {
    let filter = filter.build()?;
    let colors = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colors).with_writer(std::io::stderr).with_target(false);
    // A second start in one process changes nothing.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}

/// Logs panics with their place, and with their text only where the text stands in the source: one that was put together
/// while running might hold what a traveler wrote.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let text = panic.payload().downcast_ref::<&str>().copied().unwrap_or("(text withheld)");
        tracing::error!(place, text, "a bug: panicked");
    }));
}

/// How often what was measured is added up.
const ADDING_UP: Duration = Duration::from_secs(1);

/// Starts counting. In a runtime, which adds up what was measured: every single time is kept until then, and who never asks
/// for `/metrics` would fill the memory with them.
///
/// # Errors
/// When this process counts already.
pub fn start_metrics() -> anyhow::Result<()> {
    let handle = PrometheusBuilder::new()
        .set_buckets(BUCKETS)?
        .set_buckets_for_metric(Matcher::Full("axhub_order_batch_size".to_owned()), BATCH_BUCKETS)?
        .install_recorder()?;
    metrics::describe_histogram!("axhub_http_request_seconds", "How long requests took, by method, path and status.");
    metrics::describe_histogram!("axhub_transaction_seconds", "How long transactions took, by name and outcome.");
    metrics::describe_histogram!("axhub_order_batch_size", "How many orders were placed together.");
    metrics::describe_counter!(
        "axhub_transaction_retries_total",
        "Transactions run again because another one was in the way or the connection broke, by name and why."
    );
    metrics::describe_counter!("axhub_orders_given_up_total", "Orders turned away since they had waited for a batch for too long.");
    metrics::describe_gauge!("axhub_connections", "Connections of clients.");
    metrics::describe_counter!("axhub_connections_refused_total", "Connections turned away since there were as many as there may be.");
    metrics::describe_counter!("axhub_connections_sent_away_total", "Connections closed since their key had as many as it may have.");
    metrics::describe_counter!("axhub_accept_errors_total", "Times when the system had no connection to give, such as for want of files.");
    metrics::describe_counter!(
        "axhub_slow_clients_total",
        "Clients cut off because they were too slow with a head, a body or in taking an answer."
    );
    tokio::spawn(add_up(handle.clone()));
    let _ = METRICS.set(handle);
    Ok(())
}

async fn add_up(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(ADDING_UP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // A second of a busy server is a hundred thousand times: not on a thread that answers.
        let handle = handle.clone();
        if tokio::task::spawn_blocking(move || handle.run_upkeep()).await.is_err() {
            tracing::error!("what was measured could not be added up");
        }
    }
}

/// `GET /metrics`: everything that was counted, in the words of Prometheus.
pub(crate) async fn metrics() -> Response {
    let text = METRICS.get().map(PrometheusHandle::render).unwrap_or_default();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

#[cfg(test)]
#[path = "telemetry_tests.rs"]
mod tests;
