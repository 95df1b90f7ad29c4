//! Tables (CSV): [`CsvBody`] is one that a request brought, [`response`] one that it gets. Their text is
//! [`axhub_domain::csv`]'s.

use axhub_domain::csv::{CsvFault, CsvProblem, Table, TableLimits};
use axum::extract::{FromRequest, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::body::read_bytes;
use crate::error::{ApiError, Kind};
use crate::fields::Fields;

/// The most bytes of a table.
pub const LIMIT: usize = 32 * 1024 * 1024;

/// The table that a request brought, not read yet. As an extractor it must come last, as [`crate::JsonBody`].
///
/// It refuses with 415 what is not `text/csv` in UTF-8, or is compressed; with 413 what is larger than [`LIMIT`].
pub struct CsvBody(Bytes);

impl std::fmt::Debug for CsvBody {
    /// Without the contents, which may be about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CsvBody({} bytes)", self.0.len())
    }
}

impl CsvBody {
    /// Its bytes.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

/// The most columns of a table.
pub const MAX_COLUMNS: usize = 100;

/// The table of these bytes, with at most so many rows.
///
/// # Errors
/// 400 `malformed_csv` with the place of what is wrong.
pub fn read(bytes: &[u8], rows: usize) -> Result<Table, ApiError> {
    Table::read(bytes, TableLimits { columns: MAX_COLUMNS, rows }).map_err(|fault| ApiError::new(Kind::MalformedCsv(fault)))
}

impl<S: Send + Sync> FromRequest<S> for CsvBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let empty = CsvFault { problem: CsvProblem::Empty, line: 1, column: 1 };
        let bytes = read_bytes(request, LIMIT, is_csv).await?.ok_or_else(|| ApiError::new(Kind::MalformedCsv(empty)))?;
        Ok(CsvBody(bytes))
    }
}

/// `text/csv`, with no `charset` but UTF-8's.
fn is_csv(value: &HeaderValue) -> bool {
    let Ok(text) = value.to_str() else { return false };
    let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_csv = parts.next().as_deref() == Some("text/csv");
    is_csv
        && parts.filter_map(|part| part.strip_prefix("charset=").map(|name| name.trim_matches('"').to_owned())).all(|name| name == "utf-8")
}

/// Whether a table is wanted, and not JSON: by `format` in the query, else by the header `Accept`.
pub fn is_wanted(fields: &Fields<'_>, headers: &HeaderMap) -> bool {
    let format = fields.optional("format").choice(&[("json", false), ("csv", true)]);
    format.unwrap_or_else(|| accepts_csv(headers))
}

/// Whether the client names `text/csv`, and likes it at least as much as JSON.
fn accepts_csv(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<(String, f32)> = values.flat_map(|value| value.split(',')).map(media_range).collect();
    let liking = |name: &str| ranges.iter().filter(|(range, _)| range == name).map(|(_, liking)| *liking).reduce(f32::max);
    let csv = liking("text/csv").unwrap_or(0.0);
    csv > 0.0 && csv >= liking("application/json").unwrap_or(0.0)
}

/// `text/csv;q=0.5` as the range and how much it is liked.
fn media_range(text: &str) -> (String, f32) {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default().to_ascii_lowercase();
    let liking = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |number| number.parse().unwrap_or(0.0));
    (range, liking)
}

/// A table as an answer, with more headers.
pub fn response(mut headers: HeaderMap, table: String) -> Response {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.append(VARY, HeaderValue::from_static("Accept"));
    (headers, table).into_response()
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
