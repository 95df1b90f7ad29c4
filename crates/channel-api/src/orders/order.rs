//! What answers about orders share: tickets, and an order as get confirm and the list show it.

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::state::TicketStatus;
use axhub_hub::changes::OrderChanged;
use axhub_hub::fulfilment::Order;
use axhub_web::{StatusWords, Vocabulary};
use serde::Serialize;
use utoipa::ToSchema;

use crate::describe::{OrderStatusText, TicketStatusText};
use crate::dialect::Dialect;
use crate::wire::Instant;

/// A ticket: `ax_ticket_code` and `ax_ticket_status`, or `ticket_code` and `ticket_status` in the old vocabulary.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = OrderTicket)]
pub struct Ticket {
    /// The ticket's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    ax_ticket_code: Option<TicketId>,
    /// The ticket's state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = TicketStatusText, required = false)]
    ax_ticket_status: Option<String>,
    /// The ticket's code, in the old vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    ticket_code: Option<TicketId>,
    /// The ticket's state, in the old vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = TicketStatusText, required = false)]
    ticket_status: Option<String>,
}

impl Ticket {
    /// A ticket in the names and words of an order.
    pub fn new(id: TicketId, status: TicketStatus, vocabulary: Vocabulary) -> Ticket {
        let status = Some(vocabulary.ticket_status(status));
        match vocabulary.statuses {
            StatusWords::Words => Ticket { ax_ticket_code: Some(id), ax_ticket_status: status, ..Ticket::default() },
            StatusWords::Digits => Ticket { ticket_code: Some(id), ticket_status: status, ..Ticket::default() },
        }
    }
}

/// Orders, each in the vocabulary that it was created with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedOrders {
    /// The status of the response.
    #[schema(example = 200)]
    pub status_code: u16,
    /// The orders.
    pub data: Vec<ConfirmedOrder>,
}

/// An order of one option as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedOrder {
    /// The channel's code of the whole order.
    #[schema(example = "ORDER-20220121-0001")]
    channel_order_code: String,
    /// The order's code.
    #[schema(value_type = Uuid)]
    ax_order_code: OrderId,
    /// The order's state.
    #[schema(value_type = OrderStatusText)]
    ax_order_status: String,
    /// The last remark that came with a change, by whomever it was made.
    #[schema(required = true, example = "The meeting point has moved to the north gate.")]
    comment: Option<String>,
    /// Its tickets, one per unit.
    tickets: Vec<Ticket>,
    /// When it or one of its tickets last changed.
    updated_at: Instant,
}

impl From<&Order> for ConfirmedOrder {
    fn from(order: &Order) -> Self {
        let vocabulary = Dialect::stored(&order.dialect).vocabulary();
        let tickets = order.tickets.iter().map(|ticket| Ticket::new(ticket.id, ticket.status, vocabulary));
        ConfirmedOrder {
            channel_order_code: order.channel_order_code.clone(),
            ax_order_code: order.id,
            ax_order_status: vocabulary.order_status(order.status),
            comment: order.comment.clone(),
            tickets: tickets.collect(),
            updated_at: Instant(order.updated_at),
        }
    }
}

impl From<&OrderChanged> for ConfirmedOrder {
    fn from(changed: &OrderChanged) -> Self {
        let vocabulary = Dialect::stored(&changed.dialect).vocabulary();
        let tickets = changed.tickets.iter().map(|(id, status)| Ticket::new(*id, *status, vocabulary));
        ConfirmedOrder {
            channel_order_code: changed.channel_order_code.clone(),
            ax_order_code: changed.order,
            ax_order_status: vocabulary.order_status(changed.status),
            comment: changed.comment.clone(),
            tickets: tickets.collect(),
            updated_at: Instant(changed.updated_at),
        }
    }
}
