//! The connections, and what is measured over them. All of them live on one thread, so that the load tool takes no more
//! of the machine than it needs.

pub mod client;
pub mod closed;
pub mod open;
pub mod outcome;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use crate::scenarios::Shopper;
use client::Connection;
use closed::Closed;
use open::{Due, Open};
use outcome::Outcome;

/// How often the watcher is called.
const TICK: Duration = Duration::from_millis(250);
/// How much of an unexpected answer is shown.
const SHOWN: usize = 600;

/// How to drive.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Connections at a time.
    pub connections: usize,
    /// Requests in a second for an open loop; none for a closed one.
    pub rate: Option<f64>,
    /// How long before it counts.
    pub warm_up: Duration,
    /// How long it counts.
    pub time: Duration,
}

/// Looks on while a server is driven.
pub trait Watch {
    /// The warm-up is over; from now on it counts.
    fn started(&mut self);
    /// Called a few times a second while it counts.
    fn tick(&mut self, elapsed: Duration, so_far: &Outcome);
    /// It counts no more.
    fn ended(&mut self);
}

enum Pace {
    Closed(Closed),
    Open(Open),
}

struct Shared {
    pace: Pace,
    outcome: Mutex<Outcome>,
    stopped: AtomicBool,
}

/// Drives a server with one connection per shopper, and checks each answer.
///
/// # Errors
/// The first answer that was not the expected one, or the first connection that broke.
pub async fn drive(server: SocketAddr, shoppers: Vec<Box<dyn Shopper>>, plan: &Plan, watch: &mut dyn Watch) -> anyhow::Result<Outcome> {
    let mut connections = Vec::with_capacity(shoppers.len());
    for shopper in shoppers {
        connections.push((Connection::open(server).await?, shopper));
    }
    let begin = Instant::now();
    let start = begin + plan.warm_up;
    let end = start + plan.time;
    let pace = match plan.rate {
        None => Pace::Closed(Closed::until(end)),
        Some(per_second) => Pace::Open(Open::new(begin, end, per_second)),
    };
    let shared = Arc::new(Shared { pace, outcome: Mutex::new(Outcome::new(start, end)), stopped: AtomicBool::new(false) });
    let mut workers = JoinSet::new();
    for (connection, shopper) in connections {
        let shared = Arc::clone(&shared);
        workers.spawn(async move {
            let worked = work(connection, shopper, &shared).await;
            if worked.is_err() {
                shared.stopped.store(true, Ordering::Relaxed);
            }
            worked
        });
    }
    look_on(&shared, (start, end), watch).await;
    let mut failure = None;
    while let Some(worked) = workers.join_next().await {
        if let Err(error) = worked.context("a connection's task")? {
            failure.get_or_insert(error);
        }
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(shared.outcome.lock().clone()),
    }
}

async fn look_on(shared: &Shared, (start, end): (Instant, Instant), watch: &mut dyn Watch) {
    let mut next = start;
    let mut begun = false;
    while !shared.stopped.load(Ordering::Relaxed) {
        let now = Instant::now();
        if now >= end {
            break;
        }
        if now >= start && !begun {
            begun = true;
            watch.started();
        }
        if begun {
            watch.tick(now - start, &shared.outcome.lock());
            next = (next + TICK).min(end);
        }
        // A failure in the warm-up must not wait for its end.
        sleep_until(next.min(now + TICK).into()).await;
    }
    watch.ended();
}

async fn work(mut connection: Connection, mut shopper: Box<dyn Shopper>, shared: &Shared) -> anyhow::Result<()> {
    while let Some(due) = shared.next().await {
        let (kind, request) = shopper.next();
        let (method, path) = (request.method().clone(), request.uri().clone());
        let answer = connection.ask(request).await.with_context(|| format!("{method} {path}"))?;
        let came = Instant::now();
        if let Err(wrong) = shopper.check(kind, &answer) {
            let shown: String = String::from_utf8_lossy(&answer.body).chars().take(SHOWN).collect();
            return Err(anyhow!("{wrong}: {method} {path} was answered with {}\n{shown}", answer.status));
        }
        shared.outcome.lock().note(kind, due, came, answer.body.len());
    }
    Ok(())
}

impl Shared {
    /// Waits until the next request is due, and says when it was meant to start.
    async fn next(&self) -> Option<Instant> {
        while !self.stopped.load(Ordering::Relaxed) {
            match &self.pace {
                Pace::Closed(closed) => return closed.next(),
                Pace::Open(open) => {
                    let now = Instant::now();
                    match open.take(now)? {
                        // The timer ticks in milliseconds: what starts late for it counts as late.
                        Due::At(due) => {
                            sleep_until(due.into()).await;
                            return Some(due);
                        }
                        Due::TooLate(due) => self.outcome.lock().note_unsent(due, now),
                    }
                }
            }
        }
        None
    }
}
