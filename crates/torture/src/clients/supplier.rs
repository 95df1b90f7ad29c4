//! A supplier: answers orders, redeems and cancels tickets.

use std::sync::Arc;

use rand::RngExt;
use rand::seq::IndexedRandom;

use super::book::Book;
use super::call::Caller;
use crate::history::{Act, ActAsk, Ask};

/// Acts for the supplier at this place until the end.
pub(super) async fn run(mut caller: Caller, place: usize, book: Arc<Book>) {
    while caller.goes_on() {
        if let Some(known) = book.order_of_supplier(place, &mut caller.rng) {
            let what = match caller.rng.random_range(0..100) {
                0..40 => Act::Confirm,
                40..50 => Act::Acknowledge,
                50..68 => Act::Reject,
                68..76 => Act::SupplierCancel,
                76..86 => Act::SupplierCancelTicket,
                86..96 => Act::Redeem,
                _ => Act::UndoRedemption,
            };
            let is_of_ticket = matches!(what, Act::SupplierCancelTicket | Act::Redeem | Act::UndoRedemption);
            let ticket = known.tickets.choose(&mut caller.rng).copied().filter(|_| is_of_ticket);
            if ticket.is_some() == is_of_ticket {
                caller.ask(&Ask::Act(ActAsk { what, by: place, kind: known.kind, order: known.order, ticket })).await;
            }
        }
        caller.pause(20).await;
    }
}
