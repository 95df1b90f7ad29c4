//! `GET /v1/channel/changes`: what changed for this channel behind a cursor, each change once, oldest first.

use std::collections::BTreeMap;

use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::product::ProductKind;
use axhub_hub::Hub;
use axhub_hub::changes::{self, AnswerGiven, Answered, Change, What};
use axhub_web::{ApiError, ChannelCaller, Fields, Query, paging};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::GivenAnswer;
use crate::cursor::{self, Start};
use crate::inventory::read::by_option;
use crate::inventory::row::InventoryRow;
use crate::limits::MAX_CHANGES;
use crate::orders::order::ConfirmedOrder;
use crate::wire::Instant;

const DEFAULT_LIMIT: u32 = 100;

/// Which changes are wanted.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described")]
pub struct Params {
    /// Behind which change: the `next_cursor` of the last answer. Without it from the beginning; `latest` answers no change
    /// and the present end, for a reader that wants only what comes.
    #[param(example = "c1024", max_length = 20)]
    cursor: Option<String>,
    /// The most changes of one answer.
    #[param(minimum = 1, maximum = 1000, default = 100, example = 100)]
    limit: Option<i64>,
}

/// A part of the feed.
#[derive(Serialize, ToSchema)]
pub struct ChangeList {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// What changed, oldest first.
    changes: Vec<FeedChange>,
    /// Where to go on.
    #[schema(example = "c1025")]
    next_cursor: String,
    /// Whether there may be more right now.
    has_more: bool,
}

/// One change. Which members it has besides the first five, `kind` says.
#[derive(Serialize, ToSchema)]
pub struct FeedChange {
    /// Behind this change.
    #[schema(example = "c1025")]
    cursor: String,
    /// When it was made; of prices that follow a new exchange rate, when the rate came into force.
    at: Instant,
    /// What changed: the `product` (a new version, or whether the channel may sell it), its `price`, its `stock`, an `order`
    /// of the channel, or the `answer` to a question or a review of the channel.
    #[schema(value_type = String, pattern = "^(product|price|stock|order|answer)$", example = "order")]
    kind: &'static str,
    /// The product.
    #[schema(value_type = Uuid)]
    product_code: ProductId,
    /// The product's kind: the word of its addresses.
    #[schema(value_type = String, pattern = "^(tour|day-ticket|ticket)$", example = "tour")]
    product_kind: ProductKind,
    /// What it was changed to.
    #[serde(flatten)]
    details: Details,
}

/// What something was changed to.
#[derive(Serialize, Default, ToSchema)]
#[schema(as = FeedChangeDetails)]
pub struct Details {
    /// Of a product: its newest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, example = 7)]
    version: Option<i64>,
    /// Of a product: whether the channel may sell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    is_assigned: Option<bool>,
    /// Of stock: the rows that changed, by option code, as inventory shows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Vec<InventoryRow>>>, nullable = false)]
    option_codes: Option<BTreeMap<OptionId, Vec<InventoryRow>>>,
    /// Of an order: the order right after the change, as get confirm shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    order: Option<ConfirmedOrder>,
    /// Of an answer to a question: the channel's code of the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "QUESTION-1")]
    question_code: Option<String>,
    /// Of an answer to a review: the review's code, as posting it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "REVIEW-1")]
    review_code: Option<String>,
    /// Of an answer: what the supplier says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer: Option<GivenAnswer>,
}

/// What changed for this channel
///
/// Products, prices, stock, orders and answers, each change exactly once, oldest first, without gaps: a channel polls this
/// one address instead of thousands. Ask again with the `next_cursor` of the last answer, at once while `has_more` is true.
#[utoipa::path(
    get,
    path = "/v1/channel/changes",
    operation_id = "list_changes",
    tag = "Channel: changes",
    params(Params),
    responses((
        status = 200,
        description = "The changes behind the cursor.",
        body = ChangeList,
        example = json!({
            "status_code": 200,
            "changes": [
                {
                    "cursor": "c1025", "at": "2022-01-21T10:00:00.000Z", "kind": "stock",
                    "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "product_kind": "day-ticket",
                    "option_codes": {"018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02": [{
                        "inventory_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f04", "date": "2022-02-01", "is_order": true,
                        "max_quantity": 25, "remain_quantity": 15, "ordered_quantity": 10,
                        "inventory_at": "2022-01-31T23:00:00.000Z",
                    }]},
                },
                {
                    "cursor": "c1026", "at": "2022-01-21T10:05:00.000Z", "kind": "order",
                    "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "product_kind": "day-ticket",
                    "order": {
                        "channel_order_code": "ORDER-20220121-0001", "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                        "ax_order_status": "Supplier confirm", "comment": null,
                        "tickets": [{"ax_ticket_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06", "ax_ticket_status": "New"}],
                        "updated_at": "2022-01-21T10:05:00.000Z",
                    },
                },
                {
                    "cursor": "c1027", "at": "2022-01-21T10:06:00.000Z", "kind": "product",
                    "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "product_kind": "day-ticket", "version": 7,
                    "is_assigned": true,
                },
                {
                    "cursor": "c1028", "at": "2022-02-03T01:00:00.000Z", "kind": "answer",
                    "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "product_kind": "day-ticket", "review_code": "REVIEW-1",
                    "answer": {"body": "Thank you. See you again!", "answered_at": "2022-02-03T01:00:00.000Z"},
                },
            ],
            "next_cursor": "c1028",
            "has_more": false,
        })
    ))
)]
pub async fn read(caller: ChannelCaller, State(hub): State<Hub>, query: Query) -> Result<Json<ChangeList>, ApiError> {
    let limit = |fields: &Fields<'_>| paging::number(fields, "limit", 1..=MAX_CHANGES, DEFAULT_LIMIT);
    let (start, limit) = query.read(|fields| (cursor::read(fields), limit(fields)))?;
    let found = match start {
        Start::Latest => cursor::latest(&hub).await?,
        Start::Behind(after) => {
            let found = changes::changes_for_channel(&hub, caller.id, after, limit).await;
            found.map_err(|error| ApiError::from(error).in_query())?
        }
    };
    let next_cursor = found.next.to_string();
    let changes = found.items.into_iter().map(FeedChange::new).collect();
    Ok(Json(ChangeList { status_code: 200, changes, next_cursor, has_more: found.has_more }))
}

impl FeedChange {
    fn new(change: Change) -> FeedChange {
        let (kind, details) = details(change.what);
        FeedChange {
            cursor: change.cursor.to_string(),
            at: Instant(change.at),
            kind,
            product_code: change.product,
            product_kind: change.kind,
            details,
        }
    }
}

/// The word of what changed, and what it was changed to.
fn details(what: What) -> (&'static str, Details) {
    let none = Details::default();
    match what {
        What::Product(changed) => ("product", Details { version: Some(changed.version), is_assigned: Some(changed.is_assigned), ..none }),
        What::Price => ("price", none),
        What::Stock(rows) => ("stock", Details { option_codes: Some(by_option(&rows)), ..none }),
        What::Order(changed) => ("order", Details { order: Some(ConfirmedOrder::from(&changed)), ..none }),
        What::Answer(AnswerGiven { to, body, answered_at }) => {
            let answer = Some(GivenAnswer { body, answered_at: Instant(answered_at) });
            let details = match to {
                Answered::QuestionCode(code) => Details { question_code: Some(code), answer, ..none },
                Answered::ReviewCode(code) => Details { review_code: Some(code), answer, ..none },
            };
            ("answer", details)
        }
    }
}
