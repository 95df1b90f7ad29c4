use std::collections::BTreeSet;

use serde_json::{Value, json};
use utoipa::ToSchema;

use super::*;
use crate::error::ApiError;
use crate::error::body::Context;
use crate::{Language, samples};

#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Order {
    code: String,
}

/// List orders
#[utoipa::path(
    get,
    path = "/orders",
    params(("page" = Option<i64>, Query), ("q" = Option<String>, Query)),
    responses((status = 200, body = Order), (status = 304, description = "Nothing has changed."))
)]
#[expect(dead_code, reason = "only its description is used")]
fn list() {}

/// Place an order
#[utoipa::path(
    post,
    path = "/orders",
    request_body = Order,
    responses(
        (status = 201, body = Order),
        (status = 409, description = "`sold_out`: not enough stock. `option_inactive`: no longer sold. Not a_code."),
        (status = 400, description = "Told in its own words.")
    )
)]
#[expect(dead_code, reason = "only its description is used")]
fn place() {}

/// One order
#[utoipa::path(get, path = "/orders/{code}", params(("code" = String, Path)), responses((status = 200, body = Order)))]
#[expect(dead_code, reason = "only its description is used")]
fn one() {}

/// Search with a body
#[utoipa::path(
    put,
    path = "/search/{code}",
    params(("code" = String, Path), ("q" = String, Query)),
    request_body = Order,
    responses((status = 200, body = Order), (status = 404, description = "Mine", body = Order))
)]
#[expect(dead_code, reason = "only its description is used")]
fn search() {}

/// Compare a table
#[utoipa::path(
    post,
    path = "/table",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Order))
)]
#[expect(dead_code, reason = "only its description is used")]
fn compare() {}

/// Health
#[utoipa::path(get, path = "/health", security(()), responses((status = 200, description = "Fine.")))]
#[expect(dead_code, reason = "only its description is used")]
fn health() {}

#[derive(utoipa::OpenApi)]
#[openapi(paths(list, place, one, search, compare, health))]
struct Api;

fn document() -> Value {
    let mut document = <Api as utoipa::OpenApi>::openapi();
    complete(&mut document);
    serde_json::to_value(&document).unwrap()
}

fn statuses(document: &Value, path: &str, method: &str) -> Vec<String> {
    document["paths"][path][method]["responses"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_operation_has_the_answers_it_can_give() {
    let document = document();
    assert_eq!(statuses(&document, "/orders", "get"), ["200", "304", "400", "403", "408", "414", "429", "500", "503"]);
    assert_eq!(statuses(&document, "/orders", "post"), ["201", "400", "403", "408", "409", "413", "414", "415", "429", "500", "503"]);
    assert_eq!(statuses(&document, "/orders/{code}", "get"), ["200", "403", "404", "408", "414", "429", "500", "503"]);
    assert_eq!(statuses(&document, "/search/{code}", "put"), ["200", "400", "403", "404", "408", "413", "414", "415", "429", "500", "503"]);
    assert_eq!(statuses(&document, "/health", "get"), ["200", "408", "414", "500", "503"]);
    let bad_request = |path: &str, method: &str| document["paths"][path][method]["responses"]["400"]["$ref"].clone();
    assert_eq!(bad_request("/orders", "get"), "#/components/responses/InvalidQuery");
    assert_eq!(bad_request("/search/{code}", "put"), "#/components/responses/InvalidQueryOrBody");
    let of_a_table = &document["paths"]["/table"]["post"]["responses"];
    for (status, name) in [("400", "InvalidTable"), ("413", "TableTooLarge"), ("415", "NotATable")] {
        assert_eq!(of_a_table[status]["$ref"], format!("#/components/responses/{name}"));
    }
}

#[test]
fn the_key_is_asked_for_unless_an_operation_is_public() {
    let document = document();
    assert_eq!(document["paths"]["/orders"]["get"]["security"], json!([{ "Token": [] }]));
    assert_eq!(document["paths"]["/health"]["get"]["security"], json!([{}]));
    let scheme = &document["components"]["securitySchemes"]["Token"];
    assert_eq!((&scheme["type"], &scheme["in"], &scheme["name"]), (&"apiKey".into(), &"header".into(), &"Authorization".into()));
    assert!(scheme["description"].as_str().unwrap().contains("Token {api_key}"));
}

#[test]
fn what_an_operation_declares_stays_and_is_only_completed() {
    let document = document();
    let told = &document["paths"]["/orders"]["post"]["responses"]["400"];
    assert_eq!(told["description"], "Told in its own words.");
    assert_eq!(told["content"]["application/json"]["schema"]["oneOf"][0]["$ref"], "#/components/schemas/FieldErrors");
    let mine = &document["paths"]["/search/{code}"]["put"]["responses"]["404"];
    assert_eq!(mine["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Order");
}

#[test]
fn a_conflict_has_an_example_of_each_code_that_is_named() {
    let document = document();
    let conflict = &document["paths"]["/orders"]["post"]["responses"]["409"]["content"]["application/json"];
    assert_eq!(conflict["schema"]["$ref"], "#/components/schemas/Conflict");
    let examples = conflict["examples"].as_object().unwrap();
    assert_eq!(examples.keys().collect::<Vec<_>>(), ["option_inactive", "sold_out"]);
    assert_eq!(examples["sold_out"]["value"]["message"], "재고가 부족합니다. 남은 수량: 1.");
    assert_eq!(examples["sold_out"]["value"]["remain_quantity"], 1);
}

#[test]
fn headers_are_described_where_they_come() {
    let document = document();
    let headers = |response: &Value| response["headers"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let list = &document["paths"]["/orders"]["get"]["responses"];
    assert_eq!(headers(&list["200"]), ["ETag", "Link", "X-Request-Id", "X-Total-Count"]);
    assert_eq!(headers(&list["304"]), ["ETag", "X-Request-Id"]);
    assert_eq!(headers(&document["paths"]["/orders/{code}"]["get"]["responses"]["200"]), ["X-Request-Id"]);
    let common = &document["components"]["responses"];
    assert_eq!(headers(&common["RateLimited"]), ["RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"]);
    assert_eq!(headers(&common["Unavailable"]), ["Retry-After", "X-Request-Id"]);
    assert_eq!(headers(&common["NotFound"]), ["X-Request-Id"]);
    let parameters = document["paths"]["/orders"]["get"]["parameters"].as_array().unwrap();
    assert_eq!(parameters.iter().filter(|parameter| parameter["name"] == "If-None-Match").count(), 1);
}

#[test]
fn completing_twice_changes_nothing() {
    let mut twice = <Api as utoipa::OpenApi>::openapi();
    complete(&mut twice);
    complete(&mut twice);
    assert_eq!(serde_json::to_value(&twice).unwrap(), document());
}

#[test]
fn a_list_says_that_it_refuses_unknown_parameters() {
    let mut strict = <Api as utoipa::OpenApi>::openapi();
    refuse_unknown_parameters(&mut strict);
    complete(&mut strict);
    let strict = serde_json::to_value(&strict).unwrap();
    let says_it = |path: &str, method: &str| {
        let description = strict["paths"][path][method]["description"].as_str();
        description.is_some_and(|text| text.ends_with("so that a misspelt filter does not return everything."))
    };
    assert!(says_it("/orders", "get"));
    assert!(!says_it("/orders", "post") && !says_it("/search/{code}", "put"));
}

/// Every `$ref` in a tree.
fn references(tree: &Value, found: &mut BTreeSet<String>) {
    match tree {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.insert(reference.clone());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn everything_that_is_referred_to_is_there_and_described() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10, "{found:?}");
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for (name, response) in document["components"]["responses"].as_object().unwrap() {
        assert!(response["description"].as_str().unwrap().ends_with('.'), "{name}");
        let examples = response["content"]["application/json"]["examples"].as_object().unwrap();
        assert!(!examples.is_empty(), "{name}");
        for header in response["headers"].as_object().unwrap().values() {
            assert!(!header["description"].as_str().unwrap().is_empty(), "{name}");
        }
    }
}

#[test]
fn every_member_of_every_conflict_is_described() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let described = |name: &str| {
        schemas["Error"]["properties"].get(name).is_some() || schemas["Conflict"]["allOf"][1]["properties"].get(name).is_some()
    };
    for conflict in samples::conflicts() {
        let context = Context { language: Language::Korean, request_id: "", method: "" };
        let body = ApiError::from(conflict).body(context).into_value();
        for name in body.as_object().unwrap().keys() {
            assert!(described(name), "{name} of {}", body["code"]);
        }
    }
}

#[test]
fn the_document_is_one_that_other_programs_can_read() {
    let text = document().to_string();
    let read: OpenApi = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), document());
}
