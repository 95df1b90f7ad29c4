//! `axhub verify`: whether everything holds in a database that should.

use anyhow::{Context, ensure};
use axhub_store::verify::{self, Check, Report};
use clap::Args;

use super::output::answer;
use super::table::Table;
use crate::cli::{COMMON, DatabaseArgs};

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Print one JSON document instead of a table: every rule with what breaks it.
    #[arg(long, help_heading = COMMON)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Verify {
    /// Does it.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let address = self.database.address();
        let was_open = verify::is_open(address);
        let database = self.database.open_to_look().await?;
        let report = verify::verify(&database).await.with_context(|| format!("the database {address} cannot be read"))?;
        ensure!(was_open || !verify::is_open(address), "another program opened the database {address} meanwhile: run it again");
        answer(self.json, &report, text)?;
        let (all, broken) = (report.checks.len(), report.broken().count());
        ensure!(broken == 0, "{broken} of {all} rules do not hold in {address}");
        Ok(())
    }
}

fn text(report: &Report) -> String {
    let mut table = Table::new(&["RULE", "ROWS", "RESULT"]);
    for check in &report.checks {
        let result = if check.found == 0 { "ok".to_owned() } else { format!("{} found", check.found) };
        table.row([check.name.to_owned(), check.rows.to_string(), result]);
    }
    report.broken().fold(table.text(), |text, check| text + &findings(check))
}

fn findings(check: &Check) -> String {
    let mut lines = vec![String::new(), format!("{}: {}", check.name, check.rule)];
    lines.extend(check.findings.iter().map(|finding| format!("  {finding}")));
    let more = check.found.saturating_sub(check.findings.len() as u64);
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &'static str, found: u64, findings: &[&str]) -> Check {
        Check { name, rule: "Something holds.", rows: 7, found, findings: findings.iter().map(|text| (*text).to_owned()).collect() }
    }

    #[test]
    fn what_breaks_a_rule_stands_below_the_table() {
        let report = Report { checks: vec![check("first", 0, &[]), check("second", 3, &["stock 1: wrong", "stock 2: wrong"])] };
        let expected = "RULE    ROWS  RESULT\nfirst   7     ok\nsecond  7     3 found\n
second: Something holds.\n  stock 1: wrong\n  stock 2: wrong\n  and 1 more\n";
        assert_eq!(text(&report), expected);
    }
}
