use axhub_domain::refusal::Reason;
use axum::http::Method;
use futures_util::stream;
use rstest::rstest;
use serde_json::json;

use super::*;

fn request(content_type: Option<&str>, body: impl Into<Body>) -> Request {
    let mut builder = Request::builder().method(Method::POST).uri("/");
    if let Some(content_type) = content_type {
        builder = builder.header(CONTENT_TYPE, HeaderValue::from_bytes(content_type.as_bytes()).unwrap());
    }
    builder.body(body.into()).unwrap()
}

async fn read(request: Request) -> Result<JsonBody, ApiError> {
    <JsonBody as FromRequest<()>>::from_request(request, &()).await
}

async fn read_optional(request: Request) -> Result<Option<JsonBody>, ApiError> {
    <JsonBody as OptionalFromRequest<()>>::from_request(request, &()).await
}

async fn code(request: Request) -> (u16, &'static str) {
    let error = read(request).await.unwrap_err();
    (error.status().as_u16(), error.code())
}

#[rstest]
#[case("application/json")]
#[case("application/json; charset=utf-8")]
#[case("Application/JSON;charset=UTF-8")]
#[case(" application/json ")]
#[case("application/vnd.api+json")]
#[case("application/merge-patch+json; x=y")]
#[tokio::test]
async fn json_of_any_name_is_read(#[case] content_type: &str) {
    let body = read(request(Some(content_type), r#"{"a":1}"#)).await.unwrap();
    assert_eq!(Value::Object(body.members().clone()), json!({ "a": 1 }));
}

#[rstest]
#[case("text/plain")]
#[case("text/json")]
#[case("application/x-www-form-urlencoded")]
#[case("application/+json")]
#[case("application/jsonp")]
#[case("application/json+xml")]
#[case("")]
#[case("application/json, text/plain")]
#[case("한글")]
#[tokio::test]
async fn other_types_are_refused_before_the_body_is_read(#[case] content_type: &str) {
    let endless = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    assert_eq!(code(request(Some(content_type), endless)).await, (415, "unsupported_media_type"));
}

#[tokio::test]
async fn a_body_of_no_type_is_refused_and_no_body_is_an_empty_one() {
    assert_eq!(code(request(None, r#"{"a":1}"#)).await, (415, "unsupported_media_type"));
    let empty = read(request(None, Body::empty())).await.unwrap_err();
    let Kind::MalformedJson(fault) = empty.kind() else { panic!("{empty:?}") };
    assert_eq!(fault.problem, JsonProblem::Empty);
    let empty = read(request(Some("application/json"), Body::empty())).await.unwrap_err();
    assert_eq!(empty.code(), "malformed_json");
}

#[tokio::test]
async fn where_a_body_is_optional_none_is_fine_whatever_its_type() {
    for content_type in [None, Some("application/json"), Some("application/x-www-form-urlencoded")] {
        assert!(read_optional(request(content_type, Body::empty())).await.unwrap().is_none(), "{content_type:?}");
    }
    let nothing = Body::from_stream(stream::empty::<Result<Bytes, std::io::Error>>());
    assert!(read_optional(request(None, nothing)).await.unwrap().is_none(), "also when its end is only seen by reading");
    assert!(read_optional(request(Some("application/json"), "{}")).await.unwrap().is_some());
    assert_eq!(read_optional(request(Some("text/plain"), "{}")).await.unwrap_err().code(), "unsupported_media_type");
    assert_eq!(read_optional(request(None, "{}")).await.unwrap_err().code(), "unsupported_media_type");
    assert_eq!(read_optional(request(Some("application/json"), "{")).await.unwrap_err().code(), "malformed_json");
}

#[tokio::test]
async fn a_compressed_body_is_refused() {
    let mut request = request(Some("application/json"), "{}");
    request.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    assert_eq!(code(request).await, (415, "unsupported_media_type"));
}

/// A body of `length` bytes that is an object, in pieces that announce nothing.
fn chunked(length: usize) -> Body {
    let mut json = br#"{"a":""#.to_vec();
    json.resize(length - 2, b'x');
    json.extend(br#""}"#);
    let chunks: Vec<Result<Bytes, std::io::Error>> = json.chunks(60_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    Body::from_stream(stream::iter(chunks))
}

#[tokio::test]
async fn the_limit_holds_however_the_length_is_announced() {
    let json = Some("application/json");
    assert!(read(request(json, chunked(LIMIT))).await.is_ok());
    assert_eq!(code(request(json, chunked(LIMIT + 1))).await, (413, "body_too_large"));
    let mut lying = request(json, chunked(LIMIT + 1));
    lying.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("5"));
    assert_eq!(code(lying).await, (413, "body_too_large"));
    let mut announced = request(json, Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>()));
    announced.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(LIMIT + 1));
    assert_eq!(code(announced).await, (413, "body_too_large"), "and is not waited for");
    let mut nonsense = request(json, chunked(100));
    nonsense.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("many"));
    assert!(read(nonsense).await.is_ok());
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let chunks = [Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("reset"))];
    let broken = request(Some("application/json"), Body::from_stream(stream::iter(chunks)));
    assert_eq!(code(broken).await, (400, "malformed_request"));
}

#[rstest]
#[case("[]", "list")]
#[case("\"x\"", "str")]
#[case("1.5", "number")]
#[case("true", "bool")]
#[case("null", "null")]
fn only_objects_are_bodies(#[case] text: &str, #[case] expected: &str) {
    let error = JsonBody::parse(text.as_bytes()).unwrap_err();
    let Kind::BodyNotAnObject { found } = error.kind() else { panic!("{error:?}") };
    assert_eq!(*found, expected);
}

#[rstest]
#[case(b"\xff\xfe")]
#[case(b"{} {}")]
#[case(b"{\"a\":}")]
fn what_is_no_json_is_refused(#[case] bytes: &[u8]) {
    assert_eq!(JsonBody::parse(bytes).unwrap_err().code(), "malformed_json");
}

#[test]
fn faults_of_the_tree_and_of_the_fields_come_together() {
    let body = JsonBody::parse(br#"{"a":"x","a":"y","b":1e400}"#).unwrap();
    let error = body.read(|fields| fields.required("c").string(5)).unwrap_err();
    let Kind::Fields { errors, .. } = error.kind() else { panic!("{error:?}") };
    let expected = [("a", Reason::RepeatedMember), ("b", Reason::NotANumber), ("c", Reason::Required)]
        .map(|(path, reason)| FieldError::new(path, reason));
    assert_eq!(errors, &expected);
}

#[test]
fn a_reader_may_refuse_by_itself() {
    let body = || JsonBody::parse(br#"{"a":"x"}"#).unwrap();
    assert_eq!(body().try_read(|fields| Ok(fields.required("a").string(5))).unwrap(), "x");
    let refused = body().try_read(|fields| {
        fields.required("b").boolean();
        Err::<(), _>(vec![FieldError::new("a", Reason::MappingUnknown)])
    });
    let refused = refused.unwrap_err();
    let Kind::Fields { errors, .. } = refused.kind() else { panic!("{refused:?}") };
    assert_eq!(errors.len(), 2);
    assert_eq!(body().try_read(|_| Err::<(), _>(Vec::new())).unwrap_err().code(), "internal_error");
}
