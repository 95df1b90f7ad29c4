//! Figures as tables, in Markdown, so that they can be copied into a document.

use crate::figures::{Figures, Latency};
use crate::run::Runs;

/// A table, with columns as wide as they must be.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        cells.chain(head.get(column).copied()).map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        // Texts begin at the left, numbers end at the right.
        let padded = cells.zip(&widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
    };
    let rule: Vec<String> = widths.iter().enumerate().map(|(at, width)| rule(at, *width)).collect();
    let mut text = line(&mut head.iter().copied());
    text.push_str(&line(&mut rule.iter().map(String::as_str)));
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

fn rule(column: usize, width: usize) -> String {
    if column == 0 { "-".repeat(width) } else { format!("{}:", "-".repeat(width.saturating_sub(1))) }
}

/// The table of a few scenarios; of each the run in the middle.
pub fn runs(all: &[Runs]) -> String {
    let head = [
        "scenario",
        "engine",
        "conn.",
        "rate",
        "per s",
        "p50 ms",
        "p90",
        "p99",
        "p99.9",
        "max",
        "server µs",
        "tool µs",
        "bytes",
        "RSS MB",
        "reference",
        "ratio",
    ];
    let rows: Vec<_> = all.iter().filter_map(|runs| Some(row(runs, runs.typical()?))).collect();
    let mut text = table(&head, &rows);
    let kinds: Vec<_> = all.iter().filter_map(Runs::typical).flat_map(kinds).collect();
    if !kinds.is_empty() {
        text.push('\n');
        text.push_str(&table(&["of which", "per s", "p50 ms", "p90", "p99", "p99.9", "max"], &kinds));
    }
    for figures in all.iter().filter_map(Runs::typical).filter(|figures| figures.unsent > 0) {
        text.push_str(&format!("\n{}: {} requests could not be sent for want of a free connection.\n", figures.scenario, figures.unsent));
    }
    text
}

fn row(runs: &Runs, figures: &Figures) -> Vec<String> {
    let mut row = vec![figures.scenario.to_string(), figures.engine.to_owned(), figures.connections.to_string()];
    row.push(figures.rate.map_or_else(|| "closed".to_owned(), |rate| format!("{rate}/s")));
    row.push(whole(figures.all.per_second));
    row.extend(latencies(&figures.all.latency));
    let usage = &figures.usage;
    row.extend([usage.server_us, usage.tool_us].map(|time| time.map_or_else(String::new, |time| format!("{time:.1}"))));
    row.push(whole(figures.bytes_per_answer));
    row.push(usage.memory.map_or_else(String::new, |memory| format!("{} ({:+.1}/min)", megabytes(memory.max), memory.growth)));
    row.push(
        runs.references
            .first()
            .map_or_else(String::new, |_| whole(crate::figures::median(runs.references.iter().map(|reference| reference.per_second)))),
    );
    row.push(runs.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")));
    row
}

fn kinds(figures: &Figures) -> Vec<Vec<String>> {
    let row = |(kind, rate): (&crate::scenarios::Kind, &crate::figures::Rate)| {
        let mut row = vec![format!("{} {kind}", figures.scenario), whole(rate.per_second)];
        row.extend(latencies(&rate.latency));
        row
    };
    figures.kinds.iter().map(row).collect()
}

fn latencies(latency: &Latency) -> [String; 5] {
    [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(|milliseconds| format!("{milliseconds:.2}"))
}

/// A number without decimals.
pub fn whole(number: f64) -> String {
    format!("{number:.0}")
}

/// Bytes as megabytes.
pub fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let rows = [vec!["price".to_owned(), "12345".to_owned()], vec!["µs".to_owned(), "7".to_owned()]];
        assert_eq!(table(&["what", "per s"], &rows), "| what  | per s |\n| ----- | ----: |\n| price | 12345 |\n| µs    |     7 |\n");
    }
}
