//! The application: all adapters under one router, with health, metrics and the API description.

use axhub_hub::Hub;
use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{health, telemetry};

/// The head of the API description.
#[derive(OpenApi)]
#[openapi(info(
    title = "axhub",
    description = "A hub between suppliers of tours and dated tickets and the channels that sell them.\n\n\
        Send your key with every call: `Authorization: Token {api_key}`. Messages are Korean, and English with \
        `Accept-Language: en`. An order may be repeated for ever: the same `channel_order_code` with the same meaning \
        answers the first response again."
    ),
    tags(
        (name = "Channel: products", description = "What a channel may sell, and what it registers of it."),
        (name = "Channel: price and inventory", description = "What it costs and what is left."),
        (name = "Channel: orders", description = "Orders, their confirmations and cancellations."),
        (name = "Channel: reviews and questions", description = "What travelers say and ask, and what suppliers answer."),
        (name = "Channel: changes", description = "One address to poll instead of thousands."),
        (name = "Supplier: orders", description = "A supplier's orders and tickets."),
        (name = "Supplier: products", description = "Changing products, which makes versions."),
        (name = "Supplier: stock", description = "What can be sold when."),
        (name = "Supplier: questions and reviews", description = "What travelers ask and say, and what the supplier answers."),
        (name = "Health", description = "For whoever runs it."),
    )
)]
struct Description;

/// Everything that axhub answers over HTTP.
pub fn router(hub: Hub) -> Router {
    let (api, description) = api();
    let routes = api
        .merge(SwaggerUi::new("/docs").url("/openapi.json", description).config(Config::default().persist_authorization(true)))
        .route("/", get(|| async { Redirect::temporary("/docs/") }))
        .route("/metrics", get(telemetry::metrics));
    axhub_web::layers(routes).with_state(hub)
}

/// The API description as it is served at `/openapi.json`.
pub fn description() -> utoipa::openapi::OpenApi {
    api().1
}

fn api() -> (Router<Hub>, utoipa::openapi::OpenApi) {
    let (routes, mut description) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(axhub_channel_api::routes())
        .merge(axhub_supplier_api::routes())
        .merge(health::routes())
        .split_for_parts();
    axhub_web::openapi::complete(&mut description);
    (routes, description)
}
