//! Who watches a long job.

/// Somebody who watches a long job.
pub trait Progress: Send + Sync {
    /// A part of the job begins: so many of these are to be done.
    fn begin(&self, what: &str, count: u64);

    /// So many more of them are done.
    fn advance(&self, by: u64);

    /// The part is over.
    fn end(&self);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _what: &str, _count: u64) {}

    fn advance(&self, _by: u64) {}

    fn end(&self) {}
}
