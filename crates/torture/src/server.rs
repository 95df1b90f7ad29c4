//! `axhub-torture server`: `axhub` in this process, with a clock that is moved from outside and perhaps a planted bug, so
//! that the program that is shipped has no such switches.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use axhub_hub::planted::{Planted, plant};
use axhub_hub::{Clock, SystemClock};
use clap::{Args, Parser};
use jiff::{SignedDuration, Timestamp};

/// How the server differs from the one that is shipped.
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// A file with the seconds that the clock is ahead of the machine's.
    #[arg(long, value_name = "FILE")]
    clock_offset_file: Option<PathBuf>,
    /// The bug that it has.
    #[arg(long, value_name = "BUG")]
    planted: Option<Planted>,
    /// What `axhub` is told.
    #[arg(last = true, required = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

impl ServerArgs {
    /// Runs it until it is told to stop.
    ///
    /// # Errors
    /// Those of `axhub`.
    pub fn run(self) -> anyhow::Result<()> {
        // Nobody is left to stop it when the one who started it was killed.
        #[cfg(target_os = "linux")]
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
        if let Some(bug) = self.planted {
            plant(bug);
        }
        let arguments = std::iter::once(OsString::from("axhub")).chain(self.arguments);
        let program = axhub::cli::Cli::try_parse_from(arguments)?;
        match self.clock_offset_file {
            Some(file) => program.run_with(Arc::new(MovedClock { file })),
            None => program.run(),
        }
    }
}

/// The machine's clock and as many seconds as a file says. It is read each time, so that it jumps when the file changes.
struct MovedClock {
    file: PathBuf,
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let offset = std::fs::read_to_string(&self.file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or_default();
        SystemClock.now() + SignedDuration::from_secs(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_as_far_ahead_as_its_file_says() {
        let directory = tempfile::tempdir().unwrap();
        let clock = MovedClock { file: directory.path().join("offset") };
        let day = SignedDuration::from_hours(24);
        assert!(clock.now().duration_since(SystemClock.now()) < day / 2, "no file: not moved");
        std::fs::write(&clock.file, "86400\n").unwrap();
        let ahead = clock.now().duration_since(SystemClock.now());
        assert!(ahead > day / 2 && ahead <= day, "{ahead}");
        std::fs::write(&clock.file, "-86400").unwrap();
        assert!(SystemClock.now().duration_since(clock.now()) > day / 2);
    }
}
