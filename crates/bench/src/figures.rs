//! What a measurement says, as it is reported.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::load::Plan;
use crate::load::outcome::{Outcome, Tally, in_milliseconds};
use crate::scenarios::{Kind, Scenario};
use crate::server::process::Memory;

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Latency {
    /// The mean.
    pub mean: f64,
    /// Half of the requests took no longer.
    pub p50: f64,
    /// 90 % of them.
    pub p90: f64,
    /// 99 %.
    pub p99: f64,
    /// 99.9 %.
    pub p999: f64,
    /// The longest.
    pub max: f64,
}

impl From<&Tally> for Latency {
    fn from(tally: &Tally) -> Self {
        Latency {
            mean: tally.latencies.mean() / 1000.0,
            p50: tally.quantile(0.5),
            p90: tally.quantile(0.9),
            p99: tally.quantile(0.99),
            p999: tally.quantile(0.999),
            max: in_milliseconds(tally.latencies.max()),
        }
    }
}

/// Answers of one kind.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rate {
    /// Answers in a second.
    pub per_second: f64,
    /// How long they took.
    pub latency: Latency,
}

/// What processes took of the machine while it counted.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Usage {
    /// Processor time of the server, in microseconds for each answer.
    pub server_us: Option<f64>,
    /// Processor time of the load tool, in microseconds for each answer.
    pub tool_us: Option<f64>,
    /// Memory of the server.
    pub memory: Option<Memory>,
}

/// One measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// What was asked.
    pub scenario: Scenario,
    /// The engine: `sqlite` or `postgres`; `floor` for the bare handler.
    pub engine: &'static str,
    /// How many connections asked.
    pub connections: usize,
    /// The rate of an open loop; none of a closed one.
    pub rate: Option<f64>,
    /// How long it counted.
    pub seconds: f64,
    /// All kinds together.
    #[serde(flatten)]
    pub all: Rate,
    /// By kind, when there are several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<Kind, Rate>,
    /// Orders that were placed, the warm-up included; as many are in the database now.
    pub placed: u64,
    /// Requests that were due and could not be sent.
    pub unsent: u64,
    /// Mean length of an answer's body.
    pub bytes_per_answer: f64,
    /// What it took of the machine.
    #[serde(flatten)]
    pub usage: Usage,
}

impl Figures {
    /// What an outcome says.
    pub fn new(scenario: Scenario, engine: &'static str, plan: &Plan, outcome: &Outcome, usage: Usage) -> Figures {
        let rate = |tally: &Tally| Rate { per_second: outcome.per_second(tally.answers), latency: Latency::from(tally) };
        let kinds = if outcome.kinds.len() > 1 {
            outcome.kinds.iter().map(|(kind, tally)| (*kind, rate(tally))).collect()
        } else {
            BTreeMap::new()
        };
        Figures {
            scenario,
            engine,
            connections: plan.connections,
            rate: plan.rate,
            seconds: outcome.time().as_secs_f64(),
            all: rate(&outcome.all),
            kinds,
            placed: outcome.placed,
            unsent: outcome.unsent,
            bytes_per_answer: share(outcome.bytes, outcome.all.answers),
            usage,
        }
    }
}

/// Microseconds of processor time for each answer.
pub fn microseconds_each(time: Duration, answers: u64) -> f64 {
    share(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), answers)
}

#[expect(clippy::cast_precision_loss, reason = "a mean needs no more digits than a float has")]
fn share(sum: u64, count: u64) -> f64 {
    sum as f64 / count.max(1) as f64
}

/// The value in the middle; the mean of the two there when they are even in number; 0 without any.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        for (values, expected) in [(vec![3.0, 1.0, 2.0], 2.0), (vec![4.0, 1.0], 2.5), (vec![7.0], 7.0), (vec![], 0.0)] {
            assert!((median(values) - expected).abs() < 1e-12);
        }
    }
}
