//! The command line.

use std::ffi::OsString;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use axhub_store::{Address, Database, Options};
use clap::{Args, Parser, Subcommand, ValueEnum};
use tokio::runtime::Builder;

use crate::bars::Bars;
use crate::data::{self, Size, World};
use crate::load::Plan;
use crate::measure::Serving;
use crate::reference::floor;
use crate::run::RunArgs;
use crate::server::Program;
use crate::targets::TargetsArgs;

/// The load tool of axhub.
///
/// It fills a database, starts a server on it, drives the server over HTTP, checks every answer and afterwards the
/// database, and tells rates and latencies. It takes part in what it measures: it runs on the same machine, on one thread.
#[derive(Debug, Parser)]
#[command(name = "axhub-bench", version, propagate_version = true, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "Examples:
  axhub-bench run orders-spread --database sqlite:/tmp/bench.db --data small
  axhub-bench run price inventory --database sqlite:/tmp/bench.db --data small --reference floor --runs 5
  axhub-bench run orders-spread --database sqlite:/tmp/bench.db --data small --rate 2000

Build it and the server with `cargo build --release --package axhub --package axhub-bench`; scripts/bench does all of it.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Fill an empty database.
    Load(LoadArgs),
    /// Drive a server with one scenario or several, one after another.
    Run(RunArgs),
    /// Measure all ratios that the project promises, and tell which of them are met.
    // What a script gives may be given again behind it.
    #[command(args_override_self = true)]
    Targets(TargetsArgs),
    /// Answer everything with JSON of a given length.
    #[command(hide = true)]
    Floor(FloorArgs),
}

/// Which database, and how much is to be in it.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// The database: `sqlite:FILE`, or `postgres://USER:PASSWORD@HOST/NAME`. An empty one is migrated and filled, one that
    /// was filled with this much is used again, any other is refused.
    #[arg(long, env = "AXHUB_BENCH_DATABASE", hide_env_values = true, value_name = "ADDRESS")]
    pub database: Address,
    /// How much is in it: `small` (10,000 stock rows), `large` (1,000,000 stock rows and 1,000,000 past orders), or
    /// PRODUCTSxOPTIONSxDAYS+ORDERS, as in 50x2x100+0.
    #[arg(long, default_value = "small", value_name = "SIZE")]
    pub data: Size,
}

#[derive(Debug, Args)]
struct LoadArgs {
    #[command(flatten)]
    data: DataArgs,
}

/// Which server.
#[derive(Clone, Debug, Args)]
pub struct ServerArgs {
    /// The server's program; the `axhub` beside this program when left out.
    #[arg(long, value_name = "FILE")]
    pub server: Option<PathBuf>,
    /// A further argument of `axhub serve`; may be given several times, as in --serve-arg=--order-batch=64.
    #[arg(long = "serve-arg", value_name = "ARGUMENT", allow_hyphen_values = true)]
    pub serve_args: Vec<OsString>,
}

impl ServerArgs {
    /// What it names.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn program(&self) -> anyhow::Result<Program> {
        Program::find(self.server.clone(), self.serve_args.clone())
    }
}

/// How long is measured.
#[derive(Clone, Copy, Debug, Args)]
pub struct TimeArgs {
    /// How many seconds count.
    #[arg(long, default_value_t = 10.0, value_parser = seconds, value_name = "SECONDS")]
    pub seconds: f64,
    /// How many seconds before that do not.
    #[arg(long, default_value_t = 2.0, value_parser = seconds_or_none, value_name = "SECONDS")]
    pub warm_up: f64,
}

impl TimeArgs {
    /// A plan with this much time.
    pub fn plan(self, connections: usize, rate: Option<f64>) -> Plan {
        let [warm_up, time] = [self.warm_up, self.seconds].map(Duration::from_secs_f64);
        Plan { connections, rate, warm_up, time }
    }
}

#[derive(Debug, Args)]
struct FloorArgs {
    #[arg(long, value_name = "IP:PORT")]
    listen: SocketAddr,
    #[arg(long, value_name = "N")]
    bytes: usize,
}

/// What a scenario is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reference {
    /// The statements of one order as one prepared transaction in pgbench, with as many clients. Only of orders, only on
    /// PostgreSQL.
    Pgbench,
    /// The same, with all statements of a transaction sent at once.
    PgbenchPipelined,
    /// A bare handler of the same framework that answers with as many bytes.
    Floor,
}

/// A positive number.
pub fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| format!("{text} is no number"))?;
    if number > 0.0 && number.is_finite() { Ok(number) } else { Err("it must be more than 0".to_owned()) }
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = positive(text)?;
    if number <= 86_400.0 { Ok(number) } else { Err("a day is the most".to_owned()) }
}

fn seconds_or_none(text: &str) -> Result<f64, String> {
    if text.parse() == Ok(0.0) { Ok(0.0) } else { seconds(text) }
}

/// A server at `http://HOST:PORT`.
pub fn server_at(url: &str) -> Result<SocketAddr, String> {
    let host = url.strip_prefix("http://").ok_or("it begins with http://; TLS is not measured")?;
    let host = host.trim_end_matches('/');
    let addresses = host.to_socket_addrs().map_err(|error| format!("{host} is no HOST:PORT: {error}"))?;
    addresses.into_iter().next().ok_or_else(|| format!("{host} has no address"))
}

/// Fills the database if that is to be done.
///
/// # Errors
/// When it holds something else.
pub fn load(data: &DataArgs) -> anyhow::Result<World> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let loaded = runtime.block_on(async {
        let database = Database::open(&data.database, Options::default())
            .await
            .with_context(|| format!("cannot open the database {}", data.database))?;
        data::ensure(&database, &data.data, &Bars::default()).await.with_context(|| format!("the database {}", data.database))
    });
    runtime.shutdown_timeout(Duration::from_secs(5));
    loaded
}

/// What serves: a program of ours, or what runs at the URL.
///
/// # Errors
/// When there is no such program.
pub fn serving(server: &ServerArgs, url: Option<SocketAddr>) -> anyhow::Result<Serving> {
    match url {
        Some(address) => Ok(Serving::Running(address)),
        None => Ok(Serving::Child(server.program()?)),
    }
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// What a person needs to know to do better.
    pub fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Load(LoadArgs { data }) => {
                load(&data)?;
                println!("{} holds {}.", data.database, data.data);
                Ok(())
            }
            Command::Run(run) => run.run(),
            Command::Targets(targets) => targets.run(),
            // As the server does it: on all processors.
            Command::Floor(floor) => Builder::new_multi_thread().enable_all().build()?.block_on(floor::serve(floor.listen, floor.bytes)),
        }
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

    #[test]
    fn what_a_script_says_may_be_said_again() {
        let line =
            ["axhub-bench", "targets", "--postgres", "postgres://localhost/x", "--directory", "x", "--seconds", "5", "--seconds", "3"];
        let Command::Targets(targets) = Cli::try_parse_from(line).unwrap().command else { panic!("it is `targets`") };
        assert_eq!(targets.time.seconds, 3.0);
    }

    #[test]
    fn numbers_make_sense() {
        assert_eq!(seconds("0.5"), Ok(0.5));
        assert_eq!(seconds_or_none("0"), Ok(0.0));
        for wrong in ["0", "-1", "NaN", "inf", "x", "1e9"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
        assert_eq!(server_at("http://127.0.0.1:8080/"), Ok(([127, 0, 0, 1], 8080).into()));
        assert!(server_at("127.0.0.1:8080").is_err() && server_at("https://127.0.0.1:8080").is_err() && server_at("http://").is_err());
    }
}
