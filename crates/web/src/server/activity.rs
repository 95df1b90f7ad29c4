//! [`Activity`]: what a connection is busy with. Its stream and its requests note it with a few flags, and nobody looks at a
//! clock: who watches the connection sees what changed, and when.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};

/// What a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The first byte of its first request.
    New,
    /// The first byte of another request.
    Idle,
    /// The rest of the head of a request.
    Head,
    /// Us: a request is worked on.
    Working,
    /// The client, who must take its answer.
    Answer,
    /// The end: nothing more is answered.
    Leaving,
}

/// What is known of a connection. HTTP/2 works on its requests in tasks of their own, so all of it is atomic.
#[derive(Debug, Default)]
pub(super) struct Activity {
    /// Requests that have begun.
    begun: AtomicU32,
    /// Those of them whose answers are not handed over yet.
    in_progress: AtomicU32,
    /// Whether bytes came since a request last began or ended.
    heard: AtomicBool,
    /// Whether there are bytes that the client does not take.
    is_stalled: AtomicBool,
    /// How often that was so.
    stalls: AtomicU32,
    /// How many bytes it took since.
    taken: AtomicU64,
    /// Whether requests share the connection. Bytes between them are then no sign of a next one.
    is_shared: AtomicBool,
    /// Whether the client will send nothing more.
    has_ended: AtomicBool,
    /// Whether the server stops.
    is_stopping: AtomicBool,
    /// Whether we have said goodbye.
    is_leaving: AtomicBool,
}

impl Activity {
    /// Bytes came; none when the client has ended.
    pub(super) fn came(&self, bytes: usize) {
        if bytes == 0 {
            self.has_ended.store(true, Relaxed);
        } else if !self.heard.load(Relaxed) {
            self.heard.store(true, Relaxed);
        }
    }

    /// Bytes went out.
    pub(super) fn went(&self, bytes: usize) {
        if self.is_stalled.load(Relaxed) {
            self.taken.fetch_add(bytes as u64, Relaxed);
        }
    }

    /// Bytes could not go out.
    pub(super) fn stalled(&self) {
        if !self.is_stalled.swap(true, Relaxed) {
            self.taken.store(0, Relaxed);
            self.stalls.fetch_add(1, Relaxed);
        }
    }

    /// All bytes went out.
    pub(super) fn flushed(&self) {
        if self.is_stalled.load(Relaxed) {
            self.is_stalled.store(false, Relaxed);
        }
    }

    /// The connection is of HTTP/2.
    pub(super) fn is_shared(&self) {
        self.is_shared.store(true, Relaxed);
    }

    /// The server stops: an answer from now on is the last one.
    pub(super) fn stopping(&self) {
        self.is_stopping.store(true, Relaxed);
    }

    /// Nothing more is answered.
    pub(super) fn leaving(&self) {
        self.is_leaving.store(true, Relaxed);
    }

    /// The client is not heard out when the connection closes: it was waiting, too.
    pub(super) fn without_farewell(&self) {
        self.has_ended.store(true, Relaxed);
    }

    /// Whether the client may still be sending, so that it would not read its answer if its bytes were refused.
    pub(super) fn may_be_heard(&self) -> bool {
        !self.has_ended.load(Relaxed)
    }

    /// How many bytes were taken since the client began to be slow.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Relaxed)
    }

    /// What the connection waits for, and a number that is another one when it waits for the next of the same.
    pub(super) fn phase(&self) -> (Phase, u32) {
        let begun = self.begun.load(Relaxed);
        if self.is_stalled.load(Relaxed) {
            return (Phase::Answer, self.stalls.load(Relaxed));
        }
        if self.in_progress.load(Relaxed) > 0 {
            return (Phase::Working, 0);
        }
        if self.is_leaving.load(Relaxed) {
            return (Phase::Leaving, 0);
        }
        let phase = match (begun, self.heard.load(Relaxed)) {
            (0, false) => Phase::New,
            (_, true) if !self.is_shared.load(Relaxed) => Phase::Head,
            _ => Phase::Idle,
        };
        (phase, begun)
    }
}

/// A request, from its head until its answer was handed over.
#[derive(Debug)]
pub(super) struct Exchange(Arc<Activity>);

impl Exchange {
    /// A request begins.
    pub(super) fn begin(activity: &Arc<Activity>) -> Exchange {
        activity.in_progress.fetch_add(1, Relaxed);
        activity.begun.fetch_add(1, Relaxed);
        activity.heard.store(false, Relaxed);
        Exchange(Arc::clone(activity))
    }

    /// Whether no request will follow this one.
    pub(super) fn is_last(&self) -> bool {
        self.0.is_stopping.load(Relaxed)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.heard.store(false, Relaxed);
        self.0.in_progress.fetch_sub(1, Relaxed);
    }
}
