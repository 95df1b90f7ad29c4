//! A file that gets its name when it is whole, and safe on disk.
//!
//! Until then it stands beside as `NAME.unfinished`, and is deleted when the copy fails. What a killed program has left is
//! the next one's to write over; a lock on it says whether somebody still writes.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::plan::{self, Plan};
use super::{Result, TransferError};

/// How long to wait for whoever may just be finishing with the file that is replaced.
const PATIENCE: Duration = Duration::from_secs(2);

/// A file that is being made.
pub(super) struct NewFile {
    name: PathBuf,
    unfinished: PathBuf,
    /// Open, and locked, for as long as it has no name.
    file: File,
    replaces: Replaces,
    is_finished: bool,
}

/// What has the name until then.
enum Replaces {
    /// Nothing, and so it must be still at the end.
    Nothing,
    /// A file that is no database.
    File,
    /// A database, which nobody else can use until then.
    Database(#[expect(dead_code, reason = "it is held, and never asked anything")] Connection),
}

impl NewFile {
    /// Begins a file of this name, which is not `source`; one that is there already may be replaced or not.
    pub(super) fn create(name: &Path, may_replace: bool, source: &Path) -> Result<NewFile> {
        refuse_the_same(name, source)?;
        if fs::symlink_metadata(name).is_err() {
            return NewFile::begin(name, Replaces::Nothing);
        }
        if !may_replace {
            return Err(TransferError::Refused(format!("{} is there already, and would only be replaced with --force", name.display())));
        }
        NewFile::begin(name, hold(name)?.map_or(Replaces::File, Replaces::Database))
    }

    /// Begins a file of this name, which is not `source`, where there is none or a database without anything in it.
    pub(super) fn in_place_of_nothing(name: &Path, source: &Path, plan: &Plan) -> Result<NewFile> {
        refuse_the_same(name, source)?;
        if fs::symlink_metadata(name).is_err() {
            return NewFile::begin(name, Replaces::Nothing);
        }
        let Some(there) = hold(name)? else {
            return Err(TransferError::Refused(format!("{} is there already, and is no database, or a broken one", name.display())));
        };
        refuse_rows(name, &there, plan)?;
        NewFile::begin(name, Replaces::Database(there))
    }

    fn begin(name: &Path, replaces: Replaces) -> Result<NewFile> {
        if name.is_dir() {
            return Err(TransferError::Refused(format!("{} is a directory", name.display())));
        }
        refuse_a_foreign_log(name)?;
        let unfinished = beside(name, ".unfinished");
        let file = claim(&unfinished)?;
        let new = NewFile { name: name.to_owned(), unfinished, file, replaces, is_finished: false };
        // What a killed program may have left.
        remove(&beside(&new.unfinished, "-journal"));
        Ok(new)
    }

    /// Where it is while it is made.
    pub(super) fn path(&self) -> &Path {
        &self.unfinished
    }

    /// Gives it its name, and says how big it is.
    pub(super) fn finish(mut self) -> Result<u64> {
        let failed = |path: &Path, error: io::Error| TransferError::file(path, &error);
        self.file.sync_all().map_err(|error| failed(&self.unfinished, error))?;
        let bytes = self.file.metadata().map_err(|error| failed(&self.unfinished, error))?.len();
        // The copy may have taken minutes, in which somebody else could use the name.
        refuse_a_foreign_log(&self.name)?;
        match self.replaces {
            Replaces::Nothing => name_anew(&self.unfinished, &self.name)?,
            Replaces::File | Replaces::Database(_) => {
                fs::rename(&self.unfinished, &self.name).map_err(|error| failed(&self.name, error))?;
            }
        }
        self.is_finished = true;
        self.replaces = Replaces::Nothing;
        let directory = self.name.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let synced = File::open(directory).and_then(|directory| directory.sync_all());
        synced.map_err(|error| TransferError::NotSafe { path: self.name.clone(), why: error.to_string() })?;
        Ok(bytes)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_finished {
            remove(&self.unfinished);
            remove(&beside(&self.unfinished, "-journal"));
        }
    }
}

/// Gives a file a name that nothing has. Unlike a rename it never takes the name from what has come to have it.
fn name_anew(unfinished: &Path, name: &Path) -> Result<()> {
    let is_taken = || TransferError::Refused(format!("{} was not there before, and is now: it was left alone", name.display()));
    match fs::hard_link(unfinished, name) {
        Ok(()) => {
            remove(unfinished);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(is_taken()),
        // A file system on which a file has one name alone.
        Err(_) if fs::symlink_metadata(name).is_ok() => Err(is_taken()),
        Err(_) => fs::rename(unfinished, name).map_err(|error| TransferError::file(name, &error)),
    }
}

/// Makes the file for its owner alone, since a backup is full of personal data, and locks it. Whoever is killed leaves no
/// lock, and what that left is deleted: it may have been readable to others, or be somebody else's.
fn claim(path: &Path) -> Result<File> {
    let failed = |error: io::Error| TransferError::file(path, &error);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    loop {
        let (file, is_ours) = match options.open(path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            Err(_) => match fs::symlink_metadata(path) {
                Ok(about) if about.is_file() => match File::open(path) {
                    Ok(file) => (file, false),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(failed(error)),
                },
                Ok(_) => return Err(TransferError::Refused(format!("{} is no ordinary file: delete it first", path.display()))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            },
        };
        if let Err(error) = file.try_lock() {
            return match error {
                fs::TryLockError::WouldBlock => {
                    Err(TransferError::Refused(format!("{} is being written by another axhub", path.display())))
                }
                fs::TryLockError::Error(error) => Err(failed(error)),
            };
        }
        // Another program may have given it its name, or deleted it, between our opening and our locking it.
        match (is_still(&file, path), is_ours) {
            (true, true) => return Ok(file),
            (true, false) => fs::remove_file(path).map_err(failed)?,
            (false, _) => {}
        }
    }
}

#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Sees to it that nobody uses the database of this name, and that it has no log: SQLite would take a log that is left for
/// the new file's. `None` when it is no database, or so broken that nobody can use it.
fn hold(name: &Path) -> Result<Option<Connection>> {
    if name.is_dir() {
        return Err(TransferError::Refused(format!("{} is a directory", name.display())));
    }
    match try_hold(name) {
        Ok(connection) => Ok(Some(connection)),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) if !beside(name, "-wal").exists() => Ok(None),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Err(TransferError::Refused(format!("{} is in use: stop the server first", name.display())))
            }
            _ => Err(TransferError::file(name, &error)),
        },
    }
}

fn try_hold(name: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(name, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    // The first ends the log, if nobody else uses it; with the second there is no journal either.
    for pragma in ["journal_mode = DELETE", "journal_mode = MEMORY", "locking_mode = EXCLUSIVE"] {
        connection.query_row(&format!("PRAGMA {pragma}"), [], |_| Ok(()))?;
    }
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    Ok(connection)
}

/// Refuses a database in which there is anything that migrations did not put there.
fn refuse_rows(name: &Path, database: &Connection, plan: &Plan) -> Result<()> {
    let failed = |error| TransferError::file(name, &error);
    for found in plan::tables(database).map_err(failed)? {
        let table = plan.tables.iter().find(|table| table.name == found.name).unwrap_or(&found);
        let has_rows = table.is_copied && database.prepare(&table.any_row()).and_then(|mut any| any.exists([])).map_err(failed)?;
        if has_rows {
            return Err(not_empty(&name.display().to_string(), &table.name));
        }
    }
    Ok(())
}

/// Nothing is ever restored over something.
pub(super) fn not_empty(database: &str, table: &str) -> TransferError {
    TransferError::Refused(format!("{database} is not empty: there are rows in {table}. Restore into a new database"))
}

/// Refuses a name beside which the log of a database lies that is gone: SQLite would take it for the new one's.
fn refuse_a_foreign_log(name: &Path) -> Result<()> {
    for log in ["-wal", "-journal"].map(|suffix| beside(name, suffix)) {
        if fs::metadata(&log).is_ok_and(|about| about.len() > 0) {
            let why = format!("{} is the log of another database, and would spoil the new one: delete it first", log.display());
            return Err(TransferError::Refused(why));
        }
    }
    Ok(())
}

fn refuse_the_same(name: &Path, source: &Path) -> Result<()> {
    match (fs::canonicalize(name), fs::canonicalize(source)) {
        (Ok(name), Ok(source)) if name == source => Err(TransferError::Refused(format!("{} cannot be copied onto itself", name.display()))),
        _ => Ok(()),
    }
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Whether there was one or not.
fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "what a copy left cannot be deleted");
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
