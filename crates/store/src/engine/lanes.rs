//! The threads that own SQLite's connections, and the lanes in which work waits for them.
//!
//! Work of which nobody awaits the answer any more is not begun: when another program keeps the file locked for minutes, all
//! that was given up meanwhile would else be done afterwards, and what is asked then would wait behind it.

use std::panic::AssertUnwindSafe;

use flume::{Receiver, Sender, TrySendError, WeakSender};
use tokio::sync::oneshot;

use super::session::Session;
use super::sqlite::roll_back;
use crate::error::{Error, Result};

/// How much may wait in a lane. More than honest clients ask at once, and less than what would take a minute.
const MAX_WAITING: usize = 1024;

type Job = Box<dyn FnOnce(&Session) + Send>;

/// Says whether nobody awaits a job's answer any more.
pub(super) type IsAbandoned<'a> = &'a dyn Fn() -> bool;

/// A lane to one or more threads. They end when its last clone is dropped.
#[derive(Clone, Debug)]
pub(super) struct Lane(Sender<Job>);

/// A lane for as long as somebody else uses it.
pub(super) struct WeakLane(WeakSender<Job>);

impl Lane {
    /// A lane to a thread for each of these sessions.
    pub(super) fn to(name: &str, sessions: impl IntoIterator<Item = Session>) -> Result<Lane> {
        let (lane, jobs) = flume::bounded(MAX_WAITING);
        for session in sessions {
            let jobs = jobs.clone();
            let work = move || work(&session, &jobs);
            std::thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|error| Error::Unavailable(error.to_string()))?;
        }
        Ok(Lane(lane))
    }

    pub(super) fn downgrade(&self) -> WeakLane {
        WeakLane(self.0.downgrade())
    }

    /// Has a job done and waits for its answer. What is dropped while the job waits is not done.
    pub(super) async fn submit<T: Send + 'static>(&self, job: impl FnOnce(&Session, IsAbandoned<'_>) -> T + Send + 'static) -> Result<T> {
        self.send(job)?.await.map_err(|_| gone())
    }

    /// Has a job done, and says where its answer will come.
    pub(super) fn send<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Session, IsAbandoned<'_>) -> T + Send + 'static,
    ) -> Result<oneshot::Receiver<T>> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |session| {
            let is_abandoned = || answer.is_closed();
            if is_abandoned() {
                return;
            }
            let done = job(session, &is_abandoned);
            // Whoever went away meanwhile hears nothing; the work is done all the same.
            let _ = answer.send(done);
        });
        self.0.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::Unavailable("too much waits for the database already".to_owned()),
            TrySendError::Disconnected(_) => gone(),
        })?;
        Ok(answered)
    }
}

impl WeakLane {
    /// The lane, if anybody uses it still.
    pub(super) fn upgrade(&self) -> Option<Lane> {
        self.0.upgrade().map(Lane)
    }
}

fn gone() -> Error {
    Error::Unavailable("the database's thread has ended".to_owned())
}

/// Does jobs until there can be no more.
fn work(session: &Session, jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        // A bug in one job must not end the thread; its caller sees the answer channel close.
        if std::panic::catch_unwind(AssertUnwindSafe(|| job(session))).is_err() {
            roll_back(session);
            // What it told of itself is not true of the next one.
            session.take_touched();
            tracing::error!("a transaction panicked and was rolled back");
        }
    }
}
