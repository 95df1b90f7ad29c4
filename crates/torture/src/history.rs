//! What clients asked and what they were told, with the times of both on one clock that only goes forward.
//!
//! A [`Record`] is one request. Whoever repeats a request makes another record with the same [`Ask`]. Records are kept as
//! JSON lines, so that a history can be read by eye and [judged again](crate::kept).

mod record;

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Context;
use axhub_hub::{Clock, SystemClock};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

pub use record::{
    Act, ActAsk, Answer, Ask, ChangeSeen, FeedAnswer, LineAnswer, LineAsk, OfferSeen, OrderSeen, Outcome, PlaceAnswer, PlaceAsk, Record,
    StockAsk, position,
};

/// Microseconds since the history began.
pub type Micros = u64;

/// A request that is under way.
#[derive(Debug)]
pub struct Begun {
    id: u64,
    begin: Micros,
    at: Option<Timestamp>,
}

/// Takes records from everywhere. Cheap to clone; clones are the same history.
#[derive(Clone, Debug)]
pub struct History {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    began: Instant,
    /// Whether the servers have the clock of this machine.
    is_their_clock: bool,
    next: AtomicU64,
    records: Mutex<Vec<Record>>,
}

impl Default for History {
    fn default() -> Self {
        History::new()
    }
}

impl History {
    /// A history that begins now.
    pub fn new() -> History {
        History::of(true)
    }

    /// A history that begins now, of servers whose clocks are moved: what they say of times proves nothing.
    pub fn of_moved_clocks() -> History {
        History::of(false)
    }

    fn of(is_their_clock: bool) -> History {
        let inner = Inner { began: Instant::now(), is_their_clock, next: AtomicU64::new(0), records: Mutex::default() };
        History { inner: Arc::new(inner) }
    }

    /// What time it is here.
    pub fn now(&self) -> Micros {
        u64::try_from(self.inner.began.elapsed().as_micros()).unwrap_or(Micros::MAX)
    }

    /// A request begins.
    pub fn begin(&self) -> Begun {
        let id = self.inner.next.fetch_add(1, Ordering::SeqCst);
        Begun { id, begin: self.now(), at: self.inner.is_their_clock.then(|| SystemClock.now()) }
    }

    /// A request ended; its answer says to try again after so many seconds, or says nothing of that.
    #[expect(clippy::needless_pass_by_value, reason = "a request ends once")]
    pub fn end(&self, begun: Begun, client: u32, server: u16, ask: Ask, outcome: Outcome, retry_after: Option<u64>) {
        let Begun { id, begin, at } = begun;
        let record = Record { id, client, server, begin, end: self.now(), at, ask, outcome, retry_after };
        self.inner.records.lock().push(record);
    }

    /// Everything so far, in the order in which it began.
    pub fn records(&self) -> Vec<Record> {
        let mut records = self.inner.records.lock().clone();
        records.sort_unstable_by_key(|record| record.id);
        records
    }

    /// When the first request ended that is meant, if one has.
    pub fn end_of_first(&self, is_meant: impl Fn(&Record) -> bool) -> Option<Micros> {
        self.inner.records.lock().iter().filter(|record| is_meant(record)).map(|record| record.end).min()
    }

    /// When the first new order was answered that was asked for at this time or later, if one was.
    pub fn first_order_after(&self, time: Micros) -> Option<Micros> {
        self.end_of_first(|record| record.begin >= time && record.placed_anew())
    }

    /// Writes everything so far as JSON lines.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let file = std::fs::File::create(path).with_context(|| format!("the history cannot be written to {}", path.display()))?;
        let mut out = BufWriter::new(file);
        for record in self.records() {
            serde_json::to_writer(&mut out, &record)?;
            out.write_all(b"\n")?;
        }
        Ok(out.flush()?)
    }
}

/// Reads what [`History::save`] wrote.
///
/// # Errors
/// When the file cannot be read, or is no history.
pub fn load(path: &Path) -> anyhow::Result<Vec<Record>> {
    let file = std::fs::File::open(path).with_context(|| format!("there is no history in {}", path.display()))?;
    BufReader::new(file).lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// What a history comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Requests.
    pub requests: u64,
    /// Those that were answered with success.
    pub answered: u64,
    /// Those that were answered with an error, whatever error.
    pub refused: u64,
    /// Those without an answer.
    pub lost: u64,
    /// Orders that were answered, each once however often it was.
    pub orders: u64,
}

impl Figures {
    /// Counts.
    pub fn of(records: &[Record]) -> Figures {
        let mut figures = Figures::default();
        let mut codes = std::collections::HashSet::new();
        for record in records {
            figures.requests += 1;
            match &record.outcome {
                Outcome::Answered(_) => figures.answered += 1,
                Outcome::Refused { .. } => figures.refused += 1,
                Outcome::Lost { .. } => figures.lost += 1,
            }
            codes.extend(record.placed().map(|(ask, _)| (ask.channel, &ask.code)));
        }
        figures.orders = codes.len() as u64;
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_read_as_it_was_written() {
        let history = History::new();
        let first = history.begin();
        let second = history.begin();
        let read = Ask::Feed { channel: 0, cursor: String::new() };
        history.end(second, 2, 8080, read.clone(), Outcome::Lost { why: "timed out".to_owned() }, None);
        history.end(first, 1, 8080, read, Outcome::Refused { status: 503, code: "unavailable".to_owned() }, Some(1));
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("history.jsonl");
        history.save(&file).unwrap();
        let loaded = load(&file).unwrap();
        assert_eq!(loaded, history.records());
        assert!(loaded.iter().all(|record| record.at.is_some()));
        assert_eq!(loaded.iter().map(|record| (record.id, record.client)).collect::<Vec<_>>(), [(0, 1), (1, 2)]);
        let figures = Figures { requests: 2, refused: 1, lost: 1, ..Figures::default() };
        assert_eq!(Figures::of(&loaded), figures);
    }
}
