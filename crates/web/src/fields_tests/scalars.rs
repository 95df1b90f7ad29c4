//! One value: what each reader takes, and what it says of the rest.

use super::*;

#[rstest]
#[case(json!("  홍길동\n"), Ok("홍길동"))]
#[case(json!(1), Ok("1"))]
#[case(number("1.50"), Ok("1.50"))]
#[case(json!("12345"), Ok("12345"))]
#[case(json!("한글다섯자"), Ok("한글다섯자"))]
#[case(json!("123456"), Err("too_long"))]
#[case(json!(true), Err("not_a_string"))]
#[case(json!([]), Err("not_a_string"))]
#[case(json!({}), Err("not_a_string"))]
fn strings(#[case] value: Value, #[case] expected: Result<&str, &str>) {
    let expected = expected.map(str::to_owned).map_err(str::to_owned);
    assert_eq!(required(value.clone(), |field| field.string(5)), expected);
    let read = optional(value, |field| field.string(5));
    assert_eq!(read.map_err(|error| error.replace("a: ", "")), expected.map(Some));
}

#[rstest]
#[case(json!(1), Ok(1))]
#[case(json!("1000"), Ok(1000))]
#[case(json!(" 2 "), Ok(2))]
#[case(json!("+2"), Ok(2))]
#[case(json!("007"), Ok(7))]
#[case(json!(0), Err("too_small"))]
#[case(json!(-3), Err("too_small"))]
#[case(json!(1001), Err("too_large"))]
#[case(json!("99999999999999999999999999"), Err("too_large"))]
#[case(json!("-99999999999999999999999999"), Err("too_small"))]
#[case(json!(u64::MAX), Err("too_large"))]
#[case(number("2.0"), Ok(2))]
#[case(number("0.0"), Err("too_small"))]
#[case(number("-2.00"), Err("too_small"))]
#[case(number("99999999999999999999999999.0"), Err("too_large"))]
#[case(number("2.05"), Err("not_an_integer"))]
#[case(number("2.5"), Err("not_an_integer"))]
#[case(number("1e2"), Err("not_an_integer"))]
#[case(json!("2.0"), Err("not_an_integer"))]
#[case(json!("two"), Err("not_an_integer"))]
#[case(json!("１"), Err("not_an_integer"))]
#[case(json!("-"), Err("not_an_integer"))]
#[case(json!("+-1"), Err("not_an_integer"))]
#[case(json!("1_000"), Err("not_an_integer"))]
#[case(json!(true), Err("not_an_integer"))]
#[case(json!([1]), Err("not_an_integer"))]
fn integers(#[case] value: Value, #[case] expected: Result<u32, &str>) {
    assert_eq!(required(value, |field| field.integer(1..=1000)), expected.map_err(str::to_owned));
}

#[test]
fn integers_reach_the_ends_of_their_types() {
    let any_i64 = |value| required(value, |field| field.integer(i64::MIN..=i64::MAX));
    assert_eq!(any_i64(json!(i64::MAX)), Ok(i64::MAX));
    assert_eq!(any_i64(json!(i64::MIN)), Ok(i64::MIN));
    assert_eq!(any_i64(json!("9223372036854775808")), Err("too_large".to_owned()));
    assert_eq!(any_i64(json!("-9223372036854775809")), Err("too_small".to_owned()));
    assert_eq!(required(json!(255), |field| field.integer(0..=u8::MAX)), Ok(255));
    assert_eq!(required(json!(256), |field| field.integer(0..=u8::MAX)), Err("too_large".to_owned()));
}

#[rstest]
#[case(json!(true), Ok(true))]
#[case(json!(false), Ok(false))]
#[case(json!("true"), Ok(true))]
#[case(json!("True"), Ok(true))]
#[case(json!("FALSE"), Ok(false))]
#[case(json!("1"), Ok(true))]
#[case(json!(1), Ok(true))]
#[case(json!(0), Ok(false))]
#[case(json!("y"), Ok(true))]
#[case(json!("off"), Ok(false))]
#[case(json!(2), Err("not_a_boolean"))]
#[case(json!("maybe"), Err("not_a_boolean"))]
#[case(json!({}), Err("not_a_boolean"))]
#[case(json!([]), Err("not_a_boolean"))]
fn booleans(#[case] value: Value, #[case] expected: Result<bool, &str>) {
    assert_eq!(required(value, |field| field.boolean()), expected.map_err(str::to_owned));
}

#[rstest]
#[case(json!("71200.00000"), Ok("71200.00000"))]
#[case(number("71200.5"), Ok("71200.50000"))]
#[case(json!(71200), Ok("71200.00000"))]
#[case(json!(" 1 "), Ok("1.00000"))]
#[case(number("0.00001"), Ok("0.00001"))]
#[case(number("1e2"), Ok("100.00000"))]
#[case(number("0.000001"), Err("too_precise"))]
#[case(json!("99999999999999"), Err("too_precise"))]
#[case(json!(-1), Err("too_small"))]
#[case(json!("1,000"), Err("not_a_number"))]
#[case(json!("free"), Err("not_a_number"))]
#[case(json!(true), Err("not_a_number"))]
#[case(json!({}), Err("not_a_number"))]
fn amounts(#[case] value: Value, #[case] expected: Result<&str, &str>) {
    let read = required(value, |field| field.money().to_string());
    assert_eq!(read, expected.map(str::to_owned).map_err(str::to_owned));
}

#[rstest]
#[case(json!("USD"), Ok(Currency::Usd))]
#[case(json!(" KRW "), Ok(Currency::Krw))]
#[case(json!("2"), Ok(Currency::Usd))]
#[case(json!(2), Ok(Currency::Usd))]
#[case(json!("usd"), Err("not_a_choice"))]
#[case(json!(3), Err("not_a_choice"))]
#[case(json!(false), Err("not_a_string"))]
fn choices(#[case] value: Value, #[case] expected: Result<Currency, &str>) {
    let old = |text: &str| match text {
        "1" => Some(Currency::Krw),
        "2" => Some(Currency::Usd),
        _ => None,
    };
    let read = required(value, |field| field.choice_or(&[("KRW", Currency::Krw), ("USD", Currency::Usd)], old));
    assert_eq!(read, expected.map_err(str::to_owned));
}

#[test]
fn a_wrong_choice_is_repeated_shortened_with_what_would_be_right() {
    let members = json!({ "a": "가".repeat(100) });
    let errors = Errors::default();
    Fields::new(members.as_object().unwrap(), &errors).required("a").choice(&[("KRW", 1), ("USD", 2)]);
    let expected = Reason::NotAChoice { value: "가".repeat(64), choices: vec!["KRW".into(), "USD".into()] };
    assert_eq!(errors.into_list(), [FieldError::new("a", expected)]);
}

#[rstest]
#[case(json!("2022-01-21T10:00:00.000Z"), Ok("2022-01-21T10:00:00.000Z"))]
#[case(json!("2022-01-21 19:00"), Ok("2022-01-21T10:00:00.000Z"))]
#[case(json!("2022-01-21"), Err("not_a_datetime"))]
#[case(json!(1_642_759_200), Err("not_a_datetime"))]
#[case(json!([]), Err("not_a_string"))]
fn instants(#[case] value: Value, #[case] expected: Result<&str, &str>) {
    let seoul = TimeZone::get("Asia/Seoul").unwrap();
    let read = required(value, |field| format_instant(field.instant(&seoul)));
    assert_eq!(read, expected.map(str::to_owned).map_err(str::to_owned));
}

#[test]
fn dates_times_and_ids() {
    assert_eq!(required(json!("2026-02-28"), |field| field.date()), Ok(date(2026, 2, 28)));
    assert_eq!(required(json!("2026-02-29"), |field| field.date()), Err("not_a_date".to_owned()));
    assert_eq!(required(json!("14:30"), |field| field.time_of_day()), Ok(time(14, 30, 0, 0)));
    assert_eq!(required(json!("24:00"), |field| field.time_of_day()), Err("not_a_time_of_day".to_owned()));
    let id = |value| required(value, |field| field.id::<OptionId>(Reason::OptionUnknown).to_string());
    let text = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01";
    assert_eq!(id(json!(text)), Ok(text.to_owned()));
    assert_eq!(id(json!(text.to_uppercase())), Ok(text.to_owned()));
    assert_eq!(id(json!("DC-1")), Err("option_unknown".to_owned()));
    assert_eq!(id(json!(7)), Err("option_unknown".to_owned()));
}

#[rstest]
#[case("https://shop.example/tours/1?x=1#y", true)]
#[case("HTTP://shop.example", true)]
#[case("https://상점.한국/투어/1", true)]
#[case("http://[::1]:8080/", true)]
#[case("ftp://shop.example", false)]
#[case("//shop.example", false)]
#[case("shop.example", false)]
#[case("https://", false)]
#[case("https:///path", false)]
#[case("https:shop.example", false)]
#[case("https://a b", false)]
#[case("https://shop.example/\nx", false)]
#[case("https:\\\\shop.example", false)]
#[case("javascript:alert(1)//https://", false)]
#[case("https://exa mple", false)]
#[case("http://[::1", false)]
#[case("한국://한국", false)]
fn urls(#[case] text: &str, #[case] is_right: bool) {
    let expected = if is_right { Ok(text.to_owned()) } else { Err("not_a_url".to_owned()) };
    assert_eq!(required(json!(text), |field| field.url()), expected);
}

#[test]
fn a_url_has_a_longest_length() {
    let url = |length: usize| format!("https://x.kr/{}", "a".repeat(length - 13));
    assert!(required(json!(url(2048)), |field| field.url()).is_ok());
    assert_eq!(required(json!(url(2049)), |field| field.url()), Err("too_long".to_owned()));
}
