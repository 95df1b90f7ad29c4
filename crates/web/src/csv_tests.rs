use axum::body::Body;
use rstest::rstest;
use serde_json::{Map, Value};

use super::*;
use crate::errors::Errors;

async fn read_request(content_type: Option<&str>, body: &'static [u8]) -> Result<Bytes, ApiError> {
    let mut request = Request::post("/");
    if let Some(content_type) = content_type {
        request = request.header(CONTENT_TYPE, content_type);
    }
    let body = CsvBody::from_request(request.body(Body::from(body)).unwrap(), &()).await?;
    Ok(body.into_bytes())
}

#[rstest]
#[case("text/csv")]
#[case("Text/CSV; charset=\"UTF-8\"; header=present")]
#[tokio::test]
async fn a_table_is_announced_as_such(#[case] content_type: &str) {
    assert_eq!(read_request(Some(content_type), b"a,b").await.unwrap().as_ref(), b"a,b");
}

#[rstest]
#[case(Some("application/json"))]
#[case(Some("text/csv; charset=euc-kr"))]
#[case(Some("text/csvx"))]
#[case(None)]
#[tokio::test]
async fn anything_else_is_refused(#[case] content_type: Option<&str>) {
    assert_eq!(read_request(content_type, b"a,b").await.unwrap_err().code(), "unsupported_media_type");
}

#[tokio::test]
async fn a_table_may_be_larger_than_json_but_not_endless() {
    let large: &'static [u8] = vec![b'a'; crate::body::LIMIT + 1].leak();
    assert_eq!(read_request(Some("text/csv"), large).await.unwrap().len(), crate::body::LIMIT + 1);
    let too_large: &'static [u8] = vec![b'a'; LIMIT + 1].leak();
    let error = read_request(Some("text/csv"), too_large).await.unwrap_err();
    assert_eq!(error.kind(), &Kind::BodyTooLarge { limit: LIMIT });
}

#[tokio::test]
async fn nothing_is_no_table() {
    assert_eq!(read_request(Some("text/csv"), b"").await.unwrap_err().code(), "malformed_csv");
    assert_eq!(read(b"a,b\n1,\"2", 9).unwrap_err().code(), "malformed_csv");
}

#[test]
fn a_table_has_so_many_columns() {
    let names = |count: usize| vec!["a"; count].join(",");
    assert_eq!(read(names(MAX_COLUMNS).as_bytes(), 1).unwrap().columns.len(), MAX_COLUMNS);
    let fault = CsvFault { problem: CsvProblem::Columns, line: 1, column: 2 * MAX_COLUMNS + 1 };
    assert_eq!(read(names(MAX_COLUMNS + 1).as_bytes(), 1).unwrap_err().kind(), &Kind::MalformedCsv(fault));
}

#[rstest]
#[case(None, &[], false)]
#[case(None, &["*/*"], false)]
#[case(None, &["text/csv"], true)]
#[case(None, &["application/json, text/csv"], true)]
#[case(None, &["application/json;q=0.9", "text/csv;q=0.5"], false)]
#[case(None, &["text/csv;q=0"], false)]
#[case(None, &["text/csv;q=x"], false)]
#[case(Some("json"), &["text/csv"], false)]
#[case(Some("csv"), &["application/json"], true)]
fn the_query_decides_before_the_header(#[case] format: Option<&str>, #[case] accept: &[&'static str], #[case] wanted: bool) {
    let mut headers = HeaderMap::new();
    for value in accept {
        headers.append(ACCEPT, HeaderValue::from_static(value));
    }
    let members: Map<String, Value> = format.map(|format| ("format".to_owned(), Value::from(format))).into_iter().collect();
    let errors = Errors::default();
    assert_eq!(is_wanted(&Fields::new(&members, &errors), &headers), wanted);
    assert!(errors.is_empty());
}

#[test]
fn an_answer_says_what_it_is() {
    let response = response(HeaderMap::new(), "a,b\r\n".to_owned());
    assert_eq!(response.headers()[CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
    assert_eq!(response.headers()[VARY], "Accept");
}
