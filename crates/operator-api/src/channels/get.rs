//! One channel.

use axhub_hub::{Hub, directory};
use axhub_web::{ApiError, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;

use super::Channel;
use crate::words::Code;

/// Read a channel
///
/// With what operators note about it.
#[utoipa::path(
    get,
    path = "/v1/operator/channels/{channel_code}",
    operation_id = "operator_get_channel",
    tag = "Operator: directory",
    params(("channel_code" = String, Path, description = "The channel.")),
    responses((status = 200, description = "The channel.", body = Channel, example = json!(Channel::sample()))),
)]
pub async fn get(_caller: OperatorCaller, State(hub): State<Hub>, Path(Code(code)): Path<Code>) -> Result<Json<Channel>, ApiError> {
    Ok(Json(directory::channel(&hub, &code).await?.into()))
}
