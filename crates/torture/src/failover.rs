//! The fail-over drill: the primary is killed under load and a standby takes over, again and again; nothing that was answered
//! may be lost, and servers find the new primary by themselves.

pub mod args;
mod report;
mod site;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use axhub_hub::{Hub, Settings, SystemClock};
use axhub_store::{Address, Database, Options};
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rustix::process::Signal;
use serde::Serialize;
use tokio::time::sleep;

use crate::checker;
use crate::clients::{Addresses, Clients};
use crate::cluster::ports::free_address;
use crate::cluster::process::{Process, Start};
use crate::history::{Figures, History, Micros, Outcome};
use crate::kept::Kept;
use crate::recovery::every_server;
use crate::scratch::remove;
use crate::world::World;

pub use report::Report;
use site::Outage;
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
    /// The seed that repeats it as the only round.
    pub seed: u64,
    /// How the primary went; `restarted` when its process was killed and came back where it was, which is no fail-over.
    pub way: &'static str,
    /// What clients asked and were answered.
    pub figures: Figures,
    /// Requests that were answered with 503.
    pub unavailable: u64,
    /// From just before the kill to the answer of the first new order that was asked for after it, in seconds; none when
    /// there was none.
    pub first_order: Option<f64>,
    /// From there until every server had decided an order that was asked for after it, in seconds; none when one had not.
    pub all_servers: Option<f64>,
    /// The longest that a client waited for an answer that came, in seconds.
    pub longest_answer: f64,
    /// Whether the history was held against the database. Where it could not be, nobody knows what was lost or sold twice.
    pub is_judged: bool,
    /// What must not be: rule and text.
    pub findings: Vec<(String, String)>,
    /// Where its files are, when something was found. Its database is there, too.
    pub directory: Option<PathBuf>,
}

/// What must not be, so far.
#[derive(Default)]
struct Findings(Vec<(String, String)>);

impl Findings {
    fn push(&mut self, rule: &str, text: String) {
        self.0.push((rule.to_owned(), text));
    }

    fn note(&mut self, rule: &str, outcome: anyhow::Result<()>) {
        if let Err(error) = outcome {
            self.push(rule, format!("{error:#}"));
        }
    }
}

/// The primaries that were killed and not brought back yet.
type Sick = Mutex<Vec<Outage>>;

impl Drill {
    /// Does it.
    ///
    /// # Errors
    /// When the machine lacks something for the first round. What a later one was lacking is in the report.
    pub async fn run(&self) -> anyhow::Result<Report> {
        self.run_until(std::future::pending()).await
    }

    /// Does it, unless it is told to stop: then the round at hand is given up, and the report says why. The future's output is
    /// the reason. However it ends, what was killed is brought back.
    ///
    /// # Errors
    /// When no round was done.
    pub async fn run_until(&self, stop: impl Future<Output = String>) -> anyhow::Result<Report> {
        let mut stop = pin!(stop);
        let sick = Sick::default();
        let (mut rounds, mut broken): (Vec<Round>, _) = (Vec::new(), None);
        for number in 1..=self.rounds {
            // Servers and clients end with the future.
            let outcome = tokio::select! {
                outcome = self.round(number, &sick) => outcome.with_context(|| format!("round {number}")),
                why = &mut stop => {
                    self.rescue(&sick).await;
                    self.give_up(number).await;
                    Err(anyhow!("{why}"))
                }
            };
            match outcome {
                Ok(round) => {
                    eprintln!("{}", round.line());
                    rounds.push(round);
                }
                Err(error) => {
                    broken = Some(format!("{error:#}"));
                    break;
                }
            }
        }
        self.rescue(&sick).await;
        match broken {
            Some(why) if rounds.is_empty() => bail!("{why}"),
            broken => Ok(Report::new(self.site.name(), self.seed, rounds, broken)),
        }
    }

    /// Brings back what a round did not.
    async fn rescue(&self, sick: &Sick) {
        let outages = std::mem::take(&mut *sick.lock());
        for outage in outages {
            if let Err(error) = self.site.rescue(&outage).await {
                eprintln!("it was not brought back: {error:#}");
            }
        }
    }

    /// Deletes what a round has left that was interrupted.
    async fn give_up(&self, number: u32) {
        let name = database_name(number);
        if let Err(error) = self.site.drop_database(&name).await {
            eprintln!("the database {name} was not deleted: {error:#}");
        }
        if let Err(error) = remove(&self.directory_of(number)) {
            eprintln!("{error:#}");
        }
    }

    /// Where a round has its files.
    fn directory_of(&self, number: u32) -> PathBuf {
        self.directory.join(format!("failover-{number}"))
    }

    async fn round(&self, number: u32, sick: &Sick) -> anyhow::Result<Round> {
        // So that the seed before it, with one round, repeats it.
        let seed = self.seed.wrapping_add(u64::from(number));
        let mut dice = SmallRng::seed_from_u64(seed);
        let directory = self.directory_of(number);
        fs::create_dir_all(&directory)?;
        let name = database_name(number);
        self.site.make_database(&name).await?;
        let address = self.site.database(&name)?;
        let world = make_world(&address, seed).await?;
        let mut servers = self.start_servers(&address, &directory).await?;

        let history = History::new();
        let listening: Vec<_> = servers.iter().map(Process::address).collect();
        let clients = Clients::spawn(Arc::clone(&world), Addresses::new(&listening), history.clone(), seed);
        load(&mut dice).await;
        let was = self.site.primary().await?;
        let outage = self.site.choose(was, &mut dice).await?;
        sick.lock().push(outage.clone());
        let dying = history.now();
        self.site.kill_primary(&outage).await?;
        let killed = history.now();

        // From here on everything that goes wrong is a finding, so that the rest is judged, too, and all of it is kept.
        let mut findings = Findings::default();
        findings.note("a standby takes over", self.site.fail_over().await);
        let answered = first_order(&history, killed).await;
        if answered.is_none() {
            findings.push("orders are answered again", format!("no new one within {} s", TO_RECOVER.as_secs()));
        }
        let left = TO_RECOVER.saturating_sub(Duration::from_micros(history.now().saturating_sub(killed)));
        let all_servers = every_server(&history, &listening, killed, left).await;
        let all_answered = answered.zip(all_servers.as_ref().ok().copied()).map(|(first, last)| first.max(last));
        findings.note("every server sells again", all_servers.map(drop));
        load(&mut dice).await;
        let went = self.site.went(&outage).await;
        let way = went.as_ref().map_or(outage.way, |way| *way);
        findings.note("the fault happened", went.map(drop));
        let healed = self.site.heal(&outage).await;
        if healed.is_ok() {
            sick.lock().clear();
        }
        findings.note("the old primary comes back", healed);
        load(&mut dice).await;
        findings.note("clients come to an end", clients.stop(TO_STOP).await);
        for server in &mut servers {
            findings.note("servers stop when they are told to", stop(server).await);
            let log = fs::read_to_string(server.log()).unwrap_or_default();
            for line in log.lines().filter(|line| line.contains("panicked")) {
                findings.push("no server panics", line.to_owned());
            }
        }
        let judged = judge(&address, &world, &history).await;
        let is_judged = judged.is_ok();
        match judged {
            Ok(found) => found.into_iter().for_each(|finding| findings.push(finding.rule, finding.text)),
            Err(error) => findings.push("the database can be read afterwards", format!("{error:#}")),
        }
        let from_dying = |end: Micros| Duration::from_micros(end - dying).as_secs_f64();
        let findings = findings.0;
        let is_clean = findings.is_empty();
        if is_clean {
            self.site.drop_database(&name).await?;
            fs::remove_dir_all(&directory)?;
        } else {
            for kept in [Kept::save(&directory, &world, &history), Kept::save_database(&directory, &address).await] {
                if let Err(error) = kept {
                    eprintln!("not everything is among the files in {}: {error:#}", directory.display());
                }
            }
        }
        Ok(Round {
            number,
            // One round of this seed has the number 1.
            seed: seed.wrapping_sub(1),
            way,
            unavailable: unavailable(&history),
            longest_answer: longest(&history),
            figures: Figures::of(&history.records()),
            first_order: answered.map(from_dying),
            all_servers: all_answered.map(from_dying),
            is_judged,
            findings,
            directory: (!is_clean).then_some(directory),
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

/// The database of a round.
fn database_name(number: u32) -> String {
    format!("drill_{number}")
}

/// Makes the tables and the world in an empty database.
async fn make_world(address: &Address, seed: u64) -> anyhow::Result<Arc<World>> {
    let database = Database::open(address, Options::default()).await?;
    database.migrate().await?;
    let hub = Hub::new(database, Arc::new(SystemClock), Settings::default());
    Ok(Arc::new(World::make(&hub, seed).await.context("the world could not be made")?))
}

/// Tells a server to stop, which it must do well.
async fn stop(server: &mut Process) -> anyhow::Result<()> {
    server.signal(Signal::TERM)?;
    let stopped = server.wait().await?;
    ensure!(stopped.is_well(), "it ended with {}", stopped.status);
    Ok(())
}

async fn judge(address: &Address, world: &World, history: &History) -> anyhow::Result<Vec<checker::Finding>> {
    let database = Database::open(address, Options::default()).await?;
    checker::check(world, &history.records(), &database).await
}

/// Lets clients order for a while.
async fn load(dice: &mut SmallRng) {
    sleep(dice.random_range(LOAD.0..LOAD.1)).await;
}

/// When the first new order was answered that was asked for after a moment.
async fn first_order(history: &History, after: Micros) -> Option<Micros> {
    let until = after + u64::try_from(TO_RECOVER.as_micros()).ok()?;
    while history.now() < until {
        if let Some(end) = history.first_order_after(after) {
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
