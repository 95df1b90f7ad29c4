//! The channels' API over HTTP.

use axhub_hub::Hub;
use utoipa_axum::router::OpenApiRouter;

/// All addresses of this API, with their descriptions.
pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
}
