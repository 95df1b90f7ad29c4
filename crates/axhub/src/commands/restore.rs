//! `axhub restore`: a backup into an empty database of either engine.

use std::path::PathBuf;
use std::time::Instant;

use axhub_store::Address;
use axhub_store::transfer::{self, Outcome, TransferError};
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
        let copied = transfer::restore(&self.file, to).await.map_err(|error| failed(error, to))?;
        self.copy.tell(&self.file, &copied, started.elapsed())
    }
}

/// Says what has come of it, and why.
fn failed(error: TransferError, to: &Address) -> anyhow::Error {
    let what = match error.outcome() {
        Outcome::Nothing => format!("nothing was restored into {to}"),
        Outcome::Unknown => format!("it is not known whether anything was restored into {to}"),
        Outcome::NotSafe => format!("everything was restored into {to}, which may not survive a loss of power"),
    };
    anyhow::Error::new(error).context(what)
}

#[cfg(test)]
mod tests {
    use axhub_store::Error;

    use super::*;

    #[test]
    fn says_what_has_come_of_it() {
        let to: Address = "postgres://axhub:secret@db.example/axhub".parse().unwrap();
        let said = |error: TransferError| format!("{:#}", failed(error, &to));
        assert_eq!(
            said(TransferError::Refused("it is not empty".to_owned())),
            "nothing was restored into postgres://axhub@db.example/axhub: it is not empty"
        );
        let unsure = said(Error::Unsure("the connection was lost".to_owned()).into());
        assert!(unsure.starts_with("it is not known whether anything was restored into postgres://axhub@db.example/axhub: "), "{unsure}");
        assert!(unsure.ends_with("the connection was lost") && !unsure.contains("nothing"), "{unsure}");
        assert_eq!(
            said(TransferError::NotSafe { path: "axhub.db".into(), why: "no".to_owned() }),
            "everything was restored into postgres://axhub@db.example/axhub, which may not survive a loss of power: axhub.db: no"
        );
    }
}
