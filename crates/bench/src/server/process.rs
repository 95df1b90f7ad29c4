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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// When it began to count.
    pub start: u64,
    /// At the end.
    pub end: u64,
    /// The most.
    pub max: u64,
    /// Whether the last quarter's mean is within 5 % of the second quarter's: the first quarter is for what fills up.
    pub is_flat: bool,
}

impl Memory {
    /// What samples at regular intervals say; `None` without a sample.
    pub fn of(samples: &[u64]) -> Option<Memory> {
        let (start, end, max) = (*samples.first()?, *samples.last()?, *samples.iter().max()?);
        let quarter = samples.len().div_ceil(4);
        let second = mean(samples.get(quarter..2 * quarter).unwrap_or(samples));
        let last = mean(&samples[samples.len() - quarter..]);
        Some(Memory { start, end, max, is_flat: last.abs_diff(second) * 20 <= second })
    }
}

fn mean(samples: &[u64]) -> u64 {
    samples.iter().sum::<u64>() / (samples.len() as u64).max(1)
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
    fn memory_is_flat_when_it_no_longer_grows() {
        let filling: Vec<u64> = vec![50, 90, 100, 100, 101, 100, 102, 101];
        assert_eq!(Memory::of(&filling), Some(Memory { start: 50, end: 101, max: 102, is_flat: true }));
        let leaking: Vec<u64> = (0..60).map(|second| 100 + second).collect();
        assert_eq!(Memory::of(&leaking).map(|memory| memory.is_flat), Some(false));
        assert_eq!(Memory::of(&[7]), Some(Memory { start: 7, end: 7, max: 7, is_flat: true }));
        assert_eq!(Memory::of(&[]), None);
    }
}
