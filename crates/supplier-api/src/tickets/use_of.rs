//! A ticket and its use, as a gate sees it.

use axhub_domain::inventory::{UNDATED, dated};
use axhub_domain::product::ProductKind;
use axhub_domain::state::{OrderStatus, TicketStatus};
use axhub_domain::time::format_instant;
use axhub_hub::fulfilment::Redeemed;
use axhub_web::{ApiError, JsonBody};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::orders::MAX_COMMENT;
use crate::words;

/// The most characters of a place.
const MAX_WHERE: usize = 100;

/// A ticket after it was redeemed, or made new again.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierTicketUse)]
pub struct TicketUse {
    /// The ticket's code.
    pub ax_ticket_code: Uuid,
    /// Its state now.
    #[schema(value_type = words::TicketStatus)]
    pub ax_ticket_status: TicketStatus,
    /// When it was used; null when it is not.
    #[schema(format = DateTime, required)]
    pub used_at: Option<String>,
    /// Where it was used, in the words of whoever redeemed it.
    #[schema(required)]
    pub used_where: Option<String>,
    /// Whether it had been used before this call, which then changed nothing: `used_at` and `used_where` tell when and
    /// where.
    pub was_used_before: bool,
    /// The channel's own code of the ticket.
    #[schema(required)]
    pub channel_ticket_code: Option<String>,
    /// The order it is part of.
    pub ax_order_code: Uuid,
    /// The order's state.
    #[schema(value_type = words::OrderStatus)]
    pub ax_order_status: OrderStatus,
    /// The channel that sold it.
    pub channel_code: String,
    /// The product.
    pub product_code: Uuid,
    /// The option's name.
    pub option_name: String,
    /// The date that it is for; null for what has no date.
    #[schema(format = Date, required)]
    pub date: Option<String>,
    /// The start time, `hh:mm`; null for what has only a date, or none.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", required)]
    pub start_time: Option<String>,
    /// The start in UTC; null for what has no date.
    #[schema(format = DateTime, required)]
    pub inventory_at: Option<String>,
}

impl From<Redeemed> for TicketUse {
    fn from(Redeemed { order, ticket, was_used_before }: Redeemed) -> Self {
        let (used_at, used_where) = ticket.redemption.map(|redemption| (redemption.used_at, redemption.used_where)).unzip();
        TicketUse {
            ax_ticket_code: ticket.id.into(),
            ax_ticket_status: ticket.status,
            used_at: used_at.map(format_instant),
            used_where: used_where.flatten(),
            was_used_before,
            channel_ticket_code: ticket.channel_ticket_code,
            ax_order_code: order.id.into(),
            ax_order_status: order.status,
            channel_code: order.channel_code,
            product_code: order.product.into(),
            option_name: order.option_name,
            date: (order.date != UNDATED).then(|| order.date.to_string()),
            start_time: (order.kind == ProductKind::Tour).then(|| order.start_time.strftime("%H:%M").to_string()),
            inventory_at: dated(order.inventory_at).map(format_instant),
        }
    }
}

/// What may come with a redemption. No body at all is fine too.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierRedemption, example = json!({ "where": "정문 2번 게이트" }))]
pub struct Redemption {
    /// Where the ticket is used, for whoever asks later.
    #[schema(max_length = 100)]
    pub r#where: Option<String>,
    /// For the history.
    #[schema(max_length = 1000)]
    pub comment: Option<String>,
}

impl Redemption {
    /// The place and the comment of an optional body.
    pub(crate) fn read(body: Option<JsonBody>) -> Result<(Option<String>, Option<String>), ApiError> {
        match body {
            Some(body) => body.read(|fields| (fields.optional("where").string(MAX_WHERE), fields.optional("comment").string(MAX_COMMENT))),
            None => Ok((None, None)),
        }
    }
}
