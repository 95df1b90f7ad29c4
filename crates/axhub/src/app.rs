//! The application: all adapters under one router, with health, metrics and the API description.

use axhub_hub::Hub;
use axum::Router;
use utoipa_axum::router::OpenApiRouter;

/// Everything that axhub answers over HTTP.
pub fn router(hub: Hub) -> Router {
    let (api, _description) =
        OpenApiRouter::new().merge(axhub_channel_api::routes()).merge(axhub_supplier_api::routes()).split_for_parts();
    axhub_web::layers(api).with_state(hub)
}
