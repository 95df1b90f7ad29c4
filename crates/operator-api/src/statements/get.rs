//! The statement of a month, closed or as it is by now, as JSON or as a table.

use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::statements::{self, Closure};
use axhub_web::{ApiError, OperatorCaller, Query, csv};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::document::{StatementDocument, sample};
use super::{Address, of, table};

/// The SHA-256 of a closed statement's JSON, in hexadecimal digits.
const HASH: HeaderName = HeaderName::from_static("x-statement-hash");
/// When the statement was closed.
const CLOSED_AT: HeaderName = HeaderName::from_static("x-statement-closed-at");

/// As what the statement is wanted.
#[derive(Clone, Copy, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `json` or `csv`. When it is absent, the header `Accept` decides (`text/csv` for the table), and it is JSON otherwise.
    #[param(inline)]
    pub format: Option<Format>,
}

/// A form of a statement.
#[derive(Clone, Copy, Debug, utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Format {
    /// The whole document.
    Json,
    /// Its lines as a table.
    Csv,
}

/// Read a statement
///
/// One line for each ticket with which something happened in the month: sold, cancelled, refunded or redeemed, by the time
/// at which the hub recorded it. Each line shows the ticket as it was when the month ended, so a statement says the same
/// whenever it is read. A redemption that was undone has never happened.
///
/// A closed statement is answered as exactly the bytes that were hashed: `curl … | sha256sum` gives `X-Statement-Hash`.
/// The table has the same lines in the same order, with the members of a line as its columns; the hash is that of the JSON.
#[utoipa::path(
    get,
    path = "/v1/operator/statements/{channel_code}/{supplier_code}/{month}",
    operation_id = "operator_get_statement",
    tag = "Operator: statements",
    params(
        ("channel_code" = String, Path, description = "The channel."),
        ("supplier_code" = String, Path, description = "The supplier."),
        ("month" = String, Path, description = "The month, as `2026-07`, in the zone of the setting `statement_time_zone`."),
        Wanted,
    ),
    responses((
        status = 200,
        description = "The statement.",
        content(
            (StatementDocument = "application/json", example = json!(sample())),
            (String = "text/csv", example = json!(table::write(&sample()))),
        ),
        headers(
            ("X-Statement-Hash" = String, description = "Of a closed statement, the SHA-256 of its JSON in hexadecimal digits."),
            ("X-Statement-Closed-At" = String, description = "When it was closed."),
        ),
    )),
)]
pub async fn get(
    _caller: OperatorCaller,
    State(hub): State<Hub>,
    address: Address,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let as_table = query.read(|fields| csv::is_wanted(fields, &headers))?;
    let document = statements::read(&hub, of(address)).await?;
    let mut headers = closure_headers(document.closed.as_ref())?;
    if as_table {
        let statement = document.statement().await?;
        return Ok(csv::response(headers, table::write(&statement)));
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.append(VARY, HeaderValue::from_static("Accept"));
    Ok((headers, document.json).into_response())
}

fn closure_headers(closed: Option<&Closure>) -> Result<HeaderMap, ApiError> {
    let mut headers = HeaderMap::new();
    if let Some(closed) = closed {
        headers.insert(HASH, HeaderValue::from_str(&closed.hash).map_err(ApiError::internal)?);
        headers.insert(CLOSED_AT, HeaderValue::from_str(&format_instant(closed.closed_at)).map_err(ApiError::internal)?);
    }
    Ok(headers)
}
