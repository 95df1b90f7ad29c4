//! Reading the settings.

use axhub_hub::{Hub, settings};
use axhub_web::{ApiError, OperatorCaller};
use axum::Json;
use axum::extract::State;

use super::Settings;

/// Read the settings
///
/// Those of the whole hub that an operator may change while it runs.
#[utoipa::path(
    get,
    path = "/v1/operator/settings",
    operation_id = "operator_get_settings",
    tag = "Operator: rates and settings",
    responses((status = 200, description = "The settings.", body = Settings, example = json!(Settings::sample()))),
)]
pub async fn get(_caller: OperatorCaller, State(hub): State<Hub>) -> Result<Json<Settings>, ApiError> {
    Ok(Json(settings::read(&hub).await?.into()))
}
