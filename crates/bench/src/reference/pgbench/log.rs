//! What pgbench notes of each transaction, and what rate and latency that makes.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

/// What pgbench did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tps {
    /// Transactions per second.
    pub per_second: f64,
    /// Half of them took no longer.
    pub median: Duration,
}

/// A transaction.
#[derive(Clone, Copy, Debug)]
struct Noted {
    took: Duration,
    /// Since 1970.
    ended: Duration,
}

/// Reads the logs in a directory, one of each thread, and leaves out what ended while it warmed up.
///
/// # Errors
/// When it cannot be read, or nothing counts.
pub fn read(directory: &Path, warm_up: Duration) -> anyhow::Result<Tps> {
    let mut noted = Vec::new();
    for file in fs::read_dir(directory)? {
        let text = fs::read_to_string(file?.path())?;
        for line in text.lines() {
            noted.push(transaction(line).with_context(|| format!("pgbench notes something else than a transaction: {line}"))?);
        }
    }
    rate(noted, warm_up)
}

/// `client number microseconds script second microsecond`.
fn transaction(line: &str) -> Option<Noted> {
    let mut numbers = line.split_ascii_whitespace().skip(2);
    let took = Duration::from_micros(numbers.next()?.parse().ok()?);
    let (second, microsecond) = (numbers.nth(1)?.parse().ok()?, numbers.next()?.parse().ok()?);
    Some(Noted { took, ended: Duration::from_secs(second) + Duration::from_micros(microsecond) })
}

fn rate(mut noted: Vec<Noted>, warm_up: Duration) -> anyhow::Result<Tps> {
    let began = noted.iter().map(|one| one.ended.saturating_sub(one.took)).min().context("pgbench noted no transaction")?;
    let end = noted.iter().map(|one| one.ended).max().unwrap_or(began);
    let counts_from = began + warm_up;
    noted.retain(|one| one.ended > counts_from);
    ensure!(!noted.is_empty() && end > counts_from, "pgbench ended no transaction after its warm-up");
    noted.sort_by_key(|one| one.took);
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits than a float has")]
    let per_second = noted.len() as f64 / (end - counts_from).as_secs_f64();
    Ok(Tps { per_second, median: noted[noted.len() / 2].took })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_comes_after_the_warm_up() {
        let directory = tempfile::tempdir().unwrap();
        // The first began at 1000.0 s; two end within a second of that, four within the next two.
        fs::write(directory.path().join("log.7"), "0 0 500000 0 1000 500000\n0 1 400000 0 1000 900000\n0 2 300000 0 1001 200000\n")
            .unwrap();
        fs::write(directory.path().join("log.7.1"), "1 0 100000 0 1001 500000\n1 1 200000 0 1002 0\n1 2 900000 0 1003 0\n").unwrap();
        let tps = read(directory.path(), Duration::from_secs(1)).unwrap();
        assert_eq!(tps, Tps { per_second: 2.0, median: Duration::from_millis(300) });
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        let directory = tempfile::tempdir().unwrap();
        assert!(read(directory.path(), Duration::ZERO).is_err());
        fs::write(directory.path().join("log.7"), "0 0 failed 0 1000 500000\n").unwrap();
        assert!(read(directory.path(), Duration::ZERO).unwrap_err().to_string().contains("failed"));
    }
}
