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
}

impl CsvProblem {
    /// All problems.
    pub const ALL: [CsvProblem; 7] = [
        CsvProblem::Empty,
        CsvProblem::Encoding,
        CsvProblem::Utf16,
        CsvProblem::Quote,
        CsvProblem::Unclosed,
        CsvProblem::Null,
        CsvProblem::Cells,
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

/// A row of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The line in the text on which it begins, counted from 1.
    pub line: usize,
    /// As many cells as there are columns.
    pub cells: Vec<String>,
}

impl Table {
    /// Reads UTF-8 with or without a byte order mark. Lines end with CR LF, LF or CR; blank ones are passed over.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn read(bytes: &[u8]) -> Result<Table, CsvFault> {
        let text = decode(bytes)?;
        let mut rows = Reader::new(text).rows()?.into_iter();
        let Some(first) = rows.next() else { return Err(CsvFault { problem: CsvProblem::Empty, line: 1, column: 1 }) };
        let columns: Vec<String> = first.cells.into_iter().map(|(_, name)| name.trim().to_owned()).collect();
        let rows = rows.map(|row| {
            if row.cells.len() == columns.len() {
                return Ok(TableRow { line: row.line, cells: row.cells.into_iter().map(|(_, cell)| cell).collect() });
            }
            // The first cell too many, or the last there is.
            let column = row.cells.get(columns.len()).or(row.cells.last()).map_or(1, |(column, _)| *column);
            Err(CsvFault { problem: CsvProblem::Cells, line: row.line, column })
        });
        let rows = rows.collect::<Result<_, _>>()?;
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

/// A row with the column at which each cell begins.
struct RawRow {
    line: usize,
    cells: Vec<(usize, String)>,
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

    fn rows(mut self) -> Result<Vec<RawRow>, CsvFault> {
        let mut rows = Vec::new();
        while self.rest.peek().is_some() {
            let row = self.row()?;
            if row.cells.iter().any(|(_, cell)| !cell.trim().is_empty()) {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    fn row(&mut self) -> Result<RawRow, CsvFault> {
        let mut row = RawRow { line: self.line, cells: Vec::new() };
        loop {
            let column = self.column;
            let cell = if self.rest.peek() == Some(&'"') { self.quoted()? } else { self.plain()? };
            row.cells.push((column, cell));
            match self.next() {
                Some(',') => {}
                // The end of the line, or of the text.
                _ => return Ok(row),
            }
        }
    }

    /// Up to, but not including, a comma or the end of the line.
    fn plain(&mut self) -> Result<String, CsvFault> {
        let mut cell = String::new();
        while let Some(c) = self.rest.peek().copied().filter(|c| !matches!(c, ',' | '\n' | '\r')) {
            match c {
                '"' => return Err(self.fault(CsvProblem::Quote)),
                '\0' => return Err(self.fault(CsvProblem::Null)),
                _ => cell.push(c),
            }
            self.next();
        }
        Ok(cell)
    }

    fn quoted(&mut self) -> Result<String, CsvFault> {
        let opened = self.fault(CsvProblem::Unclosed);
        self.next();
        let mut cell = String::new();
        loop {
            match self.rest.peek() {
                None => return Err(opened),
                Some('\0') => return Err(self.fault(CsvProblem::Null)),
                _ => {}
            }
            match self.next() {
                Some('"') if self.rest.peek() == Some(&'"') => {
                    self.next();
                    cell.push('"');
                }
                Some('"') => break,
                c => cell.extend(c),
            }
        }
        match self.rest.peek() {
            None | Some(',' | '\n' | '\r') => Ok(cell),
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
