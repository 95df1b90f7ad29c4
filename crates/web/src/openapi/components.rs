//! The schemas, answers and the security scheme that operations refer to. The examples are made by the very code that
//! writes the answers, in Korean, which is what a client gets that asks for nothing else.

use std::time::Duration;

use axhub_domain::csv::{CsvFault, CsvProblem};
use axhub_domain::refusal::{FieldError, Reason};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::schema::{AllOfBuilder, Array, ArrayBuilder, Components, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{Content, OneOfBuilder, Ref, RefOr, Response, ResponseBuilder};

use super::{SECURITY_SCHEME, add_header};
use crate::error::body::Context;
use crate::error::{ApiError, JsonFault, JsonProblem, Kind};
use crate::language::Language;
use crate::samples;

const JSON: &str = "application/json";

const TOKEN: &str = "`Token {api_key}`. A key belongs to exactly one channel, supplier or operator. A key that is missing, unknown, \
                     revoked, expired or of the wrong kind is answered with 403, never with 401.";

/// The answers that many operations give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Common {
    InvalidQuery,
    InvalidBody,
    InvalidQueryOrBody,
    InvalidTable,
    PermissionDenied,
    NotFound,
    RequestTimeout,
    AddressTooLong,
    BodyTooLarge,
    TableTooLarge,
    UnsupportedMediaType,
    NotATable,
    RateLimited,
    InternalError,
    Unavailable,
}

impl Common {
    const ALL: [Common; 15] = [
        Common::InvalidQuery,
        Common::InvalidBody,
        Common::InvalidQueryOrBody,
        Common::InvalidTable,
        Common::PermissionDenied,
        Common::NotFound,
        Common::RequestTimeout,
        Common::AddressTooLong,
        Common::BodyTooLarge,
        Common::TableTooLarge,
        Common::UnsupportedMediaType,
        Common::NotATable,
        Common::RateLimited,
        Common::InternalError,
        Common::Unavailable,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Common::InvalidQuery => "InvalidQuery",
            Common::InvalidBody => "InvalidBody",
            Common::InvalidQueryOrBody => "InvalidQueryOrBody",
            Common::InvalidTable => "InvalidTable",
            Common::PermissionDenied => "PermissionDenied",
            Common::NotFound => "NotFound",
            Common::RequestTimeout => "RequestTimeout",
            Common::AddressTooLong => "AddressTooLong",
            Common::BodyTooLarge => "BodyTooLarge",
            Common::TableTooLarge => "TableTooLarge",
            Common::UnsupportedMediaType => "UnsupportedMediaType",
            Common::NotATable => "NotATable",
            Common::RateLimited => "RateLimited",
            Common::InternalError => "InternalError",
            Common::Unavailable => "Unavailable",
        }
    }

    pub(super) const fn status(self) -> &'static str {
        match self {
            Common::InvalidQuery | Common::InvalidBody | Common::InvalidQueryOrBody | Common::InvalidTable => "400",
            Common::PermissionDenied => "403",
            Common::NotFound => "404",
            Common::RequestTimeout => "408",
            Common::BodyTooLarge | Common::TableTooLarge => "413",
            Common::AddressTooLong => "414",
            Common::UnsupportedMediaType | Common::NotATable => "415",
            Common::RateLimited => "429",
            Common::InternalError => "500",
            Common::Unavailable => "503",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Common::InvalidQuery => "Parameters of the query are wrong; `errors` says which and why.",
            Common::InvalidBody => "Fields of the body are wrong, all of them at once, or it is no JSON object.",
            Common::InvalidQueryOrBody => "Parameters of the query or fields of the body are wrong, or the body is no JSON object.",
            Common::InvalidTable => {
                "Columns are missing, cells are wrong, all of them at once (`line 17, amount`), or it is no table (`malformed_csv`)."
            }
            Common::PermissionDenied => "The key is missing, unknown, revoked, expired or of the wrong kind.",
            Common::NotFound => "There is no such thing, or it is somebody else's.",
            Common::RequestTimeout => "It took too long, and may have taken effect or not. Send the same request again.",
            Common::AddressTooLong => "The address, path and query together, is too long.",
            Common::BodyTooLarge | Common::TableTooLarge => "The body is too large.",
            Common::UnsupportedMediaType => "The body is not `application/json`.",
            Common::NotATable => "The body is not `text/csv` in UTF-8.",
            Common::RateLimited => "Too many requests with this key, in a minute or at a time; come back after `Retry-After` seconds.",
            Common::InternalError => "A fault of ours. Tell us the `request_id`.",
            Common::Unavailable => "Not now; send the same request again after `Retry-After` seconds.",
        }
    }

    const fn schemas(self) -> &'static [&'static str] {
        match self {
            Common::InvalidQuery => &["InvalidQuery"],
            Common::InvalidBody | Common::InvalidTable => &["FieldErrors", "Error"],
            Common::InvalidQueryOrBody => &["FieldErrors", "InvalidQuery", "Error"],
            _ => &["Error"],
        }
    }

    fn samples(self) -> Vec<ApiError> {
        let fields = || {
            ApiError::fields(vec![
                FieldError::new("order.currency", Reason::Required),
                FieldError::new("options[0].quantity", Reason::TooSmall { min: 1 }),
            ])
        };
        let json = || ApiError::new(Kind::MalformedJson(JsonFault { problem: JsonProblem::Syntax, line: 3, column: 17 }));
        let query = || ApiError::new(Kind::InvalidQuery(vec![FieldError::new("page_size", Reason::TooLarge { max: 200 })]));
        let cell = || ApiError::fields(vec![FieldError::new("line 17, amount", Reason::NotANumber)]);
        let table = || ApiError::new(Kind::MalformedCsv(CsvFault { problem: CsvProblem::Unclosed, line: 3, column: 17 }));
        let media_type = || Kind::UnsupportedMediaType { media_type: "text/xml".to_owned() };
        match self {
            Common::InvalidQuery => vec![query()],
            Common::InvalidBody => vec![fields(), json()],
            Common::InvalidQueryOrBody => vec![fields(), json(), query()],
            Common::InvalidTable => vec![cell(), table()],
            Common::PermissionDenied => vec![ApiError::permission_denied()],
            Common::NotFound => vec![ApiError::not_found()],
            Common::RequestTimeout => vec![ApiError::new(Kind::RequestTimeout)],
            Common::AddressTooLong => vec![ApiError::new(Kind::AddressTooLong { limit: crate::limits::MAX_ADDRESS })],
            Common::BodyTooLarge => vec![ApiError::new(Kind::BodyTooLarge { limit: crate::body::LIMIT })],
            Common::TableTooLarge => vec![ApiError::new(Kind::BodyTooLarge { limit: crate::csv::LIMIT })],
            Common::UnsupportedMediaType | Common::NotATable => vec![ApiError::new(media_type())],
            Common::RateLimited => {
                let most = crate::Limits::DEFAULT.requests_per_key;
                vec![ApiError::rate_limited(Duration::from_secs(3)), ApiError::new(Kind::TooManyAtOnce { most })]
            }
            Common::InternalError => vec![ApiError::internal("")],
            Common::Unavailable => vec![ApiError::new(Kind::Unavailable { cause: String::new() }), ApiError::overloaded()],
        }
    }

    const fn has_retry_after(self) -> bool {
        matches!(self, Common::RateLimited | Common::Unavailable)
    }
}

/// Adds everything that operations refer to.
pub(super) fn add(components: &mut Components) {
    let schemas = [
        ("Error", RefOr::T(Schema::Object(error()))),
        ("FieldErrors", RefOr::T(Schema::Object(field_errors()))),
        ("InvalidQuery", extended(invalid_query())),
        ("Conflict", extended(conflict())),
    ];
    components.schemas.extend(schemas.map(|(name, schema)| (name.to_owned(), schema)));
    for common in Common::ALL {
        let mut response = ResponseBuilder::new().description(common.description()).build();
        fill(&mut response, common);
        components.responses.insert(common.name().to_owned(), RefOr::T(response));
    }
    let scheme = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description("Authorization", TOKEN)));
    components.add_security_scheme(SECURITY_SCHEME, scheme);
}

/// Gives an answer the body and headers of a common one, where it has none of its own.
pub(super) fn fill(response: &mut Response, common: Common) {
    if response.content.is_empty() {
        response.content.insert(JSON.to_owned(), RefOr::T(content(common.schemas(), &common.samples())));
    }
    add_header(response, "X-Request-Id");
    if common.has_retry_after() {
        add_header(response, "Retry-After");
    }
    if common == Common::RateLimited {
        add_header(response, "RateLimit-Policy");
        add_header(response, "RateLimit");
    }
}

/// Gives a declared 409 its body, with an example of each code.
pub(super) fn fill_conflict(response: &mut Response, codes: &[&str]) {
    if response.content.is_empty() {
        let samples: Vec<ApiError> = codes.iter().filter_map(|code| samples::conflict(code)).map(ApiError::from).collect();
        response.content.insert(JSON.to_owned(), RefOr::T(content(&["Conflict"], &samples)));
    }
}

fn content(schemas: &[&str], samples: &[ApiError]) -> Content {
    let schema = match schemas {
        [one] => RefOr::Ref(Ref::from_schema_name(*one)),
        several => {
            let one_of = several.iter().fold(OneOfBuilder::new(), |one_of, name| one_of.item(Ref::from_schema_name(*name)));
            RefOr::T(Schema::OneOf(one_of.build()))
        }
    };
    let context = Context { language: Language::Korean, request_id: samples::REQUEST_ID, method: "GET" };
    let examples = samples.iter().map(|error| {
        let value = error.body(context).into_value();
        (error.code(), ExampleBuilder::new().value(Some(value)).build())
    });
    ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build()
}

fn error() -> Object {
    ObjectBuilder::new()
        .description(Some("Any error that is not about fields of the body."))
        .property("message", described("What is wrong, for people: Korean, or English with `Accept-Language: en`."))
        .property("detail", described("The same text again, for clients of older documents."))
        .property("code", described("What is wrong, for programs: stable, never translated."))
        .property("request_id", described("The request, to tell us about: also in the header `X-Request-Id`."))
        .required("message")
        .required("detail")
        .required("code")
        .required("request_id")
        .build()
}

fn field_errors() -> Object {
    let code = described("The reason's code when all fields have the same one, otherwise `invalid_fields`.");
    let about = ObjectBuilder::new()
        .description(Some("What is not about one field alone."))
        .property("code", code)
        .property("request_id", described("The request, to tell us about."))
        .property("more", number("How many more errors there are than are listed; only when there are."))
        .required("code")
        .required("request_id");
    ObjectBuilder::new()
        .description(Some("All wrong fields of the body: the path as it was sent (`options[0].quantity`), and what is wrong there."))
        .property("error", about)
        .required("error")
        .additional_properties(Some(text()))
        .build()
}

fn invalid_query() -> Object {
    let errors =
        ObjectBuilder::new().description(Some("Each wrong parameter, and what is wrong with it.")).additional_properties(Some(text()));
    ObjectBuilder::new().property("errors", errors).required("errors").build()
}

fn conflict() -> Object {
    ObjectBuilder::new()
        .description(Some(
            "What about the state of the world does not allow it, and what a client needs to act; which members, depends on the code.",
        ))
        .property("field", described("The path of the field that it is about."))
        .property("option_code", described("The option; `dc_code` in the old vocabulary."))
        .property("inventory_at", described("Its start; `use_date` in the old vocabulary."))
        .property("start_date_of_the_sale", described("First day of sale, or null."))
        .property("end_date_of_the_sale", described("Last day of sale, or null."))
        .property("remain_quantity", number("How many units are left."))
        .property("closed_at", described("When orders closed."))
        .property("closes_from", described("From when on the month can be closed."))
        .property("ax_order_code", described("The order."))
        .property("ax_order_status", described("Its present state."))
        .property("ax_ticket_code", described("The ticket; `ticket_code` in the old vocabulary."))
        .property("ax_ticket_status", described("Its present state; `ticket_status` in the old vocabulary."))
        .property("used_at", described("When the ticket was used."))
        .property("channel_refunded_price", described("What was reported as given back for it before, with five places."))
        .property("tickets", list("The tickets with their states."))
        .property(
            "rows",
            list(
                "The dates that stand in the way, each with `option_code`, `date`, `start_time`, and `in_use` or `possible_quantity`; the first 200.",
            ),
        )
        .property("more", number("How many more such dates there are."))
        .property("version", number("The newest version of the product."))
        .property("rule_code", described("The rule that assigns the product."))
        .build()
}

/// An [`error`] with more members.
fn extended(more: Object) -> RefOr<Schema> {
    RefOr::T(Schema::AllOf(AllOfBuilder::new().item(Ref::from_schema_name("Error")).item(Schema::Object(more)).build()))
}

/// The schema of any text.
pub(super) fn text() -> RefOr<Schema> {
    RefOr::T(Schema::Object(Object::with_type(Type::String)))
}

fn described(description: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).build()
}

fn number(description: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::Integer).description(Some(description)).build()
}

fn list(description: &str) -> Array {
    ArrayBuilder::new().items(Object::with_type(Type::Object)).description(Some(description)).build()
}

/// What the headers of ours are for.
pub(super) fn header_description(name: &str) -> &'static str {
    match name {
        "X-Request-Id" => "The request, to tell us about. The client's own, when it sent a sane one.",
        "Retry-After" => "After how many seconds to come back.",
        "RateLimit-Policy" => {
            "The budget that the request was charged to, as `\"reads\";q=600;w=60`: 600 requests in 60 seconds. On every answer to a key with a limit."
        }
        "RateLimit" => {
            "What is left, as `\"reads\";r=597;t=1`: 597 requests now, all of them again in 1 second. On every answer to a key with a limit."
        }
        "X-Total-Count" => "How many rows there are on all pages.",
        "Link" => "The pages `first`, `prev`, `next` and `last`, as relative references.",
        "ETag" => "The state of the answer, for `If-None-Match`.",
        _ => "",
    }
}
