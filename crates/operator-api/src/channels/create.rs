//! Adding a channel.

use axhub_domain::refusal::Reason;
use axhub_domain::time::parse_zone;
use axhub_hub::directory::channels::MAX_PER_MINUTE;
use axhub_hub::directory::suppliers::{MAX_NAME, MAX_NOTES};
use axhub_hub::directory::{self, NewChannel as AskedChannel, RateLimits};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Channel;
use crate::words;

/// A channel to be added.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorNewChannel)]
pub struct NewChannel {
    /// Its code for ever: 2 to 40 lower-case letters and digits of any script, with `-`, `_` and `.` only between them.
    #[schema(min_length = 2, max_length = 40)]
    pub code: String,
    /// Its name.
    #[schema(max_length = 255, pattern = r"\S")]
    pub name: String,
    /// The IANA name of the zone that its clocks show.
    #[schema(max_length = 64)]
    pub time_zone: String,
    /// What operators note about it, such as the vocabulary it uses.
    #[schema(max_length = 5000, default = "")]
    pub notes: Option<String>,
    /// How often its keys may read in a minute; no bound when absent or null.
    #[schema(minimum = 1, maximum = 1000000)]
    pub reads_per_minute: Option<u32>,
    /// How often they may order and write otherwise in a minute; no bound when absent or null.
    #[schema(minimum = 1, maximum = 1000000)]
    pub orders_per_minute: Option<u32>,
}

impl NewChannel {
    fn sample() -> NewChannel {
        let Channel { code, name, time_zone, notes, reads_per_minute, orders_per_minute } = Channel::sample();
        NewChannel { code, name, time_zone, notes: Some(notes), reads_per_minute, orders_per_minute }
    }
}

/// Add a channel
///
/// It has no key yet, and may sell nothing.
#[utoipa::path(
    post,
    path = "/v1/operator/channels",
    operation_id = "operator_create_channel",
    tag = "Operator: directory",
    request_body(content = NewChannel, example = json!(NewChannel::sample())),
    responses(
        (status = 201, description = "The channel is added.", body = Channel, example = json!(Channel::sample())),
        (status = 409, description = "Another channel has the code: `code_taken`."),
    ),
)]
pub async fn create(caller: OperatorCaller, State(hub): State<Hub>, body: JsonBody) -> Result<(StatusCode, Json<Channel>), ApiError> {
    let new = body.read(read)?;
    let channel = directory::create_channel(&hub, ByOperator::from(&caller), new).await?;
    Ok((StatusCode::CREATED, Json(channel.into())))
}

fn read(fields: &Fields<'_>) -> AskedChannel {
    AskedChannel {
        code: words::new_code(fields),
        name: fields.required("name").string(MAX_NAME),
        time_zone: fields.required("time_zone").text_as(zone, String::new),
        notes: fields.optional("notes").string(MAX_NOTES).unwrap_or_default(),
        limits: RateLimits {
            reads_per_minute: fields.optional("reads_per_minute").integer(1..=MAX_PER_MINUTE),
            orders_per_minute: fields.optional("orders_per_minute").integer(1..=MAX_PER_MINUTE),
        },
    }
}

/// The name of a zone that exists.
pub(crate) fn zone(name: &str) -> Result<String, Reason> {
    parse_zone(name).map(|_| name.to_owned()).ok_or(Reason::NotATimeZone)
}
