//! Reading the manifest of a day, as JSON or as a table.

use axhub_domain::ids::ProductId;
use axhub_hub::Hub;
use axhub_hub::fulfilment::{self, ManifestFilter};
use axhub_web::{ApiError, Fields, Query, SupplierCaller, csv};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{Manifest, table};
use crate::words;

/// Which departures.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The product: a tour or a day-ticket.
    pub product_code: Uuid,
    /// The date in the product's time zone.
    #[param(format = Date, example = "2026-07-04")]
    pub date: String,
    /// Only this start time, `hh:mm`.
    #[param(value_type = Option<words::TimeOfDay>, example = "09:30")]
    pub start_time: Option<String>,
    /// Cancelled tickets too.
    #[param(default = false)]
    pub include_canceled: Option<bool>,
    /// `csv` for a table with a line per ticket, whatever `Accept` says.
    #[param(example = "json")]
    pub format: Option<String>,
}

/// Read a manifest
///
/// Who comes to a product's departures on a date, with what the product requires to know of each traveler: as JSON, or
/// as a table (CSV) with `format=csv` or `Accept: text/csv`. Personal data: keep it no longer than the departure needs.
#[utoipa::path(
    get,
    path = "/v1/supplier/manifest",
    operation_id = "supplier_read_manifest",
    tag = "Supplier: orders",
    params(Wanted),
    responses((
        status = 404, description = "The product is none of the supplier's.",
    ), (
        status = 200,
        description = "Who comes.",
        content(
            (Manifest = "application/json", example = json!(Manifest::sample())),
            (String = "text/csv", example = json!(table::table(&Manifest::sample()))),
        ),
    )),
)]
pub async fn read(caller: SupplierCaller, State(hub): State<Hub>, query: Query, headers: HeaderMap) -> Result<Response, ApiError> {
    let (product, filter, is_table) = query.read_strictly(|fields| {
        let (product, filter) = filter(fields);
        (product, filter, csv::is_wanted(fields, &headers))
    })?;
    let found = fulfilment::manifest(&hub, caller.id, product, filter).await.map_err(|error| ApiError::from(error).in_query())?;
    let manifest = Manifest::new(filter.date.to_string(), found);
    Ok(if is_table { csv::response(HeaderMap::new(), table::table(&manifest)) } else { Json(manifest).into_response() })
}

fn filter(fields: &Fields<'_>) -> (ProductId, ManifestFilter) {
    let product = words::required_product(fields);
    let filter = ManifestFilter {
        date: fields.required("date").date(),
        start_time: fields.optional("start_time").time_of_day(),
        include_canceled: fields.optional("include_canceled").boolean().unwrap_or(false),
    };
    (product, filter)
}
