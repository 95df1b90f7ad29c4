use axhub_hub::directory::RateLimits;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::*;

fn headers(pairs: &[(&HeaderName, &[u8])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_bytes(value).unwrap());
    }
    headers
}

fn channel(code: &str) -> Principal {
    let owner = Owner::Channel { id: ChannelId(Uuid::from_u128(1)), code: code.to_owned(), limits: RateLimits::default() };
    Principal { key: KeyId(Uuid::from_u128(2)), owner }
}

fn supplier() -> Principal {
    let owner = Owner::Supplier { id: SupplierId(Uuid::from_u128(1)), code: "louvre".to_owned() };
    Principal { key: KeyId(Uuid::from_u128(2)), owner }
}

fn operator() -> Principal {
    Principal { key: KeyId(Uuid::from_u128(2)), owner: Owner::Operator { name: "kim".to_owned() } }
}

#[rstest]
#[case("Token abc", Some("abc"))]
#[case("token abc", Some("abc"))]
#[case(" TOKEN   abc ", Some("abc"))]
#[case("Token", None)]
#[case("Token ", None)]
#[case("abc", None)]
#[case("", None)]
#[case("Bearer abc", None)]
#[case("Basic YTpi", None)]
#[case("Token abc def", None)]
#[case("Tokenabc", None)]
#[case("Token 열쇠", None)]
fn a_key_comes_in_one_form(#[case] value: &str, #[case] expected: Option<&str>) {
    assert_eq!(token(&headers(&[(&AUTHORIZATION, value.as_bytes())])), expected);
}

#[test]
fn no_key_and_two_keys_are_no_key() {
    assert_eq!(token(&HeaderMap::new()), None);
    assert_eq!(token(&headers(&[(&AUTHORIZATION, b"Token a"), (&AUTHORIZATION, b"Token a")])), None);
}

#[rstest]
#[case("Code shop", true)]
#[case("code shop", true)]
#[case(" Code   shop ", true)]
#[case("Code shop2", false)]
#[case("Code SHOP", false)]
#[case("Code", false)]
#[case("Code ", false)]
#[case("shop", false)]
#[case("", false)]
#[case("Token shop", false)]
#[case("Code 상점", false)]
fn the_channel_header_names_the_keys_own_channel(#[case] value: &str, #[case] is_right: bool) {
    let called = channel_caller(&channel("shop"), &headers(&[(&CHANNEL, value.as_bytes())]));
    assert_eq!(called.is_ok(), is_right);
    if let Err(error) = called {
        assert_eq!(error.status().as_u16(), 403);
    }
}

#[test]
fn the_channel_header_may_be_absent_korean_or_repeated() {
    assert!(channel_caller(&channel("shop"), &HeaderMap::new()).is_ok());
    assert!(channel_caller(&channel("상점"), &headers(&[(&CHANNEL, "Code 상점".as_bytes())])).is_ok());
    assert!(channel_caller(&channel("shop"), &headers(&[(&CHANNEL, b"Code shop"), (&CHANNEL, b"Code shop")])).is_ok());
    assert!(channel_caller(&channel("shop"), &headers(&[(&CHANNEL, b"Code shop"), (&CHANNEL, b"Code else")])).is_err());
}

#[test]
fn a_key_of_the_wrong_kind_is_refused() {
    let none = HeaderMap::new();
    let expected = ChannelCaller { id: ChannelId(Uuid::from_u128(1)), code: "shop".to_owned(), key: KeyId(Uuid::from_u128(2)) };
    assert_eq!(channel_caller(&channel("shop"), &none).unwrap(), expected);
    assert_eq!(supplier_caller(&supplier()).unwrap().code, "louvre");
    assert_eq!(operator_caller(&operator()).unwrap().name, "kim");
    let refused = [
        channel_caller(&supplier(), &none).unwrap_err(),
        channel_caller(&operator(), &none).unwrap_err(),
        supplier_caller(&channel("shop")).unwrap_err(),
        supplier_caller(&operator()).unwrap_err(),
        operator_caller(&channel("shop")).unwrap_err(),
        operator_caller(&supplier()).unwrap_err(),
    ];
    for error in refused {
        assert_eq!((error.status().as_u16(), error.code()), (403, "permission_denied"));
    }
}

proptest! {
    #[test]
    fn any_header_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(value) = HeaderValue::from_bytes(&bytes) {
            let headers = headers(&[(&AUTHORIZATION, value.as_bytes()), (&CHANNEL, value.as_bytes())]);
            token(&headers);
            let _ = channel_caller(&channel("shop"), &headers);
        }
    }
}
