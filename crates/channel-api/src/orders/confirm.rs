//! `GET /v1/channel/orders/{kind}/{ax_order_code}`: get confirm, how an order stands.

use axhub_domain::ids::OrderId;
use axhub_domain::product::ProductKind;
use axhub_hub::{Hub, fulfilment};
use axhub_web::{ApiError, ChannelCaller, Path};
use axum::Json;
use axum::extract::State;

use super::order::{ConfirmedOrder, ConfirmedOrders};
use crate::kinds::for_kinds;

#[rustfmt::skip] // It moves the attribute to the right each time.
macro_rules! confirm_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $note:literal) => {
        #[utoipa::path(
            get,
            path = concat!("/v1/channel/orders/", $word, "/{ax_order_code}"),
            operation_id = concat!("get_", $id, "_order"),
            summary = concat!("Get confirm: how a ", $word, " order stands"),
            description = concat!("A list of one, in the vocabulary that the order was created with.", $note),
            tag = "Channel: orders",
            params(("ax_order_code" = Uuid, Path, description = "The order's code.")),
            responses((
                status = 200,
                description = "The order.",
                body = ConfirmedOrders,
                examples(
                    ("current" = (summary = "Current vocabulary", value = json!({"status_code": 200, "data": [{
                        "channel_order_code": "ORDER-20220121-0001",
                        "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                        "ax_order_status": "Supplier confirm",
                        "comment": null,
                        "tickets": [{"ax_ticket_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06", "ax_ticket_status": "New"}],
                        "updated_at": "2022-01-21T10:00:00.000Z",
                    }]}))),
                    ("legacy" = (summary = "Old vocabulary", value = json!({"status_code": 200, "data": [{
                        "channel_order_code": "ORDER-20220121-0001",
                        "ax_order_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f05",
                        "ax_order_status": "4",
                        "comment": "Fully booked, sorry.",
                        "tickets": [{"ticket_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f06", "ticket_status": "4"}],
                        "updated_at": "2022-01-21T10:00:00.000Z",
                    }]}))),
                )
            ))
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path(order): Path<OrderId>,
        ) -> Result<Json<ConfirmedOrders>, ApiError> {
            confirm(&hub, &caller, ProductKind::$kind, order).await
        }
    };
}

for_kinds!(confirm_of: tour, day_ticket, ticket);

async fn confirm(hub: &Hub, caller: &ChannelCaller, kind: ProductKind, order: OrderId) -> Result<Json<ConfirmedOrders>, ApiError> {
    let order = fulfilment::order_of_channel(hub, caller.id, kind, order).await?;
    Ok(Json(ConfirmedOrders { status_code: 200, data: vec![ConfirmedOrder::from(&order)] }))
}
