//! How long it took after faults until orders were placed again, and until every server was of use again.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::bail;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use crate::cluster::process::is_ready;
use crate::history::{History, Micros};

/// How often it is looked at whether a server is of use again.
const INTERVAL: Duration = Duration::from_millis(20);

/// The longest time that was seen, unless once it took for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recovery {
    /// Nothing was healed, as in a round whose fault broke off before.
    #[default]
    NotMeasured,
    /// So many seconds at most.
    Seconds(f64),
    /// After some healing there was no order in good time.
    Never,
}

impl Recovery {
    /// The worse of both.
    #[must_use]
    pub fn and(self, other: Recovery) -> Recovery {
        match (self, other) {
            (Recovery::Never, _) | (_, Recovery::Never) => Recovery::Never,
            (Recovery::NotMeasured, known) | (known, Recovery::NotMeasured) => known,
            (Recovery::Seconds(one), Recovery::Seconds(other)) => Recovery::Seconds(one.max(other)),
        }
    }
}

/// What came of one healing: how long it took, if it did.
impl From<Option<Duration>> for Recovery {
    fn from(took: Option<Duration>) -> Recovery {
        took.map_or(Recovery::Never, |took| Recovery::Seconds(took.as_secs_f64()))
    }
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recovery::NotMeasured => f.pad("-"),
            Recovery::Seconds(seconds) => f.pad(&format!("{seconds:.2}")),
            Recovery::Never => f.pad("never"),
        }
    }
}

/// Waits until every one of these servers has decided an order that was asked for since a moment, and says of itself that it is
/// ready: one that answers 503 for ever is no server. Says when the last of them had decided one.
///
/// # Errors
/// Which do not in this time, and what is wrong with each.
pub async fn every_server(history: &History, servers: &[SocketAddr], since: Micros, within: Duration) -> anyhow::Result<Micros> {
    let begin = Instant::now();
    let (mut last, mut troubles) = (since, Vec::new());
    for server in servers {
        // All are looked at, however late it is.
        loop {
            let decided = history.end_of_first(|record| record.begin >= since && record.server == server.port() && record.is_decided());
            let trouble = match decided {
                None => "has decided no order",
                Some(_) if !is_ready(*server).await => "is not ready",
                Some(end) => {
                    last = last.max(end);
                    break;
                }
            };
            if begin.elapsed() >= within {
                troubles.push(format!("the server at {server} {trouble}"));
                break;
            }
            sleep(INTERVAL).await;
        }
    }
    if !troubles.is_empty() {
        bail!("after {} s, {}", within.as_secs(), troubles.join(", and "));
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use axhub_domain::product::ProductKind;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::history::{Ask, Outcome, PlaceAsk};

    #[test]
    fn never_is_worse_than_any_time_and_nothing_is_no_time() {
        let (fast, slow) = (Recovery::from(Some(Duration::from_millis(500))), Recovery::Seconds(1.25));
        let of = |all: &[Recovery]| all.iter().copied().fold(Recovery::default(), Recovery::and).to_string();
        assert_eq!(of(&[]), "-");
        assert_eq!(of(&[fast, slow, Recovery::NotMeasured]), "1.25");
        assert_eq!(of(&[slow, Recovery::from(None), fast]), "never");
    }

    /// A server that says this of its readiness.
    async fn server(says: &'static str) -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 200]).await;
                let _ = stream.write_all(says.as_bytes()).await;
            }
        });
        address
    }

    #[tokio::test]
    async fn each_server_has_to_decide_an_order_that_came_later_and_to_be_ready() {
        let (good, other, sick) = (server("HTTP/1.1 200 OK").await, server("HTTP/1.1 200 OK").await, server("HTTP/1.1 503 No").await);
        let history = History::new();
        let refused = |server: SocketAddr, code: &str| {
            let ask = PlaceAsk { channel: 0, kind: ProductKind::Tour, code: "A-1".to_owned(), lines: Vec::new() };
            let outcome = Outcome::Refused { status: 409, code: code.to_owned() };
            history.end(history.begin(), 1, server.port(), Ask::Place(ask), outcome, None);
        };
        refused(good, "sold_out");
        let asked = history.now();
        let since = std::iter::repeat_with(|| history.now()).find(|now| *now > asked).unwrap();
        let judge = |servers: Vec<SocketAddr>| {
            let history = history.clone();
            async move { every_server(&history, &servers, since, Duration::ZERO).await.map_err(|error| error.to_string()) }
        };
        assert!(judge(vec![good]).await.unwrap_err().contains("has decided no order"), "what was asked before does not count");
        refused(good, "unavailable");
        assert!(judge(vec![good]).await.is_err(), "that decides nothing");
        for server in [good, sick] {
            refused(server, "sold_out");
        }
        assert!(judge(vec![good]).await.unwrap() >= since);
        let told = judge(vec![good, other, sick]).await.unwrap_err();
        let expected = format!("after 0 s, the server at {other} has decided no order, and the server at {sick} is not ready");
        assert_eq!(told, expected);
    }
}
