//! Whether this server lives, and whether it can do its work.

use axhub_hub::Hub;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What a health check answers.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`, or `unavailable`.
    status: &'static str,
    /// The version of axhub.
    version: &'static str,
    /// The database: `sqlite` or `postgres`.
    database: &'static str,
}

pub(crate) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready))
}

/// Whether the process answers at all. Does not look at the database.
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", tag = "Health", security(()),
    responses((status = 200, description = "The process lives.", body = Health, example = json!({ "status": "ok", "version": "0.1.0", "database": "sqlite" }))))]
async fn live(State(hub): State<Hub>) -> Response {
    health(&hub, StatusCode::OK, "ok")
}

/// Whether the server can take orders: the database answers and has the right schema.
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", tag = "Health", security(()),
    responses(
        (status = 200, description = "Orders can be taken.", body = Health, example = json!({ "status": "ok", "version": "0.1.0", "database": "postgres" })),
        (status = 503, description = "The database does not answer, or is not migrated.", body = Health, example = json!({ "status": "unavailable", "version": "0.1.0", "database": "postgres" }))))]
async fn ready(State(hub): State<Hub>) -> Response {
    match hub.database().check_schema().await {
        Ok(()) => health(&hub, StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            health(&hub, StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

fn health(hub: &Hub, code: StatusCode, status: &'static str) -> Response {
    (code, Json(Health { status, version: env!("CARGO_PKG_VERSION"), database: hub.database().engine_name() })).into_response()
}
