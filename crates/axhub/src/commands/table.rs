//! Tables and facts for people, with columns that stay aligned under wide letters too.

use unicode_width::UnicodeWidthStr;

/// What stands between two columns.
const GAP: &str = "  ";

/// Rows under heads.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these heads.
    pub(crate) fn new(heads: &[&str]) -> Table {
        Table { rows: vec![heads.iter().map(|head| (*head).to_owned()).collect()] }
    }

    /// Adds a row. What a terminal would take for a command, or break the line at, becomes a space.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| plain(&cell)).collect());
    }

    /// The table, or a sentence when it has no rows.
    pub(crate) fn or(&self, when_empty: &str) -> String {
        if self.rows.len() == 1 { format!("{when_empty}\n") } else { self.text() }
    }

    /// The table.
    pub(crate) fn text(&self) -> String {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            for (column, cell) in row.iter().enumerate() {
                if column == widths.len() {
                    widths.push(0);
                }
                widths[column] = widths[column].max(cell.width());
            }
        }
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
            format!("{}\n", cells.join(GAP).trim_end())
        };
        self.rows.iter().map(line).collect()
    }
}

/// Names and values, one under the other. A value may have several lines.
pub(crate) fn facts(facts: &[(&str, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, value) in facts {
        let lines =
            value.lines().enumerate().map(|(at, line)| format!("{}{GAP}{}", padded(if at == 0 { name } else { "" }, width), plain(line)));
        let lines: Vec<String> = if value.is_empty() { vec![(*name).to_owned()] } else { lines.collect() };
        for line in lines {
            text += line.trim_end();
            text.push('\n');
        }
    }
    text
}

fn padded(cell: &str, width: usize) -> String {
    format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
}

fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: [&str; 2]) -> [String; 2] {
        cells.map(str::to_owned)
    }

    #[test]
    fn columns_stay_aligned_under_wide_letters() {
        let mut table = Table::new(&["NAME", "STATE"]);
        assert_eq!(table.or("Nobody."), "Nobody.\n");
        table.row(row(["하나트립", "valid"]));
        table.row(row(["a\u{1b}[31mb\n", ""]));
        assert_eq!(table.or("Nobody."), "NAME      STATE\n하나트립  valid\na [31mb\n");
    }

    #[test]
    fn facts_may_have_several_lines() {
        let told = facts(&[("name", "Anna".to_owned()), ("remarks", "one\ntwo\u{7}".to_owned()), ("since", String::new())]);
        assert_eq!(told, "name     Anna\nremarks  one\n         two\nsince\n");
    }
}
