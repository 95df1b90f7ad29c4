//! The channels' API over HTTP: the contract's `/v1/channel`.
//!
//! A folder is a resource, a file an action; beside each handler stand the shapes that it reads and writes. A handler
//! extracts, calls one use case of the hub, and renders. What the generations of the contract call things is
//! `dialect`'s business alone, and only product list and detail know `void`.
//!
//! | resource | actions |
//! |---|---|
//! | `products` | `list`, `detail`, `registration`, `update` |
//! | `price` | `read`, a shape for each kind |
//! | `inventory` | `read`, a shape for each kind; `search`, many products at once |
//! | `orders` | `create`, `list` (pages, or changes behind a cursor), `confirm`, `cancel`, `cancel_ticket`, `refund` |
//! | `review` | `post`, a shape for tours and one for day-tickets; `read`, `list` |
//! | `question` | `ask`, `read`, `list` |
//! | `changes` | `read`, the feed of everything |
//!
//! # To add an action
//!
//! 1. Write `resource/action.rs` with a function per kind of product, described by `#[utoipa::path]`, and a shared one
//!    that takes the [`ProductKind`](axhub_domain::product::ProductKind). Where the kinds differ by nothing but their
//!    addresses, a macro writes the functions: see [`kinds`].
//! 2. Add it to [`routes()`].
//! 3. Test it in `tests/api/resource/action.rs`. `tests/api/description.rs` fails until every field is described.

mod answers;
mod changes;
mod cursor;
mod describe;
mod dialect;
mod inventory;
mod kinds;
mod limits;
mod orders;
mod price;
mod products;
mod question;
mod replay;
mod review;
mod void;
mod wire;

use axhub_hub::Hub;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All addresses of this API, with their descriptions.
pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::default()
        .routes(routes!(products::list::tour))
        .routes(routes!(products::list::ticket::day_ticket))
        .routes(routes!(products::list::ticket::ticket))
        .routes(routes!(products::detail::tour))
        .routes(routes!(products::detail::day_ticket))
        .routes(routes!(products::detail::ticket))
        .routes(routes!(products::registration::tour))
        .routes(routes!(products::registration::day_ticket))
        .routes(routes!(products::registration::ticket))
        .routes(routes!(products::update::tour))
        .routes(routes!(products::update::day_ticket))
        .routes(routes!(products::update::ticket))
        .routes(routes!(price::read::tour))
        .routes(routes!(price::read::day_ticket::day_ticket))
        .routes(routes!(price::read::ticket::ticket))
        .routes(routes!(inventory::read::tour))
        .routes(routes!(inventory::read::day_ticket::day_ticket))
        .routes(routes!(inventory::read::ticket::ticket))
        .routes(routes!(inventory::search::search))
        .routes(routes!(orders::create::tour, orders::list::tour))
        .routes(routes!(orders::create::day_ticket, orders::list::day_ticket))
        .routes(routes!(orders::create::ticket, orders::list::ticket))
        .routes(routes!(orders::confirm::tour, orders::cancel::tour))
        .routes(routes!(orders::confirm::day_ticket, orders::cancel::day_ticket))
        .routes(routes!(orders::confirm::ticket, orders::cancel::ticket))
        .routes(routes!(orders::cancel_ticket::tour))
        .routes(routes!(orders::cancel_ticket::day_ticket))
        .routes(routes!(orders::cancel_ticket::ticket))
        .routes(routes!(orders::refund::tour::post, orders::refund::tour::patch))
        .routes(routes!(orders::refund::tour::post_refunds, orders::refund::tour::patch_refunds))
        .routes(routes!(orders::refund::day_ticket::post, orders::refund::day_ticket::patch))
        .routes(routes!(orders::refund::day_ticket::post_refunds, orders::refund::day_ticket::patch_refunds))
        .routes(routes!(orders::refund::ticket::post, orders::refund::ticket::patch))
        .routes(routes!(orders::refund::ticket::post_refunds, orders::refund::ticket::patch_refunds))
        .routes(routes!(review::post::tour::tour, review::list::tour))
        .routes(routes!(review::post::day_ticket::day_ticket, review::list::day_ticket))
        .routes(routes!(review::read::tour))
        .routes(routes!(review::read::day_ticket))
        .routes(routes!(question::ask::tour, question::list::tour))
        .routes(routes!(question::ask::day_ticket, question::list::day_ticket))
        .routes(routes!(question::read::tour))
        .routes(routes!(question::read::day_ticket))
        .routes(routes!(changes::read::read))
}
