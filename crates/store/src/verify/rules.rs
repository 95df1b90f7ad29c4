//! The rules that the database itself can judge, by subject.

mod catalogue;
mod feed;
mod orders;
mod parties;
mod people;
mod stock;

use super::rule::Rule;

/// All of them.
pub(super) fn all() -> Vec<&'static Rule> {
    [stock::RULES, orders::RULES, people::RULES, catalogue::RULES, feed::RULES, parties::RULES].into_iter().flatten().collect()
}
