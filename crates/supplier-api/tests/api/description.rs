//! The API description is whole: everything has a description, and examples are what they say.

use serde_json::{Value, json};

fn description() -> Value {
    let mut document = axhub_supplier_api::routes().into_openapi();
    axhub_web::openapi::complete(&mut document);
    serde_json::to_value(document).unwrap()
}

fn operations(description: &Value) -> Vec<(String, &Value)> {
    let paths = description["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &'_ Value)| {
        let item = item.as_object().unwrap().clone();
        item.into_iter().map(|(method, _)| (path.clone(), method)).collect::<Vec<_>>()
    };
    let names: Vec<(String, String)> = paths.iter().flat_map(of_path).collect();
    names.into_iter().map(|(path, method)| (format!("{method} {path}"), &description["paths"][&path][&method])).collect()
}

/// What no state of the world forbids: to answer, to begin a product, and to discard what one has begun.
const ALWAYS_ALLOWED: [&str; 4] = ["/answer", "post /v1/supplier/products", "/copy", "delete /v1/supplier/products/{product_code}/draft"];

/// What an operation answers when it did what was asked, when that has a body.
fn success(operation: &Value) -> Option<&Value> {
    ["200", "201"].iter().find_map(|status| operation["responses"].get(status)).map(|response| &response["content"]["application/json"])
}

/// What stands behind a reference.
fn resolve<'d>(description: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(reference) => description.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("nothing at {reference}")),
        None => value,
    }
}

/// Every change of the description shows in review.
#[test]
fn the_description_is_this() {
    let document = description();
    let parts = json!({ "paths": document["paths"], "schemas": document["components"]["schemas"] });
    insta::assert_snapshot!("description", serde_json::to_string_pretty(&parts).unwrap());
}

#[test]
fn every_operation_tells_all_of_itself() {
    let description = description();
    for (name, operation) in operations(&description) {
        for member in ["summary", "description", "operationId"] {
            assert!(operation[member].as_str().is_some_and(|text| !text.is_empty()), "{name} has no {member}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{name}: {} has no description", parameter["name"]);
        }
        match success(operation) {
            Some(success) => assert!(success["example"].is_object(), "{name} has no example of its answer"),
            None => assert!(operation["responses"]["204"].is_object(), "{name} has no answer"),
        }
        if let Some(body) = operation.get("requestBody") {
            let content = &body["content"]["application/json"];
            let has_example = content["example"].is_object() || {
                let one_of = content["schema"]["oneOf"].as_array().into_iter().flatten();
                one_of.map(|schema| resolve(&description, schema)).any(|schema| schema.get("example").is_some())
            };
            assert!(has_example, "{name} has no example of its body");
        }
        let can_conflict = !name.starts_with("get") && !ALWAYS_ALLOWED.iter().any(|allowed| name.ends_with(allowed));
        assert_eq!(operation["responses"].get("409").is_some(), can_conflict, "{name} and 409");
        if can_conflict {
            let examples = &operation["responses"]["409"]["content"]["application/json"]["examples"];
            assert!(examples.as_object().is_some_and(|examples| !examples.is_empty()), "{name}: its 409 has no example");
        }
    }
}

#[test]
fn every_field_is_described() {
    let description = description();
    for (name, schema) in description["components"]["schemas"].as_object().unwrap() {
        let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
        for part in parts {
            for (member, property) in part["properties"].as_object().into_iter().flatten() {
                let one_of = property["oneOf"].as_array().into_iter().flatten();
                let is_described = one_of.chain([property]).any(|part| part["description"].is_string());
                assert!(is_described, "{name}.{member} has no description");
            }
        }
    }
}

#[test]
fn every_example_has_the_members_of_its_schema() {
    let description = description();
    for (name, operation) in operations(&description) {
        if let Some(success) = success(operation) {
            check(&description, &success["schema"], &success["example"], &name);
        }
        if let Some(body) = operation.get("requestBody") {
            let content = &body["content"]["application/json"];
            if content["example"].is_object() {
                check(&description, &content["schema"], &content["example"], &name);
            }
        }
    }
}

/// A little of JSON Schema: required members are there, all members are known, types are right.
fn check(description: &Value, schema: &Value, value: &Value, at: &str) {
    let (mut known, mut is_open) = (Vec::new(), false);
    check_part(description, schema, value, at, &mut known, &mut is_open);
    if let (Some(members), false) = (value.as_object(), is_open) {
        for name in members.keys() {
            assert!(known.contains(name), "{at}: {name} is not described");
        }
    }
}

fn check_part(description: &Value, schema: &Value, value: &Value, at: &str, known: &mut Vec<String>, is_open: &mut bool) {
    let schema = resolve(description, schema);
    if let Some(parts) = schema["allOf"].as_array() {
        parts.iter().for_each(|part| check_part(description, part, value, at, known, is_open));
        return;
    }
    if let Some(parts) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let wanted =
            parts.iter().find(|part| fits(resolve(description, part), value)).unwrap_or_else(|| panic!("{at}: fits nowhere: {value}"));
        check_part(description, wanted, value, at, known, is_open);
        return;
    }
    assert!(fits(schema, value), "{at}: {value} is not {}", schema["type"]);
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}: {value} is none of {words:?}");
    }
    *is_open |= schema.get("properties").is_none();
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(value.get(name.as_str().unwrap()).is_some(), "{at}: {name} is missing");
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        known.push(name.clone());
        if let Some(member) = value.get(name) {
            check(description, property, member, &format!("{at}.{name}"));
        }
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        check(description, &schema["items"], item, &format!("{at}[{place}]"));
    }
}

fn fits(schema: &Value, value: &Value) -> bool {
    if schema.get("allOf").is_some() {
        return value.is_object();
    }
    let of_type = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    };
    match &schema["type"] {
        Value::String(name) => of_type(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(of_type),
        _ => true,
    }
}
