//! The servers' clocks: each has a file with the seconds that it is ahead of the machine's, so that they can differ.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Cluster, name_of};

impl Cluster {
    /// Moves a server's clock by so many seconds from the machine's.
    ///
    /// # Errors
    /// The system's.
    pub fn move_clock(&self, server: usize, seconds: i64) -> anyhow::Result<()> {
        move_clock(&self.directory, server, seconds)
    }

    /// Sets the clocks of all servers right.
    ///
    /// # Errors
    /// The system's.
    pub fn set_clocks_right(&self) -> anyhow::Result<()> {
        (0..self.servers()).try_for_each(|server| self.move_clock(server, 0))
    }
}

/// The file that a server reads its clock's offset from; without it, its clock is right.
pub(super) fn offset_file(directory: &Path, server: usize) -> PathBuf {
    directory.join(format!("clock-offset-{}", name_of(server)))
}

fn move_clock(directory: &Path, server: usize, seconds: i64) -> anyhow::Result<()> {
    // In one step, so that nobody reads half a number.
    let (file, next) = (offset_file(directory, server), directory.join("clock-offset.next"));
    fs::write(&next, seconds.to_string())?;
    Ok(fs::rename(next, file)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_has_a_clock_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        for (server, seconds) in [(0, 3600), (1, -3600), (0, 7200)] {
            move_clock(directory.path(), server, seconds).unwrap();
        }
        let told = [0, 1].map(|server| fs::read_to_string(offset_file(directory.path(), server)).unwrap());
        assert_eq!(told, ["7200", "-3600"]);
    }
}
