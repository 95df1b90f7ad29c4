//! How often a key may be used (contract 2).
//!
//! A key has two budgets, one for reading and one for ordering and all other writing, so that a channel that polls the
//! catalogue cannot lock itself out of ordering. How much a budget holds is a setting of the channel; it comes with the
//! principal, so a new setting holds as soon as the key is looked up again. A budget holds a minute's worth of requests,
//! all of which may come at once, and refills evenly (GCRA). It is kept in memory: each server counts for itself.
//!
//! [`crate::layers`] put the limiter into the request; [`crate::auth::principal`] charges the
//! request when it has learned whose it is. So whatever asks for a caller is limited, and nothing else has to be done.
//! A call without a valid key is answered with 403 and charged to nobody; so is a call to an address that does not exist.
//! In the same place the request is counted among those that the key has in progress (see `concurrency`).
//!
//! The headers are those of draft-ietf-httpapi-ratelimit-headers-10. A key without a limit gets none.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axhub_domain::ids::KeyId;
use axhub_hub::directory::RateLimits;
use axhub_hub::{Owner, Principal};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;
use governor::clock::{Clock, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter as Governor};
use parking_lot::Mutex;

use crate::concurrency::{Concurrency, InProgress, OfKey};
use crate::error::{ApiError, Kind, whole_seconds};
use crate::limits::Limits;

/// The header that tells how much a budget holds.
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The header that tells what is left of it.
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The time in which an empty budget fills up, and after which an unused one need not be remembered.
const WINDOW: Duration = Duration::from_secs(60);

/// Addresses whose POST only reads.
const READING_POSTS: [&str; 1] = ["/v1/channel/inventory/search"];

/// What a request is charged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Budget {
    /// Reading.
    Reads,
    /// Ordering and all other writing.
    Orders,
}

impl Budget {
    /// The budget of a request.
    pub fn of(method: &Method, path: &str) -> Budget {
        let is_read = *method == Method::GET || *method == Method::HEAD;
        let is_reading_post = *method == Method::POST && READING_POSTS.contains(&path);
        if is_read || is_reading_post { Budget::Reads } else { Budget::Orders }
    }

    /// Its name in the headers.
    const fn name(self) -> &'static str {
        match self {
            Budget::Reads => "reads",
            Budget::Orders => "orders",
        }
    }

    /// How many requests it holds; no bound where `None`. A bound of zero is none that can be set.
    fn limit(self, limits: RateLimits) -> Option<NonZeroU32> {
        let limit = match self {
            Budget::Reads => limits.reads_per_minute,
            Budget::Orders => limits.orders_per_minute,
        };
        limit.map(|limit| NonZeroU32::new(limit).unwrap_or(NonZeroU32::MIN))
    }
}

/// The budgets of the keys that were used lately. Cheap to clone; clones are the same.
#[derive(Clone)]
pub struct RateLimiter {
    clock: Ticks,
    buckets: Arc<Mutex<Buckets>>,
    concurrency: Concurrency,
}

/// How long ago something began that does not matter.
#[derive(Clone)]
struct Ticks(Arc<dyn Fn() -> Nanos + Send + Sync>);

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        (self.0)()
    }
}

#[derive(Default)]
struct Buckets {
    of: HashMap<(KeyId, Budget), Bucket>,
    swept_at: Nanos,
}

struct Bucket {
    limit: NonZeroU32,
    governor: Governor<NotKeyed, InMemoryState, Ticks, StateInformationMiddleware>,
    used_at: Nanos,
}

impl Bucket {
    fn full(limit: NonZeroU32, clock: Ticks) -> Bucket {
        let used_at = clock.now();
        let governor = Governor::direct_with_clock(Quota::per_minute(limit), clock).with_middleware();
        Bucket { limit, governor, used_at }
    }
}

/// What came of charging a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Charge {
    budget: Budget,
    limit: NonZeroU32,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// So many more requests may come at once.
    Paid { remaining: u32 },
    /// The budget is spent.
    Refused { retry_after: Duration },
}

impl Default for RateLimiter {
    fn default() -> Self {
        let start = Instant::now();
        RateLimiter::with_clock(move || Nanos::from(start.elapsed()))
    }
}

impl RateLimiter {
    /// With a clock that tells how long ago something began.
    fn with_clock(clock: impl Fn() -> Nanos + Send + Sync + 'static) -> RateLimiter {
        RateLimiter { clock: Ticks(Arc::new(clock)), buckets: Arc::default(), concurrency: Concurrency::default() }
    }

    /// With at most so many requests in progress and connections of one key.
    pub fn with_limits(limits: &Limits) -> RateLimiter {
        RateLimiter { concurrency: Concurrency::new(limits.requests_per_key, limits.connections_per_key), ..RateLimiter::default() }
    }

    /// Charges a request to a budget of a key. With another limit than last time the budget begins anew.
    fn charge(&self, key: KeyId, budget: Budget, limit: NonZeroU32) -> Charge {
        let now = self.clock.now();
        let mut buckets = self.buckets.lock();
        buckets.sweep(now);
        let full = || Bucket::full(limit, self.clock.clone());
        let bucket = buckets.of.entry((key, budget)).or_insert_with(full);
        if bucket.limit != limit {
            *bucket = full();
        }
        bucket.used_at = now;
        let outcome = match bucket.governor.check() {
            Ok(state) => Outcome::Paid { remaining: state.remaining_burst_capacity() },
            Err(refusal) => Outcome::Refused { retry_after: refusal.wait_time_from(now) },
        };
        Charge { budget, limit, outcome }
    }
}

impl std::fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RateLimiter({} budgets)", self.buckets.lock().of.len())
    }
}

impl Buckets {
    /// Forgets, once in a while, what is full again by now: a new one is the same.
    fn sweep(&mut self, now: Nanos) {
        let is_past = |then: Nanos| Duration::from(now.duration_since(then)) >= WINDOW;
        if is_past(self.swept_at) {
            self.of.retain(|_, bucket| !is_past(bucket.used_at));
            self.swept_at = now;
        }
    }
}

impl Charge {
    /// `RateLimit-Policy` and `RateLimit`.
    fn headers(self) -> HeaderMap {
        let Charge { budget, limit, outcome } = self;
        let name = budget.name();
        let (remaining, seconds) = match outcome {
            Outcome::Paid { remaining } => (remaining, seconds_until_full(limit, remaining)),
            // The draft wants the same time here as in `Retry-After`.
            Outcome::Refused { retry_after } => (0, whole_seconds(retry_after)),
        };
        let policy = format!("\"{name}\";q={limit};w={}", WINDOW.as_secs());
        let left = format!("\"{name}\";r={remaining};t={seconds}");
        let values = [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, left)];
        values.into_iter().filter_map(|(name, text)| Some((name, HeaderValue::try_from(text).ok()?))).collect()
    }
}

fn seconds_until_full(limit: NonZeroU32, remaining: u32) -> u64 {
    let missing = u64::from(limit.get().saturating_sub(remaining));
    (missing * WINDOW.as_secs()).div_ceil(u64::from(limit.get()))
}

/// What stands in a request for [`admit`].
#[derive(Clone)]
struct Meter {
    limiter: RateLimiter,
    budget: Budget,
    request: Arc<Admitted>,
}

/// What came of admitting a request.
#[derive(Default)]
struct Admitted {
    in_progress: OnceLock<InProgress>,
    /// When it may not be in progress.
    refused: OnceLock<OfKey>,
    charge: OnceLock<Charge>,
}

/// Stands in a request of somebody who waits longer than for the answer: until it was taken. What came of admitting the request
/// is left here.
#[derive(Clone, Default)]
pub(crate) struct Slot(Arc<Admitted>);

impl Slot {
    /// The request among those of its key, when it came with one. It is in progress until every clone of the slot is dropped.
    pub(crate) fn of_key(&self) -> Option<&OfKey> {
        self.0.in_progress.get().map(InProgress::of_key).or(self.0.refused.get())
    }
}

/// What came of admitting a request, once it has come to that. The request is in progress until this is dropped.
pub(crate) struct Metered(Arc<Admitted>);

impl RateLimiter {
    /// Lets a request be charged.
    pub(crate) fn meter(&self, request: &mut Request) -> Metered {
        let budget = Budget::of(request.method(), request.uri().path());
        let Slot(admitted) = request.extensions_mut().remove().unwrap_or_default();
        request.extensions_mut().insert(Meter { limiter: self.clone(), budget, request: Arc::clone(&admitted) });
        Metered(admitted)
    }
}

impl Metered {
    /// Tells the client, in headers.
    pub(crate) fn tell(&self, response: &mut Response) {
        if let Some(charge) = self.0.charge.get() {
            response.headers_mut().extend(charge.headers());
        }
    }
}

/// A request that was counted and charged, for an answer that is there already. In progress until this is dropped.
pub(crate) struct AtOnce {
    in_progress: InProgress,
    charge: Option<Charge>,
}

impl AtOnce {
    /// What must be kept for as long as it is in progress.
    pub(crate) fn into_progress(self) -> InProgress {
        self.in_progress
    }

    /// Tells the client, in headers.
    pub(crate) fn tell(&self, response: &mut Response) {
        if let Some(charge) = self.charge {
            response.headers_mut().extend(charge.headers());
        }
    }
}

impl RateLimiter {
    /// Counts and charges a request, as [`admit`] does; `None` when it is to be refused, which has cost nothing.
    pub(crate) fn admit_at_once(&self, principal: &Principal, budget: Budget) -> Option<AtOnce> {
        let in_progress = self.concurrency.begin(principal.key).ok()?;
        let charge = self.charge_principal(principal, budget);
        let is_refused = matches!(charge, Some(Charge { outcome: Outcome::Refused { .. }, .. }));
        (!is_refused).then_some(AtOnce { in_progress, charge })
    }

    /// Charges what has a limit.
    fn charge_principal(&self, principal: &Principal, budget: Budget) -> Option<Charge> {
        let Owner::Channel { limits, .. } = &principal.owner else { return None };
        Some(self.charge(principal.key, budget, budget.limit(*limits)?))
    }
}

/// Counts a request among those that its key has in progress, and charges it; both where it is metered. Call it once.
///
/// # Errors
/// 429 when too many are in progress, which costs nothing, or when the budget is spent.
pub(crate) fn admit(parts: &Parts, principal: &Principal) -> Result<(), ApiError> {
    let Some(meter) = parts.extensions.get::<Meter>() else { return Ok(()) };
    let in_progress = meter.limiter.concurrency.begin(principal.key).map_err(|most| {
        let _ = meter.request.refused.set(meter.limiter.concurrency.of(principal.key));
        ApiError::new(Kind::TooManyAtOnce { most })
    })?;
    let _ = meter.request.in_progress.set(in_progress);
    let Some(charge) = meter.limiter.charge_principal(principal, meter.budget) else { return Ok(()) };
    let _ = meter.request.charge.set(charge);
    match charge.outcome {
        Outcome::Paid { .. } => Ok(()),
        Outcome::Refused { retry_after } => Err(ApiError::rate_limited(retry_after)),
    }
}

#[cfg(test)]
#[path = "rate_limit_tests.rs"]
mod tests;
