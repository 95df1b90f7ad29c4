//! `axhub statement reconcile`: a channel's own list held against a statement.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use axhub_domain::csv::CsvWriter;
use axhub_hub::statements;
use axhub_operator_api::statements::reconcile::{Comparison, DifferenceCounts, ListedDifference};
use axhub_operator_api::statements::their_list;
use axhub_web::csv::LIMIT;
use clap::Args;

use super::arguments::ReadArgs;
use super::failure::Told;
use super::output::{answer, print, word};
use super::statements::{OfArgs, nobody};
use super::table::{Table, facts};

/// The columns of the differences, for people and for spreadsheets.
const HEADS: [&str; 8] = ["LINE", "FIRST LINE", "DIFFERENCE", "ORDER", "TICKET", "CHANNEL'S TICKET", "HERE", "THERE"];
const COLUMNS: [&str; 8] = ["line", "first_line", "kind", "channel_order_code", "ax_ticket_code", "channel_ticket_code", "here", "there"];

#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    #[command(flatten)]
    of: OfArgs,
    /// The channel's list; `-` is standard input.
    file: PathBuf,
    /// Print the differences as a table for spreadsheets (CSV in UTF-8).
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    read: ReadArgs,
}

impl Reconcile {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let Reconcile { of, file, csv, read } = self;
        let of = of.of();
        let list = their_list::read(&bytes(&file)?).told("list").with_context(|| name(&file))?;
        let found = statements::reconcile(&read.hub().await?, of.clone(), list).await.told(nobody(&of))?;
        let comparison = Comparison::new(of, found);
        if csv {
            return print(&as_csv(&comparison));
        }
        answer(read.json, &comparison, sheet)
    }
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One more than there may be, to see that there are too many.
    let most = LIMIT as u64 + 1;
    let done = if is_standard_input(file) {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    done.with_context(|| format!("cannot read {}", name(file)))?;
    ensure!(bytes.len() <= LIMIT, "{} is larger than {} MiB", name(file), LIMIT / (1024 * 1024));
    Ok(bytes)
}

fn is_standard_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn name(file: &Path) -> String {
    if is_standard_input(file) { "standard input".to_owned() } else { file.display().to_string() }
}

fn as_csv(comparison: &Comparison) -> String {
    let mut table = CsvWriter::new(COLUMNS);
    for difference in &comparison.differences {
        table.row(cells(difference).iter().map(String::as_str));
    }
    table.finish()
}

fn sheet(comparison: &Comparison) -> String {
    let DifferenceCounts { missing_here, missing_there, repeated, order_differs, status_differs, amount_differs, currency_differs } =
        comparison.counts;
    let head = facts(&[
        ("month", comparison.month.clone()),
        ("channel", comparison.channel_code.clone()),
        ("supplier", comparison.supplier_code.clone()),
        ("tickets of the list", comparison.listed.to_string()),
        ("tickets of the statement", comparison.stated.to_string()),
        ("agreeing", comparison.agreeing.to_string()),
        ("differences", comparison.total_differences.to_string()),
        ("  missing here", missing_here.to_string()),
        ("  missing there", missing_there.to_string()),
        ("  repeated", repeated.to_string()),
        ("  order differs", order_differs.to_string()),
        ("  status differs", status_differs.to_string()),
        ("  amount differs", amount_differs.to_string()),
        ("  currency differs", currency_differs.to_string()),
    ]);
    let mut table = Table::new(&HEADS);
    for difference in &comparison.differences {
        table.row(cells(difference));
    }
    let untold = comparison.total_differences - comparison.differences.len();
    let rest = if untold > 0 { format!("… and {untold} more.\n") } else { String::new() };
    format!("{head}\n{}{rest}", table.or("The list and the statement agree."))
}

fn cells(difference: &ListedDifference) -> [String; 8] {
    let line = |line: Option<usize>| line.map(|line| line.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        line(difference.line),
        line(difference.first_line),
        word(&difference.kind),
        difference.channel_order_code.clone(),
        text(&difference.ax_ticket_code),
        text(&difference.channel_ticket_code),
        text(&difference.here),
        text(&difference.there),
    ]
}
