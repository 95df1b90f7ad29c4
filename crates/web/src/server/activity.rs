//! [`Activity`]: what a connection is busy with. Its stream and its requests note it with a few flags, and nobody looks at a
//! clock: who watches the connection sees what changed, and when.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use parking_lot::Mutex;

use crate::concurrency::OfKey;
use crate::seats::Seat;

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
#[derive(Default)]
pub(super) struct Activity {
    /// Requests that have begun.
    begun: AtomicU32,
    /// Those of them whose answers are not handed over yet.
    in_progress: AtomicU32,
    /// Whether the head of a next request has begun to come, as far as can be told.
    heard: AtomicBool,
    /// Whether the last bytes that came end as a head or a body in chunks does: with an empty line.
    ends_whole: AtomicBool,
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
    /// Whether its key has too many connections.
    is_one_too_many: AtomicBool,
    /// Both halves of the key that it counts for.
    counts_for: [AtomicU64; 2],
    seat: Mutex<Option<Seat>>,
}

impl Activity {
    /// Bytes came; none when the client has ended. Do they end with an empty line?
    pub(super) fn came(&self, bytes: &[u8], ends_whole: bool) {
        if bytes.is_empty() {
            return self.has_ended.store(true, Relaxed);
        }
        // Empty lines may stand between requests; they begin none.
        if !self.heard.load(Relaxed) && !bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            self.heard.store(true, Relaxed);
        }
        self.ends_whole.store(ends_whole, Relaxed);
    }

    /// A request is over, or its body is. The bytes that came last may have the beginning of the next one in them, which is
    /// seen only where the length of what is over is told by an empty line at its end.
    fn heard_all(&self, ending: Ending) {
        let has_more = ending == Ending::EmptyLine && !self.ends_whole.load(Relaxed);
        self.heard.store(has_more, Relaxed);
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

    /// A request came with a key, for which the connection counts from now on.
    pub(super) fn counts_for(&self, request: &OfKey) {
        let (high, low) = request.key().0.as_u64_pair();
        let [known_high, known_low] = &self.counts_for;
        let is_known = || known_low.load(Relaxed) == low && known_high.load(Relaxed) == high;
        if is_known() {
            return;
        }
        let mut seat = self.seat.lock();
        // Requests of HTTP/2 come here at once: another of the same key may just have taken the seat.
        if is_known() {
            return;
        }
        let (taken, is_one_too_many) = request.take_seat();
        *seat = Some(taken);
        known_high.store(high, Relaxed);
        known_low.store(low, Relaxed);
        if is_one_too_many && !self.is_one_too_many.swap(true, Relaxed) {
            metrics::counter!("axhub_connections_sent_away_total").increment(1);
        }
    }

    /// Whether its key has too many connections, so that it must end.
    pub(super) fn is_one_too_many(&self) -> bool {
        self.is_one_too_many.load(Relaxed)
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

/// How the end of a request is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// By an empty line: it has no body, or one in chunks.
    EmptyLine,
    /// By the length of its body.
    Length,
}

/// A request, from its head until its answer was handed over.
pub(super) struct Exchange {
    activity: Arc<Activity>,
    ending: Ending,
}

impl Exchange {
    /// A request begins.
    pub(super) fn begin(activity: &Arc<Activity>, ending: Ending) -> Exchange {
        activity.in_progress.fetch_add(1, Relaxed);
        activity.begun.fetch_add(1, Relaxed);
        activity.heard.store(false, Relaxed);
        Exchange { activity: Arc::clone(activity), ending }
    }

    /// Its body, which may still come when it is answered already.
    pub(super) fn body(&self, body: Incoming) -> Coming {
        Coming { body, activity: Arc::clone(&self.activity), ending: self.ending }
    }

    /// Whether no request will follow this one.
    pub(super) fn is_last(&self) -> bool {
        self.activity.is_stopping.load(Relaxed) || self.activity.is_one_too_many()
    }

    /// It came with a key.
    pub(super) fn counts_for(&self, request: &OfKey) {
        self.activity.counts_for(request);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.activity.heard_all(self.ending);
        self.activity.in_progress.fetch_sub(1, Relaxed);
    }
}

/// The body of a request. What comes of it after the answer is no beginning of another request.
pub(super) struct Coming {
    body: Incoming,
    activity: Arc<Activity>,
    ending: Ending,
}

impl Body for Coming {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.activity.heard_all(self.ending);
    }
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
