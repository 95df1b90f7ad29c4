//! What the server lets its clients do at most, as flags. The other limits are fixed; `docs/limits.md` has them all.

use std::time::Duration;

use axhub_web::Limits;
use clap::Args;

/// How many connections and requests there may be.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ConnectionArgs {
    /// The most connections of clients; one more is answered with 503. Each is an open file: see `ulimit -n`.
    #[arg(long, env = "AXHUB_MAX_CONNECTIONS", default_value_t = Limits::DEFAULT.connections, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    max_connections: u32,
    /// The most requests that one key may have in progress; one more is answered with 429.
    #[arg(long, env = "AXHUB_REQUESTS_PER_KEY", default_value_t = Limits::DEFAULT.requests_per_key, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    requests_per_key: u32,
    /// The most connections that one key may have; one more is answered and then closed.
    #[arg(long, env = "AXHUB_CONNECTIONS_PER_KEY", default_value_t = Limits::DEFAULT.connections_per_key, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    connections_per_key: u32,
    /// Seconds after which a connection without requests is closed: more than the proxy in front keeps one.
    #[arg(long, env = "AXHUB_IDLE_TIMEOUT", default_value_t = Limits::DEFAULT.idle.as_secs(), value_parser = clap::value_parser!(u64).range(1..=86_400), value_name = "SECONDS")]
    idle_timeout: u64,
}

impl ConnectionArgs {
    /// As the server wants them.
    pub(crate) fn limits(self) -> Limits {
        Limits {
            connections: self.max_connections,
            requests_per_key: self.requests_per_key,
            connections_per_key: self.connections_per_key,
            idle: Duration::from_secs(self.idle_timeout),
            ..Limits::DEFAULT
        }
    }
}
