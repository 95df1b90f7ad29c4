//! `axhub restore`: a backup into an empty database of either engine.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use axhub_store::transfer;
use clap::Args;

use super::backup::CopyArgs;

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup, or any database of SQLite of this axhub's.
    file: PathBuf,
    #[command(flatten)]
    copy: CopyArgs,
}

impl Restore {
    /// Does it.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let to = self.copy.database.address();
        let started = Instant::now();
        let copied = transfer::restore(&self.file, to).await.with_context(|| format!("nothing was restored into {to}"))?;
        self.copy.tell(&self.file, &copied, started.elapsed())
    }
}
