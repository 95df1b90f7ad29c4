//! The keys, a page at a time.

use axhub_hub::Hub;
use axhub_hub::access::{self, KeyFilter};
use axhub_web::paging::{self, PageParameters};
use axhub_web::{ApiError, Fields, OperatorCaller, Query};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Key, KeyKind};

/// Which keys are wanted; all where a parameter is absent.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those of channels, of suppliers or of operators.
    #[param(inline, example = "channel")]
    pub kind: Option<KeyKind>,
    /// Only those of the owner of this code or name.
    #[param(max_length = 255)]
    pub owner: Option<String>,
    /// Only those that open something now (`true`), or only the others.
    #[param(example = true)]
    pub is_valid: Option<bool>,
}

/// A page of keys.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorKeyList)]
pub struct KeyList {
    /// The keys, newest first.
    pub keys: Vec<Key>,
}

/// List keys
///
/// Newest first, without their secrets, with when each was last used.
#[utoipa::path(
    get,
    path = "/v1/operator/keys",
    operation_id = "operator_list_keys",
    tag = "Operator: keys",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of keys.", body = KeyList, example = json!(KeyList { keys: vec![Key::sample()] }))),
)]
pub async fn list(_caller: OperatorCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<KeyList>), ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = access::find_keys(&hub, filter, page).await?;
    let (headers, now) = (paging::headers(&query, page, found.total), hub.now());
    Ok((headers, Json(KeyList { keys: found.items.into_iter().map(|key| Key::new(key, now)).collect() })))
}

fn read(fields: &Fields<'_>) -> KeyFilter {
    KeyFilter {
        kind: fields.optional("kind").choice(&KeyKind::WORDS).map(|kind| kind.word().to_owned()),
        owner: fields.optional("owner").string(255),
        is_valid: fields.optional("is_valid").boolean(),
    }
}
