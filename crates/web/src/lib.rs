//! What every HTTP adapter shares: callers, bodies, queries, pages, conditional answers and errors in two languages.
//!
//! # To write an endpoint
//!
//! 1. Ask for what the request must bring, the caller first: [`ChannelCaller`], [`SupplierCaller`] or
//!    [`OperatorCaller`]; then [`Path`], [`Query`] and [`Conditional`] in any order; [`JsonBody`] last. Who asks for the
//!    caller is limited to the budgets of its key (see [`rate_limit`]).
//! 2. Read the query or the body with typed [`Fields`]. A reader goes on after an error, so write it without `?`. Lists
//!    of suppliers read their query with [`Query::read_strictly`], which refuses parameters that nobody knows.
//! 3. Call one use case of the hub.
//! 4. Answer. Whatever goes wrong on the way is an [`ApiError`], which `?` makes of the hub's errors, of refusals and
//!    of field errors.
//!
//! ```
//! use axhub_domain::ids::ProductId;
//! use axhub_hub::Hub;
//! use axhub_web::{ApiError, ChannelCaller, Conditional, JsonBody, Path, Query, paging};
//! use axum::extract::State;
//! use axum::response::Response;
//! use axum::routing::get;
//! use axum::{Json, Router};
//! use serde_json::{Value, json};
//!
//! async fn list(caller: ChannelCaller, State(hub): State<Hub>, query: Query, have: Conditional) -> Result<Response, ApiError> {
//!     let (city, page) = query.read(|fields| (fields.optional("city").string(100), paging::read(fields)))?;
//!     // let (products, total) = hub::catalogue::list(&hub, caller.id, city, page).await?;
//!     # let (products, total) = (Vec::<Value>::new(), 0);
//!     have.json_with(paging::headers(&query, page, total), &json!({ "status_code": 200, "products": products }))
//! }
//!
//! async fn ask(caller: ChannelCaller, Path(product): Path<ProductId>, body: JsonBody) -> Result<Json<Value>, ApiError> {
//!     let (code, title) = body.read(|fields| {
//!         (fields.required("question_code").string(64), fields.required("title").string(255))
//!     })?;
//!     // hub::feedback::ask(&hub, caller.id, product, code, title).await?;
//!     Ok(Json(json!({ "question_code": code })))
//! }
//!
//! # fn serve(hub: Hub) -> Router {
//! let router: Router<Hub> = Router::new().route("/v1/products", get(list)).route("/v1/question/{product}", get(ask));
//! axhub_web::layers(router.with_state(hub))
//! # }
//! ```
//!
//! # To add an error
//!
//! Add the reason or conflict to `axhub_domain::refusal`. This crate does not compile, or its tests fail, until
//! [`error::body`] says which details the client gets, `locales/` has the sentence in both languages and [`samples`] has
//! an example.

mod around;
pub mod auth;
pub mod body;
mod compression;
mod concurrency;
pub mod conditional;
pub mod csv;
pub mod drain;
pub mod error;
pub mod errors;
pub mod fields;
mod front;
pub mod kept;
pub mod language;
pub mod limits;
pub mod messages;
pub mod openapi;
mod pace;
pub mod paging;
pub mod path;
pub mod query;
pub mod rate_limit;
pub mod render;
pub mod request_id;
pub mod samples;
mod seats;
mod security;
pub mod server;
mod tree;
pub mod vocabulary;
pub mod words;

use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;

pub use auth::{ChannelCaller, OperatorCaller, SupplierCaller};
pub use body::JsonBody;
pub use conditional::Conditional;
pub use csv::CsvBody;
pub use error::ApiError;
pub use errors::Errors;
pub use fields::{Fields, FreeForm};
pub use front::App;
pub use kept::{Keep, KeptAnswers, Made};
pub use language::Language;
pub use limits::Limits;
pub use path::Path;
pub use query::Query;
pub use request_id::RequestId;
pub use vocabulary::{StatusWords, Vocabulary};

use around::{Shared, around};
use rate_limit::RateLimiter;

/// How long a request may take, its body included, before it is answered with 408.
///
/// A 408 does not say whether the request took effect; every write of the contract can be sent again.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Puts what every adapter needs around its routes, fallbacks included. Call it once, on the finished router with its
/// state: so all of it is compiled here, and not again in whoever calls. [`App`] does it, and more.
pub fn layers(router: Router) -> Router {
    let (limiter, kept) = (RateLimiter::default(), KeptAnswers::default());
    around_with(router, Shared { timeout: REQUEST_TIMEOUT, slow_body: Limits::DEFAULT.body, limiter, kept })
}

#[cfg(test)]
fn layers_with(router: Router, timeout: Duration, limiter: RateLimiter, kept: KeptAnswers) -> Router {
    around_with(router, Shared { timeout, slow_body: Limits::DEFAULT.body, limiter, kept })
}

fn around_with(router: Router, shared: Shared) -> Router {
    router.layer(from_fn_with_state(shared, around))
}

#[cfg(test)]
#[path = "lib_tests.rs"]
mod tests;
