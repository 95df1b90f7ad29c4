//! Where the servers are.

use std::net::SocketAddr;
use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;

/// The servers that clients may ask. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Addresses(Arc<[SocketAddr]>);

impl Addresses {
    /// These.
    pub fn new(addresses: &[SocketAddr]) -> Addresses {
        Addresses(addresses.into())
    }

    /// One of them.
    pub fn any(&self, rng: &mut SmallRng) -> SocketAddr {
        // Nothing listens at the address of nobody, which is what a client sees when there is no server.
        self.0.choose(rng).copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 1)))
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = SocketAddr> {
        self.0.iter().copied()
    }

    /// Two of them; the only one twice where there is one.
    pub(super) fn two(&self, rng: &mut SmallRng) -> [SocketAddr; 2] {
        self.0.sample_array(rng).unwrap_or_else(|| [self.any(rng); 2])
    }
}

impl From<Vec<SocketAddr>> for Addresses {
    fn from(addresses: Vec<SocketAddr>) -> Addresses {
        Addresses(addresses.into())
    }
}
