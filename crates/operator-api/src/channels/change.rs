//! Changing a channel.

use axhub_hub::directory::channels::MAX_PER_MINUTE;
use axhub_hub::directory::suppliers::{MAX_NAME, MAX_NOTES};
use axhub_hub::directory::{self, ChannelChange as AskedChange};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Channel;
use super::create::zone;
use crate::words::Code;

/// What changes of a channel; what is absent stays.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorChannelChange)]
pub struct ChannelChange {
    /// Its name.
    #[schema(max_length = 255, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The IANA name of the zone that its clocks show.
    #[schema(max_length = 64, nullable = false)]
    pub time_zone: Option<String>,
    /// What operators note about it; an empty text or null removes it.
    #[schema(max_length = 5000)]
    pub notes: Option<String>,
    /// How often its keys may read in a minute; null removes the bound.
    #[schema(minimum = 1, maximum = 1000000)]
    pub reads_per_minute: Option<u32>,
    /// How often they may order and write otherwise in a minute; null removes the bound.
    #[schema(minimum = 1, maximum = 1000000)]
    pub orders_per_minute: Option<u32>,
}

/// Change a channel
///
/// Its code never changes. Other bounds hold within a second, on every server. Another time zone holds for what the
/// channel sends from now on.
#[utoipa::path(
    patch,
    path = "/v1/operator/channels/{channel_code}",
    operation_id = "operator_change_channel",
    tag = "Operator: directory",
    params(("channel_code" = String, Path, description = "The channel.")),
    request_body(content = ChannelChange, example = json!({ "reads_per_minute": 600, "orders_per_minute": null })),
    responses((status = 200, description = "The channel.", body = Channel, example = json!(Channel::sample()))),
)]
pub async fn change(
    caller: OperatorCaller,
    State(hub): State<Hub>,
    Path(Code(code)): Path<Code>,
    body: JsonBody,
) -> Result<Json<Channel>, ApiError> {
    let change = body.read(read)?;
    Ok(Json(directory::change_channel(&hub, ByOperator::from(&caller), &code, change).await?.into()))
}

fn read(fields: &Fields<'_>) -> AskedChange {
    let limit = |name: &str| fields.has(name).then(|| fields.optional(name).integer(1..=MAX_PER_MINUTE));
    AskedChange {
        name: fields.has("name").then(|| fields.required("name").string(MAX_NAME)),
        time_zone: fields.has("time_zone").then(|| fields.required("time_zone").text_as(zone, String::new)),
        notes: fields.has("notes").then(|| fields.optional("notes").string(MAX_NOTES).unwrap_or_default()),
        reads_per_minute: limit("reads_per_minute"),
        orders_per_minute: limit("orders_per_minute"),
    }
}
