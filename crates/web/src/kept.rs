//! [`Keep`]: answers that are made once and sent again for as long as they would be made just so.
//!
//! An answer is kept with the [`Basis`] it was read on and the topics it speaks of. Before it is sent again the hub is asked
//! whether it still holds, so a client never sees less than what was written before it asked: see
//! [`axhub_hub::freshness`]. While the hub cannot tell, everything is read anew.

use std::sync::Arc;

use axhub_domain::ids::ChannelId;
use axhub_hub::Hub;
use axhub_hub::freshness::{Basis, Topic};
use axum::extract::{FromRequestParts, MatchedPath, OriginalUri};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use jiff::Timestamp;
use moka::sync::Cache;
use parking_lot::Mutex;
use serde::Serialize;

use crate::compression;
use crate::conditional::{Conditional, Written};
use crate::error::ApiError;
use crate::request_id::X_REQUEST_ID;

/// How many bytes of answers are kept unless something else is said.
pub const DEFAULT_BYTES: u64 = 64 * 1024 * 1024;

/// The longest address whose answer is kept: clients may put into a query whatever they like.
const MAX_ADDRESS: usize = 512;

/// About what an answer takes beside its address and body.
const OVERHEAD: usize = 1024;

/// How many ways to say what a client reads are known of one answer, and the longest of them.
const MAX_ENCODINGS: usize = 4;
const MAX_ENCODING: usize = 128;

/// The answers that are kept, the most used ones first. Cheap to clone; clones are the same.
#[derive(Clone)]
pub struct KeptAnswers(Arc<Cache<Key, Arc<Entry>>>);

/// Who asked for what. What else a request may say does not change these answers.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    channel: ChannelId,
    address: Box<str>,
}

pub(crate) struct Entry {
    written: Written,
    /// The route that made it.
    path: Option<MatchedPath>,
    basis: Basis,
    topics: Vec<Topic>,
    /// The same compressed, by what the client said that it reads.
    encoded: Mutex<Vec<Encoded>>,
}

/// An answer as those get it who say just so what they read.
struct Encoded {
    /// A copy: a value of a request's head is a piece of the whole head, which would stay with its key in it.
    accepts: Box<[u8]>,
    written: Written,
}

impl KeptAnswers {
    /// Room for so many bytes of answers; with 0 nothing is kept.
    pub fn new(bytes: u64) -> KeptAnswers {
        // An answer is there plain and, when somebody reads it so, compressed: each kind of compression once.
        let weigh = |key: &Key, entry: &Arc<Entry>| {
            u32::try_from(key.address.len() + entry.written.body.len() * 3 / 2 + OVERHEAD).unwrap_or(u32::MAX)
        };
        KeptAnswers(Arc::new(Cache::builder().max_capacity(bytes).weigher(weigh).build()))
    }

    /// What is kept for a channel and an address, when it still holds.
    pub(crate) fn holding(&self, hub: &Hub, channel: ChannelId, address: &str) -> Option<Arc<Entry>> {
        if address.len() > MAX_ADDRESS {
            return None;
        }
        self.of(hub, &Key { channel, address: address.into() })
    }

    fn of(&self, hub: &Hub, key: &Key) -> Option<Arc<Entry>> {
        self.0.get(key).filter(|kept| hub.holds(&kept.basis, &kept.topics))
    }
}

impl Default for KeptAnswers {
    fn default() -> Self {
        KeptAnswers::new(DEFAULT_BYTES)
    }
}

impl std::fmt::Debug for KeptAnswers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptAnswers({})", self.0.entry_count())
    }
}

/// An answer as a handler makes it.
#[derive(Debug)]
pub struct Made {
    written: Written,
    until: Option<Timestamp>,
}

impl Made {
    /// `body` as JSON, with these headers.
    ///
    /// # Errors
    /// 500 when it cannot be written as JSON, which is a fault of ours.
    pub fn json(headers: HeaderMap, body: &impl Serialize) -> Result<Made, ApiError> {
        Ok(Made { written: Written::json(headers, body)?, until: None })
    }

    /// The same, which would be another one from an instant on.
    #[must_use]
    pub fn until(self, until: Option<Timestamp>) -> Made {
        Made { until, ..self }
    }
}

/// What a handler answers with when the answer may be kept. As an extractor it never fails.
#[derive(Debug)]
pub struct Keep {
    answers: Option<KeptAnswers>,
    address: Box<str>,
    path: Option<MatchedPath>,
    have: Conditional,
    accepts: Option<HeaderValue>,
}

impl Keep {
    /// The answer to this request, which speaks of `topics`: one that is kept and still holds, else what `make` makes. A
    /// 304 when the client has it.
    ///
    /// # Errors
    /// Those of `make`.
    pub async fn answer<const N: usize>(
        self,
        hub: &Hub,
        channel: ChannelId,
        topics: [Topic; N],
        make: impl AsyncFnOnce() -> Result<Made, ApiError>,
    ) -> Result<Response, ApiError> {
        let Keep { answers, address, path, have, accepts } = self;
        let answers = answers.filter(|_| address.len() <= MAX_ADDRESS);
        let key = Key { channel, address };
        if let Some(kept) = answers.as_ref().and_then(|answers| answers.of(hub, &key)) {
            return Ok(kept.answer(&have, accepts.as_ref()).await);
        }
        // Before anything is read.
        let basis = hub.basis();
        // Boxed, so that the common case does not carry the room for this one around.
        let Made { mut written, until } = Box::pin(make()).await?;
        let Some((answers, basis)) = answers.zip(basis) else { return Ok(have.answer(&written)) };
        // A copy of headers has no room for one more: this is where the id of each request will stand.
        written.headers.insert(X_REQUEST_ID, HeaderValue::from_static("-"));
        let entry = Arc::new(Entry { written, path, basis: basis.until(until), topics: topics.to_vec(), encoded: Mutex::default() });
        answers.0.insert(key, Arc::clone(&entry));
        Ok(entry.answer(&have, accepts.as_ref()).await)
    }
}

impl Entry {
    /// The route that made it.
    pub(crate) fn path(&self) -> Option<&MatchedPath> {
        self.path.as_ref()
    }

    /// The answer, when nothing has to be compressed for it.
    pub(crate) fn ready(&self, have: &Conditional, accepts: Option<&HeaderValue>) -> Option<Response> {
        let Some(accepts) = accepts.filter(|_| self.written.body.len() >= compression::WORTHWHILE) else {
            return Some(have.answer(&self.written));
        };
        let encoded = self.encoded.lock();
        let known = encoded.iter().find(|known| *known.accepts == *accepts.as_bytes())?;
        Some(have.answer(&known.written))
    }

    async fn answer(&self, have: &Conditional, accepts: Option<&HeaderValue>) -> Response {
        if let Some(ready) = self.ready(have, accepts) {
            return ready;
        }
        let Some(accepts) = accepts else { return have.answer(&self.written) };
        let written = compression::compress(&self.written, accepts).await;
        let answer = have.answer(&written);
        self.keep(accepts.as_bytes(), written);
        answer
    }

    fn keep(&self, accepts: &[u8], written: Written) {
        let mut encoded = self.encoded.lock();
        if accepts.len() > MAX_ENCODING || encoded.len() >= MAX_ENCODINGS || encoded.iter().any(|known| *known.accepts == *accepts) {
            return;
        }
        // The same bytes under another name are there once.
        let encoding = |written: &Written| written.headers.get(CONTENT_ENCODING).cloned();
        let same = encoded.iter().find(|known| encoding(&known.written) == encoding(&written)).map(|known| known.written.clone());
        encoded.push(Encoded { accepts: accepts.into(), written: same.unwrap_or(written) });
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Keep {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        // The address as it came, also where a router is nested in another.
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        Ok(Keep {
            answers: parts.extensions.get().cloned(),
            path: parts.extensions.get().cloned(),
            address: uri.path_and_query().map_or("/", |address| address.as_str()).into(),
            have: Conditional::of(&parts.headers),
            accepts: parts.headers.get(ACCEPT_ENCODING).cloned(),
        })
    }
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
