//! `PATCH /v1/channel/orders/{kind}/{ax_order_code}`: the channel cancels an order of one option.

use axhub_domain::ids::OrderId;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_domain::state::{Action, OrderStatus};
use axhub_hub::Hub;
use axhub_hub::fulfilment::{self, Order};
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{status, told};
use crate::describe::{OrderStatusText, WantedOrderStatus};
use crate::dialect::Dialect;
use crate::kinds::for_kinds;

/// A wish to cancel an order.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
pub struct OrderCancellation {
    /// The state that the order is to have.
    #[schema(value_type = WantedOrderStatus)]
    channel_status: String,
    /// A remark, which the supplier sees.
    #[schema(max_length = 2000, example = "The traveler is ill.")]
    comment: Option<String>,
    /// What old clients send besides; it must name the same state as `channel_status`.
    #[schema(value_type = Option<WantedOrderStatus>)]
    ax_status: Option<String>,
}

/// An order after a wish to cancel it, in the vocabulary that it was created with.
#[derive(Debug, Serialize, ToSchema)]
pub struct CanceledOrder {
    /// The channel's code of the whole order.
    #[schema(example = "ORDER-20220121-0001")]
    channel_order_code: String,
    /// The state of the whole order: the one that its options share, or the least advanced of them.
    #[schema(value_type = OrderStatusText)]
    channel_order_status: String,
    /// The order's code.
    #[schema(value_type = Uuid)]
    ax_order_code: OrderId,
    /// The order's state.
    #[schema(value_type = OrderStatusText)]
    ax_order_status: String,
}

impl From<&Order> for CanceledOrder {
    fn from(order: &Order) -> Self {
        let vocabulary = Dialect::stored(&order.dialect).vocabulary();
        CanceledOrder {
            channel_order_code: order.channel_order_code.clone(),
            channel_order_status: vocabulary.order_status(order.channel_order_status),
            ax_order_code: order.id,
            ax_order_status: vocabulary.order_status(order.status),
        }
    }
}

macro_rules! cancel_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $note:literal) => {
        #[utoipa::path(
            patch,
            path = concat!("/v1/channel/orders/", $word, "/{ax_order_code}"),
            operation_id = concat!("cancel_", $id, "_order"),
            summary = concat!("Cancel a ", $word, " order"),
            description = concat!(
                "Cancels the order of one option with all of its open tickets, whose units go back to stock. Asking for the state \
                 that already holds is 200 and changes nothing.",
                $note
            ),
            tag = "Channel: orders",
            params(("ax_order_code" = Uuid, Path, description = "The order's code.")),
            request_body(content = OrderCancellation, examples(
                ("current" = (summary = "Current vocabulary", value = json!({
                    "channel_status": "Traveler cancel", "comment": "The traveler is ill.",
                }))),
                ("legacy" = (summary = "Old vocabulary", value = json!({"channel_status": "5", "ax_status": "5"}))),
            )),
            responses(
                (
                    status = 200,
                    description = "The order is in that state.",
                    body = CanceledOrder,
                    examples(
                        ("current" = (summary = "Current vocabulary", value = json!({
                            "channel_order_code": "ORDER-20220121-0001",
                            "channel_order_status": "Traveler cancel",
                            "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                            "ax_order_status": "Traveler cancel",
                        }))),
                        ("legacy" = (summary = "Old vocabulary", value = json!({
                            "channel_order_code": "ORDER-20220121-0001",
                            "channel_order_status": "5",
                            "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                            "ax_order_status": "5",
                        }))),
                    )
                ),
                (status = 409, description = "The order's state does not allow it: `transition_not_allowed`, or `ticket_used` when one of its tickets is used."),
            )
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path(order): Path<OrderId>,
            body: JsonBody,
        ) -> Result<Json<CanceledOrder>, ApiError> {
            cancel(&hub, &caller, ProductKind::$kind, order, body).await
        }
    };
}

for_kinds!(cancel_of: tour, day_ticket, ticket);

async fn cancel(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    order: OrderId,
    body: JsonBody,
) -> Result<Json<CanceledOrder>, ApiError> {
    let (action, comment) = body.read(read)?;
    let channel = (caller.id, caller.code.clone());
    match fulfilment::act_as_channel(hub, channel, kind, order, action, comment).await {
        Ok(order) => Ok(Json(CanceledOrder::from(&order))),
        Err(error) => Err(told::in_dialect_of(hub, caller, kind, order, error).await),
    }
}

/// The states that a channel may ask for.
const WANTED: [(&str, OrderStatus); 3] = [
    (OrderStatus::TravelerCancel.word(), OrderStatus::TravelerCancel),
    (OrderStatus::UnavoidableCancel.word(), OrderStatus::UnavoidableCancel),
    (OrderStatus::New.word(), OrderStatus::New),
];

fn read(fields: &Fields<'_>) -> (Action, Option<String>) {
    let wanted_by_digit = |text: &str| status::of_digit(text).filter(|status| WANTED.iter().any(|(_, wanted)| wanted == status));
    let wanted = fields.required("channel_status").choice_or(&WANTED, wanted_by_digit);
    let repeated = fields.optional("ax_status").choice_or(&status::WORDS, status::of_digit);
    if repeated.is_some_and(|repeated| repeated != wanted) {
        fields.wrong("ax_status", Reason::Disagrees { with: "channel_status".to_owned() });
    }
    let action = match wanted {
        OrderStatus::UnavoidableCancel => Action::ChannelUnavoidableCancel,
        OrderStatus::New => Action::StayNew,
        _ => Action::TravelerCancel,
    };
    (action, fields.optional("comment").string(2000))
}
