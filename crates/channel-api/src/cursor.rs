//! `cursor`: where a reader of changes stands.

use axhub_hub::changes::Cursor;
use axhub_web::Fields;

/// Reads `cursor`; an empty or absent one is the beginning.
pub fn read(fields: &Fields<'_>) -> Cursor {
    let read = |text: &str| Cursor::read(text).map_err(|error| error.reason);
    fields.optional("cursor").text_as(read, || Cursor::START).unwrap_or(Cursor::START)
}
