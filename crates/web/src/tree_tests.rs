use axhub_domain::refusal::{FieldError, FieldPath};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::*;

/// The tree, and `path: code` of everything that is wrong with it.
fn read_all(bytes: &[u8]) -> Result<(Value, Vec<String>), JsonFault> {
    let errors = Errors::default();
    let tree = read(bytes, &errors)?;
    let told = |error: FieldError| match error.path {
        FieldPath::Text(path) => format!("{path}: {}", error.reason.code()),
        other => panic!("{other:?}"),
    };
    Ok((tree, errors.into_list().into_iter().map(told).collect()))
}

fn faults(text: &str) -> Vec<String> {
    read_all(text.as_bytes()).unwrap().1
}

fn fault_at(bytes: &[u8]) -> (JsonProblem, usize, usize) {
    let fault = read_all(bytes).unwrap_err();
    (fault.problem, fault.line, fault.column)
}

#[test]
fn reads_every_kind_of_value() {
    let text = r#" {"a": [1, -2, "x", null, true, {"b": {}}, []], "한글": "é"} "#;
    let (tree, faults) = read_all(text.as_bytes()).unwrap();
    assert_eq!(tree, json!({ "a": [1, -2, "x", null, true, { "b": {} }, []], "한글": "é" }));
    assert_eq!(faults, Vec::<String>::new());
}

#[rstest]
#[case("71200.00000")]
#[case("0.1")]
#[case("0")]
#[case("-0")]
#[case("18446744073709551615")]
#[case("18446744073709551616")]
#[case("-9223372036854775809")]
#[case("0.30000000000000000000000000000000000001")]
#[case("1e-5")]
#[case("0e-400")]
#[case("1.5e+300")]
fn numbers_stay_as_they_were_written(#[case] text: &str) {
    let (tree, faults) = read_all(text.as_bytes()).unwrap();
    let Value::Number(number) = tree else { panic!("{tree}") };
    assert_eq!(number.as_str(), text);
    assert_eq!(faults, Vec::<String>::new());
}

#[rstest]
#[case("1e400")]
#[case("-1e400")]
#[case("1e-400")]
#[case("0e401")]
#[case("-0.0e-401")]
#[case("1e99999999999999999999")]
#[case(&"9".repeat(401))]
#[case(&format!("0.{}1", "0".repeat(400)))]
fn a_number_that_nothing_can_hold_is_told(#[case] number: &str) {
    assert_eq!(faults(&format!(r#"{{"a":[0,{number}]}}"#)), ["a[1]: not_a_number"]);
}

#[test]
fn repeated_members_are_told_where_they_stand() {
    assert_eq!(faults(r#"{"a":1,"a":1}"#), ["a: repeated_member"]);
    assert_eq!(
        faults(r#"{"options":[{"q":1},{"q":1,"x":{"y":1,"y":2},"q":2,"q":3}],"\u0071":1}"#),
        ["options[1].x.y: repeated_member", "options[1].q: repeated_member", "options[1].q: repeated_member"]
    );
    assert_eq!(faults(r#"{"q":1,"\u0071":1}"#), ["q: repeated_member"], "also when it is spelled differently");
}

#[test]
fn nul_characters_are_told_where_they_stand() {
    assert_eq!(
        faults(r#"{"a":"x\u0000","b":["\u0000"],"c\u0000":1}"#),
        ["a: null_character", "b[0]: null_character", "c␀: null_character"]
    );
}

#[test]
fn the_path_of_a_long_name_is_short() {
    let name = "가".repeat(10_000);
    assert_eq!(faults(&format!(r#"{{"{name}":1,"{name}":1}}"#)), [format!("{}: repeated_member", "가".repeat(64))]);
}

#[rstest]
// Spelled like a number, it is that number.
#[case(r#"{"a":{"$serde_json::private::Number":"12.50"}}"#, json!({ "a": serde_json::from_str::<Value>("12.50").unwrap() }), &[])]
#[case(r#"{"a":{"$serde_json::private::Number":"abc"}}"#, json!({ "a": 0 }), &["a: not_a_number"])]
#[case(r#"{"a":{"$serde_json::private::Number":"1e400"}}"#, json!({ "a": 0 }), &["a: not_a_number"])]
#[case(r#"{"$serde_json::private::Number":5}"#, json!({}), &["$serde_json::private::Number: not_a_number"])]
#[case(r#"{"$serde_json::private::Number":null,"b":1}"#, json!({ "b": 1 }), &["$serde_json::private::Number: not_a_number"])]
#[case(r#"{"$serde_json::private::Number":"1","b":1}"#, json!({ "b": 1 }), &["$serde_json::private::Number: not_a_number"])]
#[case(r#"{"b":1,"$serde_json::private::Number":"1"}"#, json!({ "b": 1 }), &["$serde_json::private::Number: not_a_number"])]
#[case(
    r#"{"$serde_json::private::Number":"1","$serde_json::private::Number":"2"}"#,
    json!({}),
    &["$serde_json::private::Number: not_a_number", "$serde_json::private::Number: not_a_number"]
)]
#[case(r#"{"$serde_json::private::RawValue":"{"}"#, json!({}), &["$serde_json::private::RawValue: not_a_number"])]
#[case(
    r#"{"$serde_json::private::Number":{"$serde_json::private::Number":["1"]}}"#,
    json!({}),
    &["$serde_json::private::Number: not_a_number"]
)]
fn the_private_names_of_the_parser_do_no_harm(#[case] text: &str, #[case] tree: Value, #[case] expected: &[&str]) {
    let (found, faults) = read_all(text.as_bytes()).unwrap();
    assert_eq!(found, tree);
    assert_eq!(faults, expected);
    let stored = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&stored).unwrap(), found, "it can be stored and read again");
}

#[rstest]
#[case("", JsonProblem::Empty, 1, 1)]
#[case(" \n\t ", JsonProblem::Empty, 1, 1)]
#[case("{", JsonProblem::Incomplete, 1, 1)]
#[case("{\"a\":\n[1, 2", JsonProblem::Incomplete, 2, 5)]
#[case("{\"a\":1,}", JsonProblem::Syntax, 1, 8)]
#[case("{} x", JsonProblem::Syntax, 1, 4)]
#[case("{}{}", JsonProblem::Syntax, 1, 3)]
#[case("{'a':1}", JsonProblem::Syntax, 1, 2)]
#[case("[01]", JsonProblem::Syntax, 1, 3)]
#[case("NaN", JsonProblem::Syntax, 1, 1)]
#[case("[Infinity]", JsonProblem::Syntax, 1, 2)]
#[case("\"\\ud800\"", JsonProblem::Syntax, 1, 8)]
fn what_is_no_json_is_told_with_its_place(#[case] text: &str, #[case] problem: JsonProblem, #[case] line: usize, #[case] column: usize) {
    assert_eq!(fault_at(text.as_bytes()), (problem, line, column));
}

#[test]
fn what_is_no_utf8_is_told_with_its_place() {
    assert_eq!(fault_at(b"\xff"), (JsonProblem::Encoding, 1, 1));
    assert_eq!(fault_at(b"{\n\"a\": \"\xb0\xa1\"}"), (JsonProblem::Encoding, 2, 7));
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(read_all("\u{feff}{\"a\":1}".as_bytes()).unwrap().0, json!({ "a": 1 }));
}

#[test]
fn deep_nesting_is_refused_before_it_hurts() {
    for depth in [128, 1_000_000] {
        assert_eq!(fault_at("[".repeat(depth).as_bytes()).0, JsonProblem::TooDeep);
        assert_eq!(fault_at(r#"{"a":"#.repeat(depth).as_bytes()).0, JsonProblem::TooDeep);
    }
    for (open, inside, close) in [("[", "", "]"), (r#"{"a":"#, "0", "}")] {
        let text = open.repeat(127) + inside + &close.repeat(127);
        assert!(read_all(text.as_bytes()).is_ok());
    }
}

/// A tree is many times as large as its text.
#[rstest]
#[case::numbers("0", 1)]
#[case::objects(r#"{"a":0}"#, 2)]
#[case::lists("[[]]", 2)]
#[case::in_a_private_name(r#"{"$serde_json::private::Number":["",""]}"#, 3)]
fn values_are_counted_before_they_are_kept(#[case] item: &str, #[case] values: usize) {
    let list = |items: usize| format!("[{}]", vec![item; items].join(","));
    let most = (MAX_VALUES - 1) / values;
    assert!(read_all(list(most).as_bytes()).is_ok());
    assert_eq!(fault_at(list(most + 1).as_bytes()).0, JsonProblem::TooManyValues);
    let endless = format!("{},", list(most + 1).trim_end_matches(']'));
    assert_eq!(fault_at(endless.as_bytes()).0, JsonProblem::TooManyValues, "what follows is not looked at");
}

#[test]
fn a_flood_of_deep_faults_is_cheap() {
    let name = "x".repeat(64);
    let text = format!("{}[{}0]{}", format!(r#"{{"{name}":"#).repeat(100), "1e400,".repeat(150_000), "}".repeat(100));
    assert_eq!(faults(&text).len(), crate::errors::MAX_ERRORS);
}

/// Any JSON tree.
pub(crate) fn any_tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9:TZ+. -]{0,24}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[a-e]|\\PC{0,3}", inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_all(&bytes);
    }

    #[test]
    fn it_agrees_with_serde_json_about_what_is_json(text in r#"[\[\]{}:,"a\\u0-2eE.+ tnfalsrue-]{0,40}"#) {
        let theirs = serde_json::from_str::<Value>(&text);
        let ours = read_all(text.as_bytes());
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?} {:?}", ours, theirs);
        if let (Ok((tree, faults)), Ok(theirs)) = (ours, theirs) && faults.is_empty() {
            prop_assert_eq!(tree, theirs);
        }
    }

    #[test]
    fn any_tree_is_read_as_it_was_written(tree in any_tree()) {
        let (read, faults) = read_all(tree.to_string().as_bytes()).unwrap();
        prop_assert_eq!(read, tree);
        prop_assert_eq!(faults, Vec::<String>::new());
    }
}
