//! How the pool makes connections to PostgreSQL, and which of them it keeps.

use std::sync::Arc;

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, TimeoutType};
use deadpool_postgres::ClientWrapper;

use super::hosts::Hosts;
use super::limits::Limits;
use crate::error::{Error, Result};

/// How plans are made for our statements, each of which finds what it needs by an index.
///
/// A plan is kept for as long as its connection lives. One that was made while a table was small would read the whole of it,
/// and go on to when the table has grown, until somebody counts its rows: so whole tables are read only where there is no
/// other way. And no statement is so slow that planning it anew, or compiling it, would pay.
pub const POSTGRES_SETTINGS: [(&str, &str); 3] = [("enable_seqscan", "off"), ("plan_cache_mode", "force_generic_plan"), ("jit", "off")];

pub(super) type Connections = Pool<Maker>;
pub(super) type Borrowed = Object<Maker>;

/// Makes connections for the pool.
pub(super) struct Maker {
    hosts: Arc<Hosts>,
    limits: Limits,
}

/// A connection of the pool.
pub(super) struct Connected {
    pub(super) client: ClientWrapper,
    /// The number of its host.
    pub(super) host: usize,
}

pub(super) fn open(hosts: Arc<Hosts>, limits: Limits, size: usize) -> Result<Connections> {
    let patience = hosts.patience();
    Pool::builder(Maker { hosts, limits })
        .max_size(size.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(limits.free))
        .create_timeout(Some(patience))
        .build()
        .map_err(|error| Error::Address(error.to_string()))
}

/// A connection that nobody else uses.
pub(super) async fn borrow(pool: &Connections) -> Result<Borrowed> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => error,
        PoolError::Timeout(TimeoutType::Create) => Error::Unavailable("no server took a connection in time".to_owned()),
        PoolError::Timeout(TimeoutType::Wait) => Error::Unavailable("no connection became free in time".to_owned()),
        error => Error::Unavailable(error.to_string()),
    })
}

impl Manager for Maker {
    type Type = Connected;
    type Error = Error;

    async fn create(&self) -> Result<Connected> {
        let opened = self.hosts.connect().await?;
        let carried = tokio::spawn(async move {
            if let Err(error) = opened.connection.await {
                // Whoever used it tells more.
                tracing::debug!(%error, "a connection to the database broke");
            }
        });
        let client = ClientWrapper::new(opened.client, carried);
        let own = self.limits.settings();
        let own = own.iter().map(|(name, value)| (*name, value.as_str()));
        set(&client, POSTGRES_SETTINGS.into_iter().chain(own)).await.map_err(|error| match error {
            Error::Lost(why) => Error::Unavailable(why),
            error => error,
        })?;
        Ok(Connected { client, host: opened.host })
    }

    async fn recycle(&self, connected: &mut Connected, metrics: &Metrics) -> RecycleResult<Error> {
        if connected.client.is_closed() || self.hosts.is_doubtful(connected.host, metrics.created) {
            return Err(RecycleError::message("it is closed, or may be"));
        }
        Ok(())
    }
}

/// Gives a session these settings, as far as the engine knows them: another one of this protocol plans in its own way, and an
/// older one waits in its own way.
pub(super) async fn set(client: &tokio_postgres::Client, settings: impl Iterator<Item = (&str, &str)> + Clone) -> Result<()> {
    let one = |(name, value): (&str, &str)| format!("SET {name} = {value};");
    match client.batch_execute(&settings.clone().map(one).collect::<String>()).await {
        // All were undone by the first that failed.
        Err(error) if error.code().is_some() => {
            for setting in settings {
                if let Err(error) = client.batch_execute(&one(setting)).await
                    && error.code().is_none()
                {
                    return Err(error.into());
                }
            }
            Ok(())
        }
        done => Ok(done?),
    }
}
