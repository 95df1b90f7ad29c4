//! `axhub-bench run`: scenarios, several times, with what they are compared with.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::bail;
use axhub_store::Address;
use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::cli::{self, DataArgs, Reference, ServerArgs, TimeArgs};
use crate::figures::{Figures, median};
use crate::load::Plan;
use crate::measure::{Place, light_runtime};
use crate::reference::pgbench::{self, Rows, Tps, Travel};
use crate::scenarios::Scenario;
use crate::{checks, report};

/// What is driven, and how.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// What to drive the server with; several run one after another.
    #[arg(required = true, value_enum, value_name = "SCENARIO")]
    scenarios: Vec<Scenario>,
    #[command(flatten)]
    data: DataArgs,
    /// Connections, each with one request under way at a time.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=10_000), value_name = "N")]
    connections: u16,
    /// Open loop: so many requests are due in a second, and latency is counted from when each one was due. Without it, a
    /// closed loop: each connection asks as soon as it has its answer.
    #[arg(long, value_parser = cli::positive, value_name = "PER SECOND")]
    rate: Option<f64>,
    #[command(flatten)]
    time: TimeArgs,
    /// How often; the table shows the run in the middle.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000), value_name = "N")]
    runs: u16,
    /// Measure this before each run, and tell the ratio.
    #[arg(long, value_enum, value_name = "WHAT")]
    reference: Option<Reference>,
    #[command(flatten)]
    server: ServerArgs,
    /// Drive this server instead of starting one; it must serve the database.
    #[arg(long, value_parser = cli::server_at, conflicts_with_all = ["server", "serve_args"], value_name = "URL")]
    url: Option<SocketAddr>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// What a scenario was compared with.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ReferenceFigures {
    /// Transactions or answers in a second.
    pub per_second: f64,
    /// Half of them took no longer, in milliseconds.
    pub p50: f64,
}

impl From<Tps> for ReferenceFigures {
    fn from(tps: Tps) -> Self {
        ReferenceFigures { per_second: tps.per_second, p50: tps.median.as_secs_f64() * 1000.0 }
    }
}

/// A scenario, several times.
#[derive(Clone, Debug, Serialize)]
pub struct Runs {
    /// The runs.
    pub runs: Vec<Figures>,
    /// What was measured right before each of them.
    pub references: Vec<ReferenceFigures>,
    /// The median of the runs' rates.
    pub per_second: f64,
    /// The median of the ratios of each run to its reference.
    pub ratio: Option<f64>,
}

impl Runs {
    fn new(runs: Vec<Figures>, references: Vec<ReferenceFigures>) -> Runs {
        let per_second = median(runs.iter().map(|run| run.all.per_second));
        let ratios = runs.iter().zip(&references).map(|(run, reference)| run.all.per_second / reference.per_second);
        let ratio = (!references.is_empty()).then(|| median(ratios));
        Runs { runs, references, per_second, ratio }
    }

    /// The run whose rate is in the middle.
    pub fn typical(&self) -> Option<&Figures> {
        let distance = |run: &&Figures| (run.all.per_second - self.per_second).abs();
        self.runs.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)))
    }
}

/// A reference that is ready to be measured.
enum Prepared {
    Pgbench { script: String, clients: u32, time: TimeArgs },
    Floor { bytes: usize },
}

impl RunArgs {
    /// Measures, and prints.
    ///
    /// # Errors
    /// An answer or a database that is not as it should be.
    pub fn run(self) -> anyhow::Result<()> {
        self.check_reference()?;
        let serving = cli::serving(&self.server, self.url)?;
        let world = Arc::new(cli::load(&self.data)?);
        let place = Place { database: self.data.database.clone(), world, serving };
        let plan = self.time.plan(self.connections.into(), self.rate);
        let mut all = Vec::new();
        for scenario in &self.scenarios {
            all.push(self.scenario(&place, *scenario, &plan)?);
        }
        if self.scenarios.iter().any(|scenario| scenario.writes()) {
            checks::stock_is_sound(&place.database)?;
        }
        if self.json {
            println!("{}", json!({ "data": self.data.data.to_string(), "scenarios": all }));
        } else {
            print!("{}", report::runs(&all));
        }
        Ok(())
    }

    fn check_reference(&self) -> anyhow::Result<()> {
        if matches!(self.reference, Some(Reference::Pgbench | Reference::PgbenchPipelined)) {
            if !matches!(self.data.database, Address::Postgres(_)) {
                bail!("pgbench runs on PostgreSQL only");
            }
            if let Some(other) = self.scenarios.iter().find(|scenario| rows_of(**scenario).is_none()) {
                bail!("pgbench places orders only; {other} has no statements to compare with");
            }
        }
        Ok(())
    }

    fn scenario(&self, place: &Place, scenario: Scenario, plan: &Plan) -> anyhow::Result<Runs> {
        let reference = self.reference.map(|reference| prepare(place, scenario, plan, self.time, reference)).transpose()?;
        let (mut runs, mut references) = (Vec::new(), Vec::new());
        for _ in 0..self.runs {
            // One after the other, so that a noisy minute hits both.
            if let Some(reference) = &reference {
                references.push(reference.measure(place, scenario, plan)?);
            }
            runs.push(place.measure(scenario, plan)?);
        }
        Ok(Runs::new(runs, references))
    }
}

/// The rows that pgbench takes for a scenario; none for what it cannot do.
fn rows_of(scenario: Scenario) -> Option<Rows> {
    match scenario {
        Scenario::OrdersSpread => Some(Rows::Spread),
        Scenario::OrdersHot => Some(Rows::Hot),
        _ => None,
    }
}

fn prepare(place: &Place, scenario: Scenario, plan: &Plan, time: TimeArgs, reference: Reference) -> anyhow::Result<Prepared> {
    let travel = match reference {
        Reference::Pgbench => Travel::OneByOne,
        Reference::PgbenchPipelined => Travel::Pipelined,
        Reference::Floor => return Ok(Prepared::Floor { bytes: place.typical_length(scenario)? }),
    };
    let rows = rows_of(scenario).unwrap_or(Rows::Spread);
    let script = light_runtime()?.block_on(pgbench::script(&place.database, &place.world, rows, travel))?;
    Ok(Prepared::Pgbench { script, clients: u32::try_from(plan.connections)?, time })
}

impl Prepared {
    fn measure(&self, place: &Place, scenario: Scenario, plan: &Plan) -> anyhow::Result<ReferenceFigures> {
        match self {
            Prepared::Pgbench { script, clients, time } => Ok(pgbench::run(&place.database, script, *clients, *time)?.into()),
            Prepared::Floor { bytes } => {
                let figures = place.measure_floor(scenario, *bytes, plan)?;
                Ok(ReferenceFigures { per_second: figures.all.per_second, p50: figures.all.latency.p50 })
            }
        }
    }
}
