//! The use cases of axhub, one module each.
//!
//! A use case is a named transaction that loads, lets [`axhub_domain`] decide, and stores, and then answers. Adapters
//! call nothing else. Every use case that touches what belongs to somebody takes the owner's id.
//!
//! | module | what happens there |
//! |---|---|
//! | [`access`] | keys: made, checked, listed, revoked |
//! | [`directory`] | suppliers, channels, what channels may sell, exchange rates |
//! | [`catalogue`] | products and their versions, as suppliers change them and channels see them |
//! | [`pricing`] | what a channel pays |
//! | [`availability`] | stock, as suppliers set it and channels see it |
//! | [`registration`] | what channels publish |
//! | [`ordering`] | placing orders; [`desk`] batches them |
//! | [`fulfilment`] | everything that happens to an order afterwards |
//! | [`refunds`] | what channels gave back for cancelled tickets |
//! | [`feedback`] | reviews, questions, answers |
//! | [`mod@freshness`] | what adapters may keep of what they have read |
//! | [`changes`] | the feed of everything that changed |
//! | [`search`] | what a code is, and whose |
//! | [`audit`] | what operators and suppliers did; [`actor`] says who |
//! | [`statements`] | what a month came to between a channel and a supplier |
//! | [`privacy`] | travelers' data: erased on demand and in time |
//! | [`tasks`] | what the hub does by itself when its time has come |

pub mod access;
pub mod actor;
pub mod audit;
pub mod availability;
pub mod catalogue;
pub mod changes;
pub mod clock;
pub mod desk;
pub mod directory;
pub mod error;
pub mod feedback;
pub mod freshness;
pub mod fulfilment;
pub mod ordering;
pub mod pricing;
pub mod principal;
pub mod privacy;
pub mod refunds;
pub mod registration;
pub mod search;
pub mod settings;
pub mod statements;
pub mod tasks;

/// Bugs on purpose, to show that the checker of `crates/torture` finds them.
#[cfg(feature = "planted")]
pub mod planted {
    pub use axhub_store::{Planted, plant};
}

use std::sync::Arc;
use std::time::Duration;

pub use actor::{ByOperator, BySupplier};
pub use axhub_store::paging::{Page, Paged};
pub use clock::{Clock, SystemClock};
pub use error::{Error, Result};
pub use principal::{Owner, Principal};

use axhub_store::Database;
use jiff::Timestamp;
use uuid::Uuid;

/// How the hub behaves; the defaults suit one server.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The most orders in one batch.
    pub max_batch: usize,
    /// Batches in flight at a time.
    pub batches_in_flight: usize,
    /// The most orders that may wait for a batch; more are turned away.
    pub max_waiting: usize,
    /// How long an order may wait for a batch; then it is turned away, too. And how long the batch that has it may take;
    /// then nobody knows what became of it. Both together are to be less than a request's time.
    pub max_wait: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { max_batch: 128, batches_in_flight: 1, max_waiting: 4096, max_wait: Duration::from_secs(10) }
    }
}

/// The hub: everything that use cases need. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    db: Database,
    clock: Arc<dyn Clock>,
    desk: desk::Desk,
    keys: access::KeyCache,
}

impl Hub {
    /// A hub over a migrated database. Starts the order desk on the current runtime.
    pub fn new(db: Database, clock: Arc<dyn Clock>, settings: Settings) -> Hub {
        let desk = desk::Desk::open(db.clone(), Arc::clone(&clock), settings);
        Hub { inner: Arc::new(Inner { db, clock, desk, keys: access::KeyCache::default() }) }
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.inner.db
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    fn desk(&self) -> &desk::Desk {
        &self.inner.desk
    }

    fn keys(&self) -> &access::KeyCache {
        &self.inner.keys
    }

    fn new_id<T: From<Uuid>>(&self) -> T {
        T::from(clock::new_uuid(self.now()))
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({})", self.inner.db.engine_name())
    }
}
