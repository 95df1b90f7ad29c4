//! One round: a fresh database, clients, a fault, and the judgement.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use axhub_hub::{Hub, Settings, SystemClock};
use axhub_store::{Address, Database, Mode, Options, Session};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::Plan;
use crate::checker;
use crate::clients::{Addresses, Clients};
use crate::cluster::disk::copy_raw;
use crate::cluster::{Base, Cluster, Engine, Setup};
use crate::faults::{Fault, Scene};
use crate::history::{Figures, History};
use crate::kept::Kept;
use crate::recovery::Recovery;
use crate::world::World;

/// How long clients may take for what they have begun, and readers to the end of their feeds.
const TO_END: Duration = Duration::from_secs(120);
/// How long clients order before anything goes wrong.
const WARM_UP: Duration = Duration::from_millis(300);

/// Something that must not be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that was broken.
    pub rule: String,
    /// How.
    pub text: String,
}

impl Finding {
    fn new(rule: impl Into<String>, text: impl Into<String>) -> Finding {
        Finding { rule: rule.into(), text: text.into() }
    }

    /// Whether an answered order is not there, or not whole: one finding for each.
    pub fn is_lost_order(&self) -> bool {
        self.rule == checker::LOST
    }

    /// Whether something was sold twice.
    pub fn is_oversold(&self) -> bool {
        checker::OVERSOLD.contains(&self.rule.as_str())
    }
}

/// What came of a round.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Round {
    /// The engine.
    pub engine: Engine,
    /// The fault.
    pub fault: Fault,
    /// What repeats it.
    pub seed: u64,
    /// What clients asked and were answered.
    pub figures: Figures,
    /// The longest time from the begin of a healing to the first new order that was asked for after it and placed.
    pub recovery: Recovery,
    /// The longest time from there until every server had decided such an order.
    pub all_servers: Recovery,
    /// Whether the history was held against the database. Where it could not be, nobody knows what was lost or sold twice.
    pub is_judged: bool,
    /// How long it took, in seconds.
    pub took: f64,
    /// What must not be.
    pub findings: Vec<Finding>,
    /// Where its files are, when something was found.
    pub directory: Option<PathBuf>,
}

/// Does one.
pub(super) async fn round(plan: &Plan, base: Base, fault: Fault, seed: u64, directory: &Path) -> anyhow::Result<Round> {
    let begin = Instant::now();
    let engine = base.engine();
    let mut setup = Setup {
        servers: if engine == Engine::Sqlite { 1 } else { 2 },
        base,
        directory: directory.to_owned(),
        program: plan.program.clone(),
        planted: plan.planted,
        is_serializable: false,
        disk: None,
        arguments: Vec::new(),
    };
    fault.adjust(&mut setup);
    let cluster = Cluster::start(&setup).await?;
    let world = make_world(cluster.database(), seed).await?;
    cluster.launch().await?;

    let history = if fault == Fault::ClockJump { History::of_moved_clocks() } else { History::new() };
    let clients = Clients::spawn(Arc::clone(&world), Addresses::from(cluster.addresses()), history.clone(), seed);
    sleep(WARM_UP).await;
    let key = world.channels.first().context("a world without channels")?.key.clone();
    let scene = Scene::new(&cluster, &world, &history, plan.pace.clone(), key);
    // Apart from what clients take, so that the moments stay the same whatever they do.
    let mut dice = SmallRng::seed_from_u64(!seed);
    let injected = fault.inject(&scene, &mut dice).await;
    // From here on everything that goes wrong is a finding, so that the rest is judged, too, and all of it is kept.
    let mut findings = Vec::new();
    let mut note = |rule: &str, texts: Vec<String>| findings.extend(texts.into_iter().map(|text| Finding::new(rule, text)));
    note(&format!("during {fault}"), injected.err().map(|error| format!("{error:#}")).into_iter().collect());
    note("everything runs again when it is healed", cluster.heal().await);
    note("clients come to an end", clients.stop(TO_END).await.err().map(|error| format!("{error:#}")).into_iter().collect());
    note("servers stop when they are told to", cluster.stop().await);
    note("no server panics", cluster.panics().await);
    // Before anybody opens it, which may change a broken one.
    if let Err(error) = save_small_disk(&cluster, directory) {
        eprintln!("the file on the small disk is not among the files in {}: {error:#}", directory.display());
    }
    let judged = judge(&cluster, &world, &history).await;
    let is_judged = judged.is_ok();
    findings.extend(judged.unwrap_or_else(|why| vec![why]));
    findings.extend(leave_what_does_not_answer(&cluster).await);
    let round = Round {
        engine,
        fault,
        seed,
        figures: Figures::of(&history.records()),
        recovery: scene.recovery(),
        all_servers: scene.all_servers(),
        is_judged,
        took: begin.elapsed().as_secs_f64(),
        directory: (!findings.is_empty()).then(|| directory.to_owned()),
        findings,
    };
    if round.directory.is_some() {
        keep(&round, &cluster, &world, &history, directory).await;
    }
    drop(cluster);
    if let Base::Postgres(postgres, name) = &setup.base
        && !postgres.is_left()
        && let Err(error) = postgres.drop_database(name).await
    {
        // No reason to lose what was found: the next round has a database of its own.
        eprintln!("the database {name} was not deleted: {error:#}");
    }
    Ok(round)
}

/// Makes the world through the hub's use cases, before servers start.
async fn make_world(address: &Address, seed: u64) -> anyhow::Result<Arc<World>> {
    let database = Database::open(address, Options::default()).await?;
    let hub = Hub::new(database, Arc::new(SystemClock), Settings::default());
    Ok(Arc::new(World::make(&hub, seed).await.context("the world could not be made")?))
}

/// What must not be, of what the database and the history say; or why they could not be held against each other.
async fn judge(cluster: &Cluster, world: &World, history: &History) -> Result<Vec<Finding>, Finding> {
    let database = Database::open(cluster.database(), Options::default()).await;
    let database = database.map_err(|error| Finding::new("the database can be opened afterwards", error.to_string()))?;
    let found = checker::check(world, &history.records(), &database).await;
    let found = found.map_err(|error| Finding::new("the database can be read afterwards", format!("{error:#}")))?;
    let mut findings: Vec<Finding> = found.into_iter().map(|found| Finding::new(found.rule, found.text)).collect();
    if cluster.engine() == Engine::Sqlite {
        let told = database.run("torture.integrity", Mode::Read, (), |s, ()| Box::pin(integrity(s))).await;
        let told = told.unwrap_or_else(|error| error.to_string());
        if told != "ok" {
            findings.push(Finding::new("the file is whole", told));
        }
    }
    Ok(findings)
}

async fn integrity(session: &Session) -> axhub_store::Result<String> {
    session.query_one("PRAGMA integrity_check(1)", &[]).await?.get(0)
}

/// A PostgreSQL that does not answer any more is of no use to the next round, and its files may tell why.
async fn leave_what_does_not_answer(cluster: &Cluster) -> Option<Finding> {
    let postgres = cluster.postgres()?;
    let error = postgres.connect("postgres").await.err()?;
    let text = format!("{error:#}; its files are in {}", postgres.leave().display());
    Some(Finding::new("PostgreSQL is there afterwards", text))
}

/// Leaves everything that tells what happened in the directory. What cannot be kept is told, and is no reason to lose the rest.
async fn keep(round: &Round, cluster: &Cluster, world: &World, history: &History, directory: &Path) {
    let kept = [
        ("the history", Kept::save(directory, world, history)),
        ("the list of findings", save_round(round, directory)),
        ("the database", Kept::save_database(directory, cluster.database()).await),
        ("the log or the dump of PostgreSQL", keep_postgres(cluster, directory)),
    ];
    for (what, outcome) in kept {
        if let Err(error) = outcome {
            eprintln!("{what} is not among the files in {}: {error:#}", directory.display());
        }
    }
}

/// The database's files as they are, where they are on a disk that goes with the round.
fn save_small_disk(cluster: &Cluster, directory: &Path) -> anyhow::Result<()> {
    match (cluster.disk(), cluster.database()) {
        (Some(_), Address::Sqlite(file)) => copy_raw(file, &directory.join("raw")),
        _ => Ok(()),
    }
}

fn save_round(round: &Round, directory: &Path) -> anyhow::Result<()> {
    Ok(fs::write(directory.join("round.json"), serde_json::to_vec_pretty(round)?)?)
}

/// Its log, and the database as it was there: the copy of it has to fit into sound tables.
fn keep_postgres(cluster: &Cluster, directory: &Path) -> anyhow::Result<()> {
    let (Some(postgres), Some(name)) = (cluster.postgres(), cluster.database_name()) else { return Ok(()) };
    fs::copy(postgres.log(), directory.join("postgres.log"))?;
    postgres.dump(name, &directory.join("dump.sql"))
}
