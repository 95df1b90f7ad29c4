use axhub_domain::ids::OptionId;
use axhub_domain::money::{Currency, Money};
use axhub_domain::refusal::FieldPath;
use axhub_domain::time::format_instant;
use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::tree::tests::any_tree;

/// What `read` makes of an object, and `path: code` of everything that is wrong with it.
fn reading<T>(object: Value, read: impl FnOnce(&Fields<'_>) -> T) -> (T, Vec<String>) {
    let Value::Object(members) = object else { panic!("{object}") };
    let errors = Errors::default();
    let value = read(&Fields::new(&members, &errors));
    let told = |error: FieldError| match error.path {
        FieldPath::Text(path) => format!("{path}: {}", error.reason.code()),
        other => panic!("{other:?}"),
    };
    (value, errors.into_list().into_iter().map(told).collect())
}

/// `{"a": value}`.
fn object(value: Value) -> Value {
    Value::Object(Map::from_iter([("a".to_owned(), value)]))
}

/// The value that a required reader makes of `{"a": value}`, or the code of its error.
fn required<T>(value: Value, read: impl FnOnce(Field<'_, '_, Required>) -> T) -> Result<T, String> {
    let (read, errors) = reading(object(value), |fields| read(fields.required("a")));
    match errors.as_slice() {
        [] => Ok(read),
        [one] => Err(one.strip_prefix("a: ").unwrap_or(one).to_owned()),
        several => panic!("{several:?}"),
    }
}

fn optional<T>(value: Value, read: impl FnOnce(Field<'_, '_, Optional>) -> Option<T>) -> Result<Option<T>, String> {
    let (read, errors) = reading(object(value), |fields| read(fields.optional("a")));
    errors.into_iter().next().map_or(Ok(read), Err)
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_required_reader_tells_what_is_missing() {
    let read_all = |fields: &Fields<'_>| {
        fields.required("string").string(9);
        fields.required("integer").integer(1..=2);
        fields.required("boolean").boolean();
        fields.required("money").money();
        fields.required("choice").choice(&[("x", 1)]);
        fields.required("id").id::<OptionId>(Reason::OptionUnknown);
        fields.required("instant").instant(&TimeZone::UTC);
        fields.required("date").date();
        fields.required("time").time_of_day();
        fields.required("url").url();
        fields.required("object").object();
        fields.required("free_form").free_form();
        fields.required("map").string_map(9, 9);
        fields.required("objects").objects(9, |_| ());
        fields.required("strings").strings(9, 9);
    };
    let names = [
        "string",
        "integer",
        "boolean",
        "money",
        "choice",
        "id",
        "instant",
        "date",
        "time",
        "url",
        "object",
        "free_form",
        "map",
        "objects",
        "strings",
    ];
    assert_eq!(reading(json!({}), read_all).1, names.map(|name| format!("{name}: required")));

    let nulls: Value = names.iter().map(|name| ((*name).to_owned(), Value::Null)).collect::<Map<_, _>>().into();
    let expected: Vec<String> = names.iter().filter(|name| **name != "free_form").map(|name| format!("{name}: null")).collect();
    assert_eq!(reading(nulls, read_all).1, expected);

    let blanks: Value = names.iter().map(|name| ((*name).to_owned(), " ".into())).collect::<Map<_, _>>().into();
    let expected = names.map(|name| {
        let code = match name {
            "object" | "free_form" | "map" => "not_an_object",
            "objects" | "strings" => "not_a_list",
            _ => "blank",
        };
        format!("{name}: {code}")
    });
    assert_eq!(reading(blanks, read_all).1, expected);
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "a": null }))]
#[case(json!({ "a": "" }))]
#[case(json!({ "a": " \t " }))]
fn an_optional_field_may_be_absent_null_or_blank(#[case] object: Value) {
    let (values, errors) = reading(object, |fields| {
        [
            fields.optional("a").string(9).is_none(),
            fields.optional("a").integer(1..=2).is_none(),
            fields.optional("a").boolean().is_none(),
            fields.optional("a").money().is_none(),
            fields.optional("a").choice(&[("x", 1)]).is_none(),
            fields.optional("a").id::<OptionId>(Reason::OptionUnknown).is_none(),
            fields.optional("a").instant(&TimeZone::UTC).is_none(),
            fields.optional("a").date().is_none(),
            fields.optional("a").time_of_day().is_none(),
            fields.optional("a").url().is_none(),
            fields.optional("a").object().is_none(),
            fields.optional("a").free_form().is_none(),
            fields.optional("a").string_map(9, 9).is_none(),
            fields.optional("a").objects(9, |_| ()).is_none(),
            fields.optional("a").strings(9, 9).is_none(),
        ]
    });
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(values, [true; 15]);
}

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
#[case(number("2.0"), Err("not_an_integer"))]
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

#[test]
fn the_first_name_that_is_there_wins() {
    let names = &["option_code", "dc_code", "code"];
    let (value, errors) = reading(json!({ "code": "c", "dc_code": "b" }), |fields| fields.required(names).string(9));
    assert_eq!((value.as_str(), errors), ("b", vec![]));
    let (value, errors) = reading(json!({ "option_code": null, "dc_code": "b" }), |fields| fields.required(names).string(9));
    assert_eq!((value.as_str(), errors), ("b", vec![]));
    let wrong = |object| reading(object, |fields| fields.required(names).string(9)).1;
    assert_eq!(wrong(json!({ "dc_code": [] })), ["dc_code: not_a_string"]);
    assert_eq!(wrong(json!({ "dc_code": null, "code": null })), ["dc_code: null"]);
    assert_eq!(wrong(json!({})), ["option_code: required"]);
}

#[test]
fn a_reader_can_ask_for_names_and_add_errors() {
    let object = json!({ "order": { "channel_order_id": "x" } });
    let ((), errors) = reading(object, |fields| {
        let order = fields.required("order").object();
        let names = &["channel_order_code", "channel_order_id"];
        assert!(order.has("channel_order_id"));
        assert!(!order.has("channel_order_code"));
        assert_eq!(order.name_used(names), "channel_order_id");
        assert_eq!(order.path_of(names), "order.channel_order_id");
        order.wrong(names, Reason::Disagrees { with: "b".to_owned() });
        order.wrong_all([FieldError::new("order.total", Reason::Null)]);
    });
    assert_eq!(errors, ["order.channel_order_id: disagrees", "order.total: null"]);
}

#[derive(Debug, PartialEq)]
struct Line {
    quantity: u32,
    price: Money,
    names: Vec<String>,
}

fn line(fields: &Fields<'_>) -> Line {
    Line {
        quantity: fields.required("quantity").integer(1..=9),
        price: fields.required("price").money(),
        names: fields.required("tickets").objects(3, |ticket| ticket.required("name").string(9)),
    }
}

#[test]
fn lists_of_objects_are_read_to_the_end_with_every_error() {
    let object = json!({
        "options": [
            { "quantity": 2, "price": "1.5", "tickets": [{ "name": "a" }, { "name": "b" }] },
            { "quantity": 0, "tickets": [{}, null, 5, { "name": " " }] },
            null,
            "x",
            { "price": 1, "quantity": "3", "tickets": [] },
            { "price": [], "quantity": "3", "tickets": [{ "name": [] }, 1, null] },
        ]
    });
    let (lines, errors) = reading(object, |fields| fields.required("options").objects(9, line));
    assert_eq!(lines[0], Line { quantity: 2, price: Money::from_parts(150_000), names: vec!["a".into(), "b".into()] });
    assert_eq!(
        errors,
        [
            "options[1].quantity: too_small",
            "options[1].price: required",
            "options[1].tickets: too_many",
            "options[2]: null",
            "options[3]: not_an_object",
            "options[4].tickets: empty_list",
            "options[5].price: not_a_number",
            "options[5].tickets[0].name: not_a_string",
            "options[5].tickets[1]: not_an_object",
            "options[5].tickets[2]: null",
        ]
    );
}

#[test]
fn an_optional_list_may_be_empty_but_not_too_long() {
    let read = |value| optional(value, |field| field.strings(2, 3));
    assert_eq!(read(json!([])), Ok(Some(vec![])));
    assert_eq!(read(json!([" a ", 2])), Ok(Some(vec!["a".into(), "2".into()])));
    assert_eq!(read(json!(["a", "b", "c"])), Err("a: too_many".to_owned()));
    assert_eq!(read(json!({})), Err("a: not_a_list".to_owned()));
    assert_eq!(read(json!(["a", " "])), Err("a[1]: blank".to_owned()));
    assert_eq!(read(json!([null])), Err("a[0]: null".to_owned()));
    assert_eq!(read(json!(["abcd"])), Err("a[0]: too_long".to_owned()));
    assert_eq!(read(json!([true])), Err("a[0]: not_a_string".to_owned()));
    assert_eq!(required(json!([]), |field| field.strings(2, 3)), Err("empty_list".to_owned()));
}

#[test]
fn lists_of_texts_may_mean_something() {
    let read = |value| required(value, |field| field.texts_as(2, |text| text.parse::<u8>().map_err(|_| Reason::NotAnInteger)));
    assert_eq!(read(json!(["1", 2])), Ok(vec![1, 2]));
    assert_eq!(read(json!(["1", "x"])), Err("a[1]: not_an_integer".to_owned()));
    assert_eq!(read(json!([{}])), Err("a[0]: not_a_string".to_owned()));
    assert_eq!(read(json!([""])), Err("a[0]: blank".to_owned()));
    assert_eq!(read(json!([1, 2, 3])), Err("too_many".to_owned()));
}

#[test]
fn an_object_that_is_wrong_is_told_once() {
    let read = |fields: &Fields<'_>| {
        let order = fields.required("order").object();
        order.required("total").money();
        order.required("person").object().required("name").string(5);
        order.required("list").objects(5, |item| item.required("x").boolean());
        order.wrong("total", Reason::AmountTooLarge);
        order.wrong_all([FieldError::new("x", Reason::Null)]);
    };
    assert_eq!(reading(json!({}), read).1, ["order: required"]);
    assert_eq!(reading(json!({ "order": [] }), read).1, ["order: not_an_object"]);
}

#[test]
fn objects_have_paths() {
    let ((), errors) = reading(json!({ "a": { "b": { "c": 1 } } }), |fields| {
        let inner = fields.required("a").object().required("b").object();
        inner.required("c").boolean();
        inner.required("d").string(5);
        assert!(fields.optional("a").object().is_some());
        inner.required("c").date();
    });
    assert_eq!(errors, ["a.b.d: required", "a.b.c: not_a_date"]);
}

#[test]
fn free_form_objects_are_taken_as_they_are() {
    let object = json!({ "x": [1, { "y": null }], "z": "  " });
    assert_eq!(required(object.clone(), |field| field.free_form()).map(Value::Object), Ok(object.clone()));
    assert_eq!(required(Value::Null, |field| field.free_form()), Ok(Map::new()));
    assert_eq!(required(json!([]), |field| field.free_form()), Err("not_an_object".to_owned()));
    assert_eq!(optional(object.clone(), |field| field.free_form()).map(|map| map.map(Value::Object)), Ok(Some(object)));
    assert_eq!(optional(json!("x"), |field| field.free_form()), Err("a: not_an_object".to_owned()));
}

#[test]
fn maps_of_texts_name_their_wrong_members() {
    let read = |value| required(value, |field| field.string_map(3, 4));
    assert_eq!(read(json!({ "0": 1, "50": " 3 " })), Ok(vec![("0".into(), "1".into()), ("50".into(), "3".into())]));
    assert_eq!(read(json!({})), Ok(vec![]));
    assert_eq!(read(json!({ "x": "" })), Err("a.x: blank".to_owned()));
    assert_eq!(read(json!({ "x": "abcde" })), Err("a.x: too_long".to_owned()));
    assert_eq!(read(json!({ "x": { } })), Err("a.x: not_a_string".to_owned()));
    assert_eq!(read(json!({ "w": 1, "x": 1, "y": 1, "z": 1 })), Err("too_many".to_owned()));
    assert_eq!(read(json!([])), Err("not_an_object".to_owned()));
    assert_eq!(read(json!({ "x".repeat(1000): [] })), Err(format!("a.{}: not_a_string", "x".repeat(64))));
}

/// Reads `name` as everything there is.
fn read_as_everything(fields: &Fields<'_>, name: &str, depth: usize) {
    let names = &[name, "a"];
    fields.required(names).string(5);
    fields.optional(names).string(5);
    fields.required(names).integer(-5..=5);
    fields.optional(names).integer(i64::MIN..=i64::MAX);
    fields.required(names).boolean();
    fields.required(names).money();
    fields.required(names).choice(&[("a", 1)]);
    fields.required(names).id::<OptionId>(Reason::OptionUnknown);
    fields.required(names).instant(&TimeZone::UTC);
    fields.optional(names).date();
    fields.required(names).time_of_day();
    fields.required(names).url();
    fields.required(names).free_form();
    fields.required(names).string_map(3, 3);
    fields.required(names).strings(3, 3);
    fields.optional(names).value();
    if depth > 0 {
        read_as_everything(&fields.required(names).object(), name, depth - 1);
        fields.required(names).objects(3, |item| read_as_everything(item, name, depth - 1));
        fields.optional(names).objects(3, |item| read_as_everything(item, name, depth - 1));
    }
}

proptest! {
    #[test]
    fn any_tree_is_read_or_refused(tree in any_tree(), name in "[a-e]") {
        let errors = Errors::default();
        if let Value::Object(members) = &tree {
            read_as_everything(&Fields::new(members, &errors), &name, 2);
        }
    }

    #[test]
    fn a_value_without_an_error_is_in_its_bounds(tree in any_tree()) {
        let wrapped = json!({ "a": tree });
        let errors = Errors::default();
        let fields = Fields::new(wrapped.as_object().unwrap(), &errors);
        let text = fields.required("a").string(5);
        if errors.is_empty() {
            prop_assert!(!text.is_empty() && text.chars().count() <= 5 && text.trim() == text);
        }
        let errors = Errors::default();
        let number = Fields::new(wrapped.as_object().unwrap(), &errors).required("a").integer(3..=9);
        prop_assert!((3..=9).contains(&number));
    }
}
