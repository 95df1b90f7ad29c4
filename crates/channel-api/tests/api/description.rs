//! The API description is complete, and its examples are true.

use std::collections::BTreeSet;

use axhub_testkit::{App, Engine};
use serde_json::{Value, json};

use crate::support::{first_start, with};

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

/// The examples of all three generations, with codes that exist, are placed and answer with the members of their examples.
#[tokio::test]
async fn the_examples_of_orders_are_true() {
    let app = App::start(Engine::Sqlite).await;
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let mapping = app.register("alpha", seoul).await.to_string();
    let document = document();
    let operation = &document["paths"]["/v1/channel/orders/tour"]["post"];
    let examples = operation["requestBody"]["content"]["application/json"]["examples"].as_object().unwrap();
    let answers = &operation["responses"]["201"]["content"]["application/json"]["examples"];
    assert_eq!(examples.len(), 3);
    for (name, example) in examples {
        let order = with(&example["value"], "/order/purchased_at", json!("2026-06-30 00:00"));
        let code_name = if order["order"].get("channel_order_code").is_some() { "channel_order_code" } else { "channel_order_id" };
        let mut order = with(&order, &format!("/order/{code_name}"), json!(name));
        let list = if order.get("options").is_some() { "options" } else { "depth_combinations" };
        for (field, value) in order[list][0].as_object_mut().unwrap() {
            match field.as_str() {
                "channel_product_mapping_code" | "channel_product_mapping_data_code" => *value = json!(mapping),
                "option_code" | "dc_code" => *value = json!(seoul.option(0).to_string()),
                "inventory_at" | "use_date" => *value = json!(first_start(seoul).to_string()),
                _ => {}
            }
        }
        let reply = alpha.post("/v1/channel/orders/tour", &order).await;
        assert_eq!(reply.status, 201, "{name}: {}", reply.text());
        assert_same_members(name, &answers[name]["value"], &reply.body);
    }
}

fn assert_same_members(path: &str, expected: &Value, found: &Value) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{path}");
            for (name, value) in expected {
                assert_same_members(&format!("{path}.{name}"), value, &found[name]);
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            for (expected, found) in expected.iter().zip(found) {
                assert_same_members(&format!("{path}[]"), expected, found);
            }
        }
        (expected, found) => assert_eq!(std::mem::discriminant(expected), std::mem::discriminant(found), "{path}"),
    }
}

/// The example of the detail and of the inventory have the members that a real answer has.
#[tokio::test]
async fn the_examples_of_products_are_true() {
    let app = App::start(Engine::Sqlite).await;
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let document = document();
    for (path, real) in [
        ("/v1/channel/products/tour", "/v1/channel/products/tour".to_owned()),
        ("/v1/channel/products/tour/{product_code}", format!("/v1/channel/products/tour/{}", paris.id)),
        ("/v1/channel/price/tour/{product_code}", format!("/v1/channel/price/tour/{}", paris.id)),
    ] {
        let example = &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"];
        let reply = alpha.get(&real).await;
        assert_same_members(path, example, &reply.body);
    }
    let inventory =
        &document["paths"]["/v1/channel/inventory/tour/{product_code}"]["get"]["responses"]["200"]["content"]["application/json"];
    let example = inventory["example"]["option_codes"].as_object().unwrap().values().next().unwrap();
    let reply = alpha.get(&format!("/v1/channel/inventory/tour/{}", paris.id)).await;
    assert_same_members("inventory", example, reply.body["option_codes"].as_object().unwrap().values().next().unwrap());
}
