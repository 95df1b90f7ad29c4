//! The command line.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axhub_hub::{Clock, Hub, Settings, SystemClock, directory, tasks};
use axhub_store::{Address, Database, Limits, Options};
use axhub_web::{KeptAnswers, server};
use clap::{Args, Parser, Subcommand, ValueEnum};
use tokio::net::TcpListener;

use crate::commands::OperatorCommand;
use crate::commands::backup::Backup;
use crate::commands::channels::LimitArgs;
use crate::commands::restore::Restore;
use crate::commands::verify::Verify;
use crate::connections::ConnectionArgs;
use crate::database_address::AddressParser;
use crate::telemetry::{LogFilter, LogFormat, log_panics, start_logging, start_metrics};
use crate::{app, demo, sample, simulator, start};

/// A hub between suppliers of tours and dated tickets and the channels that sell them.
///
/// Start with `axhub demo`: it fills a database with sample data, prints keys, and shows how to sell a seat. For real sales
/// run `axhub migrate`, make an operator's key with `axhub key create --operator NAME`, and run `axhub serve`. The other
/// commands are for operators; they do what the API under /v1/operator does, whether a server runs or not.
#[derive(Debug, Parser)]
#[command(name = "axhub", version, propagate_version = true, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// What to log to standard error, in the words of RUST_LOG: `warn`, `info`, `axhub_store=debug`.
    #[arg(long, global = true, help_heading = COMMON, env = "AXHUB_LOG", default_value = "info", value_name = "FILTER", value_parser = LogFilter::parse)]
    log: LogFilter,
    /// How log lines look.
    #[arg(long, global = true, help_heading = COMMON, env = "AXHUB_LOG_FORMAT", value_enum, default_value = "text", value_name = "FORMAT")]
    log_format: LogFormat,
}

const AFTER: &str = "Exit codes:
  0  done; what was asked for is on standard output, and with --json it is one JSON document
  1  failed; standard error says why, and which value was wrong
  2  the command line makes no sense; standard error says where

Operators' commands tell times in UTC. Whatever they change stands in the audit log (`axhub audit`).
Each command tells more: axhub help statement, axhub statement close --help";

/// The heading of what nearly every command has.
pub(crate) const COMMON: &str = "Common options";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the hub.
    Serve(Serve),
    /// Run the hub on sample data, and print keys and a sale to copy.
    Demo(Demo),
    /// Bring the database's tables up to date.
    Migrate(Migrate),
    /// Copy the whole database to a file, while servers run.
    ///
    /// The file is a database of SQLite with everything in it as it was at one moment, whichever engine it came from. It can
    /// be looked at, served (`--database sqlite:FILE`), and restored into either engine (`axhub restore`). It is full of
    /// travelers' personal data, so only its owner may read it (mode 0600): keep it as safe as the database. Of API keys it
    /// has the hashes alone.
    #[command(after_help = "Examples:
  axhub backup axhub-2026-07-01.db
  axhub backup /var/backups/axhub.db --force --json")]
    Backup(Backup),
    /// Put a backup into an empty database of either engine.
    ///
    /// A file of SQLite is made when there is none; a database of PostgreSQL must be there, and may be migrated or not. A
    /// database with anything in it is left alone. All of the backup comes in, or nothing. This is also the way from one
    /// engine to the other. Start servers when it is done.
    #[command(after_help = "Examples:
  axhub restore axhub-2026-07-01.db --database sqlite:axhub.db
  axhub restore axhub-2026-07-01.db --database postgres://axhub:secret@localhost/axhub")]
    Restore(Restore),
    /// Check that everything in the database fits together, while servers run.
    ///
    /// Stock is what its tickets take, orders are whole and came to their states lawfully, the feed and the audit log tell
    /// what happened, closed months are what their tickets say, and so on: one line for each rule, and below the table what
    /// breaks one, with codes that `axhub search` finds, and without anybody's personal data. Nothing is changed. A backup can
    /// be checked like any database: `--database sqlite:FILE`.
    ///
    /// Ends with 0 when every rule holds, and with 1 when one does not, or the database cannot be read, which standard error
    /// tells. Of a million orders it takes some minutes; servers go on meanwhile, at the speed that two programs have on one
    /// machine.
    #[command(after_help = "Examples:
  axhub verify
  axhub verify --database sqlite:axhub-2026-07-01.db --json")]
    Verify(Verify),
    #[command(flatten)]
    Operate(OperatorCommand),
}

/// Which database, and how many connections to it.
#[derive(Debug, Args)]
pub(crate) struct DatabaseArgs {
    /// The database: `sqlite:FILE`, or `postgres://USER:PASSWORD@HOST/NAME`; several hosts are separated by commas, and the
    /// one that takes writes is used.
    #[arg(long, help_heading = COMMON, env = "AXHUB_DATABASE", default_value = "sqlite:axhub.db", hide_env_values = true, value_name = "ADDRESS", value_parser = AddressParser)]
    database: Address,
    /// Connections to PostgreSQL, or reading threads of SQLite.
    #[arg(long, help_heading = COMMON, env = "AXHUB_CONNECTIONS", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000), value_name = "N")]
    connections: u16,
}

impl DatabaseArgs {
    /// Where it is.
    pub(crate) fn address(&self) -> &Address {
        &self.database
    }

    /// For servers, whose requests have an end.
    fn options(&self) -> Options {
        Options { connections: usize::from(self.connections), ..Options::default() }
    }

    /// For commands, which take the time they need.
    async fn open(&self) -> anyhow::Result<Database> {
        let options = Options { limits: Limits::unhurried(), ..self.options() };
        Database::open(&self.database, options).await.with_context(|| format!("cannot open the database {}", self.database))
    }

    fn must_exist(&self) -> anyhow::Result<()> {
        match &self.database {
            Address::Sqlite(file) if !file.exists() => {
                anyhow::bail!("there is no database {}: make it with `axhub migrate`", self.database)
            }
            _ => Ok(()),
        }
    }

    /// The database, which must be there: a mistyped file name must not make a new one.
    async fn open_existing(&self) -> anyhow::Result<Database> {
        self.must_exist()?;
        self.open().await
    }

    /// The database as it is, which must be migrated. Nothing of it can change, not even a file beside it.
    pub(crate) async fn open_to_look(&self) -> anyhow::Result<Database> {
        self.must_exist()?;
        // One thread reads everything.
        let options = Options { connections: 1, limits: Limits::unhurried(), read_only: true, ..Options::default() };
        let address = &self.database;
        let database = Database::open(address, options).await.with_context(|| format!("cannot open the database {address}"))?;
        database.check_schema().await.with_context(|| format!("the database {address}"))?;
        Ok(database)
    }

    /// A hub over the database, which must be migrated.
    pub(crate) async fn hub(&self) -> anyhow::Result<Hub> {
        let database = self.open_existing().await?;
        database.check_schema().await.with_context(|| format!("the database {}", self.database))?;
        Ok(Hub::new(database, Arc::new(SystemClock), Settings::default()))
    }

    /// The same of which nothing can change.
    pub(crate) async fn hub_to_look(&self) -> anyhow::Result<Hub> {
        Ok(Hub::new(self.open_to_look().await?, Arc::new(SystemClock), Settings::default()))
    }
}

/// Production or test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Environment {
    /// Real sales.
    Production,
    /// A sandbox: an empty database is migrated and filled with sample data, and a simulator answers orders for suppliers.
    Test,
}

#[derive(Debug, Args)]
struct Serve {
    /// The address to listen on; port 0 picks a free one.
    #[arg(long, env = "AXHUB_LISTEN", default_value = "127.0.0.1:8080", value_name = "IP:PORT")]
    listen: SocketAddr,
    #[command(flatten)]
    database: DatabaseArgs,
    /// What this deployment is for.
    #[arg(long, env = "AXHUB_ENVIRONMENT", value_enum, default_value = "production", value_name = "NAME")]
    environment: Environment,
    /// Memory for answers that are sent again until something they speak of changes, in MiB; 0 makes each one anew.
    #[arg(long, env = "AXHUB_KEPT_ANSWERS", default_value_t = 64, value_name = "MIB")]
    kept_answers: u32,
    /// How long to wait at the start for a PostgreSQL that does not answer yet.
    #[arg(long, env = "AXHUB_DATABASE_WAIT", default_value_t = 60, value_parser = clap::value_parser!(u32).range(0..=86_400), value_name = "SECONDS")]
    database_wait: u32,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    connections: ConnectionArgs,
}

/// How the order desk works.
#[derive(Debug, Args)]
struct DeskArgs {
    /// The most orders placed in one transaction.
    #[arg(long, env = "AXHUB_ORDER_BATCH", default_value_t = 128, value_parser = clap::value_parser!(u16).range(1..=4096), value_name = "N")]
    order_batch: u16,
    /// Transactions that place orders at a time; more than 1 helps only on bigger machines.
    #[arg(long, env = "AXHUB_ORDER_BATCHES_IN_FLIGHT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64), value_name = "N")]
    order_batches_in_flight: u16,
    /// The most orders that wait; more are turned away with 503.
    #[arg(long, env = "AXHUB_ORDER_QUEUE", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    order_queue: u32,
    /// How long an order may wait for its transaction; then it is turned away with 503.
    #[arg(long, env = "AXHUB_ORDER_WAIT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=14), value_name = "SECONDS")]
    order_wait: u8,
}

impl DeskArgs {
    fn settings(&self) -> Settings {
        Settings {
            max_batch: usize::from(self.order_batch),
            batches_in_flight: usize::from(self.order_batches_in_flight),
            max_waiting: self.order_queue as usize,
            max_wait: Duration::from_secs(self.order_wait.into()),
        }
    }
}

#[derive(Debug, Args)]
struct Demo {
    /// The address to listen on; port 0 picks a free one.
    #[arg(long, env = "AXHUB_LISTEN", default_value = "127.0.0.1:8080", value_name = "IP:PORT")]
    listen: SocketAddr,
    /// The database; an empty one is filled, the demo's own is used again, any other is left alone.
    #[arg(long, env = "AXHUB_DATABASE", default_value = "sqlite:axhub-demo.db", hide_env_values = true, value_name = "ADDRESS", value_parser = AddressParser)]
    database: Address,
    /// Print one line of JSON with the address and the keys when ready, and nothing else.
    #[arg(long)]
    json: bool,
    /// Let a simulator answer orders for the suppliers, as the test environment does.
    #[arg(long)]
    simulate_suppliers: bool,
    /// Limits of both channels, to try what a limited channel sees; none are set when left out.
    #[command(flatten)]
    limits: LimitArgs,
}

#[derive(Debug, Args)]
struct Migrate {
    /// Print JSON: how many migrations were applied.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// What a person needs to know to do better.
    pub fn run(self) -> anyhow::Result<()> {
        self.run_with(Arc::new(SystemClock))
    }

    /// The same, with another clock for `serve`: for whoever tries out what a clock that jumps does to a server.
    ///
    /// # Errors
    /// As [`Cli::run`].
    pub fn run_with(self, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
        start_logging(&self.log, self.log_format)?;
        log_panics();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let done = runtime.block_on(self.command.run(clock));
        // Whatever still runs on the database's threads ends with its transaction rolled back or committed, never half.
        runtime.shutdown_timeout(Duration::from_secs(5));
        done
    }
}

impl Command {
    async fn run(self, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
        match self {
            Command::Serve(serve) => serve.run(clock).await,
            Command::Demo(demo) => demo.run().await,
            Command::Migrate(migrate) => migrate.run().await,
            Command::Backup(backup) => backup.run().await,
            Command::Restore(restore) => restore.run().await,
            Command::Verify(verify) => verify.run().await,
            Command::Operate(command) => command.run().await,
        }
    }
}

impl Serve {
    async fn run(self, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
        start_metrics()?;
        let place = start::reserve(self.listen)?;
        if self.environment == Environment::Production {
            self.database.must_exist()?;
        }
        let patience = Duration::from_secs(self.database_wait.into());
        let prepare = async |database: &Database| {
            if self.environment == Environment::Test {
                database.migrate().await?;
            }
            database.check_schema().await
        };
        let database = start::open(&self.database.database, self.database.options(), patience, prepare).await?;
        let hub = Hub::new(database, clock, self.desk.settings());
        if self.environment == Environment::Test {
            sample::fill(&hub).await.context("the sample data could not be loaded")?;
            tokio::spawn(simulator::run(hub.clone()));
        }
        tokio::spawn(tasks::run(hub.clone()));
        let listener = place.listen()?;
        tracing::info!(address = %listener.local_addr()?, database = %self.database.database, environment = ?self.environment, "axhub serves");
        let limits = self.connections.limits();
        let kept = KeptAnswers::new(u64::from(self.kept_answers) * 1024 * 1024);
        Ok(server::run(listener, app::app_keeping(hub, kept, &limits), limits).await?)
    }
}

impl Demo {
    async fn run(self) -> anyhow::Result<()> {
        start_metrics()?;
        // Before anything is written: a taken address must leave no trace.
        let listener = listen(self.listen).await?;
        let database = Database::open(&self.database, Options::default())
            .await
            .with_context(|| format!("cannot open the database {}", self.database))?;
        database.migrate().await?;
        let hub = Hub::new(database, Arc::new(SystemClock), Settings::default());
        sample::refuse_others(&hub).await?;
        sample::fill(&hub).await.context("the sample data could not be loaded")?;
        sample::import_keys(&hub).await?;
        for channel in directory::channels(&hub).await? {
            directory::set_rate_limits(&hub, channel.id, self.limits.limits()).await?;
        }
        if self.simulate_suppliers {
            tokio::spawn(simulator::run(hub.clone()));
        }
        tokio::spawn(tasks::run(hub.clone()));
        let base_url = format!("http://{}", listener.local_addr()?);
        let greeting = if self.json { demo::json_line(&base_url)? } else { demo::welcome(&hub, &base_url).await? };
        say(&greeting);
        Ok(server::run(listener, app::demo(hub), axhub_web::Limits::DEFAULT).await?)
    }
}

/// Takes the address.
async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Prints to standard output. Nobody need listen: the demo goes on serving when its reader has gone away.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{text}").and_then(|()| out.flush()) {
        tracing::debug!(%error, "nobody reads standard output");
    }
}

impl Migrate {
    async fn run(self) -> anyhow::Result<()> {
        match self.database.open().await?.migrate().await? {
            count if self.json => println!("{}", serde_json::json!({ "applied": count })),
            0 => println!("{} is up to date.", self.database.database),
            count => println!("{}: {count} migration(s) applied.", self.database.database),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
