//! What a process takes of the machine, from `/proc`.

use std::fs;
use std::time::Duration;

use serde::Serialize;

/// Bytes of memory that a process has in use; `None` when there is no such process.
pub fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Processor time that a process has used, of all its threads; `None` when there is no such process.
pub fn processor_time(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    processor_time_in(&stat, rustix::param::clock_ticks_per_second())
}

/// The name in brackets may hold anything, brackets and spaces too; what counts stands behind the last one.
fn processor_time_in(stat: &str, ticks_per_second: u64) -> Option<Duration> {
    let (_, numbers) = stat.rsplit_once(')')?;
    let mut numbers = numbers.split_ascii_whitespace().skip(11);
    let (user, system): (u64, u64) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    Some(Duration::from_millis((user + system) * 1000 / ticks_per_second.max(1)))
}

/// Memory over a run, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Memory {
    /// When it began to count.
    pub start: u64,
    /// At the end.
    pub end: u64,
    /// The most.
    pub max: u64,
    /// How fast it grew in the second half, in megabytes a minute: the slope of the line that fits best. The first half is for
    /// what fills up.
    pub growth: f64,
}

impl Memory {
    /// What samples say that were taken at this interval; `None` without a sample.
    pub fn of(samples: &[u64], interval: Duration) -> Option<Memory> {
        let (start, end, max) = (*samples.first()?, *samples.last()?, *samples.iter().max()?);
        let growth = slope(&samples[samples.len() / 2..]) / 1e6 * (60.0 / interval.as_secs_f64());
        Some(Memory { start, end, max, growth })
    }
}

/// By how much a sample is more than the one before it: of the line with the least squares. Of one sample 0.
#[expect(clippy::cast_precision_loss, reason = "bytes of a machine and a few samples fit into a float")]
fn slope(samples: &[u64]) -> f64 {
    let count = samples.len() as f64;
    let (middle, mean) = ((count - 1.0) / 2.0, samples.iter().sum::<u64>() as f64 / count);
    let steps = || samples.iter().enumerate().map(|(at, bytes)| (at as f64 - middle, *bytes as f64 - mean));
    let square: f64 = steps().map(|(at, _)| at * at).sum();
    if square > 0.0 { steps().map(|(at, bytes)| at * bytes).sum::<f64>() / square } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_this_process_takes() {
        let own = std::process::id();
        assert!(resident(own).unwrap() > 100_000);
        assert!(processor_time(own).is_some());
        assert_eq!((resident(u32::MAX), processor_time(u32::MAX)), (None, None));
    }

    #[test]
    fn reads_processor_time_behind_any_name() {
        let stat = "77 (a) b (c) S 1 77 77 0 -1 4194304 100 0 0 0 250 150 0 0 20 0 4 0 100 1000 10";
        assert_eq!(processor_time_in(stat, 100), Some(Duration::from_secs(4)));
    }

    #[test]
    fn growth_is_that_of_the_second_half() {
        let of = |samples: &[u64]| Memory::of(samples, Duration::from_secs(1));
        let filling = [50, 90, 100, 100, 101, 100, 100, 101].map(|megabytes| megabytes * 1_000_000);
        assert_eq!(of(&filling), Some(Memory { start: 50_000_000, end: 101_000_000, max: 101_000_000, growth: 0.0 }));
        let leaking: Vec<u64> = (0..60).map(|second| 100_000_000 + second * 50_000).collect();
        assert!((of(&leaking).unwrap().growth - 3.0).abs() < 1e-9);
        assert_eq!(of(&[7]), Some(Memory { start: 7, end: 7, max: 7, growth: 0.0 }));
        assert_eq!(of(&[]), None);
    }
}
