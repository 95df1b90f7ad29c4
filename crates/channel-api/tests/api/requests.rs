//! Requests whose body is no JSON object, for every address that takes one.

use axhub_testkit::{App, Reply};
use axum::http::Method;

use crate::support::{an_order, assert_error, everything, on_both_engines, place};

on_both_engines! {
    a_body_that_is_no_json_object_is_refused,
    a_body_of_another_type_is_415,
    a_body_that_is_too_large_is_413,
}

/// Every address that takes a body, by its tour. The shapes are those of the other kinds, but for reviews.
async fn addresses(app: &App) -> Vec<(Method, String)> {
    let (paris, museum) = (&app.world().paris, &app.world().museum);
    let order = place(app, paris, "A-0", 1).await;
    vec![
        (Method::POST, format!("/v1/channel/products/tour/registration/{}", paris.id)),
        (Method::POST, "/v1/channel/orders/tour".to_owned()),
        (Method::PATCH, order.path()),
        (Method::PATCH, order.ticket_path(0)),
        (Method::POST, format!("{}/refund", order.ticket_path(0))),
        (Method::PATCH, format!("{}/refunds", order.ticket_path(0))),
        (Method::POST, "/v1/channel/orders/day-ticket".to_owned()),
        (Method::POST, "/v1/channel/orders/ticket".to_owned()),
        (Method::POST, format!("/v1/channel/review/tour/{}", paris.id)),
        (Method::POST, format!("/v1/channel/review/day-ticket/{}", museum.id)),
        (Method::POST, format!("/v1/channel/question/tour/{}", paris.id)),
        (Method::POST, "/v1/channel/inventory/search".to_owned()),
    ]
}

async fn send(app: &App, (method, path): &(Method, String), content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Reply {
    app.channel("alpha").in_english().send_bytes(method.clone(), path, content_type, body.into()).await
}

async fn a_body_that_is_no_json_object_is_refused(app: App) {
    let addresses = addresses(&app).await;
    let before = everything(&app).await;
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for address in &addresses {
        for bad in ["", " ", "{", "{\"a\":}", "{'a':1}", "{\"a\":1}x", "nonsense", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":1,}", &deep] {
            assert_error(&send(&app, address, Some("application/json"), bad).await, 400, "malformed_json");
        }
        for bad in [&b"{\"a\":\"\xff\"}"[..], b"\xff\xfe{\0}\0", b"{\"a\":\"\\ud800\"}"] {
            assert_error(&send(&app, address, Some("application/json"), bad).await, 400, "malformed_json");
        }
        for bad in ["[]", "null", "1", "\"x\"", "true", "[{}]"] {
            assert_error(&send(&app, address, Some("application/json"), bad).await, 400, "body_not_an_object");
        }
        assert_error(&app.channel("alpha").send(address.0.clone(), &address.1, None).await, 400, "malformed_json");
    }
    assert_eq!(everything(&app).await, before);
}

async fn a_body_of_another_type_is_415(app: App) {
    let addresses = addresses(&app).await;
    let before = everything(&app).await;
    for address in &addresses {
        for content_type in
            ["text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "json"]
        {
            assert_error(&send(&app, address, Some(content_type), "{}").await, 415, "unsupported_media_type");
        }
        assert_error(&send(&app, address, None, "{}").await, 415, "unsupported_media_type");
    }
    assert_eq!(everything(&app).await, before);
    // What is JSON by another name is read.
    let paris = &app.world().paris;
    let mapping = app.register("alpha", paris).await;
    for (code, content_type) in
        [("A-1", "application/json; charset=utf-8"), ("A-2", "APPLICATION/JSON"), ("A-3", "application/vnd.shop+json")]
    {
        let body = an_order(paris, mapping, code, 1).json().to_string();
        assert_eq!(send(&app, &addresses[1], Some(content_type), body).await.status, 201, "{content_type}");
    }
}

async fn a_body_that_is_too_large_is_413(app: App) {
    let addresses = addresses(&app).await;
    let before = everything(&app).await;
    let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(10_000_000));
    for address in &addresses {
        assert_error(&send(&app, address, Some("application/json"), huge.as_str()).await, 413, "body_too_large");
    }
    assert_eq!(everything(&app).await, before);
}
