//! The file of SQLite that is restored: read as it is, and watched meanwhile.

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::Connection;

use super::file::beside;
use super::{Result, TransferError};
use crate::engine::{connect_read_only, has_log};

/// A backup, in which nothing is to be changed.
pub(super) struct Backup {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// How the file was when it was opened, where SQLite itself does not see that somebody writes.
    alone: Option<Look>,
}

/// What tells that a file was written.
#[derive(Debug, PartialEq, Eq)]
struct Look {
    bytes: u64,
    written: Option<SystemTime>,
}

impl Look {
    fn at(about: &Metadata) -> Look {
        Look { bytes: about.len(), written: about.modified().ok() }
    }
}

impl Backup {
    /// Opens it.
    pub(super) fn open(path: &Path) -> Result<Backup> {
        let refused = |what: &str| Err(TransferError::Refused(format!("{} is not a backup: it is {what}", path.display())));
        let failed = |error| TransferError::file(path, &error);
        let about = fs::metadata(path).map_err(failed)?;
        if about.is_dir() {
            return refused("a directory");
        }
        if about.len() == 0 {
            return refused("empty");
        }
        let mut begin = Vec::new();
        File::open(path).and_then(|file| file.take(16).read_to_end(&mut begin)).map_err(failed)?;
        if begin != b"SQLite format 3\0" {
            return refused("no database of SQLite");
        }
        // SQLite would not look at it, since such a file is read as if nobody ever wrote to it.
        if has_journal(path) {
            return refused("unfinished, or was being changed by a program that was killed: its journal lies beside it");
        }
        let had_log = has_log(path);
        let connection = connect_read_only(path).map_err(|error| TransferError::file(path, &error))?;
        // With a log somebody else has it open, and it is read as such a file must be. Without one it is read as if nobody ever did.
        let alone = (!had_log || !has_log(path)).then(|| Look::at(&about));
        Ok(Backup { connection, path: path.to_owned(), alone })
    }

    /// Refuses what was read when another program may have written to the file meanwhile.
    pub(super) fn check_unchanged(&self) -> Result<()> {
        let Some(before) = &self.alone else { return Ok(()) };
        let about = fs::metadata(&self.path).map_err(|error| TransferError::file(&self.path, &error))?;
        if has_log(&self.path) || Look::at(&about) != *before {
            let why = format!("another program opened {} meanwhile: stop it, and give the command again", self.path.display());
            return Err(TransferError::Refused(why));
        }
        Ok(())
    }
}

/// Whether there is something to be taken back in a file before it can be read.
fn has_journal(path: &Path) -> bool {
    fs::metadata(beside(path, "-journal")).is_ok_and(|about| about.len() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(path: &Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS notes (text TEXT); INSERT INTO notes VALUES ('x')")
            .unwrap();
        connection
    }

    #[test]
    fn a_program_that_opens_it_meanwhile_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("b.db");
        drop(writer(&path));
        let backup = Backup::open(&path).unwrap();
        backup.check_unchanged().unwrap();
        let server = writer(&path);
        assert!(backup.check_unchanged().unwrap_err().to_string().contains("b.db meanwhile"));
        // Not even when it has gone again.
        drop(server);
        assert!(!has_log(&path));
        assert!(backup.check_unchanged().is_err());
    }

    #[test]
    fn a_file_that_is_in_use_from_the_beginning_is_read_beside_its_user() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("b.db");
        let server = writer(&path);
        let backup = Backup::open(&path).unwrap();
        server.execute_batch("INSERT INTO notes VALUES ('y')").unwrap();
        backup.check_unchanged().unwrap();
    }
}
