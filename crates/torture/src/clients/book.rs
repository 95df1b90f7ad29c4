//! What clients tell each other: orders that were answered, and orders that were sent.

use std::collections::VecDeque;

use axhub_domain::product::ProductKind;
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::seq::IteratorRandom;
use uuid::Uuid;

use crate::history::PlaceAsk;

/// How many orders are remembered. Few, so that several clients want something of the same order.
const REMEMBERED: usize = 60;

/// An order of one option that somebody knows of.
#[derive(Clone, Debug)]
pub(super) struct KnownOrder {
    pub(super) channel: usize,
    pub(super) supplier: usize,
    pub(super) kind: ProductKind,
    pub(super) order: Uuid,
    pub(super) tickets: Vec<Uuid>,
}

/// The newest orders, of all and by channel.
#[derive(Debug)]
pub(super) struct Book {
    known: Mutex<VecDeque<KnownOrder>>,
    sent: Vec<Mutex<VecDeque<PlaceAsk>>>,
}

impl Book {
    pub(super) fn new(channels: usize) -> Book {
        Book { known: Mutex::default(), sent: (0..channels).map(|_| Mutex::default()).collect() }
    }

    /// Notes an order that was answered.
    pub(super) fn note(&self, order: KnownOrder) {
        let mut known = self.known.lock();
        // A repeated answer says nothing new.
        if !known.iter().any(|other| other.order == order.order) {
            push(&mut known, order);
        }
    }

    /// Notes an order that is about to be sent.
    pub(super) fn note_sent(&self, order: &PlaceAsk) {
        push(&mut self.sent[order.channel].lock(), order.clone());
    }

    /// One of the channel's answered orders.
    pub(super) fn order_of_channel(&self, channel: usize, rng: &mut SmallRng) -> Option<KnownOrder> {
        self.known.lock().iter().filter(|order| order.channel == channel).choose(rng).cloned()
    }

    /// One of the supplier's answered orders.
    pub(super) fn order_of_supplier(&self, supplier: usize, rng: &mut SmallRng) -> Option<KnownOrder> {
        self.known.lock().iter().filter(|order| order.supplier == supplier).choose(rng).cloned()
    }

    /// One of the channel's orders that were sent, answered or not.
    pub(super) fn sent_by(&self, channel: usize, rng: &mut SmallRng) -> Option<PlaceAsk> {
        self.sent[channel].lock().iter().choose(rng).cloned()
    }
}

fn push<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() == REMEMBERED {
        queue.pop_front();
    }
    queue.push_back(item);
}
