//! The suppliers' API over HTTP: orders to answer, tickets to redeem, products to change, stock to set, questions and
//! reviews to answer.
//!
//! One folder per resource, one file per action. The wire types of a resource stand in its own module, the codes and
//! words that all share in [`words`]; where the channels' contract names a thing, it has that name here too. A supplier
//! is always the first argument of a use case, so another's codes are the same 404 as codes that do not exist.
//!
//! How to write a handler, and what it shares with the channels' API, stands in [`axhub_web`].

pub mod answers;
pub mod orders;
pub mod paging;
pub mod products;
pub mod questions;
pub mod reviews;
pub mod samples;
pub mod stock;
pub mod tickets;
pub mod words;

use axhub_hub::Hub;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All addresses of this API, with their descriptions.
pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(orders::list::list))
        .routes(routes!(orders::get::get))
        .routes(routes!(orders::acknowledge::acknowledge))
        .routes(routes!(orders::confirm::confirm))
        .routes(routes!(orders::reject::reject))
        .routes(routes!(orders::cancel::cancel))
        .routes(routes!(tickets::redeem::redeem))
        .routes(routes!(tickets::cancel::cancel))
        .routes(routes!(products::list::list))
        .routes(routes!(products::get::get, products::change::change))
        .routes(routes!(stock::list::list))
        .routes(routes!(stock::set::set))
        .routes(routes!(questions::list::list))
        .routes(routes!(questions::answer::answer))
        .routes(routes!(reviews::list::list))
        .routes(routes!(reviews::answer::answer))
}
