//! The same done to many orders in one call.

use axhub_domain::ids::OrderId;
use axhub_domain::refusal::Reason;
use axhub_domain::state::OrderStatus;
use axhub_hub::fulfilment::{self, BulkAction, MAX_AT_ONCE};
use axhub_hub::{Error, Hub};
use axhub_web::error::body::Context;
use axhub_web::{ApiError, Fields, JsonBody, Language, RequestId, SupplierCaller};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::MAX_COMMENT;
use crate::words;

const ACTIONS: [(&str, BulkAction); 4] = [
    ("acknowledge", BulkAction::Acknowledge),
    ("confirm", BulkAction::Confirm),
    ("reject", BulkAction::Reject),
    ("cancel", BulkAction::Cancel),
];

/// What is to be done to which orders.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierOrderActions)]
pub struct Actions {
    /// What is to be done to each.
    pub action: ActionWord,
    /// The orders, each once.
    #[schema(min_items = 1, max_items = 200)]
    pub order_codes: Vec<Uuid>,
    /// For the history and for the channels.
    #[schema(max_length = 1000)]
    pub comment: Option<String>,
}

/// What can be done to many orders.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(as = SupplierOrderAction, rename_all = "lowercase")]
pub enum ActionWord {
    /// `New` becomes `Supplier pending`.
    Acknowledge,
    /// `New` and `Supplier pending` become `Supplier confirm`.
    Confirm,
    /// `New` and `Supplier pending` become `Supplier reject`.
    Reject,
    /// Any of the first three becomes `Unavoidable cancel`.
    Cancel,
}

/// What became of the orders.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrderOutcomes)]
pub struct Outcomes {
    /// How many are as was asked for now.
    #[schema(minimum = 0)]
    pub done: usize,
    /// How many could not be changed.
    #[schema(minimum = 0)]
    pub refused: usize,
    /// Each order, in the order of the request.
    pub orders: Vec<Outcome>,
}

/// What became of one order.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrderOutcome)]
pub struct Outcome {
    /// The order's code, as it was sent.
    pub ax_order_code: String,
    /// Its state now; null when it could not be changed.
    #[schema(value_type = Option<words::OrderStatus>, required)]
    pub ax_order_status: Option<OrderStatus>,
    /// Why it could not be changed: what the call for this order alone would have answered.
    #[schema(value_type = Option<Object>, required)]
    pub error: Option<Value>,
}

/// Act on many orders
///
/// Acknowledges, confirms, rejects or cancels up to 200 orders. Each is changed for itself: one that cannot be changed
/// says why in `error`, and the others are changed all the same.
#[utoipa::path(
    post,
    path = "/v1/supplier/orders/actions",
    operation_id = "supplier_act_on_orders",
    tag = "Supplier: orders",
    request_body(content = Actions, example = json!({ "action": "confirm", "order_codes": [Outcome::sample().ax_order_code], "comment": "9시에 만나요." })),
    responses((status = 200, description = "What became of each.", body = Outcomes, example = json!(Outcomes::sample()))),
)]
pub async fn act(
    caller: SupplierCaller,
    State(hub): State<Hub>,
    language: Language,
    request_id: RequestId,
    body: JsonBody,
) -> Result<Json<Outcomes>, ApiError> {
    let (action, orders, comment) = body.read(read)?;
    let by = (&caller, caller.code.clone());
    let ids: Vec<OrderId> = orders.iter().map(|(_, id)| *id).collect();
    let outcomes = fulfilment::act_on_many(&hub, by, &ids, action, comment).await?;
    let context = Context { language, request_id: request_id.as_str(), method: "POST" };
    let outcome = |((code, _), outcome): ((String, OrderId), _)| Outcome::new(code, outcome, context);
    let orders: Vec<Outcome> = orders.into_iter().zip(outcomes).map(outcome).collect();
    let refused = orders.iter().filter(|outcome| outcome.error.is_some()).count();
    Ok(Json(Outcomes { done: orders.len() - refused, refused, orders }))
}

fn read(fields: &Fields<'_>) -> (BulkAction, Vec<(String, OrderId)>, Option<String>) {
    let action = fields.required("action").choice(&ACTIONS);
    // A text that is no code names no order, like a code that nobody has: its place in the answer says so.
    let code = |text: &str| Ok((text.chars().take(64).collect::<String>(), OrderId(Uuid::parse_str(text).unwrap_or_default())));
    let orders = fields.required("order_codes").texts_as(MAX_AT_ONCE, code);
    for (at, (_, order)) in orders.iter().enumerate() {
        if !order.0.is_nil() && orders[..at].iter().any(|(_, other)| other == order) {
            fields.wrong(format!("order_codes[{at}]").as_str(), Reason::Repeated);
        }
    }
    (action, orders, fields.optional("comment").string(MAX_COMMENT))
}

impl Outcome {
    fn new(ax_order_code: String, outcome: Result<fulfilment::Order, Error>, context: Context<'_>) -> Outcome {
        let (status, error) = match outcome {
            Ok(order) => (Some(order.status), None),
            Err(error) => (None, Some(ApiError::from(error).body(context).into_value())),
        };
        Outcome { ax_order_code, ax_order_status: status, error }
    }
}
