//! Adding a supplier.

use axhub_hub::directory::suppliers::{MAX_NAME, MAX_NOTES};
use axhub_hub::directory::{self, NewSupplier as AskedSupplier};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Supplier;
use crate::words;

/// A supplier to be added.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorNewSupplier)]
pub struct NewSupplier {
    /// Its code for ever: 2 to 40 lower-case letters and digits of any script, with `-`, `_` and `.` only between them.
    #[schema(min_length = 2, max_length = 40)]
    pub code: String,
    /// Its name.
    #[schema(max_length = 255, pattern = r"\S")]
    pub name: String,
    /// What operators note about it.
    #[schema(max_length = 5000, default = "")]
    pub notes: Option<String>,
}

impl NewSupplier {
    fn sample() -> NewSupplier {
        let Supplier { code, name, notes } = Supplier::sample();
        NewSupplier { code, name, notes: Some(notes) }
    }
}

/// Add a supplier
///
/// It has no key yet, and no products.
#[utoipa::path(
    post,
    path = "/v1/operator/suppliers",
    operation_id = "operator_create_supplier",
    tag = "Operator: directory",
    request_body(content = NewSupplier, example = json!(NewSupplier::sample())),
    responses(
        (status = 201, description = "The supplier is added.", body = Supplier, example = json!(Supplier::sample())),
        (status = 409, description = "Another supplier has the code: `code_taken`."),
    ),
)]
pub async fn create(caller: OperatorCaller, State(hub): State<Hub>, body: JsonBody) -> Result<(StatusCode, Json<Supplier>), ApiError> {
    let new = body.read(read)?;
    let supplier = directory::create_supplier(&hub, ByOperator::from(&caller), new).await?;
    Ok((StatusCode::CREATED, Json(supplier.into())))
}

fn read(fields: &Fields<'_>) -> AskedSupplier {
    AskedSupplier {
        code: words::new_code(fields),
        name: fields.required("name").string(MAX_NAME),
        notes: fields.optional("notes").string(MAX_NOTES).unwrap_or_default(),
    }
}
