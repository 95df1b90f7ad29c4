//! A channel: orders, repeats, cancels and reads.

use std::sync::Arc;

use axhub_domain::product::ProductKind;
use rand::RngExt;
use rand::seq::{IndexedRandom, IteratorRandom};

use super::book::{Book, KnownOrder};
use super::call::Caller;
use crate::history::{Act, ActAsk, Answer, Ask, LineAsk, PlaceAnswer, PlaceAsk};

/// The most options of one order.
const MAX_LINES: usize = 3;
/// The most units of one option.
const MAX_QUANTITY: u32 = 3;

/// Acts for the channel at this place until the end.
pub(super) async fn run(caller: Caller, place: usize, book: Arc<Book>) {
    let mut channel = Channel { caller, place, book, orders: 0 };
    while channel.caller.goes_on() {
        channel.act().await;
        channel.caller.pause(15).await;
    }
}

struct Channel {
    caller: Caller,
    place: usize,
    book: Arc<Book>,
    /// How many orders this client has sent, for their codes.
    orders: u64,
}

impl Channel {
    async fn act(&mut self) {
        match self.caller.rng.random_range(0..100) {
            0..44 => {
                let order = self.new_order();
                self.book.note_sent(&order);
                self.place(order).await;
            }
            44..50 => {
                let order = self.new_order();
                self.book.note_sent(&order);
                self.place_twice(order).await;
            }
            50..62 => {
                if let Some(order) = self.book.sent_by(self.place, &mut self.caller.rng) {
                    self.place(order).await;
                }
            }
            62..65 => {
                if let Some(order) = self.book.sent_by(self.place, &mut self.caller.rng) {
                    self.place(other_meaning(order)).await;
                }
            }
            65..77 => self.cancel(false).await,
            77..90 => self.cancel(true).await,
            _ => self.read().await,
        }
    }

    /// Some units of one to three options of one kind.
    fn new_order(&mut self) -> PlaceAsk {
        let (world, rng) = (Arc::clone(&self.caller.world), &mut self.caller.rng);
        self.orders += 1;
        // A kind as often as it has slots.
        let kind = world.slots.choose(rng).map_or(ProductKind::Tour, |slot| world.products[slot.product].kind);
        let slots = world.slots.iter().enumerate().filter(|(_, slot)| world.products[slot.product].kind == kind);
        let offers = slots.flat_map(|(place, slot)| world.options_of_pool(slot.pool).map(move |option| (place, option.id)));
        let count = rng.random_range(1..=MAX_LINES);
        let chosen = offers.sample(rng, count);
        let line = |(slot, option)| LineAsk { option, slot, quantity: rng.random_range(1..=MAX_QUANTITY) };
        let lines = chosen.into_iter().map(line).collect();
        PlaceAsk { channel: self.place, kind, code: format!("C{}-{}", self.caller.id, self.orders), lines }
    }

    async fn place(&mut self, order: PlaceAsk) {
        if let Some(Answer::Placed(answer)) = self.caller.ask(&Ask::Place(order.clone())).await {
            self.note(&order, answer);
        }
    }

    /// Both answers must be the same, which the checker looks at.
    async fn place_twice(&mut self, order: PlaceAsk) {
        for answer in self.caller.ask_twice(&Ask::Place(order.clone())).await {
            if let Some(Answer::Placed(answer)) = answer {
                self.note(&order, answer);
            }
        }
    }

    fn note(&self, order: &PlaceAsk, answer: PlaceAnswer) {
        for line in answer.lines {
            let Some(option) = self.caller.world.option(line.option) else { continue };
            let supplier = self.caller.world.products[option.product].supplier;
            let known = KnownOrder { channel: self.place, supplier, kind: order.kind, order: line.order, tickets: line.tickets };
            self.book.note(known);
        }
    }

    async fn cancel(&mut self, only_a_ticket: bool) {
        let Some(known) = self.book.order_of_channel(self.place, &mut self.caller.rng) else { return };
        let ticket = known.tickets.choose(&mut self.caller.rng).copied().filter(|_| only_a_ticket);
        let what = match ticket {
            Some(_) => Act::ChannelCancelTicket,
            None if self.caller.happens(20) => Act::UnavoidableCancel,
            None => Act::TravelerCancel,
        };
        self.caller.ask(&Ask::Act(ActAsk { what, by: self.place, kind: known.kind, order: known.order, ticket })).await;
    }

    async fn read(&mut self) {
        if let Some(known) = self.book.order_of_channel(self.place, &mut self.caller.rng) {
            self.caller.ask(&Ask::Read { channel: self.place, kind: known.kind, order: known.order }).await;
        }
    }
}

/// The same code with another meaning.
fn other_meaning(mut order: PlaceAsk) -> PlaceAsk {
    if let Some(line) = order.lines.first_mut() {
        line.quantity = line.quantity % MAX_QUANTITY + 1;
    }
    order
}
