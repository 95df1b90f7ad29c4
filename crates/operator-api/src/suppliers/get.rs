//! One supplier.

use axhub_hub::{Hub, directory};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;

use super::Supplier;
use crate::words::Code;

/// Read a supplier
///
/// With what operators note about it.
#[utoipa::path(
    get,
    path = "/v1/operator/suppliers/{supplier_code}",
    operation_id = "operator_get_supplier",
    tag = "Operator: directory",
    params(("supplier_code" = String, Path, description = "The supplier.")),
    responses((status = 200, description = "The supplier.", body = Supplier, example = json!(Supplier::sample()))),
)]
pub async fn get(_caller: OperatorCaller, State(hub): State<Hub>, Path(Code(code)): Path<Code>) -> Result<Json<Supplier>, ApiError> {
    Ok(Json(directory::supplier(&hub, &code).await?.into()))
}
