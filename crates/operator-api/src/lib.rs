//! The operators' API over HTTP: suppliers and channels, what channels may sell and at which mark-up, exchange rates, keys,
//! the audit log, searches, statements.
//!
//! One folder per resource, one file per action. The command line does the same through the same use cases. Every action
//! that changes something is noted in the audit log, with the operator's name. Lists read their queries strictly: a
//! parameter that they do not know is refused.
//!
//! How to write a handler, and what it shares with the other APIs, stands in [`axhub_web`].

pub mod assignments;
pub mod audit;
pub mod channels;
pub mod keys;
pub mod privacy;
pub mod rates;
pub mod rules;
pub mod search;
pub mod settings;
pub mod statements;
pub mod suppliers;
pub mod words;

use axhub_hub::Hub;
use axhub_web::openapi::refuse_unknown_parameters;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All addresses of this API, with their descriptions.
pub fn routes() -> OpenApiRouter<Hub> {
    let mut routes = OpenApiRouter::new()
        .routes(routes!(suppliers::list::list, suppliers::create::create))
        .routes(routes!(suppliers::get::get, suppliers::change::change))
        .routes(routes!(channels::list::list, channels::create::create))
        .routes(routes!(channels::get::get, channels::change::change))
        .routes(routes!(assignments::list::list))
        .routes(routes!(assignments::get::get, assignments::set::set, assignments::remove::remove))
        .routes(routes!(rules::list::list, rules::create::create))
        .routes(routes!(rules::get::get, rules::change::change, rules::remove::remove))
        .routes(routes!(rates::list::list, rates::set::set))
        .routes(routes!(keys::list::list, keys::create::create))
        .routes(routes!(keys::get::get, keys::revoke::revoke))
        .routes(routes!(keys::rotate::rotate))
        .routes(routes!(settings::get::get, settings::change::change))
        .routes(routes!(search::search))
        .routes(routes!(audit::list::list))
        .routes(routes!(statements::list::list))
        .routes(routes!(statements::get::get))
        .routes(routes!(statements::close::close))
        .routes(routes!(statements::reconcile::reconcile))
        .routes(routes!(privacy::erase_travelers));
    refuse_unknown_parameters(routes.get_openapi_mut());
    routes
}
