//! One measurement: a server is started, driven and stopped, and its database checked against the answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use axhub_store::Address;
use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};

use crate::bars::RunBar;
use crate::checks;
use crate::data::World;
use crate::figures::{Figures, Usage, microseconds_each};
use crate::load::client::{Caller, Connection};
use crate::load::outcome::Outcome;
use crate::load::{Plan, Watch, drive};
use crate::reference::floor::FloorShopper;
use crate::scenarios::{Scenario, Shop, Shopper};
use crate::server::process::{Memory, processor_time, resident};
use crate::server::{Program, Server};

/// Answers from which the typical length is taken.
const TYPICAL: usize = 30;
/// How often memory is looked at.
const MEMORY_INTERVAL: Duration = Duration::from_secs(1);

/// What serves.
#[derive(Clone, Debug)]
pub enum Serving {
    /// A program that is started for each measurement.
    Child(Program),
    /// A server that runs already.
    Running(SocketAddr),
}

/// A database with a world in it, and what serves it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The database.
    pub database: Address,
    /// What it holds.
    pub world: Arc<World>,
    /// What serves it.
    pub serving: Serving,
}

/// A runtime of one thread: the load tool must leave the machine to the server.
///
/// # Errors
/// The system's.
pub fn light_runtime() -> anyhow::Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// The engine of a database in one word.
pub fn engine(database: &Address) -> &'static str {
    match database {
        Address::Sqlite(_) => "sqlite",
        Address::Postgres(_) => "postgres",
    }
}

impl Place {
    /// Starts the server, drives it, stops it, and checks that the database holds just the orders that were answered.
    ///
    /// # Errors
    /// An answer or a database that is not as it should be.
    pub fn measure(&self, scenario: Scenario, plan: &Plan) -> anyhow::Result<Figures> {
        let run = || {
            let before = if scenario.writes() { checks::orders(&self.database)? } else { 0 };
            let engine = engine(&self.database);
            let figures = self.served(|address, process| {
                let shoppers = self.shoppers(address, scenario, plan.connections)?;
                measured(scenario, engine, address, process, shoppers, plan)
            })?;
            if scenario.writes() {
                let grown = checks::orders(&self.database)?.saturating_sub(before);
                ensure!(grown == figures.placed, "{} orders were answered with 201, and the database has {grown} more", figures.placed);
            }
            Ok(figures)
        };
        run().with_context(|| format!("{scenario} on {}", self.database))
    }

    /// The mean length of the scenario's answers.
    ///
    /// # Errors
    /// As [`Place::measure`].
    pub fn typical_length(&self, scenario: Scenario) -> anyhow::Result<usize> {
        self.served(|address, _| {
            let mut shoppers = self.shoppers(address, scenario, 1)?;
            light_runtime()?.block_on(async {
                let mut connection = Connection::open(address).await?;
                let mut bytes = 0;
                for shopper in &mut shoppers {
                    for _ in 0..TYPICAL {
                        let (kind, request) = shopper.next();
                        let answer = connection.ask(request).await?;
                        shopper.check(kind, &answer).map_err(|wrong| anyhow::anyhow!("{wrong}: {}\n{}", answer.status, answer.text()))?;
                        bytes += answer.body.len();
                    }
                }
                Ok(bytes / TYPICAL)
            })
        })
    }

    /// The same requests to the bare handler, with answers of so many bytes.
    ///
    /// # Errors
    /// When it does not run.
    pub fn measure_floor(&self, scenario: Scenario, bytes: usize, plan: &Plan) -> anyhow::Result<Figures> {
        let server = Server::start_floor(bytes)?;
        let shoppers = self.shoppers(server.address(), scenario, plan.connections)?;
        let shoppers = shoppers.into_iter().map(|asks| Box::new(FloorShopper::new(asks, bytes)) as Box<dyn Shopper>).collect();
        measured(scenario, "floor", server.address(), Some(server.process()), shoppers, plan)
    }

    fn served<T>(&self, work: impl FnOnce(SocketAddr, Option<u32>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        match &self.serving {
            Serving::Running(address) => work(*address, None),
            Serving::Child(program) => {
                let server = Server::start(program, &self.database)?;
                let done = work(server.address(), Some(server.process()))?;
                server.stop()?;
                Ok(done)
            }
        }
    }

    fn shoppers(&self, server: SocketAddr, scenario: Scenario, connections: usize) -> anyhow::Result<Vec<Box<dyn Shopper>>> {
        let now = now();
        let caller = Caller::new(server, &self.world.channel_key)?;
        // Milliseconds of now: no two runs begin in the same one.
        let run = format!("{:x}", now.as_millisecond());
        let seed = u64::try_from(now.as_millisecond()).unwrap_or_default();
        Ok(Shop::new(Arc::clone(&self.world), caller, &run, now).shoppers(scenario, connections, seed))
    }
}

#[expect(clippy::disallowed_methods, reason = "a load tool makes orders of now, with codes that no earlier run has used")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn measured(
    scenario: Scenario,
    engine: &'static str,
    server: SocketAddr,
    process: Option<u32>,
    shoppers: Vec<Box<dyn Shopper>>,
    plan: &Plan,
) -> anyhow::Result<Figures> {
    let mut watcher = Watcher::new(&format!("{scenario} on {engine}, {} connections", plan.connections), process, plan.time);
    let outcome = light_runtime()?.block_on(drive(server, shoppers, plan, &mut watcher))?;
    let usage = watcher.usage(&outcome);
    Ok(Figures::new(scenario, engine, plan, &outcome, usage))
}

/// Looks at the processes meanwhile, and shows how far it is.
struct Watcher {
    bar: RunBar,
    server: Option<u32>,
    /// Processor time of the server and of the tool when it began to count, and how much it was until it ended.
    began: [Option<Duration>; 2],
    took: [Option<Duration>; 2],
    memory: Vec<u64>,
}

impl Watcher {
    fn new(what: &str, server: Option<u32>, time: Duration) -> Watcher {
        Watcher { bar: RunBar::new(what, time), server, began: [None; 2], took: [None; 2], memory: Vec::new() }
    }

    fn processor_times(&self) -> [Option<Duration>; 2] {
        [self.server, Some(std::process::id())].map(|process| process.and_then(processor_time))
    }

    fn usage(&self, outcome: &Outcome) -> Usage {
        let [server_us, tool_us] = self.took.map(|took| took.map(|took| microseconds_each(took, outcome.all.answers)));
        Usage { server_us, tool_us, memory: Memory::of(&self.memory, MEMORY_INTERVAL) }
    }
}

impl Watch for Watcher {
    fn started(&mut self) {
        self.began = self.processor_times();
    }

    fn tick(&mut self, elapsed: Duration, so_far: &Outcome) {
        let seconds = elapsed.as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "shown without decimals")]
        let per_second = so_far.all.answers as f64 / seconds;
        self.bar.show(elapsed, format!("{per_second:.0}/s"));
        let samples = u32::try_from(self.memory.len()).unwrap_or(u32::MAX);
        if elapsed >= MEMORY_INTERVAL * samples
            && let Some(bytes) = self.server.and_then(resident)
        {
            self.memory.push(bytes);
        }
    }

    fn ended(&mut self) {
        let ended = self.processor_times();
        for (took, (began, ended)) in self.took.iter_mut().zip(self.began.into_iter().zip(ended)) {
            *took = began.zip(ended).map(|(began, ended)| ended.saturating_sub(began));
        }
    }
}
