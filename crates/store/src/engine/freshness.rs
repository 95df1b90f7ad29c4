//! What is known of changes: whether something that was read at one moment is still so at a later one.
//!
//! Whoever keeps what it has read takes a [`Moment`] before it reads, and asks [`Freshness::is_unchanged`] before it uses
//! what it kept. Every transaction that writes tells what it touched ([`Session::touches`](super::Session::touches)); one
//! that tells nothing is taken to have touched everything, so that forgetting to tell costs speed and never truth.
//!
//! A change made by this program is known before its caller hears of it. One made by another program is heard of: on
//! PostgreSQL by `NOTIFY`, which is part of the transaction that changes something; on SQLite by a look at the file's
//! version. While nothing can be heard there are no moments, and nothing may be kept.
//!
//! What this program tells others comes back to its own listener. There it means nothing if the program has noted it by then,
//! else what was read between the two would have to be read once more; so it carries a mark.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock};
use uuid::Uuid;

/// How many topics are remembered one by one. With more, all are taken to have changed.
const MAX_TOPICS: usize = 200_000;

/// The longest message that PostgreSQL carries, with room for its mark.
const MAX_MESSAGE: usize = 7900;

/// How many messages of our own are known to be on their way back. Of more, the oldest are heard like another program's.
const MAX_ON_THEIR_WAY: usize = 1000;

/// Something that changes as one: a part of a thing, by a letter that whoever uses it chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic {
    /// Which part, an ASCII letter.
    pub part: char,
    /// The thing.
    pub id: Uuid,
}

/// What a transaction has touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Touched {
    /// It did not say.
    Everything,
    /// These.
    Only(BTreeSet<Topic>),
}

impl Touched {
    fn is_nothing(&self) -> bool {
        matches!(self, Touched::Only(topics) if topics.is_empty())
    }

    /// As it is told to other programs; `None` when there is nothing to tell. Nothing but letters, digits and `*`.
    fn message(&self) -> Option<String> {
        let Touched::Only(topics) = self else { return Some("*".to_owned()) };
        let mut message = String::with_capacity(topics.len() * 33);
        for Topic { part, id } in topics {
            // Writing to a string cannot fail.
            let _ = write!(message, "{part}{}", id.as_simple());
        }
        match message.len() {
            0 => None,
            1..=MAX_MESSAGE => Some(message),
            _ => Some("*".to_owned()),
        }
    }

    /// What another program told. What makes no sense may mean anything.
    fn of_message(message: &str) -> Touched {
        let topic = |word: &[u8]| {
            let (part, id) = word.split_first()?;
            Some(Topic { part: char::from(*part), id: Uuid::try_parse_ascii(id).ok()? })
        };
        let topics: Option<BTreeSet<Topic>> = message.as_bytes().chunks(33).map(topic).collect();
        topics.map_or(Touched::Everything, Touched::Only)
    }
}

/// A point in the order of all changes that this program knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// When each topic changed last, as far as this program knows. Cheap to clone; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Freshness {
    known: Arc<Known>,
}

#[derive(Debug)]
struct Known {
    /// Rises with every change.
    clock: AtomicU64,
    /// When everything changed last.
    everything: AtomicU64,
    topics: RwLock<HashMap<Topic, u64>>,
    /// Whether changes by other programs are heard of.
    hears: AtomicBool,
    /// What marks the messages of this program.
    mark: String,
    /// How many there were.
    told: AtomicU64,
    /// Those of which the change is noted here and which have not come back yet.
    noted: Mutex<BTreeSet<u64>>,
}

impl Default for Known {
    fn default() -> Known {
        Known {
            clock: AtomicU64::default(),
            everything: AtomicU64::default(),
            topics: RwLock::default(),
            hears: AtomicBool::default(),
            // Different in every program, by chance.
            mark: format!("{:016x}", RandomState::new().hash_one(())),
            told: AtomicU64::default(),
            noted: Mutex::default(),
        }
    }
}

/// What is told to all programs, this one among them.
#[derive(Debug)]
pub(super) struct Message {
    /// Nothing but letters, digits, `*` and a space.
    pub(super) text: String,
    number: u64,
}

impl Freshness {
    /// The moment that it is; `None` while another program might change something unheard.
    pub(super) fn moment(&self) -> Option<Moment> {
        self.known.hears.load(Ordering::SeqCst).then(|| Moment(self.known.clock.load(Ordering::SeqCst)))
    }

    /// Whether none of these topics has changed since a moment.
    pub fn is_unchanged(&self, since: Moment, topics: &[Topic]) -> bool {
        let known = &self.known;
        if !known.hears.load(Ordering::SeqCst) {
            return false;
        }
        // Behind the lock, since topics are forgotten when everything changes.
        let changed = known.topics.read();
        known.everything.load(Ordering::SeqCst) <= since.0 && topics.iter().all(|topic| changed.get(topic).is_none_or(|at| *at <= since.0))
    }

    /// Notes a change. Returns only when everybody who asks is told of it.
    pub(super) fn changed(&self, touched: &Touched) {
        if touched.is_nothing() {
            return;
        }
        let mut topics = self.known.topics.write();
        let now = self.known.clock.fetch_add(1, Ordering::SeqCst) + 1;
        match touched {
            Touched::Only(touched) if topics.len() + touched.len() <= MAX_TOPICS => {
                topics.extend(touched.iter().map(|topic| (*topic, now)));
            }
            Touched::Only(_) | Touched::Everything => {
                self.known.everything.store(now, Ordering::SeqCst);
                topics.clear();
            }
        }
    }

    /// What to tell of a change that is about to be made; `None` when there is nothing to tell.
    pub(super) fn message(&self, touched: &Touched) -> Option<Message> {
        let message = touched.message()?;
        let number = self.known.told.fetch_add(1, Ordering::Relaxed);
        Some(Message { text: format!("{message} {}{number:x}", self.known.mark), number })
    }

    /// Notes a change of this program's own that is known to be done, and of which this was told: when it comes back, nothing
    /// more has changed.
    pub(super) fn changed_and_told(&self, touched: &Touched, message: Option<Message>) {
        self.changed(touched);
        if let Some(Message { number, .. }) = message.filter(|_| self.known.hears.load(Ordering::SeqCst)) {
            let mut noted = self.known.noted.lock();
            noted.insert(number);
            if noted.len() > MAX_ON_THEIR_WAY {
                noted.pop_first();
            }
        }
    }

    /// Notes what some program told, unless it was this one, and is noted.
    pub(super) fn hear(&self, told: &str) {
        let (message, mark) = told.split_once(' ').unwrap_or((told, ""));
        let number = mark.strip_prefix(&self.known.mark).and_then(|number| u64::from_str_radix(number, 16).ok());
        if !number.is_some_and(|number| self.known.noted.lock().remove(&number)) {
            self.changed(&Touched::of_message(message));
        }
    }

    /// From now on changes by other programs are heard of. What was read before may be old.
    pub(super) fn begin_to_hear(&self) {
        self.known.noted.lock().clear();
        self.changed(&Touched::Everything);
        self.known.hears.store(true, Ordering::SeqCst);
    }

    /// From now on they may not be. Says whether they were until now.
    pub(super) fn cease_to_hear(&self) -> bool {
        self.known.hears.swap(false, Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(part: char, id: u128) -> Topic {
        Topic { part, id: Uuid::from_u128(id) }
    }

    fn only(topics: &[Topic]) -> Touched {
        Touched::Only(topics.iter().copied().collect())
    }

    fn hearing() -> Freshness {
        let freshness = Freshness::default();
        freshness.begin_to_hear();
        freshness
    }

    #[test]
    fn a_change_ends_what_was_read_before_it_and_nothing_else() {
        let freshness = hearing();
        let (a, b) = (topic('a', 1), topic('a', 2));
        let before = freshness.moment().unwrap();
        freshness.changed(&only(&[a]));
        assert!(!freshness.is_unchanged(before, &[a]) && !freshness.is_unchanged(before, &[b, a]));
        assert!(freshness.is_unchanged(before, &[b]) && freshness.is_unchanged(before, &[topic('b', 1)]));
        let after = freshness.moment().unwrap();
        assert!(freshness.is_unchanged(after, &[a, b]));
        freshness.changed(&Touched::Everything);
        assert!(!freshness.is_unchanged(after, &[b]));
    }

    #[test]
    fn nothing_is_fresh_while_nothing_is_heard() {
        let freshness = Freshness::default();
        assert_eq!(freshness.moment(), None);
        freshness.begin_to_hear();
        let moment = freshness.moment().unwrap();
        freshness.cease_to_hear();
        assert!(freshness.moment().is_none() && !freshness.is_unchanged(moment, &[]));
        freshness.begin_to_hear();
        assert!(!freshness.is_unchanged(moment, &[]), "a change may have gone unheard");
    }

    #[test]
    fn a_transaction_that_touched_nothing_changes_nothing() {
        let freshness = hearing();
        let before = freshness.moment();
        freshness.changed(&only(&[]));
        assert_eq!((freshness.moment(), only(&[]).message()), (before, None));
    }

    #[test]
    fn messages_come_back_as_they_were_sent() {
        let touched = only(&[topic('s', 7), topic('p', u128::MAX)]);
        assert_eq!(Touched::of_message(&touched.message().unwrap()), touched);
        assert_eq!(Touched::of_message(&Touched::Everything.message().unwrap()), Touched::Everything);
        let many: Vec<Topic> = (0..1000).map(|id| topic('s', id)).collect();
        assert_eq!(only(&many).message().unwrap(), "*", "more than a message carries is everything");
        for nonsense in ["x", "Ü", "s0123", "s0000000000000000000000000000000Z"] {
            assert_eq!(Touched::of_message(nonsense), Touched::Everything, "{nonsense}");
        }
    }

    #[test]
    fn what_a_program_told_itself_changes_nothing_once_it_is_noted() {
        let (freshness, other) = (hearing(), hearing());
        let touched = only(&[topic('s', 7)]);
        let is_unchanged = |since| freshness.is_unchanged(since, &[topic('s', 7)]);

        let message = freshness.message(&touched).unwrap();
        let text = message.text.clone();
        freshness.changed_and_told(&touched, Some(message));
        let noted = freshness.moment().unwrap();
        freshness.hear(&text);
        assert!(is_unchanged(noted));
        freshness.hear(&text);
        assert!(!is_unchanged(noted), "what comes back once more was told by nobody we know");

        // It comes back before it is noted, or it is not known whether it was done.
        let before = freshness.moment().unwrap();
        freshness.hear(&freshness.message(&touched).unwrap().text);
        assert!(!is_unchanged(before));
        // Another program's has another mark.
        let before = freshness.moment().unwrap();
        let message = other.message(&touched).unwrap();
        let text = message.text.clone();
        other.changed_and_told(&touched, Some(message));
        freshness.hear(&text);
        assert!(!is_unchanged(before));
    }

    #[test]
    fn messages_that_never_come_back_are_forgotten() {
        let freshness = hearing();
        for id in 0..2 * MAX_ON_THEIR_WAY as u128 {
            let touched = only(&[topic('s', id)]);
            freshness.changed_and_told(&touched, freshness.message(&touched));
        }
        assert_eq!(freshness.known.noted.lock().len(), MAX_ON_THEIR_WAY);
        freshness.cease_to_hear();
        freshness.begin_to_hear();
        assert!(freshness.known.noted.lock().is_empty());
    }

    #[test]
    fn too_many_topics_are_everything() {
        let freshness = hearing();
        let before = freshness.moment().unwrap();
        for id in 0..=MAX_TOPICS as u128 {
            freshness.changed(&only(&[topic('s', id)]));
        }
        assert!(!freshness.is_unchanged(before, &[topic('x', 0)]));
        assert!(freshness.known.topics.read().len() <= MAX_TOPICS);
    }
}
