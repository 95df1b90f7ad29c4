//! The API description is complete. Whether its examples are true, `examples` tests.

use std::collections::BTreeSet;

use serde_json::{Value, json};

fn document() -> Value {
    serde_json::to_value(axhub_channel_api::routes().into_openapi()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((format!("{method} {path}"), operation));
        }
    }
    operations
}

fn is_described(value: &Value) -> bool {
    value["description"].as_str().is_some_and(|text| !text.is_empty())
}

/// Every change of the description shows in review.
#[test]
fn the_description_is_this() {
    let document = document();
    let parts = json!({ "paths": document["paths"], "schemas": document["components"]["schemas"] });
    insta::assert_snapshot!("description", serde_json::to_string_pretty(&parts).unwrap());
}

#[test]
fn every_operation_and_parameter_is_described() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name}");
        assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{name}");
        assert!(is_described(operation) && operation["summary"].is_string(), "{name}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(is_described(parameter), "{name}: {parameter}");
        }
    }
}

#[test]
fn every_answer_has_an_example_and_every_body_too() {
    let document = document();
    let has_example = |content: &Value| content["example"].is_object() || content["examples"].is_object();
    for (name, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
        for (status, response) in responses {
            assert!(is_described(response), "{name} {status}");
            if status.starts_with('2') {
                assert!(has_example(&response["content"]["application/json"]), "{name} {status}");
            }
        }
        if let Some(body) = operation.get("requestBody") {
            let content = &body["content"]["application/json"];
            assert!(has_example(content), "{name}: {content}");
        }
    }
}

#[test]
fn every_field_is_described() {
    fn check(name: &str, schema: &Value) {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let parts = property["oneOf"].as_array().into_iter().flatten();
            let described = is_described(property) || parts.clone().any(is_described);
            assert!(described, "{name}.{field}: {property}");
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            check(name, part);
        }
    }
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        let is_whole = is_described(schema) || schema["allOf"].as_array().is_some_and(|parts| is_described(&parts[0]));
        assert!(is_whole, "{name}: {schema}");
        check(name, schema);
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
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
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let named: BTreeSet<String> =
        document["components"]["schemas"].as_object().unwrap().keys().map(|name| format!("#/components/schemas/{name}")).collect();
    assert_eq!(found, named, "every reference has a schema, and every schema is referred to");
}
