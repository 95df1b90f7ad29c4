//! Two lists of the same things compared, however long they are, in little memory.
//!
//! Both lists are gone through once, and what they say is added up in buckets: equal lists have equal sums. Only where the
//! sums of a bucket differ are its things looked at again, by themselves.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use uuid::Uuid;

/// How many buckets there are: of a million orders each has a dozen or two.
const BUCKETS: usize = 1 << 16;

/// How many buckets are looked at again.
const MOST_CLOSER: usize = 512;

/// Which of the two lists something stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The orders' own histories.
    History,
    /// What was told of it elsewhere.
    Told,
}

/// Something that both lists should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// What it is about.
    pub(super) code: Uuid,
    /// When it was.
    pub(super) at: Timestamp,
    /// A hash of what it says.
    pub(super) meaning: u64,
}

impl Item {
    pub(super) fn new(code: Uuid, at: Timestamp, says: &impl Hash) -> Item {
        Item { code, at, meaning: hash(says) }
    }

    fn bucket(&self) -> usize {
        // Of a random id the last digits differ.
        (self.code.as_u128() % BUCKETS as u128) as usize
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What takes the items of both lists.
pub(super) trait Sink: Send {
    fn add(&mut self, side: Side, item: &Item);
}

/// The sums of both lists.
#[derive(Debug)]
pub(super) struct Tally {
    /// By bucket, the sum of one list less that of the other.
    differences: Vec<u64>,
}

impl Tally {
    pub(super) fn new() -> Tally {
        Tally { differences: vec![0; BUCKETS] }
    }

    /// What to look at again; nothing when the lists are the same.
    pub(super) fn closer(&self) -> Option<Closer> {
        let mut buckets: Vec<usize> = (0..BUCKETS).filter(|bucket| self.differences[*bucket] != 0).collect();
        let left_out = buckets.len().saturating_sub(MOST_CLOSER);
        buckets.truncate(MOST_CLOSER);
        (!buckets.is_empty()).then(|| Closer { buckets: buckets.into_iter().collect(), left_out, seen: BTreeMap::new() })
    }
}

impl Sink for Tally {
    fn add(&mut self, side: Side, item: &Item) {
        let sum = &mut self.differences[item.bucket()];
        let value = hash(&(item.code, item.at, item.meaning));
        *sum = match side {
            Side::History => sum.wrapping_add(value),
            Side::Told => sum.wrapping_sub(value),
        };
    }
}

/// The items of the buckets in which the lists differ.
#[derive(Debug)]
pub(super) struct Closer {
    buckets: HashSet<usize>,
    /// Buckets that differ, too, and are not looked at.
    pub(super) left_out: usize,
    seen: BTreeMap<(Uuid, Timestamp), [Seen; 2]>,
}

/// How often something stands in a list, and what it says there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    times: u32,
    meaning: u64,
}

/// How the lists differ about something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// It was not told.
    NotTold,
    /// It was told, and never happened.
    OnlyTold,
    /// It was told otherwise, or more than once.
    ToldOtherwise,
}

impl Closer {
    /// Everything about which the lists differ.
    pub(super) fn differences(&self) -> impl Iterator<Item = (Uuid, Timestamp, Difference)> + '_ {
        self.seen.iter().filter_map(|((code, at), [history, told])| {
            let difference = match (history, told) {
                _ if history == told => return None,
                (_, Seen { times: 0, .. }) => Difference::NotTold,
                (Seen { times: 0, .. }, _) => Difference::OnlyTold,
                _ => Difference::ToldOtherwise,
            };
            Some((*code, *at, difference))
        })
    }
}

impl Sink for Closer {
    fn add(&mut self, side: Side, item: &Item) {
        if self.buckets.contains(&item.bucket()) {
            let seen = &mut self.seen.entry((item.code, item.at)).or_default()[side as usize];
            seen.times += 1;
            seen.meaning = seen.meaning.wrapping_add(item.meaning);
        }
    }
}

impl Sink for Option<Closer> {
    /// Where nothing differs, nothing is looked at again.
    fn add(&mut self, side: Side, item: &Item) {
        if let Some(closer) = self {
            closer.add(side, item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(code: u128, second: i64, says: &str) -> Item {
        Item::new(Uuid::from_u128(code), Timestamp::from_second(second).unwrap(), &says)
    }

    fn compare(history: &[Item], told: &[Item]) -> Vec<(u128, Difference)> {
        let fill = |sink: &mut dyn Sink| {
            // One after another and the other way round: the order means nothing.
            history.iter().for_each(|item| sink.add(Side::History, item));
            told.iter().rev().for_each(|item| sink.add(Side::Told, item));
        };
        let mut tally = Tally::new();
        fill(&mut tally);
        let Some(mut closer) = tally.closer() else { return Vec::new() };
        fill(&mut closer);
        closer.differences().map(|(code, _, difference)| (code.as_u128(), difference)).collect()
    }

    #[test]
    fn equal_lists_have_no_difference() {
        let list: Vec<Item> = (0..100).map(|n| item(n, 1, "sold")).collect();
        assert_eq!(compare(&list, &list), []);
        assert_eq!(compare(&[], &[]), []);
    }

    #[test]
    fn every_difference_is_found() {
        let (same, lost, made_up) = (item(1, 1, "sold"), item(2, 1, "sold"), item(3, 1, "sold"));
        assert_eq!(compare(&[same, lost], &[same]), [(2, Difference::NotTold)]);
        assert_eq!(compare(&[same], &[same, made_up]), [(3, Difference::OnlyTold)]);
        assert_eq!(compare(&[same, lost], &[same, item(2, 1, "used")]), [(2, Difference::ToldOtherwise)]);
        assert_eq!(compare(&[same, lost], &[same, lost, lost]), [(2, Difference::ToldOtherwise)]);
        assert_eq!(compare(&[lost], &[item(2, 2, "sold")]), [(2, Difference::NotTold), (2, Difference::OnlyTold)]);
    }
}
