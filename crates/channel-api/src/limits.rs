//! How long the lists in a channel's requests may be. `docs/limits.md` tells people; a test compares.

use axhub_web::FreeForm;

/// The most names that a mapping may give to options.
pub(crate) const MAX_MAPPED: usize = 1000;

/// The most codes in one search.
pub(crate) const MAX_CODES: usize = 200;

/// The most changes in one answer of the feed.
pub(crate) const MAX_CHANGES: u32 = 1000;

/// What the contract does not name of people.
pub(crate) const FREE: FreeForm = FreeForm { items: 100, text: 2000, depth: 4 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_limits_tells_them() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/limits.md")).unwrap();
        let FreeForm { items, text, depth } = FREE;
        let rows = [
            format!("| members of `additional` and of `extra`, and of each list and object in them | {items} |"),
            format!(
                "text and a name {},{:03} characters, a list and an object {items} items, and {depth} of these",
                text / 1000,
                text % 1000
            ),
            format!("| names in `mapping_data` | {},{:03} |", MAX_MAPPED / 1000, MAX_MAPPED % 1000),
            format!("| codes in a search | {MAX_CODES} |"),
            format!("| changes in an answer of the feed (`limit`) | {},{:03} |", MAX_CHANGES / 1000, MAX_CHANGES % 1000),
        ];
        for row in rows {
            assert!(page.contains(&row), "docs/limits.md lacks: {row}");
        }
    }
}
