//! What allotments leave for whom, and that whatever is shown to a channel can be ordered by it, whatever happened before.

use jiff::SignedDuration;
use jiff::civil::{Time, date};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ids::{PoolId, StockId};
use crate::inventory::{StockBook, StockRow};

const A: ChannelId = ChannelId(Uuid::from_u128(1));
const B: ChannelId = ChannelId(Uuid::from_u128(2));
const C: ChannelId = ChannelId(Uuid::from_u128(3));
const ROW: StockId = StockId(Uuid::from_u128(10));

fn hour(n: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(n)
}

fn row(max: i64) -> StockRow {
    StockRow {
        id: ROW,
        pool: PoolId(Uuid::from_u128(20)),
        date: date(2026, 7, 1),
        start_time: Time::midnight(),
        starts_at: hour(1000),
        max,
        min: 0,
        held: 0,
        ordered: 0,
        on_sale: true,
    }
}

fn allot(channel: ChannelId, quantity: i64, release: i64) -> (StockId, Allotment) {
    (ROW, Allotment { channel, quantity, taken: 0, release_at: hour(release) })
}

#[test]
fn is_kept_for_its_channel_until_it_is_released() {
    let book = StockBook::new([row(20)]).with_allotments([allot(A, 5, 10), allot(B, 3, 20)]);
    let for_each = |now| [A, B, C].map(|channel| book.available(ROW, channel, hour(now)));
    assert_eq!(for_each(0), [17, 15, 12], "each lacks what is kept for the others");
    assert_eq!(for_each(9), [17, 15, 12]);
    assert_eq!(for_each(10), [17, 20, 17], "A's is free from its instant on");
    assert_eq!(for_each(20), [20, 20, 20]);
}

#[test]
fn is_used_up_by_its_channels_orders_first() {
    let mut book = StockBook::new([row(20)]).with_allotments([allot(A, 5, 10)]);
    assert!(!book.take(ROW, 16, B, hour(0)), "one of the sixteen is A's");
    assert!(book.take(ROW, 3, A, hour(0)));
    assert_eq!((book.available(ROW, A, hour(0)), book.available(ROW, B, hour(0))), (17, 15), "B misses nothing by it");
    assert!(book.take(ROW, 4, A, hour(0)));
    assert_eq!((book.available(ROW, A, hour(0)), book.available(ROW, B, hour(0))), (13, 13), "two of the four are beyond the share");
    book.untake(ROW, 6, A);
    assert_eq!((book.available(ROW, A, hour(0)), book.available(ROW, B, hour(0))), (19, 15), "what comes back is kept again");
    assert_eq!((book.taken(), book.taken_of_allotments()), (vec![(ROW, 1)], vec![(ROW, A, 1)]));
    assert!(book.take(ROW, 15, B, hour(0)));
    assert!(!book.take(ROW, 1, B, hour(0)) && !book.take(ROW, 1, C, hour(9)) && book.take(ROW, 1, C, hour(10)));
    assert_eq!(book.taken_of_allotments(), [(ROW, A, 1)], "who has no allotment is not counted");
}

#[test]
fn can_be_as_large_as_what_others_leave() {
    let allotments = &Allotments::by_row([allot(A, 5, 10)])[&ROW];
    assert_eq!(allotments.most(12, B, 0, hour(0)), 7);
    assert_eq!(allotments.most(12, A, 2, hour(0)), 14, "its own share is no bound to it, and what it has counts");
    assert_eq!(allotments.most(3, B, 4, hour(0)), 4);
}

#[test]
fn nothing_is_less_than_nothing() {
    let allotments = &Allotments::by_row([allot(A, 5, 10), allot(B, 2, 10)])[&ROW];
    // Should a clock go back, more may be kept than there is.
    assert_eq!([A, B, C].map(|channel| allotments.available(4, channel, hour(0))), [2, 0, 0]);
}

/// One thing that happens to a row.
#[derive(Clone, Debug)]
enum Step {
    Take { channel: usize, units: i64 },
    GiveBack { channel: usize, units: i64 },
    Allot { channel: usize, quantity: i64, release: i64 },
    SetMax(i64),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3usize, 0..9i64).prop_map(|(channel, units)| Step::Take { channel, units }),
        2 => (0..3usize, 1..9i64).prop_map(|(channel, units)| Step::GiveBack { channel, units }),
        3 => (0..3usize, 0..9i64, 0..30i64).prop_map(|(channel, quantity, release)| Step::Allot { channel, quantity, release }),
        1 => (0..25i64).prop_map(Step::SetMax),
        2 => (0..6i64).prop_map(Step::Wait),
    ]
}

const CHANNELS: [ChannelId; 3] = [A, B, C];

/// A row and its allotments, and what each channel has of it.
struct World {
    row: StockRow,
    allotments: Allotments,
    has: [i64; 3],
    now: i64,
}

impl World {
    fn book(&self) -> StockBook {
        StockBook::new([self.row.clone()]).with_allotments(self.allotments.iter().map(|allotment| (ROW, *allotment)))
    }

    fn take(&mut self, channel: usize, units: i64) -> bool {
        let mut book = self.book();
        let is_taken = book.take(ROW, units, CHANNELS[channel], hour(self.now));
        if is_taken {
            self.change(channel, units);
            assert_eq!(book.allotments(ROW), &self.allotments, "the book keeps the same account");
        }
        is_taken
    }

    fn change(&mut self, channel: usize, units: i64) {
        self.row.ordered += units;
        self.has[channel] += units;
        self.allotments.take(CHANNELS[channel], units);
    }

    /// As a supplier may: never more than fits.
    fn apply(&mut self, step: &Step) {
        let now = hour(self.now);
        match *step {
            Step::Take { channel, units } => drop(self.take(channel, units)),
            Step::GiveBack { channel, units } => self.change(channel, -units.min(self.has[channel])),
            Step::Allot { channel, quantity: 0, .. } => drop(self.allotments.remove(CHANNELS[channel])),
            Step::Allot { channel, quantity, release } => {
                let (channel_id, taken, release_at) = (CHANNELS[channel], self.has[channel], hour(self.now + release));
                if quantity <= self.allotments.most(self.row.remain(), channel_id, taken, now) {
                    self.allotments.put(Allotment { channel: channel_id, quantity, taken, release_at });
                }
            }
            Step::SetMax(max) if max - self.row.ordered >= self.allotments.kept(now) => self.row.max = max,
            Step::SetMax(_) => {}
            Step::Wait(hours) => self.now += hours,
        }
    }

    fn check(&mut self) {
        let now = hour(self.now);
        assert_eq!(self.row.ordered, self.has.iter().sum::<i64>());
        assert!(self.row.ordered <= self.row.max);
        assert!(self.allotments.kept(now) <= self.row.remain(), "what is kept is there");
        for (channel, id) in CHANNELS.into_iter().enumerate() {
            let shown = self.book().available(ROW, id, now);
            let kept = self.allotments.of(id).map_or(0, |own| own.kept(now));
            assert!(kept <= shown && shown <= self.row.remain());
            assert!(!self.take(channel, shown + 1), "one more than is shown");
            assert!(self.take(channel, shown), "all that is shown");
            assert_eq!(self.book().available(ROW, id, now), 0);
            assert!(self.allotments.kept(now) <= self.row.remain(), "what is kept for others is still there");
            self.change(channel, -shown);
        }
    }
}

proptest! {
    #[test]
    fn what_is_shown_can_be_ordered_and_not_one_more(max in 0..25i64, steps in proptest::collection::vec(step(), 0..40)) {
        let mut world = World { row: row(max), allotments: Allotments::default(), has: [0; 3], now: 0 };
        for step in &steps {
            world.apply(step);
            world.check();
        }
    }
}
