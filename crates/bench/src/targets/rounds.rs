//! One round after another: everything that is compared is measured once in each.

use super::Wanted;
use super::databases::Databases;
use super::series::{Data, Engine, Key, Measurement, Series};
use crate::checks;
use crate::cli::TimeArgs;
use crate::load::Plan;
use crate::measure::{Place, light_runtime};
use crate::reference::pgbench::{self, Rows, Travel};
use crate::run::ReferenceFigures;
use crate::scenarios::Scenario;

/// Connections where nothing else is said.
pub const CONNECTIONS: usize = 32;
/// Many connections.
pub const MANY: usize = 128;
/// The reads that have a target.
pub const READS: [Scenario; 3] = [Scenario::Price, Scenario::Inventory, Scenario::ProductDetail];

/// Targets that need the large data set.
const OF_LARGE: [u8; 2] = [6, 7];

/// Targets that are measured in each round.
const OF_ROUNDS: [u8; 6] = [1, 2, 3, 4, 5, 6];

/// What is measured, on which databases, and what was found so far.
pub struct Rounds {
    databases: Databases,
    wanted: Wanted,
    time: TimeArgs,
    small: Vec<(Engine, Place)>,
    large: Vec<(Engine, Place)>,
    /// How long the answers of reads are.
    lengths: Vec<(Scenario, usize)>,
    series: Series,
}

impl Rounds {
    /// Nothing is measured yet.
    pub fn new(databases: Databases, wanted: Wanted, time: TimeArgs) -> Rounds {
        Rounds { databases, wanted, time, small: Vec::new(), large: Vec::new(), lengths: Vec::new(), series: Series::default() }
    }

    /// Measures everything once that runs in a closed loop, on small databases that are made anew.
    ///
    /// # Errors
    /// An answer or a database that is not as it should be.
    pub fn closed(&mut self) -> anyhow::Result<()> {
        if self.large.is_empty() && self.wanted.any(&OF_LARGE) {
            self.large = Engine::ALL
                .into_iter()
                .map(|engine| Ok((engine, self.databases.kept(engine, Data::Large)?)))
                .collect::<anyhow::Result<_>>()?;
        }
        if !self.wanted.any(&OF_ROUNDS) {
            return Ok(());
        }
        let fresh = Engine::ALL.into_iter().map(|engine| Ok((engine, self.databases.fresh(engine, Data::Small)?)));
        self.small = fresh.collect::<anyhow::Result<_>>()?;
        for scenario in READS {
            self.reads(scenario)?;
        }
        self.orders()?;
        self.idle()?;
        self.small.iter().try_for_each(|(_, place)| checks::stock_is_sound(&place.database))
    }

    fn reads(&mut self, scenario: Scenario) -> anyhow::Result<()> {
        for engine in Engine::ALL {
            // Right before what it is compared with: on a shared machine a minute later is another machine.
            if self.wanted.any(&[4]) {
                self.floor(engine, scenario)?;
            }
            if self.wanted.any(&[4, 6]) {
                self.on(engine, Data::Small, scenario, CONNECTIONS)?;
            }
        }
        if self.wanted.any(&[6]) {
            self.everywhere(Data::Large, scenario, CONNECTIONS)?;
        }
        Ok(())
    }

    fn orders(&mut self) -> anyhow::Result<()> {
        use Scenario::{OrdersHot, OrdersSpread};
        let large = self.wanted.any(&[6]);
        if self.wanted.any(&[1, 3]) {
            self.pgbench(CONNECTIONS)?;
        }
        if self.wanted.any(&[1, 2, 3, 5, 6]) {
            self.everywhere(Data::Small, OrdersSpread, CONNECTIONS)?;
        }
        if self.wanted.any(&[2, 6]) {
            self.on(Engine::Postgres, Data::Small, OrdersHot, CONNECTIONS)?;
        }
        if self.wanted.any(&[1, 3, 5, 6]) {
            self.everywhere(Data::Small, OrdersSpread, MANY)?;
        }
        if large {
            self.everywhere(Data::Large, OrdersSpread, CONNECTIONS)?;
            self.on(Engine::Postgres, Data::Large, OrdersHot, CONNECTIONS)?;
            self.everywhere(Data::Large, OrdersSpread, MANY)?;
        }
        Ok(())
    }

    /// One order at a time: what it costs when nobody else is there.
    fn idle(&mut self) -> anyhow::Result<()> {
        if self.wanted.any(&[5]) {
            self.pgbench(1)?;
            self.on(Engine::Postgres, Data::Small, Scenario::OrdersSpread, 1)?;
        }
        Ok(())
    }

    /// Measures once what runs in an open loop, on the databases of the last round.
    ///
    /// # Errors
    /// As [`Rounds::closed`].
    pub fn open(&mut self) -> anyhow::Result<()> {
        for (data, target) in [(Data::Small, 5), (Data::Large, 6)] {
            for engine in Engine::ALL {
                if let (true, Some(most)) = (self.wanted.any(&[target]), self.most(engine, data)) {
                    // Customers do not wait for each other's connections.
                    let plan = self.time.plan(MANY, Some(most / 2.0));
                    self.drive(Key::Open(engine, data), (engine, data), Scenario::OrdersSpread, &plan)?;
                }
            }
        }
        Ok(())
    }

    /// The most orders in a second, with however many connections that was.
    fn most(&self, engine: Engine, data: Data) -> Option<f64> {
        let of = |connections| self.series.median(Key::Closed(engine, data, Scenario::OrdersSpread, connections), Measurement::per_second);
        [CONNECTIONS, MANY].into_iter().filter_map(of).reduce(f64::max)
    }

    /// Drives the large data set for a long time and looks at the server's memory.
    ///
    /// # Errors
    /// As [`Rounds::closed`].
    pub fn memory(&mut self, seconds: f64) -> anyhow::Result<()> {
        if self.wanted.any(&[7]) {
            // Half as long again until all that fills up is full: the kept answers of a large data set take their time.
            let plan = TimeArgs { seconds, warm_up: seconds / 2.0 }.plan(CONNECTIONS, None);
            for engine in Engine::ALL {
                self.drive(Key::Memory(engine), (engine, Data::Large), Scenario::OrdersMixed, &plan)?;
            }
        }
        Ok(())
    }

    /// Checks what is kept, removes what is not, and gives out what was found.
    ///
    /// # Errors
    /// A database that is not as it should be.
    pub fn finish(self) -> anyhow::Result<Series> {
        for (_, place) in self.large.iter().chain(&self.small) {
            checks::stock_is_sound(&place.database)?;
        }
        for engine in Engine::ALL {
            self.databases.remove(engine, Data::Small)?;
        }
        Ok(self.series)
    }

    fn everywhere(&mut self, data: Data, scenario: Scenario, connections: usize) -> anyhow::Result<()> {
        Engine::ALL.into_iter().try_for_each(|engine| self.on(engine, data, scenario, connections))
    }

    fn on(&mut self, engine: Engine, data: Data, scenario: Scenario, connections: usize) -> anyhow::Result<()> {
        let plan = self.time.plan(connections, None);
        self.drive(Key::Closed(engine, data, scenario, connections), (engine, data), scenario, &plan)
    }

    fn drive(&mut self, key: Key, (engine, data): (Engine, Data), scenario: Scenario, plan: &Plan) -> anyhow::Result<()> {
        if let Some(place) = self.place(engine, data) {
            let figures = place.measure(scenario, plan)?;
            self.note(key, Measurement::Driven(Box::new(figures)));
        }
        Ok(())
    }

    fn place(&self, engine: Engine, data: Data) -> Option<&Place> {
        let places = match data {
            Data::Small => &self.small,
            Data::Large => &self.large,
        };
        places.iter().find_map(|(of, place)| (*of == engine).then_some(place))
    }

    fn pgbench(&mut self, clients: usize) -> anyhow::Result<()> {
        if let Some(place) = self.place(Engine::Postgres, Data::Small) {
            let script = light_runtime()?.block_on(pgbench::script(&place.database, &place.world, Rows::Spread, Travel::OneByOne))?;
            let tps = pgbench::run(&place.database, &script, u32::try_from(clients)?, self.time)?;
            self.note(Key::Pgbench(clients), Measurement::Reference(ReferenceFigures::from(tps)));
        }
        Ok(())
    }

    fn floor(&mut self, engine: Engine, scenario: Scenario) -> anyhow::Result<()> {
        let Some(place) = self.place(Engine::Postgres, Data::Small) else { return Ok(()) };
        let known = self.lengths.iter().find_map(|(of, length)| (*of == scenario).then_some(*length));
        let length = match known {
            Some(length) => length,
            None => place.typical_length(scenario)?,
        };
        let figures = place.measure_floor(scenario, length, &self.time.plan(CONNECTIONS, None))?;
        if known.is_none() {
            self.lengths.push((scenario, length));
        }
        self.note(Key::Floor(engine, scenario), Measurement::Driven(Box::new(figures)));
        Ok(())
    }

    fn note(&mut self, key: Key, measurement: Measurement) {
        eprintln!("{:>10.0}/s  {:>8.2} ms  {key}", measurement.per_second(), measurement.typical());
        self.series.add(key, measurement);
    }
}
