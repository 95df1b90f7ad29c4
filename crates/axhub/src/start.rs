//! Starting to serve: the address is taken first, so that a taken one is told at once, and nobody is let in before the
//! database is there and as it should be.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use axhub_store::{Address, Database, Error, Options};
use tokio::net::{TcpListener, TcpSocket};

/// How long to wait before the database is looked for again, and how often that is told.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const TELL_EVERY: Duration = Duration::from_secs(10);

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// An address that is ours, at which nobody can connect yet: a balancer sees that this server is not there.
pub(crate) struct Reserved(TcpSocket, SocketAddr);

/// Takes the address.
pub(crate) fn reserve(address: SocketAddr) -> anyhow::Result<Reserved> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let take = |socket: TcpSocket| {
        // As listeners do: what an earlier server's connections left does not count.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok::<_, std::io::Error>(socket)
    };
    let socket = socket.and_then(take).with_context(|| format!("cannot listen on {address}"))?;
    Ok(Reserved(socket, address))
}

impl Reserved {
    /// Lets clients in.
    pub(crate) fn listen(self) -> anyhow::Result<TcpListener> {
        self.0.listen(BACKLOG).with_context(|| format!("cannot listen on {}", self.1))
    }
}

/// Opens the database and prepares it; waits for a PostgreSQL that is not there yet, goes away meanwhile or takes no writes yet,
/// for as long as `patience` says.
pub(crate) async fn open(
    address: &Address,
    options: Options,
    patience: Duration,
    prepare: impl AsyncFn(&Database) -> Result<(), Error>,
) -> anyhow::Result<Database> {
    let began = Instant::now();
    let mut told: Option<Instant> = None;
    loop {
        let opened = async {
            let database = Database::open(address, options.clone()).await?;
            prepare(&database).await?;
            Ok(database)
        };
        let error = match opened.await {
            Ok(database) => return Ok(database),
            Err(error @ Error::Schema(_)) => return Err(error).with_context(|| format!("the database {address}")),
            Err(error) => error,
        };
        let may_come = matches!(address, Address::Postgres(_)) && error.is_passing();
        if !may_come || began.elapsed() >= patience {
            return Err(error).with_context(|| format!("cannot open the database {address}"));
        }
        if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            told = Some(Instant::now());
            let left = patience.saturating_sub(began.elapsed()).as_secs();
            tracing::warn!(%error, database = %address, seconds_left = left, "waiting for the database");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
