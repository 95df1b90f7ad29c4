//! What was measured in all rounds, by what it was.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::figures::{Figures, median};
use crate::run::ReferenceFigures;
use crate::scenarios::Scenario;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

/// A data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// The small one.
    Small,
    /// The large one.
    Large,
}

impl Engine {
    /// Both.
    pub const ALL: [Engine; 2] = [Engine::Postgres, Engine::Sqlite];

    /// Its name, as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Engine::Postgres => "PostgreSQL",
            Engine::Sqlite => "SQLite",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::Postgres => "postgres",
            Engine::Sqlite => "sqlite",
        })
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Data::Small => "small",
            Data::Large => "large",
        })
    }
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// pgbench with so many clients, on the small data set.
    Pgbench(usize),
    /// The bare handler, with answers as long as the scenario's, right before the scenario on this engine.
    Floor(Engine, Scenario),
    /// The server in a closed loop with so many connections.
    Closed(Engine, Data, Scenario, usize),
    /// The server in an open loop at half of what it did in the closed one.
    Open(Engine, Data),
    /// The server for a long time, for its memory.
    Memory(Engine),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Pgbench(clients) => write!(f, "pgbench, {}", counted(*clients, "client")),
            Key::Floor(engine, scenario) => write!(f, "floor of {scenario}, before {engine}"),
            Key::Closed(engine, data, scenario, connections) => {
                write!(f, "{engine} {data} {scenario}, {}", counted(*connections, "connection"))
            }
            Key::Open(engine, data) => write!(f, "{engine} {data} orders-spread at half of the most"),
            Key::Memory(engine) => write!(f, "{engine} large orders-mixed, for memory"),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A measurement of either sort.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Measurement {
    /// Over HTTP.
    Driven(Box<Figures>),
    /// By another tool.
    Reference(ReferenceFigures),
}

impl Measurement {
    /// Answers or transactions in a second.
    pub fn per_second(&self) -> f64 {
        match self {
            Measurement::Driven(figures) => figures.all.per_second,
            Measurement::Reference(reference) => reference.per_second,
        }
    }

    /// The typical latency in milliseconds: half took no longer.
    pub fn typical(&self) -> f64 {
        match self {
            Measurement::Driven(figures) => figures.all.latency.p50,
            Measurement::Reference(reference) => reference.p50,
        }
    }

    /// 99 % took no longer, in milliseconds. Not known of what another tool measured.
    pub fn p99(&self) -> Option<f64> {
        self.driven().map(|figures| figures.all.latency.p99)
    }

    /// Processor time of the server in microseconds for each answer, where it is known.
    pub fn server_us(&self) -> Option<f64> {
        self.driven()?.usage.server_us
    }

    fn driven(&self) -> Option<&Figures> {
        match self {
            Measurement::Driven(figures) => Some(figures),
            Measurement::Reference(_) => None,
        }
    }
}

/// All measurements, one of each round.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Series(BTreeMap<String, Vec<Measurement>>);

impl Series {
    /// Notes one more.
    pub fn add(&mut self, key: Key, measurement: Measurement) {
        self.0.entry(key.to_string()).or_default().push(measurement);
    }

    /// All of them; none when it was not measured.
    pub fn of(&self, key: Key) -> &[Measurement] {
        self.0.get(&key.to_string()).map_or(&[], Vec::as_slice)
    }

    /// The median of a number of each; `None` when it was not measured.
    pub fn median(&self, key: Key, number: impl Fn(&Measurement) -> f64) -> Option<f64> {
        let measured = self.of(key);
        (!measured.is_empty()).then(|| median(measured.iter().map(number)))
    }

    /// The median of a number that not all of them have.
    pub fn median_known(&self, key: Key, number: impl Fn(&Measurement) -> Option<f64>) -> Option<f64> {
        let known: Vec<f64> = self.of(key).iter().filter_map(number).collect();
        (!known.is_empty()).then(|| median(known))
    }

    /// The median of the ratios of each round; `None` when one of both was not measured.
    pub fn ratio(&self, key: Key, reference: Key, number: impl Fn(&Measurement) -> f64) -> Option<f64> {
        let ratios: Vec<f64> = self.of(key).iter().zip(self.of(reference)).map(|(own, other)| number(own) / number(other)).collect();
        (!ratios.is_empty()).then(|| median(ratios))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_the_same_round() {
        let mut series = Series::default();
        let clients = |clients| Key::Pgbench(clients);
        for (one, other) in [(10.0, 5.0), (100.0, 25.0), (9.0, 3.0)] {
            series.add(clients(1), Measurement::Reference(ReferenceFigures { per_second: one, p50: 1.0 }));
            series.add(clients(2), Measurement::Reference(ReferenceFigures { per_second: other, p50: 1.0 }));
        }
        assert_eq!(series.ratio(clients(1), clients(2), Measurement::per_second), Some(3.0));
        assert_eq!(series.median(clients(1), Measurement::per_second), Some(10.0));
        assert_eq!(series.ratio(clients(1), clients(3), Measurement::per_second), None);
        assert_eq!(series.median(clients(3), Measurement::per_second), None);
    }
}
