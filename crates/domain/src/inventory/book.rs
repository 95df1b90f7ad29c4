//! The stock rows that a batch of orders may take from.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{InventoryRef, StockRow, units};
use crate::allotment::{Allotment, Allotments};
use crate::ids::{ChannelId, PoolId, StockId};

/// The stock rows that a batch of orders may take from, and the allotments on them.
///
/// Rows are taken from in turn, so that a later order of the batch sees what the earlier ones left.
#[derive(Clone, Debug, Default)]
pub struct StockBook {
    rows: HashMap<StockId, StockRow>,
    by_start: HashMap<(PoolId, Timestamp), StockId>,
    by_date: HashMap<(PoolId, Date), StockId>,
    taken: HashMap<StockId, i64>,
    /// Only of rows that have any, which few have.
    allotments: HashMap<StockId, Allotments>,
    taken_of_allotments: HashMap<(StockId, ChannelId), i64>,
}

impl StockBook {
    /// A book of these rows.
    pub fn new(rows: impl IntoIterator<Item = StockRow>) -> StockBook {
        let mut book = StockBook::default();
        for row in rows {
            book.by_start.insert((row.pool, row.starts_at), row.id);
            book.by_date.insert((row.pool, row.date), row.id);
            book.rows.insert(row.id, row);
        }
        book
    }

    /// The same with the allotments of its rows.
    #[must_use]
    pub fn with_allotments(mut self, allotments: impl IntoIterator<Item = (StockId, Allotment)>) -> StockBook {
        self.allotments = Allotments::by_row(allotments);
        self
    }

    /// The row of `pool` that `inventory` names.
    pub fn find(&self, pool: PoolId, inventory: InventoryRef) -> Option<&StockRow> {
        let id = match inventory {
            InventoryRef::Code(id) => id,
            InventoryRef::At(start) => *self.by_start.get(&(pool, start))?,
            InventoryRef::On(date) => *self.by_date.get(&(pool, date))?,
        };
        self.rows.get(&id).filter(|row| row.pool == pool)
    }

    /// Units of the pool that `channel` may take of a row.
    pub fn available(&self, id: StockId, channel: ChannelId, now: Timestamp) -> i64 {
        let Some(row) = self.rows.get(&id) else { return 0 };
        self.allotments(id).available(row.remain(), channel, now)
    }

    /// Units of an option that `channel` may take of a row, when each takes `weight` of the pool.
    pub fn available_units(&self, id: StockId, weight: i64, channel: ChannelId, now: Timestamp) -> u32 {
        units(self.available(id, channel, now), weight)
    }

    /// Takes `units` from a row for `channel`; `false`, and nothing is taken, when there are fewer for it.
    pub fn take(&mut self, id: StockId, units: i64, channel: ChannelId, now: Timestamp) -> bool {
        if units < 0 || self.available(id, channel, now) < units {
            return false;
        }
        self.change(id, units, channel)
    }

    /// Gives back what [`take`](Self::take) took for an order that then failed.
    pub fn untake(&mut self, id: StockId, units: i64, channel: ChannelId) {
        self.change(id, -units, channel);
    }

    fn change(&mut self, id: StockId, units: i64, channel: ChannelId) -> bool {
        let Some(row) = self.rows.get_mut(&id) else { return false };
        row.ordered += units;
        *self.taken.entry(id).or_default() += units;
        if self.allotments.get_mut(&id).is_some_and(|allotments| allotments.take(channel, units)) {
            *self.taken_of_allotments.entry((id, channel)).or_default() += units;
        }
        true
    }

    /// The allotments on a row, as they are now.
    pub fn allotments(&self, id: StockId) -> &Allotments {
        self.allotments.get(&id).unwrap_or(Allotments::NONE)
    }

    /// The rows that were taken from, as they are now, in the order of their codes.
    pub fn touched(&self) -> Vec<&StockRow> {
        self.taken().into_iter().filter_map(|(id, _)| self.rows.get(&id)).collect()
    }

    /// What was taken in all, row by row, in the order of their codes.
    pub fn taken(&self) -> Vec<(StockId, i64)> {
        let mut taken: Vec<_> = self.taken.iter().filter(|(_, units)| **units != 0).map(|(id, units)| (*id, *units)).collect();
        taken.sort_unstable();
        taken
    }

    /// What channels with allotments took of their rows, in the order of the rows' codes.
    pub fn taken_of_allotments(&self) -> Vec<(StockId, ChannelId, i64)> {
        let taken = self.taken_of_allotments.iter().filter(|(_, units)| **units != 0);
        let mut taken: Vec<_> = taken.map(|((id, channel), units)| (*id, *channel, *units)).collect();
        taken.sort_unstable();
        taken
    }
}
