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
pub mod bodies;
pub mod codes;
mod program;
pub mod requests;
pub mod texts;

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
    /// Addresses that take a body; tells the statuses that it was answered with.
    Answering(fn(&[u8]) -> Vec<u16>),
}

impl Target {
    const fn plain(name: &'static str, read: fn(&[u8])) -> Target {
        Target { name, reader: Reader::Plain(read) }
    }

    const fn answering(name: &'static str, send: fn(&[u8]) -> Vec<u16>) -> Target {
        Target { name, reader: Reader::Answering(send) }
    }

    /// Takes any bytes; panics when something does not hold. Tells the statuses that a body was answered with, address by
    /// address. The program, where it takes part, has its database on `engine`.
    pub fn run(&self, engine: Engine, bytes: &[u8]) -> Vec<u16> {
        program::choose(engine);
        match self.reader {
            Reader::Plain(read) => {
                read(bytes);
                Vec::new()
            }
            Reader::Answering(send) => send(bytes),
        }
    }
}

/// Every target.
pub fn targets() -> Vec<Target> {
    [texts::TARGETS, bodies::TARGETS, requests::TARGETS].concat()
}
