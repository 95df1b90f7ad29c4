//! Changing settings.

use axhub_hub::settings::{self, MAX_RETENTION_DAYS, SettingsChange as AskedChange};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use super::Settings;
use crate::channels::create::zone;

/// What changes of the settings; what is absent stays.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = OperatorSettingsChange)]
pub struct SettingsChange {
    /// For how many days after the last date of use travelers' personal data is kept; null for ever.
    #[schema(minimum = 1, maximum = 3650)]
    pub traveler_retention_days: Option<u32>,
    /// The IANA name of the zone in which months of statements begin and end. Closed months stay as they are.
    #[schema(max_length = 64, nullable = false)]
    pub statement_time_zone: Option<String>,
}

/// Change settings
///
/// They hold at once, on every server.
#[utoipa::path(
    patch,
    path = "/v1/operator/settings",
    operation_id = "operator_change_settings",
    tag = "Operator: rates and settings",
    request_body(content = SettingsChange, example = json!({ "traveler_retention_days": 365 })),
    responses((status = 200, description = "All settings.", body = Settings, example = json!(Settings::sample()))),
)]
pub async fn change(caller: OperatorCaller, State(hub): State<Hub>, body: JsonBody) -> Result<Json<Settings>, ApiError> {
    let change = body.read(read)?;
    Ok(Json(settings::change(&hub, ByOperator::from(&caller), change).await?.into()))
}

fn read(fields: &Fields<'_>) -> AskedChange {
    let days = || fields.optional("traveler_retention_days").integer(1..=MAX_RETENTION_DAYS);
    AskedChange {
        traveler_retention_days: fields.has("traveler_retention_days").then(days),
        statement_time_zone: fields
            .has("statement_time_zone")
            .then(|| fields.required("statement_time_zone").text_as(zone, || "UTC".to_owned())),
    }
}
