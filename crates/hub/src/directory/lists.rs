//! Lists that are short enough to be searched and cut in memory.

use crate::{Page, Paged};

/// Those of a short list that have `q` in one of their texts. Only the program knows all letters' cases on both engines.
pub(crate) fn searched<T>(all: Vec<T>, q: Option<&str>, page: Page, texts: impl Fn(&T) -> [&String; 2]) -> Paged<T> {
    let q = q.unwrap_or_default().to_lowercase();
    let is_wanted = |item: &T| texts(item).iter().any(|text| text.to_lowercase().contains(&q));
    cut(all.into_iter().filter(is_wanted).collect(), page)
}

/// A page of a short list.
pub(crate) fn cut<T>(all: Vec<T>, page: Page) -> Paged<T> {
    let total = all.len() as u64;
    let (offset, limit) = (usize::try_from(page.offset()).unwrap_or(usize::MAX), usize::try_from(page.limit()).unwrap_or(usize::MAX));
    Paged { items: all.into_iter().skip(offset).take(limit).collect(), total }
}
