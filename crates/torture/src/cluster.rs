//! The servers and the database under test, and what can be done to them.
//!
//! [`Cluster::start`] prepares the database; when a [`World`](crate::world::World) is in it, [`Cluster::launch`] starts the
//! servers. They reach PostgreSQL through a [`Proxy`]; whoever checks goes to [`Cluster::database`].

mod clocks;
pub mod disk;
mod heal;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod proxy;
mod unguarded;

use std::ffi::OsString;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use axhub_hub::planted::Planted;
use axhub_store::{Address, Database, Options};
use rustix::process::Signal;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use disk::SmallDisk;
use postgres::PostgresCluster;
use process::{Process, Start, Stopped};
use proxy::Proxy;

/// What the servers work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// A file, and one server, or two.
    Sqlite,
    /// A cluster of its own, and several servers.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        })
    }
}

/// What a cluster is to be.
#[derive(Clone, Debug)]
pub struct Setup {
    /// What the database is. PostgreSQL's cluster outlives the round: one that was killed recovers, and the next round has a
    /// database of its own in it.
    pub base: Base,
    /// How many servers.
    pub servers: usize,
    /// Where their logs are, and SQLite's file.
    pub directory: PathBuf,
    /// The program that has the subcommand `server`: `axhub-torture`.
    pub program: PathBuf,
    /// The bug that the servers are to have.
    pub planted: Option<Planted>,
    /// Whether transactions of PostgreSQL are serializable, so that they get in each other's way.
    pub is_serializable: bool,
    /// How big SQLite's disk is, if it is to have one of its own.
    pub disk: Option<u64>,
    /// Further arguments of `axhub serve`.
    pub arguments: Vec<String>,
}

/// Where a round's database is made.
#[derive(Clone, Debug)]
pub enum Base {
    /// In a file.
    Sqlite,
    /// In this cluster, with this name.
    Postgres(Arc<PostgresCluster>, String),
}

impl Base {
    /// The engine.
    pub fn engine(&self) -> Engine {
        match self {
            Base::Sqlite => Engine::Sqlite,
            Base::Postgres(..) => Engine::Postgres,
        }
    }
}

/// The servers and their database. All of it ends when it is dropped, but for PostgreSQL.
#[derive(Debug)]
pub struct Cluster {
    base: Base,
    addresses: Vec<SocketAddr>,
    servers: Vec<Mutex<Process>>,
    database: Address,
    proxy: Option<Proxy>,
    directory: PathBuf,
    // After the servers, which have files there.
    disk: Option<SmallDisk>,
}

impl Cluster {
    /// Makes an empty database with its tables, and all that is needed to start servers on it.
    ///
    /// # Errors
    /// When the machine lacks something.
    pub async fn start(setup: &Setup) -> anyhow::Result<Cluster> {
        std::fs::create_dir_all(&setup.directory)?;
        let disk = setup.disk.map(|bytes| SmallDisk::mount(&setup.directory.join("disk"), bytes)).transpose()?;
        let (database, proxy) = match &setup.base {
            Base::Sqlite => {
                let directory = disk.as_ref().map_or(setup.directory.as_path(), SmallDisk::directory);
                (Address::Sqlite(directory.join("axhub.db")), None)
            }
            Base::Postgres(postgres, name) => {
                create(postgres, name, setup.is_serializable).await?;
                (postgres.database(name), Some(Proxy::start(postgres.address()).await?))
            }
        };
        let opened = Database::open(&database, Options::default()).await?;
        opened.migrate().await?;
        if setup.planted == Some(Planted::Lock) {
            unguarded::drop_stock_check(&opened).await?;
        }
        drop(opened);

        let mut cluster = Cluster {
            base: setup.base.clone(),
            addresses: Vec::new(),
            servers: Vec::new(),
            database,
            proxy,
            directory: setup.directory.clone(),
            disk,
        };
        for server in 0..setup.servers {
            let address = ports::free_address()?;
            let start = Start {
                program: setup.program.clone(),
                arguments: arguments(setup, server, address),
                database: cluster.seen_by(server)?,
                address,
                log: setup.directory.join(format!("server-{server}.log")),
            };
            cluster.addresses.push(address);
            cluster.servers.push(Mutex::new(Process::new(start)));
        }
        Ok(cluster)
    }

    /// The database's address as a server is told it: through the proxy, and with the server's name for PostgreSQL.
    fn seen_by(&self, server: usize) -> anyhow::Result<OsString> {
        match (&self.database, &self.base, &self.proxy) {
            (Address::Sqlite(file), ..) => {
                let mut text = OsString::from("sqlite:");
                text.push(file);
                Ok(text)
            }
            (_, Base::Postgres(postgres, name), Some(proxy)) => {
                Ok(format!("{}?application_name={}", postgres.url(proxy.address(), name), name_of(server)).into())
            }
            _ => bail!("PostgreSQL without a proxy"),
        }
    }

    /// Starts all servers, and waits until they are ready.
    ///
    /// # Errors
    /// When one is not.
    pub async fn launch(&self) -> anyhow::Result<()> {
        for server in &self.servers {
            server.lock().await.launch()?;
        }
        for server in &self.servers {
            server.lock().await.wait_until_ready().await?;
        }
        Ok(())
    }

    /// Where the servers listen, be they running or not.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.addresses.clone()
    }

    /// How many servers there are.
    pub fn servers(&self) -> usize {
        self.servers.len()
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.base.engine()
    }

    /// The database as it is reached directly, not through the proxy.
    pub fn database(&self) -> &Address {
        &self.database
    }

    /// The cluster of PostgreSQL.
    pub fn postgres(&self) -> Option<&PostgresCluster> {
        match &self.base {
            Base::Sqlite => None,
            Base::Postgres(postgres, _) => Some(postgres),
        }
    }

    /// The database's name in PostgreSQL.
    pub fn database_name(&self) -> Option<&str> {
        match &self.base {
            Base::Sqlite => None,
            Base::Postgres(_, name) => Some(name),
        }
    }

    /// What lies between the servers and PostgreSQL.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// SQLite's small disk.
    pub fn disk(&self) -> Option<&SmallDisk> {
        self.disk.as_ref()
    }

    /// Kills a server with SIGKILL.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn kill(&self, server: usize) -> anyhow::Result<()> {
        let mut process = self.process(server)?.lock().await;
        process.signal(Signal::KILL)?;
        let stopped = process.wait().await?;
        if !stopped.was_killed() {
            bail!("{} had ended before it was killed, with {}", name_of(server), stopped.status);
        }
        Ok(())
    }

    /// Starts a server that was killed or told to stop, at its old address.
    ///
    /// # Errors
    /// When it does not get ready.
    pub async fn start_again(&self, server: usize) -> anyhow::Result<()> {
        let mut process = self.process(server)?.lock().await;
        process.launch()?;
        process.wait_until_ready().await
    }

    /// Stops a server in the middle of whatever it does (SIGSTOP).
    ///
    /// # Errors
    /// When it does not run.
    pub async fn pause(&self, server: usize) -> anyhow::Result<()> {
        self.process(server)?.lock().await.signal(Signal::STOP)
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Errors
    /// When it does not run.
    pub async fn resume(&self, server: usize) -> anyhow::Result<()> {
        self.process(server)?.lock().await.signal(Signal::CONT)
    }

    /// Asks a server to stop (SIGTERM), and waits until it has.
    ///
    /// # Errors
    /// When it does not.
    pub async fn terminate(&self, server: usize) -> anyhow::Result<Stopped> {
        let mut process = self.process(server)?.lock().await;
        process.signal(Signal::TERM)?;
        process.wait().await
    }

    /// Whether all servers say that they can take orders.
    pub async fn is_ready(&self) -> bool {
        for address in &self.addresses {
            if !process::is_ready(*address).await {
                return false;
            }
        }
        true
    }

    /// What servers have logged of panics: they are bugs, whatever was answered.
    pub async fn panics(&self) -> Vec<String> {
        let mut panics = Vec::new();
        for server in &self.servers {
            let log = std::fs::read_to_string(server.lock().await.log()).unwrap_or_default();
            panics.extend(log.lines().filter(|line| line.contains("panicked")).map(str::to_owned));
        }
        panics
    }

    fn process(&self, server: usize) -> anyhow::Result<&Mutex<Process>> {
        self.servers.get(server).with_context(|| format!("there is no {}", name_of(server)))
    }
}

/// The name that PostgreSQL and the logs know a server by.
pub fn name_of(server: usize) -> String {
    format!("server-{server}")
}

fn arguments(setup: &Setup, server: usize, address: SocketAddr) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = ["server", "--clock-offset-file"].map(Into::into).to_vec();
    arguments.push(clocks::offset_file(&setup.directory, server).into());
    if let Some(planted) = setup.planted {
        arguments.extend(["--planted", planted.word()].map(Into::into));
    }
    arguments.extend(["--", "serve", "--listen", &address.to_string()].map(Into::into));
    arguments.extend(setup.arguments.iter().map(Into::into));
    arguments
}

/// Makes a database, and says how its transactions are.
async fn create(postgres: &PostgresCluster, name: &str, is_serializable: bool) -> anyhow::Result<()> {
    postgres.drop_database(name).await?;
    postgres.create_database(name).await?;
    if is_serializable {
        let admin = postgres.connect("postgres").await?;
        admin
            .batch_execute(&format!(
                "ALTER DATABASE {name} SET default_transaction_isolation = 'serializable';
                 ALTER DATABASE {name} SET deadlock_timeout = '50ms'"
            ))
            .await?;
    }
    Ok(())
}
