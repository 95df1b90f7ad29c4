//! What travels from the end of a copy that reads to the end that writes: a bounded number of rows at a time.

use rusqlite::types::Value as SqliteValue;

use super::{Result, TransferError};

/// How many batches may wait for whoever writes.
const WAITING: usize = 4;

/// A batch ends with the row that makes it so long …
const ROWS: usize = 256;

/// … or so big, in bytes of texts and documents.
const BYTES: usize = 1 << 20;

/// The values of a row, in the order of the plan's columns, as SQLite keeps them.
pub(super) type Values = Vec<SqliteValue>;

/// A part of a database.
pub(super) enum Piece {
    /// The rows that follow are this table's, by its place in the plan.
    Table(usize),
    /// Some rows.
    Rows(Vec<Values>),
    /// The last number that a table's rows were counted with, be that row still there or not.
    Counted { table: String, last: i64 },
    /// That was all. Without it the end that reads has failed.
    End,
}

/// A way from one end to the other.
pub(super) fn channel() -> (flume::Sender<Piece>, flume::Receiver<Piece>) {
    flume::bounded(WAITING)
}

/// Rows that wait to become a piece.
#[derive(Default)]
pub(super) struct Batch {
    rows: Vec<Values>,
    bytes: usize,
}

impl Batch {
    /// Adds a row; gives a piece when it is time to send one.
    pub(super) fn add(&mut self, row: Values) -> Option<Piece> {
        self.bytes += row.iter().map(size).sum::<usize>();
        self.rows.push(row);
        (self.rows.len() >= ROWS || self.bytes >= BYTES).then(|| self.rest())
    }

    /// What is left.
    pub(super) fn rest(&mut self) -> Piece {
        self.bytes = 0;
        Piece::Rows(std::mem::take(&mut self.rows))
    }
}

fn size(value: &SqliteValue) -> usize {
    match value {
        SqliteValue::Text(text) => text.len(),
        SqliteValue::Blob(bytes) => bytes.len(),
        _ => 0,
    }
}

/// Sends from a thread.
pub(super) fn send(pieces: &flume::Sender<Piece>, piece: Piece) -> Result<()> {
    pieces.send(piece).map_err(|_| TransferError::OtherEnd)
}

/// Sends from a task.
pub(super) async fn send_async(pieces: &flume::Sender<Piece>, piece: Piece) -> Result<()> {
    pieces.send_async(piece).await.map_err(|_| TransferError::OtherEnd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(piece: Option<Piece>) -> Option<usize> {
        match piece {
            Some(Piece::Rows(rows)) => Some(rows.len()),
            _ => None,
        }
    }

    #[test]
    fn a_batch_is_bounded_in_rows_and_in_bytes() {
        let mut batch = Batch::default();
        for _ in 1..ROWS {
            assert_eq!(rows(batch.add(vec![SqliteValue::Integer(1)])), None);
        }
        assert_eq!(rows(batch.add(vec![SqliteValue::Null])), Some(ROWS));
        assert_eq!(rows(batch.add(vec![SqliteValue::Text("x".repeat(BYTES - 1))])), None);
        assert_eq!(rows(batch.add(vec![SqliteValue::Blob(vec![0])])), Some(2));
        assert_eq!(rows(Some(batch.rest())), Some(0));
    }
}
