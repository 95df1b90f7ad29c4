//! `GET /v1/channel/orders/{kind}`: the channel's orders, so that it polls once and not once per order.
//!
//! A page of them as they are, or, with a cursor, every change of them exactly once.

use axhub_domain::product::ProductKind;
use axhub_domain::state::OrderStatus;
use axhub_hub::Hub;
use axhub_hub::changes;
use axhub_hub::fulfilment::{self, Filter};
use axhub_web::{ApiError, ChannelCaller, Fields, Query, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::order::ConfirmedOrder;
use super::status;
use crate::cursor::{self, Start};
use crate::describe::{Moment, OrderStatusText};
use crate::kinds::for_kinds;
use axhub_web::paging::PageParameters;

/// Which orders are wanted.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described")]
pub struct Params {
    /// Only orders that changed, or whose tickets changed, at or after this moment: RFC 3339 with any offset, or
    /// `YYYY-MM-DD hh:mm[:ss]` in UTC.
    #[param(value_type = Option<Moment>)]
    updated_since: Option<String>,
    /// Only orders in this state, as a word or a digit; with a cursor, only changes to this state.
    #[param(value_type = Option<OrderStatusText>)]
    status: Option<String>,
    /// Every change of the orders behind this cursor instead of a page of the orders: an empty one is the beginning, then
    /// send the `next_cursor` of the last answer; `latest` answers no order and the present end, for a reader that wants only
    /// what comes. `page_size` bounds the answer; `page` means nothing then.
    #[param(example = "c1024", max_length = 20)]
    cursor: Option<String>,
}

/// Orders, each in the vocabulary that it was created with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelOrderList {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// The orders, oldest first; with a cursor, an order as it was right after each of its changes, oldest change first.
    data: Vec<ConfirmedOrder>,
    /// With a cursor: where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "c1025")]
    next_cursor: Option<String>,
    /// With a cursor: whether there may be more right now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    has_more: Option<bool>,
}

macro_rules! list_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $note:literal) => {
        #[utoipa::path(
            get,
            path = concat!("/v1/channel/orders/", $word),
            operation_id = concat!("list_", $id, "_orders"),
            summary = concat!("The channel's ", $word, " orders"),
            description = concat!(
                "A page of them, oldest first, each as get confirm shows it. `X-Total-Count` has the number of all, `Link` the \
                 addresses of other pages.\n\nWith `cursor`, every change of them instead: each exactly once, oldest first, however \
                 much changes meanwhile. Poll with `cursor=` at first, or with `cursor=latest` for only what comes, then with the \
                 `next_cursor` of the last answer.",
                $note
            ),
            tag = "Channel: orders",
            params(Params, PageParameters),
            responses((
                status = 200,
                description = "A page of the orders, or of their changes.",
                body = ChannelOrderList,
                links(
                    ("confirm" = (
                        operation_id = concat!("get_", $id, "_order"),
                        parameters(("ax_order_code" = "$response.body#/data/0/ax_order_code"))
                    )),
                    ("cancel" = (
                        operation_id = concat!("cancel_", $id, "_order"),
                        parameters(("ax_order_code" = "$response.body#/data/0/ax_order_code"))
                    )),
                    ("cancel_ticket" = (
                        operation_id = concat!("cancel_", $id, "_ticket"),
                        parameters(
                            ("ax_order_code" = "$response.body#/data/0/ax_order_code"),
                            ("ax_ticket_code" = "$response.body#/data/0/tickets/0/ax_ticket_code")
                        )
                    )),
                ),
                examples(
                    ("page" = (summary = "A page", value = json!({"status_code": 200, "data": [{
                        "channel_order_code": "ORDER-20220121-0001",
                        "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                        "ax_order_status": "New",
                        "comment": null,
                        "tickets": [{"ax_ticket_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06", "ax_ticket_status": "New"}],
                        "updated_at": "2022-01-21T10:00:00.000Z",
                    }]}))),
                    ("cursor" = (summary = "Changes behind a cursor", value = json!({"status_code": 200, "data": [{
                        "channel_order_code": "ORDER-20220121-0001",
                        "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                        "ax_order_status": "Supplier confirm",
                        "comment": null,
                        "tickets": [{"ax_ticket_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06", "ax_ticket_status": "New"}],
                        "updated_at": "2022-01-21T10:05:00.000Z",
                    }], "next_cursor": "c1025", "has_more": false}))),
                )
            ))
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            query: Query,
        ) -> Result<(HeaderMap, Json<ChannelOrderList>), ApiError> {
            list(&hub, &caller, ProductKind::$kind, &query).await
        }
    };
}

for_kinds!(list_of: tour, day_ticket, ticket);

async fn list(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    query: &Query,
) -> Result<(HeaderMap, Json<ChannelOrderList>), ApiError> {
    let (wanted, page) = query.read(|fields| (read(fields), paging::read(fields)))?;
    if let Some(start) = wanted.cursor {
        let changes = list_changes(hub, caller, kind, &wanted, start, page.size).await?;
        return Ok((HeaderMap::new(), Json(changes)));
    }
    let filter = Filter { kind: Some(kind), status: wanted.status, updated_since: wanted.updated_since, ..Filter::default() };
    let found = fulfilment::orders_of_channel(hub, caller.id, filter, page).await?;
    let data = found.items.iter().map(ConfirmedOrder::from).collect();
    Ok((paging::headers(query, page, found.total), Json(ChannelOrderList { status_code: 200, data, next_cursor: None, has_more: None })))
}

async fn list_changes(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    wanted: &Wanted,
    start: Start,
    limit: u32,
) -> Result<ChannelOrderList, ApiError> {
    let found = match start {
        Start::Latest => cursor::latest(hub).await?,
        Start::Behind(after) => {
            let found = changes::order_changes_for_channel(hub, caller.id, kind, after, wanted.updated_since, limit).await;
            found.map_err(|error| ApiError::from(error).in_query())?
        }
    };
    let is_wanted = |status: OrderStatus| wanted.status.is_none_or(|wanted| wanted == status);
    let changes = found.items.iter().filter(|change| is_wanted(change.status));
    Ok(ChannelOrderList {
        status_code: 200,
        data: changes.map(ConfirmedOrder::from).collect(),
        next_cursor: Some(found.next.to_string()),
        has_more: Some(found.has_more),
    })
}

/// What the query asks for.
struct Wanted {
    status: Option<OrderStatus>,
    updated_since: Option<Timestamp>,
    cursor: Option<Start>,
}

fn read(fields: &Fields<'_>) -> Wanted {
    Wanted {
        status: fields.optional("status").choice_or(&status::WORDS, status::of_digit),
        updated_since: fields.optional("updated_since").instant(&TimeZone::UTC),
        cursor: fields.has("cursor").then(|| cursor::read(fields)),
    }
}
