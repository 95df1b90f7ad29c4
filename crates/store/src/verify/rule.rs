//! A rule that the database itself can judge: a statement that finds what breaks it.

use std::collections::HashMap;

use uuid::Uuid;

use super::Check;
use super::findings::Findings;
use crate::engine::{Row, Session};
use crate::error::Result;
use crate::paging;

/// A rule with the statements that judge it.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) rule: &'static str,
    /// Counts the rows that the rule is about.
    pub(super) rows: &'static str,
    /// Counts what breaks the rule.
    pub(super) count: &'static str,
    /// Reads the first of that.
    pub(super) list: &'static str,
    /// Says a row of the list in words.
    pub(super) say: fn(&Row) -> Result<String>,
}

/// `rule! { "name": "What must hold.", of "table", broken by "rows that break it", told by "columns" as |row| text }`.
///
/// The list is in the order of its first column.
macro_rules! rule {
    ($name:literal: $rule:literal, of $table:literal, broken by $broken:expr, told by $columns:literal as |$row:ident| $text:expr) => {
        crate::verify::rule::Rule {
            name: $name,
            rule: $rule,
            rows: concat!("SELECT COUNT(*) FROM ", $table),
            count: concat!("SELECT COUNT(*) FROM ", $broken),
            list: concat!("SELECT ", $columns, " FROM ", $broken, " ORDER BY 1 LIMIT 20"),
            say: |$row| Ok($text),
        }
    };
}
pub(super) use rule;

impl Rule {
    /// Judges it. `counts` are the tables that were counted already.
    pub(super) async fn check(&self, s: &Session, counts: &mut HashMap<&'static str, u64>) -> Result<Check> {
        let rows = match counts.get(self.rows) {
            Some(rows) => *rows,
            None => paging::count(&s.query_one(self.rows, &[]).await?)?,
        };
        counts.insert(self.rows, rows);
        let found = paging::count(&s.query_one(self.count, &[]).await?)?;
        let mut findings = Findings { found, texts: Vec::new() };
        if found > 0 {
            findings.texts = s.query(self.list, &[]).await?.iter().map(self.say).collect::<Result<_>>()?;
        }
        Ok(Check::new(self.name, self.rule, rows, findings))
    }
}

/// The id in a column.
pub(super) fn id(row: &Row, column: usize) -> Result<Uuid> {
    row.get(column)
}

/// The text in a column; nothing when there is none.
pub(super) fn text(row: &Row, column: usize) -> Result<String> {
    Ok(row.get::<Option<String>>(column)?.unwrap_or_default())
}
