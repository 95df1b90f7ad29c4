//! The channels' API over HTTP: the contract's `/v1/channel`.
//!
//! A folder is a resource, a file an action; beside each handler stand the shapes that it reads and writes. A handler
//! extracts, calls one use case of the hub, and renders. What the generations of the contract call things is
//! `dialect`'s business alone, and only product list and detail know `void`.
//!
//! # To add an action
//!
//! 1. Write `resource/action.rs` with a function per kind of product, described by `#[utoipa::path]`, and a shared one
//!    that takes the [`ProductKind`](axhub_domain::product::ProductKind).
//! 2. Add it to [`routes()`].
//! 3. Test it in `tests/api/resource/action.rs`. `tests/api/description.rs` fails until every field is described.

mod describe;
mod dialect;
mod inventory;
mod orders;
mod price;
mod products;
mod void;
mod wire;

use axhub_hub::Hub;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All addresses of this API, with their descriptions.
pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::default()
        .routes(routes!(products::list::tour))
        .routes(routes!(products::detail::tour))
        .routes(routes!(products::registration::tour))
        .routes(routes!(products::update::tour))
        .routes(routes!(price::read::tour))
        .routes(routes!(inventory::read::tour))
        .routes(routes!(orders::create::tour, orders::list::tour))
        .routes(routes!(orders::confirm::tour, orders::cancel::tour))
        .routes(routes!(orders::cancel_ticket::tour))
}
