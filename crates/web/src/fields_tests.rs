//! What all readers share: what is missing, and the ways to read one field in a test.

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

#[path = "fields_tests/any.rs"]
mod any;
#[path = "fields_tests/objects.rs"]
mod objects;
#[path = "fields_tests/scalars.rs"]
mod scalars;

/// Bounds that are soon reached.
const FREE: FreeForm = FreeForm { items: 2, text: 3, depth: 3 };

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
        fields.required("free_form").free_form(&FREE);
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
            fields.optional("a").free_form(&FREE).is_none(),
            fields.optional("a").string_map(9, 9).is_none(),
            fields.optional("a").objects(9, |_| ()).is_none(),
            fields.optional("a").strings(9, 9).is_none(),
        ]
    });
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(values, [true; 15]);
}
