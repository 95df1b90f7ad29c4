//! The suppliers' API over HTTP: orders to answer, tickets to redeem, products to change, stock to set, questions and
//! reviews to answer.
//!
//! One folder per resource, one file per action. The wire types of a resource stand in its own module, the codes and
//! words that all share in [`words`]; where the channels' contract names a thing, it has that name here too. A supplier
//! is always the first argument of a use case, so another's codes are the same 404 as codes that do not exist. Lists
//! read their queries strictly: a parameter that they do not know is refused.
//!
//! How to write a handler, and what it shares with the channels' API, stands in [`axhub_web`].

pub mod answers;
pub mod manifest;
pub mod orders;
pub mod products;
pub mod questions;
pub mod reviews;
pub mod samples;
pub mod stock;
pub mod tickets;
pub mod words;

use axhub_hub::Hub;
use axhub_web::openapi::refuse_unknown_parameters;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All addresses of this API, with their descriptions.
pub fn routes() -> OpenApiRouter<Hub> {
    let mut routes = OpenApiRouter::new()
        .routes(routes!(orders::list::list))
        .routes(routes!(orders::get::get))
        .routes(routes!(orders::acknowledge::acknowledge))
        .routes(routes!(orders::confirm::confirm))
        .routes(routes!(orders::reject::reject))
        .routes(routes!(orders::cancel::cancel))
        .routes(routes!(orders::comment::comment))
        .routes(routes!(orders::many::act))
        .routes(routes!(manifest::read::read))
        .routes(routes!(tickets::redeem_by_code::redeem))
        .routes(routes!(tickets::undo::undo))
        .routes(routes!(tickets::redeem::redeem))
        .routes(routes!(tickets::cancel::cancel))
        .routes(routes!(products::list::list, products::create::create))
        .routes(routes!(products::get::get, products::change::change))
        .routes(routes!(products::draft::get::get, products::draft::change::change, products::draft::discard::discard))
        .routes(routes!(products::publish::publish))
        .routes(routes!(products::end_sale::end_sale))
        .routes(routes!(products::copy::copy))
        .routes(routes!(products::versions::list::list))
        .routes(routes!(products::versions::get::get))
        .routes(routes!(products::prices::preview))
        .routes(routes!(stock::list::list))
        .routes(routes!(stock::set::set))
        .routes(routes!(stock::rule::change))
        .routes(routes!(stock::allotments::list::list, stock::allotments::set::set))
        .routes(routes!(stock::explain::explain))
        .routes(routes!(questions::list::list))
        .routes(routes!(questions::get::get))
        .routes(routes!(questions::answer::answer))
        .routes(routes!(reviews::list::list))
        .routes(routes!(reviews::get::get))
        .routes(routes!(reviews::answer::answer));
    refuse_unknown_parameters(routes.get_openapi_mut());
    routes
}
