//! Changing a supplier.

use axhub_hub::directory::suppliers::{MAX_NAME, MAX_NOTES};
use axhub_hub::directory::{self, SupplierChange as AskedChange};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Supplier;
use crate::words::Code;

/// What changes of a supplier; what is absent stays.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorSupplierChange)]
pub struct SupplierChange {
    /// Its name.
    #[schema(max_length = 255, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// What operators note about it; an empty text or null removes it.
    #[schema(max_length = 5000)]
    pub notes: Option<String>,
}

/// Change a supplier
///
/// Its code never changes.
#[utoipa::path(
    patch,
    path = "/v1/operator/suppliers/{supplier_code}",
    operation_id = "operator_change_supplier",
    tag = "Operator: directory",
    params(("supplier_code" = String, Path, description = "The supplier.")),
    request_body(content = SupplierChange, example = json!({ "name": "Atelier Lumière" })),
    responses((status = 200, description = "The supplier.", body = Supplier, example = json!(Supplier::sample()))),
)]
pub async fn change(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path(Code(code)): Path<Code>,
    body: JsonBody,
) -> Result<Json<Supplier>, ApiError> {
    let change = body.read(read)?;
    Ok(Json(directory::change_supplier(&hub, ByOperator::from(&caller), &code, change).await?.into()))
}

fn read(fields: &Fields<'_>) -> AskedChange {
    AskedChange {
        name: fields.has("name").then(|| fields.required("name").string(MAX_NAME)),
        notes: fields.has("notes").then(|| fields.optional("notes").string(MAX_NOTES).unwrap_or_default()),
    }
}
