//! Recording what a database is asked: for tests that read plans, and for tools that compare.

use std::sync::Arc;

use parking_lot::Mutex;

use super::value::Value;

/// Notes, in order, all that the databases opened with it are asked. Clones are the same recording.
#[derive(Clone, Default)]
pub struct Recording {
    noted: Arc<Mutex<Vec<Recorded>>>,
}

impl Recording {
    /// What was noted since this was last called.
    pub fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.noted.lock())
    }
}

impl std::fmt::Debug for Recording {
    /// Without the contents, which may be about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recording(…)")
    }
}

/// One thing that a database was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The name of the transaction.
    pub transaction: &'static str,
    /// What was asked.
    pub step: Step,
}

/// One step of a transaction. [`Mode::Read`](super::Mode::Read) on PostgreSQL neither begins nor commits.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A transaction began.
    Begin,
    /// A statement was run.
    Statement {
        /// Its text in the engine's words.
        sql: &'static str,
        /// What stands for `$1`, `$2` …
        params: Vec<Value>,
    },
    /// The transaction was committed, or at least that was asked for.
    Commit,
    /// The transaction was undone.
    RollBack,
}

impl Step {
    /// Which one a statement is that begins or ends a transaction, perhaps after it has told something.
    pub(super) fn of(control: &str) -> Step {
        if control.starts_with("BEGIN") {
            Step::Begin
        } else if control.ends_with("COMMIT") {
            Step::Commit
        } else {
            Step::RollBack
        }
    }
}

/// A session's way to a recording.
pub(super) struct Recorder {
    recording: Recording,
    /// The transaction that is open on the session.
    transaction: Mutex<&'static str>,
}

impl Recorder {
    pub(super) fn new(recording: Recording) -> Recorder {
        Recorder { recording, transaction: Mutex::new("") }
    }

    /// All steps that follow are this transaction's.
    pub(super) fn name(&self, transaction: &'static str) {
        *self.transaction.lock() = transaction;
    }

    pub(super) fn note(&self, step: Step) {
        self.recording.noted.lock().push(Recorded { transaction: *self.transaction.lock(), step });
    }
}
