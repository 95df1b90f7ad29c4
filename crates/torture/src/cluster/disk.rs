//! A disk that is small enough to be filled: a tmpfs of its own for SQLite's files.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

/// A mounted tmpfs. It is unmounted when dropped.
#[derive(Debug)]
pub struct SmallDisk {
    directory: PathBuf,
}

impl SmallDisk {
    /// Mounts one of so many bytes at a directory, which is made.
    ///
    /// # Errors
    /// When this user may not mount.
    pub fn mount(directory: &Path, bytes: u64) -> anyhow::Result<SmallDisk> {
        fs::create_dir_all(directory)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes},mode=755"), "axhub-torture"]).arg(directory);
        let done = mount.output().context("cannot run mount")?;
        if !done.status.success() {
            let why = String::from_utf8_lossy(&done.stderr);
            bail!(
                "the fault disk-full needs a disk of its own, and this user may not mount one ({}). Run it as root, or with: \
                 unshare --user --map-root-user --mount axhub-torture run --engine sqlite --fault disk-full …",
                why.trim()
            );
        }
        Ok(SmallDisk { directory: directory.to_owned() })
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Takes all of its room but about so many bytes.
    ///
    /// # Errors
    /// The system's, other than that the disk is full.
    pub fn fill(&self, but: u64) -> anyhow::Result<()> {
        let mut ballast = OpenOptions::new().create(true).append(true).open(self.ballast())?;
        write_until_full(&mut ballast)?;
        let length = ballast.metadata()?.len();
        ballast.set_len(length.saturating_sub(but))?;
        Ok(())
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// The system's.
    pub fn make_room(&self) -> anyhow::Result<()> {
        match fs::remove_file(self.ballast()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn ballast(&self) -> PathBuf {
        self.directory.join("ballast")
    }
}

fn write_until_full(file: &mut File) -> anyhow::Result<()> {
    let block = [0; 64 * 1024];
    loop {
        match file.write(&block) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Copies the file of a database as it is, and what is written beside it.
///
/// # Errors
/// When it cannot be copied.
pub fn copy_raw(file: &Path, to: &Path) -> anyhow::Result<()> {
    let name = file.file_name().context("a file without a name")?;
    fs::create_dir_all(to)?;
    for end in ["", "-wal"] {
        let mut name = name.to_owned();
        name.push(end);
        let from = file.with_file_name(&name);
        if from.exists() {
            fs::copy(&from, to.join(&name)).with_context(|| format!("cannot copy {}", from.display()))?;
        }
    }
    Ok(())
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whoever still has a file open there keeps it, and nobody else sees it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.directory).status();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_copied_as_it_is_with_what_is_written_beside_it() {
        let (disk, round) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = disk.path().join("axhub.db");
        for (end, text) in [("", "half a file"), ("-wal", "a log"), ("-shm", "what nobody needs")] {
            fs::write(disk.path().join(format!("axhub.db{end}")), text).unwrap();
        }
        let raw = round.path().join("raw");
        copy_raw(&file, &raw).unwrap();
        assert_eq!(fs::read_to_string(raw.join("axhub.db")).unwrap(), "half a file");
        assert_eq!(fs::read_to_string(raw.join("axhub.db-wal")).unwrap(), "a log");
        assert_eq!(fs::read_dir(&raw).unwrap().count(), 2);
    }
}
