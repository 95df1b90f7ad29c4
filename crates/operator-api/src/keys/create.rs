//! Making a key.

use axhub_hub::access::{self, KeyFor, MAX_EXPIRES_IN_DAYS};
use axhub_hub::{ByOperator, Hub};
use axhub_web::{ApiError, Fields, JsonBody, OperatorCaller};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa::ToSchema;

use super::{KeyKind, Made};

/// A key to be made.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = OperatorNewKey)]
pub struct NewKey {
    /// Whose it is: a channel's, a supplier's or an operator's.
    pub kind: KeyKind,
    /// The code of the channel or supplier, or the operator's name, of at most 100 characters, which the audit log shows.
    #[schema(max_length = 255, pattern = r"\S")]
    pub owner: String,
    /// After how many days it ends by itself; never when absent or null.
    #[schema(minimum = 1, maximum = 36500)]
    pub expires_in_days: Option<u32>,
}

/// Make a key
///
/// The answer is the only time that the key is seen. An owner may have any number of keys.
#[utoipa::path(
    post,
    path = "/v1/operator/keys",
    operation_id = "operator_create_key",
    tag = "Operator: keys",
    request_body(content = NewKey, example = json!({ "kind": "channel", "owner": "hanatrip", "expires_in_days": 365 })),
    responses((status = 201, description = "The key.", body = Made, example = json!(Made::sample()))),
)]
pub async fn create(caller: OperatorCaller, State(hub): State<Hub>, body: JsonBody) -> Result<(StatusCode, Json<Made>), ApiError> {
    let (owner, expires_in_days) = body.read(read)?;
    let made = access::make_key(&hub, ByOperator::from(&caller), owner, expires_in_days).await?;
    Ok((StatusCode::CREATED, Json(Made::new(made, hub.now()))))
}

fn read(fields: &Fields<'_>) -> (KeyFor, Option<u32>) {
    let kind = fields.required("kind").choice(&KeyKind::WORDS);
    let owner = fields.required("owner").string(255);
    let owner = match kind {
        KeyKind::Channel => KeyFor::Channel(owner),
        KeyKind::Supplier => KeyFor::Supplier(owner),
        KeyKind::Operator => KeyFor::Operator(owner),
    };
    (owner, fields.optional("expires_in_days").integer(1..=MAX_EXPIRES_IN_DAYS))
}
