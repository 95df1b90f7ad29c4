//! The targets: what is compared with what, and which ratio is enough.

use serde::Serialize;

use super::rounds::{CONNECTIONS, MANY, READS};
use super::series::{Data, Engine, Key, Measurement, Series};
use crate::report;
use crate::scenarios::Scenario::{OrdersHot, OrdersSpread};

/// The most milliseconds of the 99th of 100 orders.
const MOST_P99: f64 = 25.0;
/// The most megabytes of the server's memory.
const MOST_MEGABYTES: f64 = 200.0;
/// How many megabytes of them may come in a minute, when all that fills up is full.
const FLAT: f64 = 1.0;
/// How much of the small data set's rate the large one must reach.
const GROWN: f64 = 0.85;
/// How much of the bare handler's rate reads must reach.
const OF_FLOOR: f64 = 0.6;

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The number of the target.
    pub target: u8,
    /// What is measured, and with what it is compared.
    pub what: String,
    /// What was measured, in words.
    pub measured: String,
    /// What it is compared with, in words.
    pub reference: String,
    /// The ratio; of what is compared with nothing, the number itself.
    pub value: f64,
    /// What it must be.
    pub bound: String,
    /// Whether it is.
    pub is_met: bool,
}

/// All rows for which everything was measured.
pub fn rows(series: &Series) -> Vec<Row> {
    let pgbench = Key::Pgbench(CONNECTIONS);
    let spread = |engine, connections| Key::Closed(engine, Data::Small, OrdersSpread, connections);
    let (postgres, sqlite) = (Engine::Postgres, Engine::Sqlite);
    let hot = Key::Closed(postgres, Data::Small, OrdersHot, CONNECTIONS);
    let mut rows = vec![
        at_least(series, 1, "PostgreSQL orders-spread / pgbench, 32 clients", spread(postgres, CONNECTIONS), pgbench, 2.0),
        at_least(series, 1, "the same with 128 connections", spread(postgres, MANY), pgbench, 3.0),
        at_least(series, 2, "PostgreSQL orders-hot / orders-spread", hot, spread(postgres, CONNECTIONS), 0.9),
        at_least(series, 3, "SQLite orders-spread / pgbench, 32 clients", spread(sqlite, CONNECTIONS), pgbench, 3.0),
        at_least(series, 3, "the same with 128 connections", spread(sqlite, MANY), pgbench, 4.0),
    ];
    for engine in Engine::ALL {
        for scenario in READS {
            let what = format!("{} {scenario} / bare handler", engine.title());
            rows.push(at_least(
                series,
                4,
                &what,
                Key::Closed(engine, Data::Small, scenario, CONNECTIONS),
                Key::Floor(engine, scenario),
                OF_FLOOR,
            ));
        }
    }
    for engine in Engine::ALL {
        rows.push(p99(series, 5, engine, Data::Small));
    }
    rows.push(idle(series));
    for engine in Engine::ALL {
        let orders = [(OrdersSpread, CONNECTIONS), (OrdersSpread, MANY), (OrdersHot, CONNECTIONS)];
        for (scenario, connections) in orders.into_iter().chain(READS.map(|read| (read, CONNECTIONS))) {
            let [small, large] = [Data::Small, Data::Large].map(|data| Key::Closed(engine, data, scenario, connections));
            let what = format!("{} {scenario}, {connections} connections: large / small", engine.title());
            rows.push(at_least(series, 6, &what, large, small, GROWN));
        }
        rows.push(p99(series, 6, engine, Data::Large));
    }
    rows.extend(Engine::ALL.map(|engine| memory(series, engine)));
    rows.into_iter().flatten().collect()
}

fn at_least(series: &Series, target: u8, what: &str, key: Key, reference: Key, bound: f64) -> Option<Row> {
    let value = series.ratio(key, reference, Measurement::per_second)?;
    // What a ratio is made of: of reads most is the tool's own time, which both sides have.
    let rate = |key| {
        let rate = format!("{}/s", report::whole(series.median(key, Measurement::per_second)?));
        let processor = series.median_known(key, Measurement::server_us).filter(|_| target == 4);
        Some(processor.map_or(rate.clone(), |time| format!("{rate}, {time:.1} µs")))
    };
    Some(Row {
        target,
        what: what.to_owned(),
        measured: rate(key)?,
        reference: rate(reference)?,
        value,
        bound: format!("≥ {bound}"),
        is_met: value >= bound,
    })
}

fn p99(series: &Series, target: u8, engine: Engine, data: Data) -> Option<Row> {
    let key = Key::Open(engine, data);
    let value = series.median_known(key, Measurement::p99)?;
    let rate = series.median(key, Measurement::per_second)?;
    Some(Row {
        target,
        what: format!("{} order, {data} data, open loop at half of the most: p99 in ms", engine.title()),
        measured: format!("{value:.1} ms"),
        reference: format!("at {}/s", report::whole(rate)),
        value,
        bound: format!("≤ {MOST_P99}"),
        is_met: value <= MOST_P99,
    })
}

/// An order when nobody else is there. It stands with the latencies, though the issue that set the targets names it
/// with the order path.
fn idle(series: &Series) -> Option<Row> {
    let (own, bare) = (Key::Closed(Engine::Postgres, Data::Small, OrdersSpread, 1), Key::Pgbench(1));
    let value = series.ratio(own, bare, Measurement::typical)?;
    let milliseconds = |key| Some(format!("{:.2} ms", series.median(key, Measurement::typical)?));
    Some(Row {
        target: 5,
        what: "PostgreSQL single order, idle: p50 / bare transaction".to_owned(),
        measured: milliseconds(own)?,
        reference: milliseconds(bare)?,
        value,
        bound: "≤ 1.5".to_owned(),
        is_met: value <= 1.5,
    })
}

fn memory(series: &Series, engine: Engine) -> Option<Row> {
    let Measurement::Driven(figures) = series.of(Key::Memory(engine)).last()? else { return None };
    let memory = figures.usage.memory?;
    let [start, end, max] = [memory.start, memory.end, memory.max].map(report::megabytes);
    #[expect(clippy::cast_precision_loss, reason = "megabytes are few")]
    let value = max as f64;
    Some(Row {
        target: 7,
        what: format!("{} orders-mixed, large data, {} s: resident MB", engine.title(), report::whole(figures.seconds)),
        measured: format!("{start} → {end}, {:+.1} a minute", memory.growth),
        reference: format!("at {}/s", report::whole(figures.all.per_second)),
        value,
        bound: format!("≤ {MOST_MEGABYTES}, + ≤ {FLAT}"),
        is_met: value <= MOST_MEGABYTES && memory.growth <= FLAT,
    })
}

/// The rows as a table.
pub fn table(rows: &[Row]) -> String {
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            let met = if row.is_met { "met" } else { "missed" };
            let what = format!("{}. {}", row.target, row.what);
            vec![what, row.measured.clone(), row.reference.clone(), format!("{:.2}", row.value), row.bound.clone(), met.to_owned()]
        })
        .collect();
    report::table(&["target", "measured", "compared with", "value", "must be", ""], &cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ReferenceFigures;

    fn series(measured: &[(Key, f64)]) -> Series {
        let mut series = Series::default();
        for (key, per_second) in measured {
            series.add(*key, Measurement::Reference(ReferenceFigures { per_second: *per_second, p50: 1.0 }));
        }
        series
    }

    #[test]
    fn what_was_not_measured_has_no_row() {
        assert_eq!(rows(&Series::default()), []);
        assert_eq!(rows(&series(&[(Key::Pgbench(CONNECTIONS), 100.0)])), []);
    }

    #[test]
    fn a_target_is_met_or_missed() {
        let spread = |data| Key::Closed(Engine::Postgres, data, OrdersSpread, CONNECTIONS);
        let measured = [(Key::Pgbench(CONNECTIONS), 100.0), (spread(Data::Small), 250.0), (spread(Data::Large), 200.0)];
        let found = rows(&series(&measured));
        let brief: Vec<_> = found.iter().map(|row| (row.target, row.value, row.is_met)).collect();
        assert_eq!(brief, [(1, 2.5, true), (6, 0.8, false)]);
        assert!(table(&found).contains("missed") && table(&found).contains("≥ 0.85"));
    }
}
