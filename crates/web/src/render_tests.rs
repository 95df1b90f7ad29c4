use axum::Json;
use axum::Router;
use axum::body::to_bytes;
use axum::http::HeaderName;
use axum::http::header::{ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::response::Html;
use axum::routing::get;
use rstest::rstest;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn code(&self) -> Value {
        serde_json::from_str::<Value>(&self.body).unwrap()["code"].clone()
    }
}

fn router() -> Router {
    let router = Router::new()
        .route("/sold-out", get(|| async { ApiError::from(crate::samples::conflict("option_inactive").unwrap()) }))
        .route("/overloaded", get(|| async { ApiError::overloaded() }))
        .route("/axum-json", get(|_: Json<u8>| async {}))
        .route("/axum-path/{n}", get(|_: axum::extract::Path<u8>| async {}))
        .route("/bare/{status}", get(bare))
        .route("/own-json", get(|| async { (StatusCode::CONFLICT, Json(json!({ "mine": true }))) }))
        .route("/own-html", get(|| async { (StatusCode::NOT_FOUND, Html("<p>no</p>")) }))
        .route("/fine", get(|| async { "fine" }))
        .route("/cached", get(|| async { ([(CACHE_CONTROL, "private")], "fine") }));
    crate::layers(router)
}

async fn bare(axum::extract::Path(status): axum::extract::Path<u16>) -> (StatusCode, &'static str) {
    (StatusCode::from_u16(status).unwrap(), "words of the framework")
}

async fn ask(method: &str, uri: &str, language: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header(ACCEPT_LANGUAGE, language)
        .header(CONTENT_TYPE, "text/csv")
        .header("x-request-id", "r-1")
        .body(Body::empty())
        .unwrap();
    let (parts, body) = router().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 10_000).await.unwrap();
    if let Some(length) = parts.headers.get(CONTENT_LENGTH) {
        assert_eq!(length.to_str().unwrap(), bytes.len().to_string());
    }
    Answer { status: parts.status.as_u16(), headers: parts.headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
}

#[tokio::test]
async fn an_error_is_written_in_the_language_of_the_request() {
    let korean = ask("GET", "/sold-out", "fr").await;
    assert_eq!(korean.status, 409);
    assert_eq!(
        korean.body,
        r#"{"message":"더 이상 판매하지 않는 옵션입니다.","detail":"더 이상 판매하지 않는 옵션입니다.","code":"option_inactive","request_id":"r-1","option_code":"018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01","field":"options[0].option_code"}"#
    );
    assert_eq!(korean.header(CONTENT_LANGUAGE), "ko");
    assert_eq!(korean.header(CONTENT_TYPE), "application/json");
    assert_eq!(korean.header(VARY), "Accept-Language");
    assert_eq!(korean.header(CACHE_CONTROL), "no-store");
    assert_eq!(korean.header(X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(korean.header(crate::request_id::X_REQUEST_ID), "r-1");
    let english = ask("GET", "/sold-out", "en-US").await;
    assert!(english.body.starts_with(r#"{"message":"This option is no longer sold.","detail""#), "{}", english.body);
    assert_eq!(english.header(CONTENT_LANGUAGE), "en");
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_a_404() {
    let answer = ask("GET", "/nowhere", "ko").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.body, r#"{"message":"찾을 수 없습니다.","detail":"찾을 수 없습니다.","code":"not_found","request_id":"r-1"}"#);
}

#[tokio::test]
async fn a_method_that_does_not_exist_is_a_405_that_says_which_do() {
    let answer = ask("DELETE", "/fine", "en").await;
    assert_eq!(answer.status, 405);
    assert_eq!(
        answer.body,
        r#"{"message":"Method \"DELETE\" not allowed.","detail":"Method \"DELETE\" not allowed.","code":"method_not_allowed","request_id":"r-1"}"#
    );
    assert_eq!(answer.header(ALLOW), "GET,HEAD");
}

#[tokio::test]
async fn a_client_is_told_when_to_come_back() {
    let answer = ask("GET", "/overloaded", "en").await;
    assert_eq!((answer.status, answer.header(RETRY_AFTER)), (503, "1"));
    assert_eq!(answer.code(), "overloaded");
}

#[rstest]
#[case("/axum-json", 415, "unsupported_media_type")]
#[case("/axum-path/x", 400, "malformed_request")]
#[case("/bare/400", 400, "malformed_request")]
#[case("/bare/401", 403, "permission_denied")]
#[case("/bare/403", 403, "permission_denied")]
#[case("/bare/404", 404, "not_found")]
#[case("/bare/406", 406, "malformed_request")]
#[case("/bare/408", 408, "request_timeout")]
#[case("/bare/413", 413, "body_too_large")]
#[case("/bare/415", 415, "unsupported_media_type")]
#[case("/bare/422", 400, "malformed_request")]
#[case("/bare/500", 500, "internal_error")]
#[case("/bare/502", 500, "internal_error")]
#[case("/bare/503", 503, "overloaded")]
#[tokio::test]
async fn the_frameworks_bare_answers_are_dressed(#[case] uri: &str, #[case] status: u16, #[case] code: &str) {
    let answer = ask("GET", uri, "en").await;
    assert_eq!((answer.status, answer.code()), (status, code.into()), "{}", answer.body);
    assert_eq!(answer.header(CONTENT_TYPE), "application/json");
    assert!(!answer.body.contains("framework"));
}

#[tokio::test]
async fn a_415_repeats_what_was_sent() {
    let answer = ask("GET", "/bare/415", "en").await;
    assert!(answer.body.starts_with(r#"{"message":"Unsupported media type \"text/csv\" in request.""#), "{}", answer.body);
}

#[rstest]
#[case("/own-json", 409, "{\"mine\":true}", "application/json", "no-store")]
#[case("/own-html", 404, "<p>no</p>", "text/html; charset=utf-8", "no-store")]
#[case("/fine", 200, "fine", "text/plain; charset=utf-8", "no-store")]
#[case("/cached", 200, "fine", "text/plain; charset=utf-8", "private")]
#[case("/bare/304", 304, "", "text/plain; charset=utf-8", "no-store")]
#[tokio::test]
async fn what_a_handler_wrote_stays(
    #[case] uri: &str,
    #[case] status: u16,
    #[case] body: &str,
    #[case] content_type: &str,
    #[case] cache: &str,
) {
    let answer = ask("GET", uri, "en").await;
    if status != 304 {
        assert_eq!(answer.body, body);
    }
    assert_eq!((answer.status, answer.header(CONTENT_TYPE), answer.header(CACHE_CONTROL)), (status, content_type, cache));
    assert_eq!(answer.header(CONTENT_LANGUAGE), "");
    assert_eq!(answer.header(X_CONTENT_TYPE_OPTIONS), "nosniff");
}
