//! The clients: seeded actors that order, cancel, confirm, redeem, set stock and read, as fast as they are answered.
//!
//! | actor | how many | what it does |
//! |---|---|---|
//! | [`channel`] | four per channel | orders, repeats, cancels, reads |
//! | [`reader`] | two per channel | follows the feed of changes, and the order lists by cursor |
//! | [`supplier`] | two per supplier | acknowledges, confirms, rejects, redeems, cancels |
//! | [`stock`] | one per supplier | raises, lowers, opens and closes stock |
//! | [`operator`] | one | reads statements |
//!
//! What an actor does next is the seed's choice; what it meets is not, since all of them run at once. [`call`] is how each
//! of them asks: who gets no answer repeats as the guide for channels says, at the same server or another, or never.

mod addresses;
mod book;
mod call;
mod channel;
mod operator;
mod reader;
mod stock;
mod supplier;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::timeout;

pub use addresses::Addresses;

use crate::history::{History, PlaceAsk};
use crate::world::World;
use book::Book;
use call::Caller;

/// How many actors each channel has.
const PER_CHANNEL: usize = 4;
/// How many each supplier has, beside the one that sets stock.
const PER_SUPPLIER: usize = 2;

/// How far a round is, as clients need to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// Everybody acts.
    Act,
    /// Those who change something have stopped, or are about to.
    ReadToTheEnd,
}

/// An order as clients send it, for whoever sends one that is not theirs.
pub(crate) fn order_json(world: &World, order: &PlaceAsk) -> Value {
    wire::order_json(world, order)
}

/// All clients of a round.
#[derive(Debug)]
pub struct Clients {
    phase: watch::Sender<Phase>,
    writers: Vec<JoinHandle<()>>,
    readers: Vec<JoinHandle<()>>,
}

impl Clients {
    /// Lets them begin.
    pub fn spawn(world: Arc<World>, addresses: Addresses, history: History, seed: u64) -> Clients {
        let (phase, watched) = watch::channel(Phase::Act);
        let book = Arc::new(Book::new(world.channels.len()));
        let (writers, readers) = Crew { world, addresses, history, seed, phase: watched, next: 0 }.start(&book);
        Clients { phase, writers, readers }
    }

    /// Lets them end: whoever waits for an answer gets it or gives up after ten seconds; then the readers read to the end.
    ///
    /// # Errors
    /// When they do not within this time, and then they are made to; when one of them panicked, since what it would have seen is
    /// missing.
    pub async fn stop(self, within: Duration) -> anyhow::Result<()> {
        self.phase.send_replace(Phase::ReadToTheEnd);
        let all: Vec<AbortHandle> = self.writers.iter().chain(&self.readers).map(JoinHandle::abort_handle).collect();
        let end = async {
            let mut panics = Vec::new();
            // Readers see the same sign; they go on until there is nothing new, and the last change is made by a writer.
            for writer in self.writers {
                panics.extend(writer.await.err());
            }
            drop(self.phase);
            for reader in self.readers {
                panics.extend(reader.await.err());
            }
            panics
        };
        let ended = timeout(within, end).await;
        for client in all {
            client.abort();
        }
        let panics = ended.with_context(|| format!("they did not within {} s: the servers do not answer", within.as_secs()))?;
        ensure!(panics.is_empty(), "{}", panics.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        Ok(())
    }
}

/// Makes the actors, each with a number and luck of its own.
struct Crew {
    world: Arc<World>,
    addresses: Addresses,
    history: History,
    seed: u64,
    phase: watch::Receiver<Phase>,
    next: u32,
}

impl Crew {
    fn start(mut self, book: &Arc<Book>) -> (Vec<JoinHandle<()>>, Vec<JoinHandle<()>>) {
        let (mut writers, mut readers) = (Vec::new(), Vec::new());
        for place in 0..self.world.channels.len() {
            for _ in 0..PER_CHANNEL {
                writers.push(tokio::spawn(channel::run(self.caller(), place, Arc::clone(book))));
            }
            readers.push(tokio::spawn(reader::follow_feed(self.caller(), place)));
            readers.push(tokio::spawn(reader::follow_orders(self.caller(), place)));
        }
        for place in 0..self.world.suppliers.len() {
            for _ in 0..PER_SUPPLIER {
                writers.push(tokio::spawn(supplier::run(self.caller(), place, Arc::clone(book))));
            }
            writers.push(tokio::spawn(stock::run(self.caller(), place)));
        }
        writers.push(tokio::spawn(operator::run(self.caller())));
        (writers, readers)
    }

    fn caller(&mut self) -> Caller {
        self.next += 1;
        // Neighbouring seeds must not share actors.
        let rng = SmallRng::seed_from_u64(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(u64::from(self.next)));
        Caller::new(self.next, Arc::clone(&self.world), self.addresses.clone(), self.history.clone(), rng, self.phase.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients(writers: Vec<JoinHandle<()>>, readers: Vec<JoinHandle<()>>) -> Clients {
        Clients { phase: watch::channel(Phase::Act).0, writers, readers }
    }

    #[tokio::test]
    async fn a_client_that_panics_is_told() {
        let fine = || tokio::spawn(async {});
        let broken = || tokio::spawn(async { panic!("there is no such slot") });
        let within = Duration::from_secs(60);
        clients(vec![fine()], vec![fine()]).stop(within).await.unwrap();
        for clients in [clients(vec![broken(), fine()], vec![fine()]), clients(vec![fine()], vec![broken()])] {
            let told = clients.stop(within).await.unwrap_err().to_string();
            assert!(told.contains("there is no such slot"), "{told}");
        }
    }
}
