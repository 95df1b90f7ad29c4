//! `PATCH /v1/channel/orders/{kind}/{ax_order_code}/tickets/{ax_ticket_code}`: the channel cancels one ticket.

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::product::ProductKind;
use axhub_domain::state::Action;
use axhub_hub::Hub;
use axhub_hub::fulfilment::{self, Order};
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::order::Ticket;
use super::told;
use crate::describe::{OrderStatusText, WantedTicketStatus};
use crate::dialect::Dialect;
use crate::kinds::for_kinds;

/// A wish to cancel a ticket.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
pub struct TicketCancellation {
    /// The state that the ticket is to have.
    #[schema(value_type = WantedTicketStatus)]
    status: String,
    /// A remark, which the supplier sees.
    #[schema(max_length = 2000, example = "One traveler less.")]
    comment: Option<String>,
}

/// A ticket after a wish to cancel it, in the vocabulary that its order was created with.
#[derive(Debug, Serialize, ToSchema)]
pub struct CanceledTicket {
    /// The channel's code of the whole order.
    #[schema(example = "ORDER-20220121-0001")]
    channel_order_code: String,
    /// The state of the order: cancelled too when no open or used ticket is left.
    #[schema(value_type = OrderStatusText)]
    ax_order_status: String,
    /// The order's code.
    #[schema(value_type = Uuid)]
    ax_order_code: OrderId,
    /// The ticket.
    #[serde(flatten)]
    ticket: Ticket,
}

impl CanceledTicket {
    /// `None` when the order has no such ticket.
    fn new(order: &Order, ticket: TicketId) -> Option<CanceledTicket> {
        let vocabulary = Dialect::stored(&order.dialect).vocabulary();
        let ticket = order.tickets.iter().find(|candidate| candidate.id == ticket)?;
        Some(CanceledTicket {
            channel_order_code: order.channel_order_code.clone(),
            ax_order_status: vocabulary.order_status(order.status),
            ax_order_code: order.id,
            ticket: Ticket::new(ticket.id, ticket.status, vocabulary),
        })
    }
}

macro_rules! cancel_ticket_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $note:literal) => {
        #[utoipa::path(
            patch,
            path = concat!("/v1/channel/orders/", $word, "/{ax_order_code}/tickets/{ax_ticket_code}"),
            operation_id = concat!("cancel_", $id, "_ticket"),
            summary = concat!("Cancel a ticket of a ", $word, " order"),
            description = concat!(
                "Cancels one ticket, whose unit goes back to stock. With the last open or used ticket the order is cancelled too. \
                 Asking for the state that already holds is 200 and changes nothing.",
                $note
            ),
            tag = "Channel: orders",
            params(
                ("ax_order_code" = Uuid, Path, description = "The order's code."),
                ("ax_ticket_code" = Uuid, Path, description = "The ticket's code."),
            ),
            request_body(content = TicketCancellation, examples(
                ("current" = (summary = "Current vocabulary", value = json!({
                    "status": "Traveler canceled", "comment": "One traveler less.",
                }))),
                ("legacy" = (summary = "Old vocabulary", value = json!({"status": "3"}))),
            )),
            responses(
                (
                    status = 200,
                    description = "The ticket is cancelled.",
                    body = CanceledTicket,
                    examples(
                        ("current" = (summary = "Current vocabulary", value = json!({
                            "channel_order_code": "ORDER-20220121-0001",
                            "ax_order_status": "Supplier confirm",
                            "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                            "ax_ticket_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06",
                            "ax_ticket_status": "Traveler canceled",
                        }))),
                        ("legacy" = (summary = "Old vocabulary", value = json!({
                            "channel_order_code": "ORDER-20220121-0001",
                            "ax_order_status": "3",
                            "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                            "ticket_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06",
                            "ticket_status": "3",
                        }))),
                    )
                ),
                (status = 409, description = "The ticket's or the order's state does not allow it: `transition_not_allowed`, or `ticket_used`."),
            )
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path((order, ticket)): Path<(OrderId, TicketId)>,
            body: JsonBody,
        ) -> Result<Json<CanceledTicket>, ApiError> {
            cancel_ticket(&hub, &caller, ProductKind::$kind, (order, ticket), body).await
        }
    };
}

for_kinds!(cancel_ticket_of: tour, day_ticket, ticket);

async fn cancel_ticket(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    (order, ticket): (OrderId, TicketId),
    body: JsonBody,
) -> Result<Json<CanceledTicket>, ApiError> {
    let comment = body.read(read)?;
    let channel = (caller.id, caller.code.clone());
    match fulfilment::act_as_channel(hub, channel, kind, order, Action::ChannelCancelTicket(ticket), comment).await {
        Ok(order) => CanceledTicket::new(&order, ticket).map(Json).ok_or_else(ApiError::not_found),
        Err(error) => Err(told::in_dialect_of(hub, caller, kind, order, error).await),
    }
}

/// The comment; the state that a channel may ask for is only one.
fn read(fields: &Fields<'_>) -> Option<String> {
    let other_spelling = |text: &str| matches!(text, "Traveler Canceled" | "3").then_some(());
    fields.required("status").choice_or(&[("Traveler canceled", ())], other_spelling);
    fields.optional("comment").string(2000)
}
