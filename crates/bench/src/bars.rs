//! Progress bars on standard error when it is a terminal; nothing at all otherwise, so that a log stays readable.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use parking_lot::Mutex;

use crate::data::Progress;

/// A bar for each part of a long job, and a line when it is done.
#[derive(Debug, Default)]
pub struct Bars {
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress for Bars {
    fn begin(&self, what: &str, count: u64) {
        let bar = ProgressBar::new(count).with_style(style("{msg:24} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}"));
        bar.set_message(what.to_owned());
        *self.bar.lock() = Some(bar);
    }

    fn advance(&self, by: u64) {
        if let Some(bar) = &*self.bar.lock() {
            bar.inc(by);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.lock().take() {
            let (what, count, seconds) = (bar.message(), bar.position(), bar.elapsed().as_secs_f64());
            bar.finish_and_clear();
            #[expect(clippy::cast_precision_loss, reason = "shown without decimals")]
            let per_second = count as f64 / seconds.max(0.001);
            match count {
                0 => eprintln!("{what}: {seconds:.1} s"),
                _ => eprintln!("{what}: {count} in {seconds:.1} s, {per_second:.0}/s"),
            }
        }
    }
}

/// The bar of one measurement.
#[derive(Debug)]
pub struct RunBar(ProgressBar);

impl RunBar {
    /// A bar that fills while it counts.
    pub fn new(what: &str, time: Duration) -> RunBar {
        let bar = ProgressBar::new(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        let bar = bar.with_style(style("{prefix:40} {wide_bar} {msg}"));
        bar.set_prefix(what.to_owned());
        bar.set_message("warming up");
        RunBar(bar)
    }

    /// So much time of it has passed.
    pub fn show(&self, elapsed: Duration, message: String) {
        self.0.set_position(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        self.0.set_message(message);
    }
}

impl Drop for RunBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A template that cannot be read is shown as the library's own.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
