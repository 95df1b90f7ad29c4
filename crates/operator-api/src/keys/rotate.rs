//! Rotating a key.

use axhub_hub::access::{self, DEFAULT_OVERLAP_HOURS, MAX_EXPIRES_IN_DAYS, MAX_OVERLAP_HOURS};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa::ToSchema;

use super::{Key, Made};
use crate::words::Code;

/// How a key is rotated.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = OperatorRotation)]
pub struct Rotation {
    /// For how many hours the old key still works; 0 ends it at once.
    #[schema(minimum = 0, maximum = 720, default = 24)]
    pub overlap_hours: Option<u32>,
    /// After how many days the new key ends by itself; when absent or null it lives as long as the old one was made to.
    #[schema(minimum = 1, maximum = 36500)]
    pub expires_in_days: Option<u32>,
}

/// Rotate a key
///
/// Makes a new key for the same owner. The old one still works for the hours of overlap, so that programs can be moved
/// from one to the other, and then ends.
#[utoipa::path(
    post,
    path = "/v1/operator/keys/{prefix}/rotate",
    operation_id = "operator_rotate_key",
    tag = "Operator: keys",
    params(("prefix" = String, Path, description = "The old key's prefix, as lists show it.")),
    request_body(content = Option<Rotation>, example = json!({ "overlap_hours": 48 })),
    responses(
        (status = 201, description = "The new key.", body = Made, example = json!(Made::rotated_sample())),
        (status = 409, description = "The old key was revoked or has run out: `key_ended`."),
    ),
)]
pub async fn rotate(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path(Code(prefix)): Path<Code>,
    body: Option<JsonBody>,
) -> Result<(StatusCode, Json<Made>), ApiError> {
    let (overlap_hours, expires_in_days) = body.map(|body| body.read(read)).transpose()?.unwrap_or((DEFAULT_OVERLAP_HOURS, None));
    let made = access::rotate_key(&hub, ByOperator::from(&caller), &prefix, overlap_hours, expires_in_days).await?;
    Ok((StatusCode::CREATED, Json(Made::new(made, hub.now()))))
}

fn read(fields: &Fields<'_>) -> (u32, Option<u32>) {
    let overlap = fields.optional("overlap_hours").integer(0..=MAX_OVERLAP_HOURS).unwrap_or(DEFAULT_OVERLAP_HOURS);
    (overlap, fields.optional("expires_in_days").integer(1..=MAX_EXPIRES_IN_DAYS))
}

impl Made {
    fn rotated_sample() -> Made {
        let prefix = "axh_c_b7Wm0ZsYq4Ke".to_owned();
        let replaces = Key { prefix, expires_at: Some("2026-07-03T09:00:00.000Z".to_owned()), ..Key::sample() };
        Made { replaces: Some(replaces), ..Made::sample() }
    }
}
