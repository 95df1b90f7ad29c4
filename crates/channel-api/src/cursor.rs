//! `cursor`: where a reader of changes stands.

use axhub_hub::Hub;
use axhub_hub::changes::{self, Changes, Cursor};
use axhub_web::{ApiError, Fields};

/// The cursor of a reader that wants only what comes.
const LATEST: &str = "latest";

/// Where a reader wants to start.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// At the present end of the feed.
    Latest,
    /// Behind a cursor.
    Behind(Cursor),
}

/// Reads `cursor`; an empty or absent one is the beginning.
pub fn read(fields: &Fields<'_>) -> Start {
    let beginning = Start::Behind(Cursor::START);
    let read = |text: &str| match text {
        LATEST => Ok(Start::Latest),
        text => Cursor::read(text).map(Start::Behind).map_err(|error| error.reason),
    };
    fields.optional("cursor").text_as(read, || beginning).unwrap_or(beginning)
}

/// No changes, and the present end.
pub async fn latest<T>(hub: &Hub) -> Result<Changes<T>, ApiError> {
    Ok(Changes { items: Vec::new(), next: changes::latest_cursor(hub).await?, has_more: false })
}
