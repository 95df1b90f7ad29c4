//! The application: all adapters under one router, with health, metrics and the API description.

use axhub_hub::Hub;
use axhub_web::{App, KeptAnswers, Limits};
use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::middleware::map_response;
use axum::response::{Redirect, Response};
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
        (name = "Supplier: products", description = "Products, from the first draft to the end of the sale."),
        (name = "Supplier: stock", description = "What can be sold when."),
        (name = "Supplier: questions and reviews", description = "What travelers ask and say, and what the supplier answers."),
        (name = "Operator: directory", description = "Suppliers, channels, and what channels may sell."),
        (name = "Operator: rates and settings", description = "Exchange rates and settings of the whole hub."),
        (name = "Operator: keys", description = "API keys of everybody."),
        (name = "Operator: statements", description = "What was sold in a month, and how it compares with a channel's own list."),
        (name = "Operator: personal data", description = "Erasing travelers' data."),
        (name = "Operator: audit log and search", description = "Who did what, and where a code belongs."),
        (name = "Health", description = "For whoever runs it."),
    )
)]
struct Description;

/// Everything that axhub answers over HTTP.
pub fn app(hub: Hub) -> App {
    app_keeping(hub, KeptAnswers::default(), &Limits::DEFAULT)
}

/// The same for trying things out: the page of the API description has the browser keep the key that was typed into it.
pub fn demo(hub: Hub) -> App {
    put_together(hub, KeptAnswers::default(), &Limits::DEFAULT, true)
}

/// The same, with another store for answers that are sent again, and other limits.
pub fn app_keeping(hub: Hub, kept: KeptAnswers, limits: &Limits) -> App {
    put_together(hub, kept, limits, false)
}

fn put_together(hub: Hub, kept: KeptAnswers, limits: &Limits, keeps_keys: bool) -> App {
    let (api, description) = api();
    let routes = api.merge(docs(description, keeps_keys)).route("/", get(|| async { Redirect::temporary("/docs/") }));
    let routes = routes.route("/metrics", get(telemetry::metrics));
    App::new(routes.with_state(hub.clone()), hub, kept, limits)
}

/// What the page of the API description loads: its own scripts, styles and pictures, and what the API answers when something
/// is tried out. It sets styles of single elements, draws its icons from text, and nobody may put it into a frame.
const DOCS_MAY_LOAD: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The page to read and try the API. A key that a browser keeps is there for whoever uses the browser next.
fn docs(description: utoipa::openapi::OpenApi, keeps_keys: bool) -> Router<Hub> {
    // Nobody else is asked whether the description is valid.
    let config = Config::default().persist_authorization(keeps_keys).validator_url("none");
    let page: Router<Hub> = SwaggerUi::new("/docs").url("/openapi.json", description).config(config).into();
    page.layer(map_response(async |mut response: Response| {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, DOCS_MAY_LOAD);
        response
    }))
}

/// The API description as it is served at `/openapi.json`.
pub fn description() -> utoipa::openapi::OpenApi {
    api().1
}

/// The parts that the API is put together from.
fn adapters() -> [OpenApiRouter<Hub>; 4] {
    [axhub_channel_api::routes(), axhub_supplier_api::routes(), axhub_operator_api::routes(), health::routes()]
}

fn api() -> (Router<Hub>, utoipa::openapi::OpenApi) {
    let head = OpenApiRouter::with_openapi(Description::openapi());
    let (routes, mut description) = adapters().into_iter().fold(head, OpenApiRouter::merge).split_for_parts();
    axhub_web::openapi::complete(&mut description);
    (routes, description)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use utoipa::openapi::{InfoBuilder, OpenApi, Paths};

    use super::*;

    /// Of two schemas of one name the merged description keeps only one, and describes the other adapter wrongly.
    #[test]
    fn a_name_means_the_same_schema_everywhere() {
        let mut shared = OpenApi::new(InfoBuilder::new().build(), Paths::new());
        axhub_web::openapi::complete(&mut shared);
        let documents = adapters().into_iter().map(OpenApiRouter::into_openapi).chain([shared]);
        let mut known = HashMap::new();
        for (name, schema) in documents.filter_map(|document| document.components).flat_map(|components| components.schemas) {
            let schema = serde_json::to_value(schema).expect("a schema is JSON");
            if let Some(other) = known.insert(name.clone(), schema.clone()) {
                assert_eq!(other, schema, "two adapters have a schema {name} each: give one of them `#[schema(as = …)]`");
            }
        }
        let whole = description().components.expect("there are schemas").schemas;
        assert!(known.len() > 50 && known.len() == whole.len(), "{} of {}", known.len(), whole.len());
    }
}
