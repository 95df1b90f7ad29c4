//! Background tasks: what the hub does by itself when its time has come.
//!
//! Every server looks whether something is due, which only reads. When it is, a lease in the database says which server
//! does it; each single step is a transaction that looks again whether it is still due, so a lease that ran out in the
//! middle does no harm.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use axhub_store::{Mode, leases};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::clock::new_uuid;
use crate::{Hub, Result, availability, fulfilment, privacy};

/// How often the tasks look for work.
const EVERY: Duration = Duration::from_secs(2);

/// How long a server keeps a task to itself; another takes over when it does not come back.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// What a task's functions return.
type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Something that the hub does by itself.
struct Task {
    /// Its name, which its lease and its log lines have too.
    name: &'static str,
    /// Whether anything is due; reads only, and little.
    is_due: fn(&Hub) -> Doing<'_, bool>,
    /// Does everything that is due, and says how many things those were.
    work: fn(&Hub) -> Doing<'_, usize>,
}

const TASKS: &[Task] = &[
    Task {
        name: fulfilment::REPLY_TASK,
        is_due: |hub| Box::pin(fulfilment::any_overdue(hub)),
        work: |hub| Box::pin(fulfilment::answer_overdue(hub)),
    },
    Task {
        name: availability::RELEASE_TASK,
        is_due: |hub| Box::pin(availability::any_to_release(hub)),
        work: |hub| Box::pin(availability::release_due(hub)),
    },
    Task { name: privacy::TASK, is_due: |hub| Box::pin(privacy::is_due(hub)), work: |hub| Box::pin(privacy::retain(hub)) },
];

/// Does what is due, again and again, until the program ends.
pub async fn run(hub: Hub) {
    let holder = new_uuid(hub.now());
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        run_due(&hub, holder).await;
    }
}

/// Does everything that is due now, unless another server than `holder` is at it. Answers how many things were done.
///
/// A task that fails is logged and left for the next time; the others go on.
pub async fn run_due(hub: &Hub, holder: Uuid) -> usize {
    let mut done = 0;
    for task in TASKS {
        match run_task(hub, task, holder).await {
            Ok(0) => {}
            Ok(count) => {
                tracing::info!(task = task.name, count, "background task");
                done += count;
            }
            Err(error) => tracing::warn!(task = task.name, %error, "a background task failed; it is tried again"),
        }
    }
    done
}

async fn run_task(hub: &Hub, task: &Task, holder: Uuid) -> Result<usize> {
    if (task.is_due)(hub).await? && take_lease(hub, task.name, holder).await? { (task.work)(hub).await } else { Ok(0) }
}

async fn take_lease(hub: &Hub, name: &'static str, holder: Uuid) -> Result<bool> {
    let now = hub.now();
    let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
    hub.database()
        .run("task.lease", Mode::Write, (), move |s, ()| {
            Box::pin(async move {
                s.touches_nothing();
                Ok(leases::take(s, name, holder, now, until).await?)
            })
        })
        .await
}
