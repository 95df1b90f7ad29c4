//! How far a run is: a bar on a terminal, and a line per round.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::recovery::Recovery;
use crate::run::{Kind, Round};

/// Tells on standard error.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar that says what is going on.
    pub fn new() -> Progress {
        let style = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::new_spinner().with_style(style);
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress(bar)
    }

    /// Tells nothing.
    pub fn hidden() -> Progress {
        Progress(ProgressBar::hidden())
    }

    /// A round begins.
    pub(crate) fn begin(&self, kind: Kind, seed: u64) {
        self.0.set_message(format!("{kind}, seed {seed}"));
    }

    /// It is over.
    pub fn end(&self, round: &Round) {
        let Round { engine, fault, seed, figures, findings, took, .. } = round;
        let recovered = match round.recovery {
            Recovery::NotMeasured => "nothing healed".to_owned(),
            Recovery::Seconds(time) => format!("recovered in {time:.2} s"),
            Recovery::Never => "never recovered".to_owned(),
        };
        let line = format!(
            "{engine:8} {fault:15} seed {seed:<20} {took:5.1} s {:6} requests {:5} orders  {recovered}, {} findings",
            figures.requests,
            figures.orders,
            findings.len()
        );
        self.tell(&line);
    }

    /// Something else that has happened.
    pub fn tell(&self, line: &str) {
        // A bar that is not shown swallows its lines.
        if self.0.is_hidden() { eprintln!("{line}") } else { self.0.println(line) }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Progress::new()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
