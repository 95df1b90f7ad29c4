//! `POST /v1/channel/orders/{kind}`: a channel orders.

mod answer;
mod examples;
mod names;
mod request;
mod schema;

use axhub_domain::product::ProductKind;
use axhub_hub::{Hub, ordering};
use axhub_web::{ApiError, ChannelCaller, JsonBody};
use axum::extract::State;
use axum::response::Response;

use crate::kinds::for_kinds;
use answer::CreatedOrder;

#[rustfmt::skip] // It moves the attribute to the right each time.
macro_rules! create_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $note:literal) => {
        #[utoipa::path(
            post,
            path = concat!("/v1/channel/orders/", $word),
            operation_id = concat!("create_", $id, "_order"),
            summary = concat!("Order ", $word, "s"),
            description = concat!(
                "One AX order per option, one ticket per unit; all of them or none. The same `channel_order_code` with the same \
         meaning answers the first response again, with status 200 and `Idempotent-Replayed: true`, so that a client that \
         lost the answer may repeat for ever.\n\n\
         The order answers, for its whole life, in the vocabulary of this request: `options` or `depth_combinations`, \
         `inventory_at` or `use_date`, words or digits.",
                $note
            ),
            tag = "Channel: orders",
            request_body(content = schema::$handler::NewOrder, examples(
                ("current" = (summary = "Current vocabulary", value = json!(examples::current_request(ProductKind::$kind)))),
                ("middle" = (
                    summary = "`depth_combinations` with `inventory_at` and words",
                    value = json!(examples::middle_request(ProductKind::$kind))
                )),
                ("legacy" = (summary = "Old vocabulary", value = json!(examples::legacy_request(ProductKind::$kind)))),
            )),
            responses(
                (
                    status = 201,
                    description = "The order is placed.",
                    body = CreatedOrder,
                    links(
                        ("confirm" = (
                            operation_id = concat!("get_", $id, "_order"),
                            parameters(("ax_order_code" = "$response.body#/options/0/ax_order_code"))
                        )),
                        ("cancel" = (
                            operation_id = concat!("cancel_", $id, "_order"),
                            parameters(("ax_order_code" = "$response.body#/options/0/ax_order_code"))
                        )),
                        ("cancel_ticket" = (
                            operation_id = concat!("cancel_", $id, "_ticket"),
                            parameters(
                                ("ax_order_code" = "$response.body#/options/0/ax_order_code"),
                                ("ax_ticket_code" = "$response.body#/options/0/tickets/0/ax_ticket_code")
                            )
                        )),
                    ),
                    examples(
                        ("current" = (summary = "Current vocabulary", value = json!(examples::current_answer(ProductKind::$kind)))),
                        ("middle" = (
                            summary = "`depth_combinations` with `inventory_at` and words",
                            value = json!(examples::middle_answer(ProductKind::$kind))
                        )),
                        ("legacy" = (summary = "Old vocabulary", value = json!(examples::legacy_answer(ProductKind::$kind)))),
                    )
                ),
                (
                    status = 200,
                    description = "It had been placed before; this is the first answer again.",
                    body = CreatedOrder,
                    headers(("Idempotent-Replayed" = bool, description = "Always `true`.")),
                    example = json!(examples::current_answer(ProductKind::$kind))
                ),
                (
                    status = 409,
                    description = "The state of the world does not allow it: `sold_out`, `product_not_assigned`, \
                `product_not_on_sale`, `option_inactive`, `inventory_closed`, `inventory_past`, `cut_off_passed`, \
                `order_code_reused`."
                ),
            )
        )]
        pub async fn $handler(caller: ChannelCaller, State(hub): State<Hub>, body: JsonBody) -> Result<Response, ApiError> {
            create(&hub, caller, ProductKind::$kind, body).await
        }
    };
}

for_kinds!(create_of: tour, day_ticket, ticket);

async fn create(hub: &Hub, caller: ChannelCaller, kind: ProductKind, body: JsonBody) -> Result<Response, ApiError> {
    let (order, dialect, names) = request::read(body, kind)?;
    let placed = ordering::place(hub, caller.id, caller.code, order, dialect.to_string()).await;
    placed.map(|placed| answer::render(&placed)).map_err(|error| names.tell(error))
}
