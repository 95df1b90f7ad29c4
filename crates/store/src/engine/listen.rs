//! Hearing of what other programs change in the same PostgreSQL: `LISTEN`, on a connection of its own.
//!
//! The connection is asked every half second whether it still lives, since a network that swallows everything looks like
//! one on which nothing happens. So a change is heard of within milliseconds, and when it cannot be, that is known within
//! two seconds; from then on nothing kept is used until the connection stands again.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, Socket};

use super::freshness::Freshness;
use super::hosts::Hosts;
use crate::error::{Error, Result};

/// The channel on which transactions tell what they touched.
pub(super) const CHANNEL: &str = "axhub_changes";

/// How often the connection is asked whether it lives.
const BEAT: Duration = Duration::from_millis(500);

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest that a change by another program can go unnoticed while what was read before is still used.
#[cfg(test)]
const WORST: Duration = Duration::from_secs(2);

/// How long to wait before the next attempt to connect.
const RETRY: Duration = Duration::from_millis(500);

/// Listens for as long as the task is left to run.
pub(super) async fn forever(hosts: Arc<Hosts>, freshness: Freshness) {
    let mut told_why = false;
    loop {
        let ended = listen(&hosts, &freshness).await;
        // Each time that it was lost is told, and not each attempt to get it back.
        if freshness.cease_to_hear() {
            told_why = false;
        }
        if let Err(error) = ended
            && !std::mem::replace(&mut told_why, true)
        {
            tracing::warn!(%error, "changes by other servers cannot be heard of: every answer is read anew until they can");
        }
        sleep(RETRY).await;
    }
}

async fn listen(hosts: &Hosts, freshness: &Freshness) -> Result<()> {
    let opened = timeout(PATIENCE, hosts.connect()).await.map_err(|_| silent())??;
    let still_there = || hosts.is_current(opened.host);
    tokio::select! {
        ended = drive(opened.connection, freshness) => ended,
        ended = keep_asking(&opened.client, freshness, still_there) => ended,
    }
}

/// Carries the connection's messages and hears what is told.
async fn drive(mut connection: Connection<Socket, NoTlsStream>, freshness: &Freshness) -> Result<()> {
    while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notification(told) = message? {
            freshness.hear(told.payload());
        }
    }
    Err(Error::Unavailable("the connection was closed".to_owned()))
}

/// Ends when the server does not answer, or is not the one any more to which transactions go.
async fn keep_asking(client: &Client, freshness: &Freshness, still_there: impl Fn() -> bool) -> Result<()> {
    ask(client, &format!("LISTEN {CHANNEL}")).await?;
    freshness.begin_to_hear();
    loop {
        sleep(BEAT).await;
        ask(client, "SELECT 1").await?;
        if !still_there() {
            return Err(Error::Unavailable("another server takes the writes now".to_owned()));
        }
    }
}

async fn ask(client: &Client, sql: &str) -> Result<()> {
    Ok(timeout(PATIENCE, client.batch_execute(sql)).await.map_err(|_| silent())??)
}

fn silent() -> Error {
    Error::Unavailable(format!("no answer within {} s", PATIENCE.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_connection_is_noticed_in_time() {
        assert!(BEAT + PATIENCE < WORST);
    }
}
