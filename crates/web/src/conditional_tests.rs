use axum::body::to_bytes;
use axum::http::header::LINK;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::*;

/// The tag of `{}`. It must not change between releases without need, or every client fetches everything again.
const TAG: &str = "\"44136fa355b3678a1146ad16f7e8649e\"";

fn having(values: &[&str]) -> Conditional {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(IF_NONE_MATCH, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    Conditional::of(&headers)
}

async fn answer(conditional: &Conditional) -> (u16, HeaderMap, String) {
    let mut extra = HeaderMap::new();
    extra.insert(LINK, HeaderValue::from_static("</x>; rel=\"first\""));
    let response = conditional.json_with(extra, &json!({})).unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1000).await.unwrap();
    (parts.status.as_u16(), parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

#[rstest]
#[case(&[])]
#[case(&["\"44136fa355b3678a\""])]
#[case(&["44136fa355b3678a1146ad16f7e8649e"])]
#[case(&["w/\"44136fa355b3678a1146ad16f7e8649e\""])]
#[case(&["\"한글\"", "", ",,"])]
#[tokio::test]
async fn a_client_that_does_not_have_it_gets_the_body_and_its_tag(#[case] known: &[&str]) {
    let (status, headers, body) = answer(&having(known)).await;
    assert_eq!((status, body.as_str()), (200, "{}"));
    assert_eq!(headers[ETAG], TAG);
    assert_eq!(headers[CONTENT_TYPE], "application/json");
    assert_eq!(headers[CACHE_CONTROL], "private, no-cache");
    assert_eq!(headers[VARY], "Authorization");
    assert_eq!(headers[LINK], "</x>; rel=\"first\"");
}

#[rstest]
#[case(&[TAG])]
#[case(&["W/\"44136fa355b3678a1146ad16f7e8649e\""])]
#[case(&["\"x\" ,\"44136fa355b3678a1146ad16f7e8649e\", \"y\""])]
#[case(&["\"x\"", "\"44136fa355b3678a1146ad16f7e8649e\""])]
#[case(&["*"])]
#[tokio::test]
async fn a_client_that_has_it_gets_only_the_headers(#[case] known: &[&str]) {
    let (status, headers, body) = answer(&having(known)).await;
    assert_eq!((status, body.as_str()), (304, ""));
    assert_eq!(headers[ETAG], TAG);
    assert_eq!(headers[CACHE_CONTROL], "private, no-cache");
    assert_eq!(headers[VARY], "Authorization");
    assert_eq!(headers[LINK], "</x>; rel=\"first\"");
    assert!(!headers.contains_key(CONTENT_TYPE));
}

#[test]
fn what_cannot_be_written_is_a_fault_of_ours() {
    let body = std::collections::BTreeMap::from([(vec![1], 1)]);
    assert_eq!(Conditional::default().json(&body).unwrap_err().code(), "internal_error");
}

proptest! {
    #[test]
    fn any_header_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..60), body in "\\PC{0,20}") {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(&bytes) {
            headers.insert(IF_NONE_MATCH, value);
        }
        let conditional = Conditional::of(&headers);
        let response = conditional.json(&body).unwrap();
        let tag = response.headers()[ETAG].to_str().unwrap().to_owned();
        prop_assert_eq!(having(&[&tag]).json(&body).unwrap().status(), StatusCode::NOT_MODIFIED);
        let other = json!([body]);
        prop_assert_eq!(having(&[&tag]).json(&other).unwrap().status(), StatusCode::OK);
    }
}
