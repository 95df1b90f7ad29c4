//! Orders of the supplier: one per option of what a channel sold.

pub mod acknowledge;
pub mod act;
pub mod cancel;
pub mod comment;
pub mod confirm;
pub mod get;
pub mod list;
pub mod many;
pub mod refund;
pub mod reject;

use axhub_domain::inventory::{UNDATED, dated};
use axhub_domain::money::{Currency, Money};
use axhub_domain::product::ProductKind;
use axhub_domain::state::{OrderStatus, TicketStatus};
use axhub_domain::time::format_instant;
use axhub_hub::fulfilment;
use axhub_web::{ApiError, JsonBody};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::words;

/// The most characters of a comment.
pub(crate) const MAX_COMMENT: usize = 1000;

/// An order of one option.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrder)]
pub struct Order {
    /// What it is.
    #[serde(flatten)]
    pub facts: OrderFacts,
    /// Its tickets, one per unit.
    pub tickets: Vec<Ticket>,
}

/// An order without its tickets.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierOrderFacts)]
pub struct OrderFacts {
    /// The order's code.
    pub ax_order_code: Uuid,
    /// Its state.
    #[schema(value_type = words::OrderStatus)]
    pub ax_order_status: OrderStatus,
    /// The channel that sold it.
    pub channel_code: String,
    /// The channel's own code of the order that this one is part of.
    pub channel_order_code: String,
    /// The kind of the product.
    #[schema(value_type = words::ProductKind)]
    pub kind: ProductKind,
    /// The product.
    pub product_code: Uuid,
    /// The version of the product that was sold, and that holds for this order.
    #[schema(minimum = 1)]
    pub product_version: i64,
    /// The option.
    pub option_code: Uuid,
    /// The option's name: its depths joined by ` - `.
    pub option_name: String,
    /// The stock row that the order draws from.
    pub inventory_code: Uuid,
    /// The date in the product's time zone; null for what has no date.
    #[schema(format = Date, required)]
    pub date: Option<String>,
    /// The start time in the product's time zone, `hh:mm`; null for what has only a date, or none.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", required)]
    pub start_time: Option<String>,
    /// The start in UTC; null for what has no date.
    #[schema(format = DateTime, required)]
    pub inventory_at: Option<String>,
    /// Units sold, one ticket each.
    #[schema(minimum = 1)]
    pub quantity: u32,
    /// What the channel sold one unit for.
    #[schema(value_type = String, pattern = "^[0-9]+\\.[0-9]{5}$")]
    pub unit_selling_price: Money,
    /// What it sold all units for.
    #[schema(value_type = String, pattern = "^[0-9]+\\.[0-9]{5}$")]
    pub amount_price: Money,
    /// The currency of both.
    #[schema(value_type = words::Currency)]
    pub currency: Currency,
    /// What the channel remarked when it ordered.
    #[schema(required)]
    pub channel_comment: Option<String>,
    /// The last comment that came with a change, the channel's or the supplier's.
    #[schema(required)]
    pub comment: Option<String>,
    /// Until when it must be answered; what happens then, the product's `on_no_reply` says. Null when there is no limit.
    #[schema(format = DateTime, required)]
    pub reply_by: Option<String>,
    /// When it was placed.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it or one of its tickets last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// One unit of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierTicket)]
pub struct Ticket {
    /// The ticket's code.
    pub ax_ticket_code: Uuid,
    /// Its state.
    #[schema(value_type = words::TicketStatus)]
    pub ax_ticket_status: TicketStatus,
    /// The channel's own code of the ticket.
    #[schema(required)]
    pub channel_ticket_code: Option<String>,
    /// When it was used; null when it is not.
    #[schema(format = DateTime, required)]
    pub used_at: Option<String>,
    /// Where it was used, when that was told.
    #[schema(required)]
    pub used_where: Option<String>,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<fulfilment::Order> for Order {
    fn from(order: fulfilment::Order) -> Self {
        let tickets = order.tickets.iter().map(Ticket::from).collect();
        Order { facts: OrderFacts::from(order), tickets }
    }
}

impl From<fulfilment::Order> for OrderFacts {
    fn from(order: fulfilment::Order) -> Self {
        let start_time = (order.kind == ProductKind::Tour).then(|| order.start_time.strftime("%H:%M").to_string());
        OrderFacts {
            ax_order_code: order.id.into(),
            ax_order_status: order.status,
            channel_code: order.channel_code,
            channel_order_code: order.channel_order_code,
            kind: order.kind,
            product_code: order.product.into(),
            product_version: order.product_version,
            option_code: order.option.into(),
            option_name: order.option_name,
            inventory_code: order.stock.into(),
            date: (order.date != UNDATED).then(|| order.date.to_string()),
            start_time,
            inventory_at: dated(order.inventory_at).map(format_instant),
            quantity: order.quantity,
            unit_selling_price: order.unit_selling_price,
            amount_price: order.amount_price,
            currency: order.currency,
            channel_comment: order.order_comment,
            comment: order.comment,
            reply_by: order.reply_by.map(format_instant),
            created_at: format_instant(order.created_at),
            updated_at: format_instant(order.updated_at),
        }
    }
}

impl From<&fulfilment::Ticket> for Ticket {
    fn from(ticket: &fulfilment::Ticket) -> Self {
        Ticket {
            ax_ticket_code: ticket.id.into(),
            ax_ticket_status: ticket.status,
            channel_ticket_code: ticket.channel_ticket_code.clone(),
            used_at: ticket.redemption.as_ref().map(|redemption| format_instant(redemption.used_at)),
            used_where: ticket.redemption.as_ref().and_then(|redemption| redemption.used_where.clone()),
            updated_at: format_instant(ticket.updated_at),
        }
    }
}

/// What may come with an action on an order or ticket. No body at all is fine too.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierComment, example = json!({ "comment": "미팅 포인트에서 9시에 뵙겠습니다." }))]
pub struct Comment {
    /// For the history and for the channel.
    #[schema(max_length = 1000)]
    pub comment: Option<String>,
}

impl Comment {
    /// The comment of an optional body.
    pub(crate) fn read(body: Option<JsonBody>) -> Result<Option<String>, ApiError> {
        match body {
            Some(body) => body.read(|fields| fields.optional("comment").string(MAX_COMMENT)),
            None => Ok(None),
        }
    }
}
