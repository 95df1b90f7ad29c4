//! What a request and a connection may have at most. `docs/limits.md` tells people; a test compares.
//!
//! What belongs to one thing stands there: the size of a body in [`crate::body`] and [`crate::csv`], the length of a page
//! in [`crate::paging`], the length of a text or list where it is read.

use std::time::Duration;

use axum::http::Uri;

use crate::error::{ApiError, Kind};

/// The most bytes of an address: its path and query.
pub const MAX_ADDRESS: usize = 8 * 1024;

/// The most parameters of a query. No list has more than a dozen.
pub const MAX_PARAMETERS: usize = 100;

/// The most bytes of the head of a request: its address and headers.
pub const MAX_HEAD: usize = 64 * 1024;

/// The most headers of a request. hyper's own number: with another one it would allocate for every request.
pub const MAX_HEADERS: usize = 100;

/// The most requests at a time on a connection of HTTP/2.
pub const MAX_STREAMS: u32 = 100;

/// Who sends or takes at least so many bytes a second is not cut off for being slow.
pub const SLOWEST: u64 = 16 * 1024;

/// What an operator may set, and what tests make short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most connections at a time; one more is answered with 503.
    pub connections: u32,
    /// The most requests that one key may have in progress; one more is answered with 429.
    pub requests_per_key: u32,
    /// The most connections whose last request came with one key; one more ends with its answer.
    pub connections_per_key: u32,
    /// How long a connection may stay without a request.
    pub idle: Duration,
    /// How long the head of a request may take, from its first byte on; on a new connection from the beginning.
    pub head: Duration,
    /// How long a body may take beyond the time that [`SLOWEST`] allows for its bytes.
    pub body: Duration,
    /// How long a client may take no byte of its answer, or fewer than [`SLOWEST`] allows.
    pub answer: Duration,
    /// How long the last bytes of a client are taken and thrown away after its connection was closed.
    pub farewell: Duration,
    /// How long requests in progress may take after the signal to stop.
    pub grace: Duration,
}

impl Limits {
    /// What holds where nothing is set.
    pub const DEFAULT: Limits = Limits {
        connections: 8192,
        requests_per_key: 256,
        connections_per_key: 1024,
        idle: Duration::from_secs(75),
        head: Duration::from_secs(10),
        body: Duration::from_secs(10),
        answer: Duration::from_secs(30),
        farewell: Duration::from_secs(2),
        grace: Duration::from_secs(30),
    };
}

impl Default for Limits {
    fn default() -> Self {
        Limits::DEFAULT
    }
}

/// How long so many bytes may take.
pub(crate) fn time_for(bytes: u64, patience: Duration) -> Duration {
    patience.saturating_add(Duration::from_millis(bytes.saturating_mul(1000) / SLOWEST))
}

/// 414 when the address is too long to be looked at.
pub(crate) fn refuse_address(uri: &Uri) -> Option<ApiError> {
    let length = uri.path_and_query().map_or(0, |address| address.as_str().len());
    (length > MAX_ADDRESS).then(|| ApiError::new(Kind::AddressTooLong { limit: MAX_ADDRESS }))
}

/// Counts a client that was cut off because it was too slow with its `head`, its `body` or in taking an `answer`.
pub(crate) fn count_slow_client(with: &'static str) {
    metrics::counter!("axhub_slow_clients_total", "with" => with).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What people are told is what holds.
    #[test]
    fn the_page_of_limits_tells_them() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/limits.md")).unwrap();
        let Limits { connections, requests_per_key, connections_per_key, idle, head, body, answer, .. } = Limits::DEFAULT;
        let (body_kib, slowest_kib, grace) = (MAX_HEAD / 1024, SLOWEST / 1024, Limits::DEFAULT.grace.as_secs());
        let rows = [
            format!("| address: path and query | {} KiB ({} bytes) |", MAX_ADDRESS / 1024, thousands(MAX_ADDRESS)),
            format!("| parameters in a query | {MAX_PARAMETERS} |"),
            format!("| head: address and headers together | {body_kib} KiB |"),
            format!("| headers, over HTTP/1.1 (over HTTP/2 their size alone counts) | {MAX_HEADERS} |"),
            format!("| JSON body | 2 MiB ({} bytes) |", thousands(crate::body::LIMIT)),
            format!("| values in a JSON body, those in others counted | {} |", thousands(crate::tree::MAX_VALUES)),
            format!("| columns of a table | {} |", crate::csv::MAX_COLUMNS),
            format!("| rows of a search, over all options | {} |", thousands(axhub_hub::availability::MAX_SEARCH_ROWS)),
            format!("| table (CSV) | 32 MiB ({} bytes) |", thousands(crate::csv::LIMIT)),
            format!("| options in an order | {} |", axhub_domain::order::MAX_LINES),
            format!("| tickets of an option, and units | {} |", thousands(axhub_domain::order::MAX_QUANTITY as usize)),
            format!("| rows on a page (`page_size`) | {} |", crate::paging::MAX_SIZE),
            format!("| dates and start times that one stock call changes | {} |", thousands(axhub_hub::availability::MAX_RULE_ROWS)),
            format!("| the head of any further request, from its first byte | {} s |", head.as_secs()),
            format!("| a body | {} s, and one second more for every {slowest_kib} KiB that came |", body.as_secs()),
            format!("| a request in all, its body included | {} s |", crate::REQUEST_TIMEOUT.as_secs()),
            format!("lets it wait | {} s, and one second more for every {slowest_kib} KiB that it took |", answer.as_secs()),
            format!("| a connection without a request | {} s: `--idle-timeout` |", idle.as_secs()),
            format!("| connections | {} |", thousands(connections as usize)),
            format!("| requests of one key in progress | {requests_per_key} |"),
            format!("| connections of one key | {} |", thousands(connections_per_key as usize)),
            format!("| requests on one connection of HTTP/2 | {MAX_STREAMS} |"),
            format!("All of that takes {grace} s at most."),
            format!("together take {} s at most", (crate::REQUEST_TIMEOUT + answer).as_secs()),
        ];
        for row in rows {
            assert!(page.contains(&row), "docs/limits.md lacks: {row}");
        }
    }

    /// `8192` as `8,192`.
    fn thousands(number: usize) -> String {
        let digits = number.to_string();
        let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
        groups.join(",")
    }

    #[test]
    fn more_bytes_have_more_time() {
        let patience = Duration::from_secs(10);
        assert_eq!(time_for(0, patience), patience);
        assert_eq!(time_for(SLOWEST, patience), Duration::from_secs(11));
        assert_eq!(time_for(u64::MAX, Duration::MAX), Duration::MAX);
    }
}
