use axhub_domain::refusal::Reason;
use axhub_hub::Error as HubError;
use axhub_hub::error::StoreError;
use rstest::rstest;

use super::*;
use crate::samples;

#[rstest]
#[case(HubError::Forbidden, 403, "permission_denied")]
#[case(HubError::NOT_FOUND, 404, "not_found")]
#[case(HubError::Overloaded, 503, "overloaded")]
#[case(HubError::from(FieldError::new("a", Reason::Null)), 400, "null")]
#[case(HubError::from(Conflict::OrderCodeReused), 409, "order_code_reused")]
#[case(HubError::Store(StoreError::Unavailable("x".into())), 503, "unavailable")]
#[case(HubError::Store(StoreError::Unsure("x".into())), 503, "unavailable")]
#[case(HubError::Store(StoreError::Contended("x".into())), 503, "unavailable")]
#[case(HubError::Store(StoreError::Constraint("x".into())), 500, "internal_error")]
#[case(HubError::Store(StoreError::Database("x".into())), 500, "internal_error")]
#[case(HubError::Store(StoreError::Schema("x".into())), 500, "internal_error")]
#[case(HubError::Store(StoreError::Address("x".into())), 500, "internal_error")]
fn what_the_hub_says_has_a_status_and_a_code(#[case] error: HubError, #[case] status: u16, #[case] code: &str) {
    let error = ApiError::from(error);
    assert_eq!((error.status().as_u16(), error.code()), (status, code));
    let retry_after = error.into_response().headers().get(RETRY_AFTER).cloned();
    assert_eq!(retry_after.is_some(), status == 503);
}

#[test]
fn every_conflict_is_a_409_with_its_own_code() {
    for conflict in samples::conflicts() {
        let code = conflict.code();
        let error = ApiError::from(Refusal::from(conflict));
        assert_eq!((error.status(), error.code()), (StatusCode::CONFLICT, code));
    }
}

#[test]
fn headers_go_with_the_response() {
    let error = ApiError::rate_limited(Duration::from_millis(2500))
        .with_header(HeaderName::from_static("ratelimit"), HeaderValue::from_static("\"key\";r=0;t=3"));
    let response = error.into_response();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[RETRY_AFTER], "3");
    assert_eq!(response.headers()["ratelimit"], "\"key\";r=0;t=3");
}

#[test]
fn it_is_cheap_to_return() {
    assert_eq!(size_of::<ApiError>(), size_of::<usize>());
}
