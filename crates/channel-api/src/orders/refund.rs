//! `POST` or `PATCH` `/v1/channel/orders/{kind}/{ax_order_code}/tickets/{ax_ticket_code}/refund`, or `/refunds`: the channel
//! reports what it gave back for a cancelled ticket.

use std::collections::BTreeMap;

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::product::ProductKind;
use axhub_domain::refund::{RefundPolicy, RefundReport};
use axhub_domain::refusal::{FieldError, Reason, Refusal};
use axhub_hub::{Error, Hub, refunds};
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody, Path};
use axum::Json;
use axum::extract::State;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::told;
use crate::describe::{Amount, Moment, with_aliases};
use crate::kinds::for_kinds;

/// The names of each field, the newest first.
const PRICE: &[&str] = &["channel_refunded_price", "refund_price", "price"];
const CANCELED_AT: &[&str] = &["channel_canceled_at", "channel_canceled_datetime", "canceled_datetime"];
const REFUNDED_AT: &[&str] = &["channel_refunded_at", "channel_refunded_datetime", "refunded_datetime"];
const POLICY: &[&str] = &["channel_policy", "policy"];

/// What was given back for a ticket. Of several names of one field one is required, and the newest counts.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct TicketRefundFields {
    /// What was given back; at most what the ticket cost.
    #[schema(value_type = Amount, required = false)]
    channel_refunded_price: String,
    /// An old name of `channel_refunded_price`.
    #[schema(value_type = Amount, required = false)]
    refund_price: String,
    /// The oldest name of `channel_refunded_price`.
    #[schema(value_type = Amount, required = false)]
    price: String,
    /// When the ticket was cancelled at the channel.
    #[schema(value_type = Moment, required = false)]
    channel_canceled_at: String,
    /// An old name of `channel_canceled_at`.
    #[schema(value_type = Moment, required = false)]
    channel_canceled_datetime: String,
    /// The oldest name of `channel_canceled_at`.
    #[schema(value_type = Moment, required = false)]
    canceled_datetime: String,
    /// When the money was given back.
    #[schema(value_type = Moment, required = false)]
    channel_refunded_at: String,
    /// An old name of `channel_refunded_at`.
    #[schema(value_type = Moment, required = false)]
    channel_refunded_datetime: String,
    /// The oldest name of `channel_refunded_at`.
    #[schema(value_type = Moment, required = false)]
    refunded_datetime: String,
    /// By which policy: percent → the least days before use for which that much is given back. `%` behind a percent and
    /// days as numbers are accepted. More days never give less back.
    #[schema(value_type = BTreeMap<String, String>, required = false, example = json!({"0": "1", "50": "3", "100": "7"}))]
    channel_policy: BTreeMap<String, String>,
    /// An old name of `channel_policy`.
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    policy: BTreeMap<String, String>,
}

/// What was given back for a ticket.
pub struct TicketRefund;

impl PartialSchema for TicketRefund {
    fn schema() -> RefOr<Schema> {
        with_aliases(TicketRefundFields::schema(), &[PRICE, CANCELED_AT, REFUNDED_AT, POLICY])
    }
}

impl ToSchema for TicketRefund {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        TicketRefundFields::schemas(schemas);
    }
}

/// Nothing more than that it is known.
#[derive(Serialize, ToSchema)]
pub struct TicketRefundAnswer {}

/// One of the four ways to the same report.
macro_rules! refund_by {
    ($handler:ident, $method:ident, $kind:ident, $path:expr, $id:expr, $summary:expr, $note:expr) => {
        #[utoipa::path(
            $method,
            path = $path,
            operation_id = $id,
            summary = $summary,
            description = concat!(
                "Only for a cancelled ticket, and at most what it cost. The same report again is 200 and changes nothing; it is the same \
                 when its amount is, and the times and the policy of the first stay. `refund` and `refunds`, POST and PATCH do the same.",
                $note
            ),
            tag = "Channel: orders",
            params(
                ("ax_order_code" = Uuid, Path, description = "The order's code."),
                ("ax_ticket_code" = Uuid, Path, description = "The ticket's code."),
            ),
            request_body(content = TicketRefund, examples(
                ("current" = (summary = "Current names", value = json!({
                    "channel_refunded_price": "71200.00000",
                    "channel_canceled_at": "2022-01-22T10:00:00.000Z",
                    "channel_refunded_at": "2022-01-23T10:00:00.000Z",
                    "channel_policy": {"0": "1", "50": "3", "100": "7"},
                }))),
                ("legacy" = (summary = "Old names", value = json!({
                    "refund_price": "71200.00000",
                    "channel_canceled_datetime": "2022-01-22 10:00:00.000",
                    "channel_refunded_datetime": "2022-01-23 10:00:00.000",
                    "policy": {"0%": "1", "50%": "3", "100%": "7"},
                }))),
            )),
            responses(
                (status = 200, description = "It is known.", body = TicketRefundAnswer, example = json!({})),
                (
                    status = 409,
                    description = "`ticket_not_canceled`, or `refund_reported` when another amount was reported before."
                ),
            )
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path((order, ticket)): Path<(OrderId, TicketId)>,
            body: JsonBody,
        ) -> Result<Json<TicketRefundAnswer>, ApiError> {
            refund(&hub, &caller, ProductKind::$kind, (order, ticket), body).await
        }
    };
}

macro_rules! refund_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $note:literal) => {
        /// The refunds of this kind.
        pub mod $handler {
            use super::*;

            refund_by!(
                post,
                post,
                $kind,
                concat!("/v1/channel/orders/", $word, "/{ax_order_code}/tickets/{ax_ticket_code}/refund"),
                concat!("report_", $id, "_refund"),
                concat!("Report a refund for a ticket of a ", $word, " order"),
                $note
            );
            refund_by!(
                patch,
                patch,
                $kind,
                concat!("/v1/channel/orders/", $word, "/{ax_order_code}/tickets/{ax_ticket_code}/refund"),
                concat!("patch_", $id, "_refund"),
                concat!("Report a refund for a ticket of a ", $word, " order, by PATCH"),
                $note
            );
            refund_by!(
                post_refunds,
                post,
                $kind,
                concat!("/v1/channel/orders/", $word, "/{ax_order_code}/tickets/{ax_ticket_code}/refunds"),
                concat!("report_", $id, "_refunds"),
                concat!("Report a refund for a ticket of a ", $word, " order, at the old address"),
                $note
            );
            refund_by!(
                patch_refunds,
                patch,
                $kind,
                concat!("/v1/channel/orders/", $word, "/{ax_order_code}/tickets/{ax_ticket_code}/refunds"),
                concat!("patch_", $id, "_refunds"),
                concat!("Report a refund for a ticket of a ", $word, " order, at the old address by PATCH"),
                $note
            );
        }
    };
}

for_kinds!(refund_of: tour, day_ticket, ticket);

async fn refund(
    hub: &Hub,
    caller: &ChannelCaller,
    kind: ProductKind,
    (order, ticket): (OrderId, TicketId),
    body: JsonBody,
) -> Result<Json<TicketRefundAnswer>, ApiError> {
    let (report, price_name) = body.try_read(read)?;
    match refunds::report_refund(hub, caller.id, kind, order, ticket, report).await {
        Ok(_) => Ok(Json(TicketRefundAnswer {})),
        Err(Error::Refused(Refusal::Fields(errors))) => Err(ApiError::fields(as_sent(errors, price_name))),
        Err(error) => Err(told::in_dialect_of(hub, caller, kind, order, error).await),
    }
}

/// The rules speak of the price alone, by its newest name.
fn as_sent(errors: Vec<FieldError>, price_name: &'static str) -> Vec<FieldError> {
    errors.into_iter().map(|error| FieldError::new(price_name, error.reason)).collect()
}

/// The report, and the name of the price.
fn read(fields: &Fields<'_>) -> Result<(RefundReport, &'static str), Vec<FieldError>> {
    let utc = &TimeZone::UTC;
    let amount = fields.required(PRICE).money();
    let canceled_at = fields.required(CANCELED_AT).instant(utc);
    let refunded_at = fields.required(REFUNDED_AT).instant(utc);
    let policy = read_policy(fields)?;
    Ok((RefundReport { amount, canceled_at, refunded_at, policy }, fields.name_used(PRICE)))
}

/// The policy; no error of its own where the field itself is wrong and that is noted.
fn read_policy(fields: &Fields<'_>) -> Result<RefundPolicy, Vec<FieldError>> {
    let Some(Value::Object(sent)) = fields.optional(POLICY).value() else {
        fields.required(POLICY).object();
        return Err(Vec::new());
    };
    RefundPolicy::read(sent).map_err(|reason: Reason| vec![FieldError::new(fields.path_of(POLICY), reason)])
}
