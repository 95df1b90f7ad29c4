//! The channels, a page at a time.

use axhub_hub::{Hub, directory};
use axhub_web::paging::{self, PageParameters};
use axhub_web::{ApiError, OperatorCaller, Query};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::Channel;

/// Which channels are wanted.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those with this in their code or name, in upper or lower case.
    #[param(max_length = 255)]
    pub q: Option<String>,
}

/// A page of channels.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorChannelList)]
pub struct ChannelList {
    /// The channels, by code.
    pub channels: Vec<Channel>,
}

/// List channels
///
/// By code.
#[utoipa::path(
    get,
    path = "/v1/operator/channels",
    operation_id = "operator_list_channels",
    tag = "Operator: directory",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of channels.", body = ChannelList, example = json!(ChannelList { channels: vec![Channel::sample()] }))),
)]
pub async fn list(_caller: OperatorCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<ChannelList>), ApiError> {
    let (q, page) = query.read_strictly(|fields| (fields.optional("q").string(255), paging::read(fields)))?;
    let found = directory::list_channels(&hub, q, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(ChannelList { channels: found.items.into_iter().map(Channel::from).collect() })))
}
