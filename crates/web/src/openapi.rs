//! Completes the API description: a handler's annotation declares its success answers, this adds the rest.
//!
//! ```
//! # use utoipa::openapi::{InfoBuilder, OpenApi, Paths};
//! let mut document = OpenApi::new(InfoBuilder::new().title("Channels").version("1").build(), Paths::new());
//! axhub_web::openapi::complete(&mut document);
//! ```
//!
//! [`complete`] goes by what an operation has:
//! * a key, unless the operation says `security(())`: 403 and 429;
//! * variable parts in its path: 404;
//! * parameters in its query: 400 `invalid_query`; a body: 400 with field errors, 413 and 415; a table (`text/csv`) as its
//!   body: the same as of a table;
//! * every operation: 408, 414, 500 and 503, and `X-Request-Id` on every answer;
//! * a `page` parameter: `X-Total-Count` and `Link` on its 200;
//! * a declared 304: `If-None-Match`, and `ETag` on its 200 and 304;
//! * a declared 409: an example of each conflict whose code its description names, as `sold_out` in
//!   `(status = 409, description = "sold_out: not enough stock")`.
//!
//! An error answer that the annotation declares without a body gets the usual one; a declared body stays. There is no
//! 405, because a described operation is one whose method is allowed.

mod components;

use axhub_domain::refusal::Conflict;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{HeaderBuilder, OpenApi, Ref, RefOr, Required, Response, path::ParameterBuilder};

use components::Common;

/// The name of the security scheme.
pub const SECURITY_SCHEME: &str = "Token";

const UNKNOWN_PARAMETERS: &str =
    "\n\nA parameter that is not listed here is refused with 400, so that a misspelt filter does not return everything.";

/// Adds to every operation the answers it can give besides its own, and the components they refer to.
pub fn complete(document: &mut OpenApi) {
    components::add(document.components.get_or_insert_default());
    for (path, item) in &mut document.paths.paths {
        let has_path_parameters = path.contains('{');
        for (is_get, operation) in operations(item) {
            complete_operation(operation, has_path_parameters, is_get);
        }
    }
}

/// Says of every list that it refuses parameters it does not know, as [`crate::Query::read_strictly`] does. For an adapter
/// whose lists all read so; before [`complete`].
pub fn refuse_unknown_parameters(document: &mut OpenApi) {
    let operations = document.paths.paths.values_mut().flat_map(operations);
    for (_, operation) in operations.filter(|(_, operation)| is_paged(operation)) {
        let description = operation.description.get_or_insert_default();
        description.push_str(UNKNOWN_PARAMETERS);
    }
}

/// The operations of a path, and whether each is a GET.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let get = item.get.iter_mut().map(|operation| (true, operation));
    let others = [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    get.chain(others.into_iter().flatten().map(|operation| (false, operation)))
}

fn complete_operation(operation: &mut Operation, has_path_parameters: bool, is_get: bool) {
    let needs_key = operation.security.as_ref().is_none_or(|security| !security.contains(&SecurityRequirement::default()));
    if needs_key && operation.security.is_none() {
        operation.security = Some(vec![SecurityRequirement::new(SECURITY_SCHEME, Vec::<String>::new())]);
    }
    for common in possible(operation, needs_key, has_path_parameters) {
        add_response(operation, common);
    }
    if let Some(response) = declared(operation, "409") {
        components::fill_conflict(response, &conflicts_named(&response.description));
    }
    add_headers(operation, is_get);
}

/// The common answers that an operation can give.
fn possible(operation: &Operation, needs_key: bool, has_path_parameters: bool) -> Vec<Common> {
    let has_body = operation.request_body.is_some();
    let is_table = matches!(&operation.request_body, Some(RefOr::T(body)) if body.content.contains_key("text/csv"));
    let bad_request = match (has_query(operation), has_body) {
        (false, true) if is_table => Some(Common::InvalidTable),
        (true, true) => Some(Common::InvalidQueryOrBody),
        (true, false) => Some(Common::InvalidQuery),
        (false, true) => Some(Common::InvalidBody),
        (false, false) => None,
    };
    let mut possible = vec![Common::RequestTimeout, Common::AddressTooLong, Common::InternalError, Common::Unavailable];
    possible.extend(bad_request);
    if needs_key {
        possible.extend([Common::PermissionDenied, Common::RateLimited]);
    }
    // What names a thing in its query says so itself.
    if has_path_parameters || operation.responses.responses.contains_key("404") {
        possible.push(Common::NotFound);
    }
    match (has_body, is_table) {
        (true, true) => possible.extend([Common::TableTooLarge, Common::NotATable]),
        (true, false) => possible.extend([Common::BodyTooLarge, Common::UnsupportedMediaType]),
        (false, _) => {}
    }
    possible
}

/// Refers to the common answer, or completes the operation's own declaration of it.
fn add_response(operation: &mut Operation, common: Common) {
    match operation.responses.responses.get_mut(common.status()) {
        None => {
            let reference = RefOr::Ref(Ref::from_response_name(common.name()));
            operation.responses.responses.insert(common.status().to_owned(), reference);
        }
        Some(RefOr::T(response)) => components::fill(response, common),
        Some(RefOr::Ref(_)) => {}
    }
}

fn declared<'o>(operation: &'o mut Operation, status: &str) -> Option<&'o mut Response> {
    match operation.responses.responses.get_mut(status) {
        Some(RefOr::T(response)) => Some(response),
        _ => None,
    }
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn has_query(operation: &Operation) -> bool {
    parameters(operation).any(|parameter| parameter.parameter_in == ParameterIn::Query)
}

fn is_paged(operation: &Operation) -> bool {
    parameters(operation).any(|parameter| parameter.parameter_in == ParameterIn::Query && parameter.name == "page")
}

/// The codes of conflicts in a text, in its order.
fn conflicts_named(text: &str) -> Vec<&'static str> {
    let words = text.split(|c: char| !c.is_ascii_lowercase() && c != '_');
    words.filter_map(|word| Conflict::CODES.iter().copied().find(|code| *code == word)).collect()
}

fn add_headers(operation: &mut Operation, is_get: bool) {
    let is_paged = is_paged(operation);
    let is_conditional = is_get && operation.responses.responses.contains_key("304");
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        add_header(response, "X-Request-Id");
        if is_paged && status == "200" {
            add_header(response, "X-Total-Count");
            add_header(response, "Link");
        }
        if is_conditional && (status == "200" || status == "304") {
            add_header(response, "ETag");
        }
    }
    let has_condition = parameters(operation).any(|parameter| parameter.name.eq_ignore_ascii_case("if-none-match"));
    if is_conditional && !has_condition {
        let condition = ParameterBuilder::new()
            .name("If-None-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("The `ETag` of an earlier answer: when nothing has changed since, the answer is an empty 304."))
            .schema(Some(components::text()))
            .build();
        operation.parameters.get_or_insert_default().push(RefOr::T(condition));
    }
}

/// Describes a header of ours on a response, unless the response describes it itself.
fn add_header(response: &mut Response, name: &str) {
    let header = || HeaderBuilder::new().description(Some(components::header_description(name))).schema(Some(components::text()));
    response.headers.entry(name.to_owned()).or_insert_with(|| RefOr::T(header().build()));
}

#[cfg(test)]
#[path = "openapi_tests.rs"]
mod tests;
