//! The fail-over drill: the primary is killed under load and a standby takes over, again and again; nothing that was answered
//! may be lost, and servers find the new primary by themselves.

pub mod args;
mod report;
mod site;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axhub_hub::{Hub, Settings, SystemClock};
use axhub_store::{Address, Database, Options};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rustix::process::Signal;
use serde::Serialize;
use tokio::time::{sleep, timeout};

use crate::checker;
use crate::clients::{Addresses, Clients};
use crate::cluster::ports::free_address;
use crate::cluster::process::{Process, Start};
use crate::history::{Figures, History, Micros, Outcome};
use crate::world::World;

pub use report::Report;
pub use site::Site;

/// How long after a kill an order must be answered again. Fail-over itself is the cluster's business.
const TO_RECOVER: Duration = Duration::from_secs(90);
/// How long clients may take for what they have begun, and readers to the end of their feeds.
const TO_STOP: Duration = Duration::from_secs(120);
/// How long clients order before and after, at least and at most.
const LOAD: (Duration, Duration) = (Duration::from_millis(500), Duration::from_millis(3000));

/// What is to be done.
#[derive(Debug)]
pub struct Drill {
    /// How often the primary is killed.
    pub rounds: u32,
    /// Where chance begins.
    pub seed: u64,
    /// How many servers of axhub.
    pub servers: usize,
    /// The database.
    pub site: Site,
    /// Where logs and histories are.
    pub directory: PathBuf,
    /// `axhub-torture`.
    pub program: PathBuf,
}

/// What came of a round.
#[derive(Clone, Debug, Serialize)]
pub struct Round {
    /// Which, from 1.
    pub number: u32,
    /// How the primary went.
    pub way: &'static str,
    /// What clients asked and were answered.
    pub figures: Figures,
    /// Requests that were answered with 503.
    pub unavailable: u64,
    /// From the kill to the answer of the first order that was asked for after it, in seconds.
    pub first_order: f64,
    /// The longest that a client waited for an answer that came, in seconds.
    pub longest_answer: f64,
    /// What must not be: rule and text.
    pub findings: Vec<(String, String)>,
}

impl Drill {
    /// Does it.
    ///
    /// # Errors
    /// When the machine lacks something, or no order is answered any more.
    pub async fn run(&self) -> anyhow::Result<Report> {
        let mut rounds = Vec::new();
        for number in 1..=self.rounds {
            let round = self.round(number).await.with_context(|| format!("round {number}"))?;
            eprintln!("{}", round.line());
            rounds.push(round);
        }
        Ok(Report::new(self.site.name(), self.seed, rounds))
    }

    async fn round(&self, number: u32) -> anyhow::Result<Round> {
        let mut dice = SmallRng::seed_from_u64(self.seed.wrapping_add(u64::from(number)));
        let directory = self.directory.join(format!("failover-{number}"));
        fs::create_dir_all(&directory)?;
        let name = format!("drill_{number}");
        self.site.make_database(&name).await?;
        let address = self.site.database(&name)?;
        let world = make_world(&address, self.seed.wrapping_add(u64::from(number))).await?;
        let mut servers = self.start_servers(&address, &directory).await?;

        let history = History::new();
        let listening: Vec<_> = servers.iter().map(Process::address).collect();
        let clients =
            Clients::spawn(Arc::clone(&world), Addresses::from(listening), history.clone(), self.seed.wrapping_add(u64::from(number)));
        load(&mut dice).await;
        let outage = self.site.kill_primary(&mut dice).await?;
        let killed = history.now();
        self.site.fail_over().await?;
        let answered = first_order(&history, killed).await;
        load(&mut dice).await;
        self.site.heal(&outage).await?;
        load(&mut dice).await;
        timeout(TO_STOP, clients.stop()).await.context("the clients did not come to an end: the servers do not answer")?;

        let mut findings = Vec::new();
        for server in &mut servers {
            server.signal(Signal::TERM)?;
            let stopped = server.wait().await?;
            if !stopped.is_well() {
                findings.push(("servers stop when they are told to".to_owned(), stopped.status.to_string()));
            }
            let log = fs::read_to_string(server.log()).unwrap_or_default();
            findings
                .extend(log.lines().filter(|line| line.contains("panicked")).map(|line| ("no server panics".to_owned(), line.to_owned())));
        }
        let database = Database::open(&address, Options::default()).await?;
        let found = checker::check(&world, &history, &database).await?;
        findings.extend(found.into_iter().map(|finding| (finding.rule.to_owned(), finding.text)));
        drop(database);
        let first_order = match answered {
            Some(end) => Duration::from_micros(end - killed).as_secs_f64(),
            None => {
                findings.push(("orders are answered again".to_owned(), format!("none within {} s", TO_RECOVER.as_secs())));
                f64::INFINITY
            }
        };
        if findings.is_empty() {
            self.site.drop_database(&name).await?;
            fs::remove_dir_all(&directory)?;
        } else {
            history.save(&directory.join("history.jsonl"))?;
        }
        Ok(Round {
            number,
            way: outage.way,
            unavailable: unavailable(&history),
            longest_answer: longest(&history),
            figures: Figures::of(&history.records()),
            first_order,
            findings,
        })
    }

    async fn start_servers(&self, address: &Address, directory: &Path) -> anyhow::Result<Vec<Process>> {
        let Address::Postgres(url) = address else { bail!("only PostgreSQL fails over") };
        let mut servers = Vec::new();
        for number in 0..self.servers {
            let address = free_address()?;
            let mut server = Process::new(Start {
                program: self.program.clone(),
                arguments: ["server", "--", "serve", "--listen", &address.to_string()].map(OsString::from).to_vec(),
                database: url.into(),
                address,
                log: directory.join(format!("server-{number}.log")),
            });
            server.launch()?;
            servers.push(server);
        }
        for server in &mut servers {
            server.wait_until_ready().await?;
        }
        Ok(servers)
    }
}

/// Makes the tables and the world in an empty database.
async fn make_world(address: &Address, seed: u64) -> anyhow::Result<Arc<World>> {
    let database = Database::open(address, Options::default()).await?;
    database.migrate().await?;
    let hub = Hub::new(database, Arc::new(SystemClock), Settings::default());
    Ok(Arc::new(World::make(&hub, seed).await.context("the world could not be made")?))
}

/// Lets clients order for a while.
async fn load(dice: &mut SmallRng) {
    sleep(dice.random_range(LOAD.0..LOAD.1)).await;
}

/// When the first order was answered that was asked for after a moment.
async fn first_order(history: &History, after: Micros) -> Option<Micros> {
    let until = after + u64::try_from(TO_RECOVER.as_micros()).ok()?;
    while history.now() < until {
        if let Some(end) = history.end_of_first(|record| record.begin >= after && record.placed().is_some()) {
            return Some(end);
        }
        sleep(Duration::from_millis(20)).await;
    }
    None
}

fn unavailable(history: &History) -> u64 {
    let records = history.records();
    records.iter().filter(|record| matches!(record.outcome, Outcome::Refused { status: 503, .. })).count() as u64
}

fn longest(history: &History) -> f64 {
    let records = history.records();
    let answered = records.iter().filter(|record| !matches!(record.outcome, Outcome::Lost { .. }));
    Duration::from_micros(answered.map(|record| record.end - record.begin).max().unwrap_or_default()).as_secs_f64()
}
