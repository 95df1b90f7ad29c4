//! A supplier's stock: raised and lowered a little, so that it is always nearly sold out; closed and opened.

use rand::RngExt;
use rand::seq::IteratorRandom;

use super::call::Caller;
use crate::history::{Ask, StockAsk};

/// How many of 100 changes close the date.
const CLOSES: u32 = 6;

/// Sets the stock of the supplier at this place until the end.
pub(super) async fn run(mut caller: Caller, place: usize) {
    let world = std::sync::Arc::clone(&caller.world);
    let mut levels: Vec<(i64, bool)> = world.slots.iter().map(|slot| (slot.max, true)).collect();
    let own = |slot: &usize| world.products[world.slots[*slot].product].supplier == place;
    while caller.goes_on() {
        if let Some(slot) = (0..world.slots.len()).filter(own).choose(&mut caller.rng) {
            let (max, is_open) = &mut levels[slot];
            let mut ask = StockAsk { supplier: place, slot, max: None, on_sale: None };
            if !*is_open {
                (ask.on_sale, *is_open) = (Some(true), true);
            } else if caller.happens(CLOSES) {
                (ask.on_sale, *is_open) = (Some(false), false);
            } else {
                ask.max = Some((*max + caller.rng.random_range(-3..=4)).max(0));
            }
            let answer = caller.ask(&Ask::Stock(ask.clone())).await;
            match (ask.max, answer) {
                (Some(new), Some(_)) => *max = new,
                // As a rule because more is sold: units that are used never come back.
                (Some(_), None) => *max += 1,
                (None, _) => {}
            }
        }
        caller.pause(60).await;
    }
}
