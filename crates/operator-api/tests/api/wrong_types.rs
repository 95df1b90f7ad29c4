//! A value of a wrong type at every place of every body: 400 that names the place, and nothing changes.

use axhub_testkit::{App, Engine};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::description::description;
use crate::support::{actions, assert_code, text};

/// Values that cannot be taken for the one that belongs there. Texts may come as numbers, and numbers as texts.
fn wrong_for(right: &Value) -> Vec<Value> {
    match right {
        Value::String(_) => vec![json!(true), json!([]), json!({}), json!(["a"])],
        Value::Number(_) => vec![json!("many"), json!(true), json!([]), json!({})],
        Value::Array(_) => vec![json!("a"), json!(1), json!(true), json!({})],
        _ => vec![],
    }
}

/// Each operation that takes JSON, with a whole body.
fn bodies(app: &App) -> Vec<(Method, String, Value)> {
    let key = app.world().channel("alpha").key.rsplit_once('_').unwrap().0.to_owned();
    let product = app.world().paris.id;
    let supplier = json!({ "code": "elan", "name": "Elan", "notes": "x" });
    let channel = json!({
        "code": "gamma", "name": "Gamma", "time_zone": "Asia/Tokyo", "notes": "x", "reads_per_minute": 1, "orders_per_minute": 1,
    });
    let without_code = |body: &Value| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().remove("code");
        body
    };
    let rules = "/v1/operator/channels/alpha/assignment-rules";
    vec![
        (Method::PATCH, "/v1/operator/suppliers/hanok".to_owned(), without_code(&supplier)),
        (Method::POST, "/v1/operator/suppliers".to_owned(), supplier),
        (Method::PATCH, "/v1/operator/channels/alpha".to_owned(), without_code(&channel)),
        (Method::POST, "/v1/operator/channels".to_owned(), channel),
        (Method::PUT, format!("/v1/operator/channels/alpha/products/{product}"), json!({ "mark_up": "1.1" })),
        (Method::POST, rules.to_owned(), json!({ "supplier_code": "hanok", "country": "France", "mark_up": "1.1", "except": [product] })),
        (Method::PATCH, format!("{rules}/{product}"), json!({ "mark_up": "1.1", "except": [product] })),
        (
            Method::POST,
            "/v1/operator/exchange-rates".to_owned(),
            json!({ "base": "USD", "quote": "KRW", "rate": "1", "valid_from": "2026-08-01T00:00:00Z" }),
        ),
        (Method::POST, "/v1/operator/keys".to_owned(), json!({ "kind": "channel", "owner": "alpha", "expires_in_days": 1 })),
        (Method::POST, format!("/v1/operator/keys/{key}/rotate"), json!({ "overlap_hours": 1, "expires_in_days": 1 })),
        (Method::PATCH, "/v1/operator/settings".to_owned(), json!({ "traveler_retention_days": 1, "statement_time_zone": "Asia/Seoul" })),
    ]
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_wrong_type_is_named_at_every_place(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let mut tried = 0;
    for (method, address, body) in bodies(&app) {
        let mut places: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
        if body["except"].is_array() {
            places.push("except[0]".to_owned());
        }
        for place in places {
            let pointer = format!("/{}", place.replace('[', "/").replace(']', ""));
            for wrong in wrong_for(body.pointer(&pointer).unwrap()) {
                let mut changed = body.clone();
                *changed.pointer_mut(&pointer).unwrap() = wrong.clone();
                let reply = app.operator().send_json(method.clone(), &address, &changed).await;
                assert_eq!(reply.status, 400, "{method} {address}: {place} = {wrong}: {}", reply.body);
                assert!(!text(&reply.body[&place]).is_empty(), "{place} = {wrong}: {}", reply.body);
                tried += 1;
            }
        }
        for (body, code) in [("[]", "body_not_an_object"), ("{", "malformed_json"), ("{\"a\":1,\"a\":2}", "repeated_member")] {
            let reply = app.operator().send_bytes(method.clone(), &address, Some("application/json"), body).await;
            let found = reply.body["error"].get("code").or_else(|| reply.body.get("code")).and_then(Value::as_str);
            assert_eq!(reply.status, 400, "{method} {address}: {body}: {}", reply.body);
            assert!(found == Some(code) || found == Some("invalid_fields"), "{method} {address}: {body}: {}", reply.body);
        }
        let reply = app.operator().send_bytes(method.clone(), &address, Some("text/plain"), "{}").await;
        assert_code(&reply, 415, "unsupported_media_type");
    }
    assert!(tried > 120, "only {tried} were tried");
    assert_eq!(actions(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_bodies_have_every_described_field() {
    let app = App::start(Engine::Sqlite).await;
    let bodies = bodies(&app);
    let description = description();
    let mut described = 0;
    for (name, operation) in description.operations() {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let one_of = schema["oneOf"].as_array().into_iter().flatten().find_map(|schema| schema["$ref"].as_str());
        let Some(reference) = schema["$ref"].as_str().or(one_of) else { continue };
        let schema = description.document().pointer(reference.trim_start_matches('#')).unwrap();
        let members: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let path = name.split_once(' ').unwrap().1.split('{').next().unwrap();
        let has_them = |(_, address, body): &(Method, String, Value)| {
            address.starts_with(path) && body.as_object().unwrap().keys().collect::<Vec<_>>() == members
        };
        assert!(bodies.iter().any(has_them), "{name} has other fields: {members:?}");
        described += 1;
    }
    assert_eq!(described, bodies.len());
}
