//! [`Watch`]: the one timer of a connection, and whether the client has had its time.
//!
//! It is set for the end of what the connection waits for. When that comes earlier than expected nothing is done: the timer
//! rings once for what is over, and is set anew. So a connection that is busy never touches it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep};

use super::activity::{Activity, Phase};
use crate::limits::{Limits, time_for};

/// How long after it was new, or had its last answer, a connection may still send a request when the server stops: it may be
/// on its way.
const LAST_CHANCE: Duration = Duration::from_millis(250);

/// Watches over a connection.
pub(super) struct Watch<'t> {
    activity: Arc<Activity>,
    limits: Limits,
    timer: Pin<&'t mut Sleep>,
    /// When the timer rings, if it has not rung yet.
    set_for: Option<Instant>,
    /// What was waited for when it was last looked at, and since when.
    seen: (Phase, u32),
    since: Instant,
    is_stopping: bool,
}

impl<'t> Watch<'t> {
    /// Over a new connection. Nothing is known of the timer.
    pub(super) fn new(activity: Arc<Activity>, limits: Limits, timer: Pin<&'t mut Sleep>) -> Watch<'t> {
        let seen = activity.phase();
        Watch { activity, limits, timer, set_for: None, seen, since: Instant::now(), is_stopping: false }
    }

    /// The server stops.
    pub(super) fn stop(&mut self) {
        self.is_stopping = true;
        // The timer is set anew for what it waits for now.
        self.set_for = None;
    }

    /// How long it may wait for this.
    fn limit(&self, phase: Phase) -> Duration {
        match phase {
            Phase::New | Phase::Idle if self.is_stopping => LAST_CHANCE,
            Phase::New | Phase::Head => self.limits.head,
            // The request has its own; this is only when to look again.
            Phase::Idle | Phase::Working => self.limits.idle,
            Phase::Answer => time_for(self.activity.taken(), self.limits.answer),
            Phase::Leaving => self.limits.farewell,
        }
    }

    /// Whether it has waited too long, and for what. Wakes the task when that may be so.
    pub(super) fn overdue(&mut self, context: &mut Context<'_>) -> Option<Phase> {
        if self.set_for.is_some() && self.timer.is_elapsed() {
            self.set_for = None;
        }
        let now_seen = self.activity.phase();
        let is_new = now_seen != self.seen;
        let goes_on = self.seen.0 == Phase::New && now_seen.0 == Phase::Head;
        self.seen = now_seen;
        let phase = now_seen.0;
        if phase == Phase::Working && self.set_for.is_some() {
            return None;
        }
        if !is_new && self.set_for.is_some() {
            return None;
        }
        let now = Instant::now();
        // The first head has its time from the beginning of the connection.
        if is_new && !goes_on || phase == Phase::Working {
            self.since = now;
        }
        loop {
            let end = self.since + self.limit(phase);
            if end <= now {
                return Some(phase);
            }
            if self.set_for.is_some_and(|at| at <= end) {
                return None;
            }
            self.set_for = Some(end);
            self.timer.as_mut().reset(end);
            // Outside of the task's budget, which would let it forget to wake us.
            let rings = std::pin::pin!(unconstrained(self.timer.as_mut()));
            if rings.poll(context).is_pending() {
                return None;
            }
            self.set_for = None;
            if Instant::now() >= end {
                return Some(phase);
            }
        }
    }
}
