use axhub_domain::refusal::FieldError;
use proptest::prelude::*;

use super::*;

fn query(text: &str) -> Query {
    Query::of(&text.parse().unwrap())
}

fn wrong(error: &ApiError) -> Vec<FieldError> {
    let Kind::InvalidQuery(errors) = error.kind() else { panic!("{error:?}") };
    errors.clone()
}

#[test]
fn parameters_are_read_as_fields() {
    let read = query("/x?q=%EC%84%9C%EC%9A%B8+%ED%88%AC%EC%96%B4&from=2026-05-01&active=true&n=7")
        .read(|fields| {
            (
                fields.optional("q").string(20),
                fields.required("from").date().to_string(),
                fields.required("active").boolean(),
                fields.required("n").integer(1..=9),
            )
        })
        .unwrap();
    assert_eq!(read, (Some("서울 투어".to_owned()), "2026-05-01".to_owned(), true, 7));
}

#[test]
fn unknown_ones_are_ignored_and_of_repeated_ones_the_last_counts() {
    let read = query("/x?n=1&unknown=%00x&n=2").read(|fields| fields.required("n").integer(1..=9));
    assert_eq!(wrong(&read.unwrap_err()), [FieldError::new("unknown", Reason::NullCharacter)], "but NUL is nowhere allowed");
    let read = query("/x?n=one&unknown=[]&n=2").read(|fields| fields.required("n").integer(1..=9));
    assert_eq!(read.unwrap(), 2);
}

#[test]
fn a_strict_reader_refuses_what_it_does_not_ask_for() {
    let read = |text: &str| {
        let read = |fields: &Fields<'_>| (fields.optional(&["city", "town"]).string(9), fields.optional("n").integer(1..=9));
        query(text).read_strictly(read)
    };
    let unknown = || Reason::UnknownParameter { known: ["city", "town", "n"].map(str::to_owned).to_vec() };
    assert_eq!(read("/x?town=Seoul&n=2&n=3").unwrap(), (Some("Seoul".to_owned()), Some(3)));
    assert_eq!(wrong(&read("/x?ctiy=Seoul").unwrap_err()), [FieldError::new("ctiy", unknown())]);
    assert_eq!(
        wrong(&read("/x?n=0&City=&=x").unwrap_err()),
        [FieldError::new("n", Reason::TooSmall { min: 1 }), FieldError::new("", unknown()), FieldError::new("City", unknown())],
        "also when it is blank, has no name or differs in case"
    );
    assert_eq!(
        wrong(&read(&format!("/x?%00=1&{}=1", "a".repeat(100))).unwrap_err()),
        [FieldError::new("␀", Reason::NullCharacter), FieldError::new("a".repeat(64), unknown())]
    );
}

#[test]
fn blank_ones_count_as_absent() {
    let read = query("/x?from=&q").read(|fields| (fields.optional("from").date(), fields.optional("q").string(5)));
    assert_eq!(read.unwrap(), (None, None));
}

#[test]
fn all_wrong_ones_are_told_at_once() {
    let read = query("/x?from=today&n=0").read(|fields| {
        fields.optional("from").date();
        fields.required("n").integer(1..=9);
    });
    assert_eq!(wrong(&read.unwrap_err()), [FieldError::new("from", Reason::NotADate), FieldError::new("n", Reason::TooSmall { min: 1 })]);
}

#[test]
fn other_addresses_keep_what_they_do_not_set() {
    let query = query("/v1/x?q=a%20b&page=3&tag=1&tag=2");
    assert_eq!(query.with(&[("page", "4".to_owned())]), "/v1/x?q=a+b&tag=1&tag=2&page=4");
    assert_eq!(query.with(&[]), "/v1/x?q=a+b&page=3&tag=1&tag=2");
}

#[tokio::test]
async fn inside_a_nested_router_the_whole_address_counts() {
    use axum::routing::get;
    use tower::ServiceExt;

    let inner = axum::Router::new().route("/list", get(|query: Query| async move { query.with(&[]) }));
    let router = axum::Router::new().nest("/v1", inner);
    let request = axum::extract::Request::get("/v1/list?a=1").body(axum::body::Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
    assert_eq!(body, "/v1/list?a=1");
}

proptest! {
    #[test]
    fn any_query_is_read_or_refused(text in "[!$-;=?-~]{0,60}") {
        if let Ok(uri) = format!("/x?{text}").parse::<Uri>() {
            let query = Query::of(&uri);
            let _ = query.read(|fields| (fields.optional("a").integer(1..=9), fields.required("b").string(9)));
            let strict = query.read_strictly(|fields| fields.optional("a").string(99));
            prop_assert!(strict.is_err() || query.pairs().iter().all(|(name, _)| name == "a"));
            let address = query.with(&[("page", "2".to_owned())]);
            prop_assert!(address.parse::<Uri>().is_ok(), "{}", address);
            prop_assert!(!address.contains(['<', '>', '"']), "{}", address);
        }
    }
}
