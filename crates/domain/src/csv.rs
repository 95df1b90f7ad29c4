//! Tables as text (CSV, RFC 4180): read strictly, with the place of whatever is wrong, and written so that no spreadsheet
//! takes a text for a formula.

use std::fmt::Write as _;

/// What is wrong with a text that should be a table, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvFault {
    /// What is wrong.
    pub problem: CsvProblem,
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1; of [`CsvProblem::Encoding`] the byte in the whole text.
    pub column: usize,
}

/// Why a text is no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvProblem {
    /// There is nothing.
    Empty,
    /// It is not UTF-8.
    Encoding,
    /// It is UTF-16, as some spreadsheets write.
    Utf16,
    /// A quote in the middle of a cell, or something after the quote that ends one.
    Quote,
    /// A quote that nothing ends.
    Unclosed,
    /// A NUL character.
    Null,
    /// More or fewer cells than the first line has names.
    Cells,
    /// More names in the first line than there may be.
    Columns,
    /// More lines than there may be.
    Lines,
}

impl CsvProblem {
    /// All problems.
    pub const ALL: [CsvProblem; 9] = [
        CsvProblem::Empty,
        CsvProblem::Encoding,
        CsvProblem::Utf16,
        CsvProblem::Quote,
        CsvProblem::Unclosed,
        CsvProblem::Null,
        CsvProblem::Cells,
        CsvProblem::Columns,
        CsvProblem::Lines,
    ];

    /// The word that the messages choose by.
    pub const fn word(self) -> &'static str {
        match self {
            CsvProblem::Empty => "empty",
            CsvProblem::Encoding => "encoding",
            CsvProblem::Utf16 => "utf16",
            CsvProblem::Quote => "quote",
            CsvProblem::Unclosed => "unclosed",
            CsvProblem::Null => "null",
            CsvProblem::Cells => "cells",
            CsvProblem::Columns => "columns",
            CsvProblem::Lines => "lines",
        }
    }
}

/// A table: the names of its columns, and its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The names of the first line, trimmed.
    pub columns: Vec<String>,
    /// The other lines that have anything in them.
    pub rows: Vec<TableRow>,
}

/// A row of a [`Table`]: as many cells as there are columns. Their texts stand together, since a table may have millions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The line in the text on which it begins, counted from 1.
    pub line: usize,
    text: Box<str>,
    /// Where each cell ends in the text.
    ends: Box<[u32]>,
}

impl TableRow {
    /// The cell of a column, counted from 0.
    pub fn cell(&self, column: usize) -> Option<&str> {
        let end = self.ends.get(column)?;
        let start = column.checked_sub(1).and_then(|before| self.ends.get(before)).unwrap_or(&0);
        self.text.get(usize::try_from(*start).ok()?..usize::try_from(*end).ok()?)
    }

    /// All cells, in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|column| self.cell(column))
    }
}

/// How large a table may be.
#[derive(Clone, Copy, Debug)]
pub struct TableLimits {
    /// The most columns.
    pub columns: usize,
    /// The most rows.
    pub rows: usize,
}

impl Table {
    /// Reads UTF-8 with or without a byte order mark. Lines end with CR LF, LF or CR; blank ones are passed over. Nothing is
    /// read, or kept, beyond the limits.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn read(bytes: &[u8], limits: TableLimits) -> Result<Table, CsvFault> {
        let mut reader = Reader::new(decode(bytes)?);
        let Some(first) = reader.row(limits.columns)? else { return Err(CsvFault { problem: CsvProblem::Empty, line: 1, column: 1 }) };
        if let Some(column) = first.first_too_many {
            return Err(CsvFault { problem: CsvProblem::Columns, line: first.row.line, column });
        }
        let columns: Vec<String> = first.row.cells().map(|name| name.trim().to_owned()).collect();
        let mut rows = Vec::new();
        while let Some(RawRow { row, first_too_many, last }) = reader.row(columns.len())? {
            if rows.len() >= limits.rows {
                return Err(CsvFault { problem: CsvProblem::Lines, line: row.line, column: 1 });
            }
            if first_too_many.is_some() || row.ends.len() < columns.len() {
                return Err(CsvFault { problem: CsvProblem::Cells, line: row.line, column: first_too_many.unwrap_or(last) });
            }
            rows.push(row);
        }
        Ok(Table { columns, rows })
    }
}

fn decode(bytes: &[u8]) -> Result<&str, CsvFault> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(CsvFault { problem: CsvProblem::Utf16, line: 1, column: 1 });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let readable = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let text = String::from_utf8_lossy(readable);
        CsvFault { problem: CsvProblem::Encoding, line: 1 + line_ends(&text), column: error.valid_up_to() + 1 }
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn line_ends(text: &str) -> usize {
    let mut count = 0;
    let mut before = ' ';
    for c in text.chars() {
        if c == '\r' || (c == '\n' && before != '\r') {
            count += 1;
        }
        before = c;
    }
    count
}

/// A row as it stands there.
struct RawRow {
    /// With as many cells as were wanted at most.
    row: TableRow,
    /// Where the first cell begins that is one too many.
    first_too_many: Option<usize>,
    /// Where the last cell begins.
    last: usize,
}

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    column: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Reader<'a> {
        Reader { rest: text.chars().peekable(), line: 1, column: 1 }
    }

    /// The next row that has anything in it, and at most so many of its cells.
    fn row(&mut self, most: usize) -> Result<Option<RawRow>, CsvFault> {
        while self.rest.peek().is_some() {
            let line = self.line;
            let (mut text, mut ends, mut first_too_many, mut is_blank) = (String::new(), Vec::new(), None, true);
            let last = loop {
                let begins = self.column;
                let start = text.len();
                self.cell(&mut text)?;
                is_blank &= text.get(start..).is_none_or(|cell| cell.trim().is_empty());
                if ends.len() < most {
                    // No body is as long as that.
                    ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
                } else {
                    text.truncate(start);
                    first_too_many = first_too_many.or(Some(begins));
                }
                // Else the end of the line, or of the text.
                if self.next() != Some(',') {
                    break begins;
                }
            };
            if !is_blank {
                let row = TableRow { line, text: text.into(), ends: ends.into() };
                return Ok(Some(RawRow { row, first_too_many, last }));
            }
        }
        Ok(None)
    }

    fn cell(&mut self, text: &mut String) -> Result<(), CsvFault> {
        if self.rest.peek() == Some(&'"') { self.quoted(text) } else { self.plain(text) }
    }

    /// Up to, but not including, a comma or the end of the line.
    fn plain(&mut self, text: &mut String) -> Result<(), CsvFault> {
        while let Some(c) = self.rest.peek().copied().filter(|c| !matches!(c, ',' | '\n' | '\r')) {
            match c {
                '"' => return Err(self.fault(CsvProblem::Quote)),
                '\0' => return Err(self.fault(CsvProblem::Null)),
                _ => text.push(c),
            }
            self.next();
        }
        Ok(())
    }

    fn quoted(&mut self, text: &mut String) -> Result<(), CsvFault> {
        let opened = self.fault(CsvProblem::Unclosed);
        self.next();
        loop {
            match self.rest.peek() {
                None => return Err(opened),
                Some('\0') => return Err(self.fault(CsvProblem::Null)),
                _ => {}
            }
            match self.next() {
                Some('"') if self.rest.peek() == Some(&'"') => {
                    self.next();
                    text.push('"');
                }
                Some('"') => break,
                c => text.extend(c),
            }
        }
        match self.rest.peek() {
            None | Some(',' | '\n' | '\r') => Ok(()),
            Some(_) => Err(self.fault(CsvProblem::Quote)),
        }
    }

    /// The next character; the two of a line's end are one.
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\r' {
            self.rest.next_if_eq(&'\n');
        }
        if matches!(c, '\r' | '\n') {
            self.line += 1;
            self.column = 1;
            return Some('\n');
        }
        self.column += 1;
        Some(c)
    }

    fn fault(&self, problem: CsvProblem) -> CsvFault {
        CsvFault { problem, line: self.line, column: self.column }
    }
}

/// Writes a table: lines end with CR LF, cells are quoted where they must be.
///
/// A cell that a spreadsheet would take for a formula gets a `'` before it; a plain number, be it negative, stays.
#[derive(Clone, Debug, Default)]
pub struct CsvWriter(String);

impl CsvWriter {
    /// A table with these columns.
    pub fn new<'c>(columns: impl IntoIterator<Item = &'c str>) -> CsvWriter {
        let mut writer = CsvWriter::default();
        writer.row(columns);
        writer
    }

    /// Adds a row.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.cell(cell);
        }
        self.0.push_str("\r\n");
    }

    /// The text.
    pub fn finish(self) -> String {
        self.0
    }

    fn cell(&mut self, cell: &str) {
        let guard = if looks_like_a_formula(cell) { "'" } else { "" };
        if cell.contains([',', '"', '\r', '\n']) {
            // Writing into a string cannot fail.
            let _ = write!(self.0, "\"{guard}{}\"", cell.replace('"', "\"\""));
        } else {
            self.0.push_str(guard);
            self.0.push_str(cell);
        }
    }
}

fn looks_like_a_formula(cell: &str) -> bool {
    let begins_one = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    let is_number = unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.ends_with(|c: char| c.is_ascii_digit())
        && unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && unsigned.matches('.').count() <= 1;
    begins_one && !is_number
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
