//! `axhub backup`: the whole database as one file, while servers run.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use axhub_store::Address;
use axhub_store::transfer::{self, Copied, Outcome, TransferError};
use clap::Args;
use serde::Serialize;

use super::output::answer;
use super::table::{Table, facts};
use crate::cli::{COMMON, DatabaseArgs};

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write. It gets this name when it is whole; until then it is FILE.unfinished.
    file: PathBuf,
    /// Replace the file when there is one.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    copy: CopyArgs,
}

/// What both directions take.
#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// Print one JSON document instead of a table.
    #[arg(long, help_heading = COMMON)]
    json: bool,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
}

impl Backup {
    /// Does it.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let from = self.copy.database.address();
        let started = Instant::now();
        let copied = transfer::backup(from, &self.file, self.force).await.map_err(|error| failed(error, from))?;
        self.copy.tell(&self.file, &copied, started.elapsed())
    }
}

/// Says what has come of it, and why. Whatever a database says while it is read, without a file there is no backup.
fn failed(error: TransferError, from: &Address) -> anyhow::Error {
    let what = match error.outcome() {
        Outcome::Nothing | Outcome::Unknown => format!("no backup was made of {from}"),
        Outcome::NotSafe => format!("a backup was made of {from}, which may not survive a loss of power"),
    };
    anyhow::Error::new(error).context(what)
}

impl CopyArgs {
    /// Says what was copied.
    pub(super) fn tell(&self, file: &Path, copied: &Copied, took: Duration) -> anyhow::Result<()> {
        answer(self.json, &Document::new(file, self.database.address(), copied, took), text)
    }
}

/// What was copied, as programs read it.
#[derive(Serialize)]
struct Document {
    file: String,
    database: String,
    schema: usize,
    tables: Vec<TableDocument>,
    rows: u64,
    bytes: u64,
    milliseconds: u128,
}

#[derive(Serialize)]
struct TableDocument {
    table: String,
    rows: u64,
}

impl Document {
    fn new(file: &Path, database: &Address, copied: &Copied, took: Duration) -> Document {
        let table = |table: &transfer::CopiedTable| TableDocument { table: table.name.clone(), rows: table.rows };
        Document {
            file: file.display().to_string(),
            database: database.to_string(),
            schema: copied.schema,
            tables: copied.tables.iter().map(table).collect(),
            rows: copied.rows(),
            bytes: copied.bytes,
            milliseconds: took.as_millis(),
        }
    }
}

fn text(copied: &Document) -> String {
    let mut table = Table::new(&["TABLE", "ROWS"]);
    for of in &copied.tables {
        table.row([of.table.clone(), of.rows.to_string()]);
    }
    let seconds = format!("{}.{:03} s", copied.milliseconds / 1000, copied.milliseconds % 1000);
    let all = facts(&[
        ("database", copied.database.clone()),
        ("backup", format!("{}, {} bytes, schema {}", copied.file, copied.bytes, copied.schema)),
        ("copied", format!("{} rows in {seconds}", copied.rows)),
    ]);
    format!("{}\n{all}", table.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_but_not_safe_is_not_denied() {
        let from: Address = "sqlite:axhub.db".parse().unwrap();
        let not_safe = TransferError::NotSafe { path: "b.db".into(), why: "input/output error".to_owned() };
        let said = format!("{:#}", failed(not_safe, &from));
        assert_eq!(said, format!("a backup was made of {from}, which may not survive a loss of power: b.db: input/output error"));
        assert!(format!("{:#}", failed(TransferError::OtherEnd, &from)).starts_with("no backup was made of "));
    }

    #[test]
    fn says_what_was_copied() {
        let tables = [("orders", 12), ("tickets", 30)].map(|(name, rows)| transfer::CopiedTable { name: name.to_owned(), rows });
        let copied = Copied { schema: 5, tables: tables.to_vec(), bytes: 4096 };
        let address = "postgres://axhub:secret@db.example/axhub".parse().unwrap();
        let document = Document::new(Path::new("b.db"), &address, &copied, Duration::from_millis(1_050));
        assert_eq!(
            text(&document),
            "TABLE    ROWS\norders   12\ntickets  30\n\ndatabase  postgres://axhub@db.example/axhub\nbackup    b.db, 4096 bytes, schema 5\ncopied    42 rows in 1.050 s\n"
        );
        let json = r#"{"file":"b.db","database":"postgres://axhub@db.example/axhub","schema":5,"tables":[{"table":"orders","rows":12},{"table":"tickets","rows":30}],"rows":42,"bytes":4096,"milliseconds":1050}"#;
        assert_eq!(serde_json::to_string(&document).unwrap(), json);
    }
}
