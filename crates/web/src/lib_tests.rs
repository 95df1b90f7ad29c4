use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

async fn ask(router: Router, request: Request) -> (u16, HeaderMap, String) {
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, 10_000).await.unwrap();
    (parts.status.as_u16(), parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

fn request(method: &str, uri: &str, body: &str) -> Request {
    let builder = Request::builder().method(method).uri(uri).header("x-request-id", "r-1");
    builder.header("content-type", "application/json").header("accept-language", "en").body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test]
async fn a_panic_is_a_500_like_any_other() {
    let router = layers(Router::new().route(
        "/",
        get(|| async {
            if true {
                panic!("secret")
            }
        }),
    ));
    let (status, headers, body) = ask(router, request("GET", "/", "")).await;
    assert_eq!(status, 500);
    assert_eq!(
        body,
        r#"{"message":"A server error occurred.","detail":"A server error occurred.","code":"internal_error","request_id":"r-1"}"#
    );
    assert_eq!(headers["x-request-id"], "r-1");
    assert_eq!(headers["content-language"], "en");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_a_408() {
    let router = Router::new().route("/", get(std::future::pending::<()>));
    let (status, _, body) =
        ask(layers_with(router, Duration::ZERO, RateLimiter::default(), KeptAnswers::default()), request("GET", "/", "")).await;
    assert_eq!(status, 408);
    assert_eq!(
        body,
        r#"{"message":"The request took too long. Send the same request again.","detail":"The request took too long. Send the same request again.","code":"request_timeout","request_id":"r-1"}"#
    );
}

#[tokio::test]
async fn the_layers_are_around_fallbacks_and_nested_routers_too() {
    let router = || layers(Router::new().nest("/v1", Router::new().route("/x", get(|| async {}))));
    for (method, uri, status) in [("GET", "/nowhere", 404), ("GET", "/v1/nowhere", 404), ("POST", "/v1/x", 405), ("GET", "/v1/x", 200)] {
        let (found, headers, body) = ask(router(), request(method, uri, "")).await;
        assert_eq!(found, status, "{method} {uri}");
        assert_eq!(headers["x-request-id"], "r-1");
        assert_eq!(serde_json::from_str::<Value>(&body).is_ok(), status != 200);
    }
}

/// What a handler of the contract looks like, without a caller.
async fn place(query: Query, body: JsonBody) -> Result<axum::Json<Value>, ApiError> {
    let dry_run = query.read(|fields| fields.optional("dry_run").boolean())?;
    let vocabulary = if body.members().contains_key("depth_combinations") { Vocabulary::legacy() } else { Vocabulary::current() };
    let quantities = body
        .read(|fields| fields.required(&[vocabulary.list, "options"]).objects(2, |line| line.required("quantity").integer::<u32>(1..=9)))?;
    if quantities.iter().sum::<u32>() > 9 {
        return Err(ApiError::from(samples::conflict("sold_out").unwrap_or_else(|| unreachable!())).in_vocabulary(vocabulary));
    }
    Ok(axum::Json(json!({ "quantities": quantities, "dry_run": dry_run })))
}

#[tokio::test]
async fn an_endpoint_reads_decides_and_answers() {
    let router = || layers(Router::new().route("/orders", post(place)));
    let answer = async |uri: &str, body: &str| {
        let (status, _, body) = ask(router(), request("POST", uri, body)).await;
        (status, body)
    };
    assert_eq!(
        answer("/orders?dry_run=1", r#"{"options":[{"quantity":2},{"quantity":"3"}]}"#).await,
        (200, r#"{"dry_run":true,"quantities":[2,3]}"#.to_owned())
    );
    assert_eq!(
        answer("/orders?dry_run=maybe", "{}").await,
        (
            400,
            r#"{"message":"Invalid query.","detail":"Invalid query.","code":"invalid_query","request_id":"r-1","errors":{"dry_run":"Must be a valid boolean."}}"#
                .to_owned()
        )
    );
    assert_eq!(
        answer("/orders", r#"{"depth_combinations":[{"quantity":0},{},{}]}"#).await,
        (
            400,
            r#"{"depth_combinations":"Ensure this field has no more than 2 elements.","error":{"code":"too_many","request_id":"r-1"}}"#
                .to_owned()
        )
    );
    assert_eq!(
        answer("/orders", r#"{"depth_combinations":[{"quantity":0},{}]}"#).await,
        (
            400,
            r#"{"depth_combinations[0].quantity":"Ensure this value is greater than or equal to 1.","depth_combinations[1].quantity":"This field is required.","error":{"code":"invalid_fields","request_id":"r-1"}}"#
                .to_owned()
        )
    );
    let (status, body) = answer("/orders", r#"{"depth_combinations":[{"quantity":9},{"quantity":1}]}"#).await;
    assert_eq!(status, 409);
    assert!(body.contains(r#""dc_code":"#) && body.contains(r#""field":"depth_combinations[0].quantity""#), "{body}");
    assert_eq!(answer("/orders", "[]").await.0, 400);
    assert_eq!(answer("/orders", "{").await.0, 400);
}
