//! Where a run has its files: a directory that somebody named, or a new one that is deleted unless it is kept.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempDir;

/// A directory for files of a run.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    made: Option<TempDir>,
}

impl Scratch {
    /// The directory that was named, made if need be; or a new one whose name begins like this.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(named: Option<&Path>, prefix: &str) -> anyhow::Result<Scratch> {
        if let Some(named) = named {
            fs::create_dir_all(named).with_context(|| format!("cannot make {}", named.display()))?;
            return Ok(Scratch { path: fs::canonicalize(named)?, made: None });
        }
        // Readable, so that the user of PostgreSQL can go there.
        let permissions = fs::Permissions::from_mode(0o755);
        let made = tempfile::Builder::new().prefix(prefix).permissions(permissions).tempdir()?;
        Ok(Scratch { path: made.path().to_owned(), made: Some(made) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves it where it is.
    pub fn keep(&mut self) {
        if let Some(made) = &mut self.made {
            made.disable_cleanup(true);
        }
    }
}

/// Deletes a directory with all that is in it, if it is there.
///
/// # Errors
/// The system's.
pub fn remove(directory: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).with_context(|| format!("cannot delete {}", directory.display())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_new_directory_that_nobody_keeps_is_deleted() {
        let given = tempfile::tempdir().unwrap();
        let named = given.path().join("a/b");
        drop(Scratch::new(Some(&named), "x-").unwrap());
        assert!(named.is_dir());

        let scratch = Scratch::new(None, "axhub-scratch-").unwrap();
        let path = scratch.path().to_owned();
        fs::write(path.join("file"), "x").unwrap();
        drop(scratch);
        assert!(!path.exists());

        let mut scratch = Scratch::new(None, "axhub-scratch-").unwrap();
        scratch.keep();
        let path = scratch.path().to_owned();
        drop(scratch);
        assert!(path.is_dir());
        fs::remove_dir(path).unwrap();
    }
}
