//! One key.

use axhub_hub::{Hub, access};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;

use super::Key;
use crate::words::Code;

/// Read a key
///
/// Without its secret, which the hub does not know.
#[utoipa::path(
    get,
    path = "/v1/operator/keys/{prefix}",
    operation_id = "operator_get_key",
    tag = "Operator: keys",
    params(("prefix" = String, Path, description = "The key's prefix, as lists show it.")),
    responses((status = 200, description = "The key.", body = Key, example = json!(Key::sample()))),
)]
pub async fn get(_caller: OperatorCaller, State(hub): State<Hub>, Path(Code(prefix)): Path<Code>) -> Result<Json<Key>, ApiError> {
    Ok(Json(Key::new(access::key(&hub, &prefix).await?, hub.now())))
}
