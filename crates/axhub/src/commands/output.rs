//! What commands print to standard output.

use std::io::{ErrorKind, Write};

use anyhow::Context;
use serde::Serialize;

/// Prints an answer: one JSON document on a line, or what people read.
pub(crate) fn answer<T: Serialize>(as_json: bool, document: &T, text: impl FnOnce(&T) -> String) -> anyhow::Result<()> {
    if as_json { print(&format!("{}\n", serde_json::to_string(document)?)) } else { print(&text(document)) }
}

/// Prints a text as it is. Nobody need read to its end: `axhub audit | head` is no failure.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("standard output cannot be written"),
        _ => Ok(()),
    }
}

/// The word that a document has for a value, without the underscores that programs read.
pub(crate) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(|word| word.replace('_', " "))).unwrap_or_default()
}

/// `2026-07-01 09:00` of `2026-07-01T09:00:00.000Z`.
pub(crate) fn minute(instant: &str) -> String {
    instant.get(..16).unwrap_or(instant).replace('T', " ")
}

/// The same of what may never have been.
pub(crate) fn minute_or(instant: Option<&String>, otherwise: &str) -> String {
    instant.map_or_else(|| otherwise.to_owned(), |instant| minute(instant))
}
