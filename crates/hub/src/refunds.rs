//! Refunds that channels report for cancelled tickets.

use axhub_domain::ids::{ChannelId, OrderId, TicketId};
use axhub_domain::product::ProductKind;
use axhub_domain::refund::{RefundReport, by_policy};
use axhub_domain::refusal::{Conflict, FieldError, Reason};
use axhub_domain::state::TicketStatus;
use axhub_domain::time::parse_zone;
use axhub_store::orders::Order;
use axhub_store::refunds::{self, Refund as StoredRefund};
use axhub_store::{Mode, orders, products};
use jiff::tz::TimeZone;

pub use axhub_store::refunds::Refund;

use crate::{Error, Hub, Result};

/// Keeps what a channel gave back for a ticket. The same report again changes nothing; it is the same when its amount is,
/// whatever it says of times and policy. What was reported first stays.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel has no such order or ticket; [`Conflict::TicketNotCanceled`];
/// [`Conflict::RefundReported`] when another amount was reported before; [`Reason::RefundAboveCost`].
pub async fn report_refund(
    hub: &Hub,
    channel: ChannelId,
    kind: ProductKind,
    order: OrderId,
    ticket: TicketId,
    report: RefundReport,
) -> Result<StoredRefund> {
    let now = hub.now();
    hub.database()
        .run("refund.report", Mode::Write, report, move |s, report| {
            Box::pin(async move {
                s.touches_nothing();
                if !orders::lock_of_channel(s, channel, order).await? {
                    return Err(Error::NOT_FOUND);
                }
                let order = orders::of_channel(s, channel, kind, order).await?.ok_or(Error::NOT_FOUND)?;
                check_canceled(&order, ticket)?;
                let earlier = refunds::of_order(s, order.id).await?.into_iter().find(|refund| refund.ticket == ticket);
                if let Some(earlier) = earlier {
                    return if earlier.report.amount == report.amount {
                        Ok(earlier)
                    } else {
                        Err(Conflict::RefundReported { ticket, amount: earlier.report.amount }.into())
                    };
                }
                if report.amount > order.unit_selling_price {
                    let cost = order.unit_selling_price;
                    return Err(FieldError::new("channel_refunded_price", Reason::RefundAboveCost { cost }).into());
                }
                let product = products::of_supplier(s, order.supplier, order.product).await?.ok_or(Error::NOT_FOUND)?;
                let zone = parse_zone(&product.time_zone).unwrap_or(TimeZone::UTC);
                let canceled_on = report.canceled_at.to_zoned(zone).date();
                let by_policy = by_policy(report, order.unit_selling_price, order.currency, canceled_on, order.date);
                let refund =
                    StoredRefund { ticket, order: order.id, report: report.clone(), currency: order.currency, by_policy, created_at: now };
                refunds::insert(s, &refund).await?;
                Ok(refund)
            })
        })
        .await
}

fn check_canceled(order: &Order, ticket: TicketId) -> Result<()> {
    let found = order.tickets.iter().find(|known| known.id == ticket).ok_or(Error::NOT_FOUND)?;
    match found.status {
        TicketStatus::TravelerCanceled | TicketStatus::SupplierCanceled => Ok(()),
        status => Err(Conflict::TicketNotCanceled { order: order.id, order_status: order.status, ticket: (ticket, status) }.into()),
    }
}
