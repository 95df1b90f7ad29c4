//! The history and the facts, each found by what rules know of it.

use std::collections::HashMap;

use uuid::Uuid;

use super::facts::{Facts, OrderFact, WholeFact};
use super::paths::{self, Path};
use super::seen;
use crate::history::{ActAsk, Ask, PlaceAsk, Record};
use crate::world::World;

/// Requests of one kind, in the order in which they began.
type Asks<'a, T> = Vec<(&'a Record, &'a T)>;

/// What rules look at.
pub(super) struct View<'a> {
    pub(super) world: &'a World,
    pub(super) facts: &'a Facts,
    pub(super) records: &'a [Record],
    orders: HashMap<Uuid, &'a OrderFact>,
    /// By channel and code.
    wholes: HashMap<Uuid, HashMap<&'a str, Vec<&'a WholeFact>>>,
    /// Which path each order took, or why none.
    paths: HashMap<Uuid, Result<Path, String>>,
    /// What was asked to be placed, by channel and code, in the order of asking.
    places: HashMap<usize, HashMap<&'a str, Asks<'a, PlaceAsk>>>,
    /// What was asked to be done, by order.
    acts: HashMap<Uuid, Asks<'a, ActAsk>>,
    /// The state that each order surely came to.
    reached: HashMap<Uuid, usize>,
}

impl<'a> View<'a> {
    pub(super) fn new(world: &'a World, facts: &'a Facts, records: &'a [Record]) -> View<'a> {
        let mut view = View {
            world,
            facts,
            records,
            orders: facts.orders.iter().map(|order| (order.id, order)).collect(),
            wholes: HashMap::new(),
            paths: facts.orders.iter().map(|order| (order.id, paths::walk(order))).collect(),
            places: HashMap::new(),
            acts: HashMap::new(),
            reached: HashMap::new(),
        };
        for whole in &facts.wholes {
            view.wholes.entry(whole.channel).or_default().entry(&whole.code).or_default().push(whole);
        }
        for record in records {
            match &record.ask {
                Ask::Place(ask) => view.places.entry(ask.channel).or_default().entry(&ask.code).or_default().push((record, ask)),
                Ask::Act(ask) => view.acts.entry(ask.order).or_default().push((record, ask)),
                _ => {}
            }
        }
        view.reached = seen::reached(&view);
        view
    }

    /// The order of one option of this code.
    pub(super) fn order(&self, id: Uuid) -> Option<&'a OrderFact> {
        self.orders.get(&id).copied()
    }

    /// The path of an order, when it is one.
    pub(super) fn path(&self, id: Uuid) -> Option<&Path> {
        self.paths.get(&id)?.as_ref().ok()
    }

    /// Why an order's changes are no path.
    pub(super) fn wrong_path(&self, id: Uuid) -> Option<&str> {
        self.paths.get(&id)?.as_ref().err().map(String::as_str)
    }

    /// The channel's orders under this code; there should be one at most.
    pub(super) fn wholes(&self, channel: usize, code: &str) -> &[&'a WholeFact] {
        let of_channel = self.wholes.get(&self.world.channels[channel].id);
        of_channel.and_then(|wholes| wholes.get(code)).map_or(&[], Vec::as_slice)
    }

    /// The orders of one option of a channel's order.
    pub(super) fn lines(&self, whole: &'a WholeFact) -> impl Iterator<Item = &'a OrderFact> {
        whole.lines.iter().map(|place| &self.facts.orders[*place])
    }

    /// All that was asked to be placed: the channel, its code, and every time that it was asked.
    pub(super) fn all_places(&self) -> impl Iterator<Item = (usize, &'a str, &[(&'a Record, &'a PlaceAsk)])> {
        self.places.iter().flat_map(|(channel, places)| places.iter().map(|(code, asks)| (*channel, *code, asks.as_slice())))
    }

    /// What was asked to be placed under this code.
    pub(super) fn places(&self, channel: usize, code: &str) -> &[(&'a Record, &'a PlaceAsk)] {
        self.places.get(&channel).and_then(|places| places.get(code)).map_or(&[], Vec::as_slice)
    }

    /// What was asked to be done to an order.
    pub(super) fn acts(&self, order: Uuid) -> &[(&'a Record, &'a ActAsk)] {
        self.acts.get(&order).map_or(&[], Vec::as_slice)
    }

    /// The place in its path of the state that an order had reached when all answers were there; none without any answer.
    pub(super) fn reached(&self, order: Uuid) -> Option<usize> {
        self.reached.get(&order).copied()
    }

    /// The place of a channel.
    pub(super) fn channel(&self, id: Uuid) -> Option<usize> {
        self.world.channels.iter().position(|channel| channel.id == id)
    }

    /// The stock row of a slot.
    pub(super) fn row_of_slot(&self, slot: usize) -> Option<Uuid> {
        let slot = &self.world.slots[slot];
        let option = self.world.options_of_pool(slot.pool).next()?;
        let pool = self.facts.pools.get(&option.id)?;
        let is_it = |row: &&super::facts::StockFact| row.pool == *pool && row.date == slot.date && row.start_time == slot.start_time;
        self.facts.stock.iter().find(is_it).map(|row| row.id)
    }

    /// Whether an order's lines in the database are what was asked for.
    pub(super) fn is_as_asked(&self, whole: &'a WholeFact, ask: &PlaceAsk) -> bool {
        let lines: Vec<&OrderFact> = self.lines(whole).collect();
        lines.len() == ask.lines.len()
            && lines.iter().zip(&ask.lines).all(|(line, asked)| {
                line.option == asked.option
                    && line.quantity == i64::from(asked.quantity)
                    && self.row_of_slot(asked.slot) == Some(line.stock)
            })
    }
}
