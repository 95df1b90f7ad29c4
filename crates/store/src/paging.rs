//! Pages of lists.

use crate::engine::Row;
use crate::error::Result;

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: u32,
    /// Items on a page, at least 1.
    pub size: u32,
}

impl Page {
    /// How many items to take.
    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }

    /// How many items come before the page.
    pub fn offset(self) -> i64 {
        i64::from(self.number.saturating_sub(1)) * i64::from(self.size)
    }

    /// How many items come before the end of the page.
    pub(crate) fn end(self) -> i64 {
        self.offset().saturating_add(self.limit())
    }

    /// Whether `len` items are all that can be on the page, of `total` on all pages.
    pub(crate) fn is_filled_by(self, len: usize, total: u64) -> bool {
        let offset = u64::try_from(self.offset()).unwrap_or_default();
        len as u64 >= total.saturating_sub(offset).min(self.size.into())
    }
}

/// One page, and how many items there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: u64,
}

impl<T> Paged<T> {
    /// The same page of other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(change).collect(), total: self.total }
    }
}

/// The count that a `SELECT COUNT(*)` answered.
pub(crate) fn count(row: &Row) -> Result<u64> {
    Ok(u64::try_from(row.int(0)?).unwrap_or_default())
}

/// A pattern for `LIKE … ESCAPE '\'` that finds `text` anywhere, in lower case.
pub(crate) fn contains_pattern(text: &str) -> String {
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
