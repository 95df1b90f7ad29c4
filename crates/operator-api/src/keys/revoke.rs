//! Revoking a key.

use axhub_hub::{ByOperator, Hub, access};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;

use super::Key;
use crate::words::Code;

/// Revoke a key
///
/// It stops working within a second, on every server, for ever. Asking again changes nothing.
#[utoipa::path(
    delete,
    path = "/v1/operator/keys/{prefix}",
    operation_id = "operator_revoke_key",
    tag = "Operator: keys",
    params(("prefix" = String, Path, description = "The key's prefix, as lists show it.")),
    responses((status = 200, description = "The key is revoked.", body = Key, example = json!(Key::revoked_sample()))),
)]
pub async fn revoke(caller: OperatorCaller, State(hub): State<Hub>, Path(Code(prefix)): Path<Code>) -> Result<Json<Key>, ApiError> {
    let key = access::end_key(&hub, ByOperator::from(&caller), &prefix).await?;
    Ok(Json(Key::new(key, hub.now())))
}

impl Key {
    fn revoked_sample() -> Key {
        Key { state: super::KeyState::Revoked, revoked_at: Some("2026-07-02T09:00:00.000Z".to_owned()), ..Key::sample() }
    }
}
