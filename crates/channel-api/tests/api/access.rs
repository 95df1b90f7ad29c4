//! Who may call (contract 2), for every address there is: the list comes from the API description.

use axhub_hub::access::{self, KeyFor};
use axhub_testkit::{App, Client, Reply};
use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{assert_error, on_both_engines, place};

on_both_engines! {
    without_a_key_of_a_channel_everything_is_403,
    a_key_ends_when_it_expires_or_is_revoked,
    the_channel_header_names_the_own_channel,
    a_wrong_method_is_405_and_says_the_right_ones,
    texts_are_korean_and_in_english_when_asked_for,
}

/// Every operation: its method and its path with a code that nothing has in every place of a code.
fn operations() -> Vec<(Method, String)> {
    let document = axhub_channel_api::routes().into_openapi();
    let document = serde_json::to_value(&document).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            operations.push((method.to_uppercase().parse().unwrap(), filled(path, NOBODYS)));
        }
    }
    assert!(operations.len() >= 53, "{operations:?}");
    operations
}

const NOBODYS: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01";

/// A path with `code` in place of every variable part.
fn filled(path: &str, code: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { code } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn call(client: &Client, method: &Method, path: &str) -> Reply {
    if *method == Method::GET { client.get(path).await } else { client.send_json(method.clone(), path, &json!({})).await }
}

async fn without_a_key_of_a_channel_everything_is_403(app: App) {
    let key = &app.world().channel("alpha").key;
    let strangers = [
        app.anonymous(),
        app.with_key("axh_c_AbCdEfGhIjKl_0123456789012345678901234567890123456789012"),
        app.with_key("nonsense"),
        app.anonymous().with_header("authorization", &format!("Bearer {key}")),
        app.anonymous().with_header("authorization", key),
        app.anonymous().with_header("authorization", "Token"),
        app.supplier("hanok"),
        app.operator(),
    ];
    for (method, path) in operations() {
        for stranger in &strangers {
            let reply = call(stranger, &method, &path).await;
            assert_error(&reply, 403, "permission_denied");
            assert_eq!(reply.body["message"], "이 작업을 수행할 권한(permission)이 없습니다.");
        }
        let reply = call(&app.channel("alpha"), &method, &path).await;
        assert_ne!(reply.status, 403, "{method} {path}");
    }
}

async fn a_key_ends_when_it_expires_or_is_revoked(app: App) {
    let expires = app.hub().now() + SignedDuration::from_mins(10);
    let key = access::create_key(app.hub(), KeyFor::Channel("alpha".to_owned()), Some(expires)).await.unwrap();
    let client = app.with_key(&key.secret);
    assert_eq!(client.get("/v1/channel/products/tour").await.status, 200);
    app.clock().advance(SignedDuration::from_mins(10));
    assert_error(&client.get("/v1/channel/products/tour").await, 403, "permission_denied");

    access::revoke_key(app.hub(), &app.world().channel("beta").key).await.unwrap();
    assert_error(&app.channel("beta").get("/v1/channel/products/tour").await, 403, "permission_denied");
}

async fn the_channel_header_names_the_own_channel(app: App) {
    let alpha = app.channel("alpha");
    for (method, path) in operations() {
        let own = call(&alpha.with_header("channel", "Code alpha"), &method, &path).await;
        assert_ne!(own.status, 403, "{method} {path}");
        for other in ["Code beta", "Code nobody", "alpha", "Code", ""] {
            assert_error(&call(&alpha.with_header("channel", other), &method, &path).await, 403, "permission_denied");
        }
    }
}

async fn a_wrong_method_is_405_and_says_the_right_ones(app: App) {
    let document = serde_json::to_value(axhub_channel_api::routes().into_openapi()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        let right: Vec<String> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if right.iter().any(|right| right == method) {
                continue;
            }
            let reply = app.channel("alpha").send_json(method.parse().unwrap(), &filled(path, NOBODYS), &json!({})).await;
            assert_error(&reply, 405, "method_not_allowed");
            let mut allowed: Vec<&str> = reply.header("allow").unwrap().split(',').filter(|method| *method != "HEAD").collect();
            allowed.sort_unstable();
            assert_eq!(allowed, right, "{method} {path}");
        }
    }
}

async fn texts_are_korean_and_in_english_when_asked_for(app: App) {
    let alpha = app.channel("alpha");
    let path = format!("/v1/channel/products/tour/{NOBODYS}");
    let text = |reply: Reply| reply.body["message"].clone();
    let korean: Value = "찾을 수 없습니다.".into();
    assert_eq!(text(alpha.get(&path).await), korean);
    assert_eq!(text(alpha.with_header("accept-language", "ko-KR").get(&path).await), korean);
    assert_eq!(text(alpha.with_header("accept-language", "fr").get(&path).await), korean);
    for english in ["en", "en-US,en;q=0.9", "fr, en;q=0.5, ko;q=0.1"] {
        assert_eq!(text(alpha.with_header("accept-language", english).get(&path).await), "Not found.", "{english}");
    }
    let query = "/v1/channel/products/tour?page=0";
    assert_eq!(text(alpha.get(query).await), "유효하지 않은 query입니다.");
    assert_eq!(text(alpha.in_english().get(query).await), "Invalid query.");
    let body = json!({ "comment": "x" });
    let order = place(&app, &app.world().paris, "A-1", 1).await;
    assert_eq!(alpha.patch(&order.path(), &body).await.body["channel_status"], "이 필드는 필수 항목입니다.");
    assert_eq!(alpha.in_english().patch(&order.path(), &body).await.body["channel_status"], "This field is required.");
}
