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
use crate::cluster::{Base, Cluster, Engine, Setup};
use crate::faults::{Fault, Scene};
use crate::history::{Figures, History};
use crate::world::World;

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
    /// Whether an answered order is not there, or not whole.
    pub fn is_lost_order(&self) -> bool {
        checker::LOST.contains(&self.rule.as_str())
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
    /// The longest time in seconds from a healing to the first order that was asked for after it and answered.
    pub recovered_in: Option<f64>,
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

    let history = History::new();
    let clients = Clients::spawn(Arc::clone(&world), Addresses::from(cluster.addresses()), history.clone(), seed);
    sleep(WARM_UP).await;
    let key = world.channels.first().context("a world without channels")?.key.clone();
    let scene = Scene::new(&cluster, &history, plan.pace.clone(), key);
    // Apart from what clients take, so that the moments stay the same whatever they do.
    let mut dice = SmallRng::seed_from_u64(!seed);
    let injected = fault.inject(&scene, &mut dice).await;
    cluster.heal().await?;
    clients.stop().await;
    let stopped = cluster.stop().await;
    let recovered_in = scene.recoveries().into_iter().max();

    let during = || injected.as_ref().err().map_or_else(|| "afterwards".to_owned(), |error| format!("after {error:#}"));
    let mut findings = judge(&cluster, &world, &history).await.with_context(during)?;
    findings.extend(injected.as_ref().err().map(|error| Finding { rule: format!("during {fault}"), text: format!("{error:#}") }));
    findings
        .extend(stopped.err().map(|error| Finding { rule: "servers stop when they are told to".to_owned(), text: format!("{error:#}") }));
    let panics = cluster.panics().await;
    findings.extend(panics.into_iter().map(|text| Finding { rule: "no server panics".to_owned(), text }));
    let round = Round {
        engine,
        fault,
        seed,
        figures: Figures::of(&history.records()),
        recovered_in: recovered_in.map(|time| time.as_secs_f64()),
        took: begin.elapsed().as_secs_f64(),
        directory: (!findings.is_empty()).then(|| directory.to_owned()),
        findings,
    };
    if round.directory.is_some() {
        keep(&round, &cluster, &history, directory)?;
    }
    drop(cluster);
    if let Base::Postgres(postgres, name) = &setup.base {
        postgres.drop_database(name).await?;
    }
    Ok(round)
}

/// Makes the world through the hub's use cases, before servers start.
async fn make_world(address: &Address, seed: u64) -> anyhow::Result<Arc<World>> {
    let database = Database::open(address, Options::default()).await?;
    let hub = Hub::new(database, Arc::new(SystemClock), Settings::default());
    Ok(Arc::new(World::make(&hub, seed).await.context("the world could not be made")?))
}

/// What must not be, of what the database and the history say.
async fn judge(cluster: &Cluster, world: &World, history: &History) -> anyhow::Result<Vec<Finding>> {
    let database = Database::open(cluster.database(), Options::default()).await.context("the database cannot be opened afterwards")?;
    let found = checker::check(world, history, &database).await?;
    let mut findings: Vec<Finding> = found.into_iter().map(|found| Finding { rule: found.rule.to_owned(), text: found.text }).collect();
    if cluster.engine() == Engine::Sqlite {
        let told = database.run("torture.integrity", Mode::Read, (), |s, ()| Box::pin(integrity(s))).await?;
        if told != "ok" {
            findings.push(Finding { rule: "the file is whole".to_owned(), text: told });
        }
    }
    Ok(findings)
}

async fn integrity(session: &Session) -> axhub_store::Result<String> {
    session.query_one("PRAGMA integrity_check(1)", &[]).await?.get(0)
}

/// Leaves everything that tells what happened in the directory.
fn keep(round: &Round, cluster: &Cluster, history: &History, directory: &Path) -> anyhow::Result<()> {
    history.save(&directory.join("history.jsonl"))?;
    fs::write(directory.join("round.json"), serde_json::to_vec_pretty(round)?)?;
    match cluster.database() {
        // The small disk goes away with its cluster.
        Address::Sqlite(file) if cluster.disk().is_some() => drop(fs::copy(file, directory.join("axhub.db"))?),
        Address::Sqlite(_) => {}
        Address::Postgres(_) => {
            if let (Some(postgres), Some(name)) = (cluster.postgres(), cluster.database_name()) {
                fs::copy(postgres.log(), directory.join("postgres.log"))?;
                if let Err(error) = postgres.dump(name, &directory.join("dump.sql")) {
                    eprintln!("the database is not among the files: {error:#}");
                }
            }
        }
    }
    Ok(())
}
