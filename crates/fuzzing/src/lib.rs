//! Only for tests: what the fuzz targets send, and what must hold then.
//!
//! A [`Target`] takes any bytes and panics when something does not hold. `fuzz/` makes bytes until one does, with
//! coverage to lead it (`scripts/fuzz`); `tests/corpus.rs` runs every target over the bytes that were kept in
//! `fuzz/corpus`, so that what was found once stays mended.
//!
//! * [`texts`]: the readers below HTTP, by themselves: dates, money, codes, tables, JSON. Fast.
//! * [`bodies`]: every address that takes a body, through the whole program with a database.
//! * [`requests`]: queries, paths and headers, the same way.
//!
//! In a body, a query or a path `@paris` stands for a code of the world that lives in the database: see [`codes`].

mod answer;
mod any;
pub mod bodies;
pub mod codes;
mod program;
pub mod requests;
pub mod texts;

pub use any::any;
pub use axhub_testkit::Engine;

/// A place where bytes come in.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its folder in `fuzz/corpus`.
    pub name: &'static str,
    reader: Reader,
}

/// What takes the bytes.
#[derive(Clone, Copy, Debug)]
enum Reader {
    /// Something that only reads, or whose answers are not looked at one by one.
    Plain(fn(&[u8])),
    /// Something that sends to these addresses, with their answers.
    Answering { addresses: &'static [&'static str], send: fn(&[u8]) -> Vec<Answer> },
}

/// An address, with the names of codes in it, and the status that it answered.
pub type Answer = (&'static str, u16);

impl Target {
    const fn plain(name: &'static str, read: fn(&[u8])) -> Target {
        Target { name, reader: Reader::Plain(read) }
    }

    const fn answering(name: &'static str, addresses: &'static [&'static str], send: fn(&[u8]) -> Vec<Answer>) -> Target {
        Target { name, reader: Reader::Answering { addresses, send } }
    }

    /// The addresses that its bytes are sent to, where each is looked at by itself.
    pub fn addresses(&self) -> &'static [&'static str] {
        match self.reader {
            Reader::Plain(_) => &[],
            Reader::Answering { addresses, .. } => addresses,
        }
    }

    /// Takes any bytes; panics when something does not hold. Tells what was answered at each of [`Target::addresses`] that
    /// these bytes were sent to. The program, where it takes part, has its database on `engine`.
    pub fn run(&self, engine: Engine, bytes: &[u8]) -> Vec<Answer> {
        program::choose(engine);
        match self.reader {
            Reader::Plain(read) => {
                read(bytes);
                Vec::new()
            }
            Reader::Answering { send, .. } => send(bytes),
        }
    }
}

/// Every target.
pub fn targets() -> Vec<Target> {
    [texts::TARGETS, bodies::TARGETS, requests::TARGETS].concat()
}
