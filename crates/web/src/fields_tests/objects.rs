//! Names, lists, objects and maps: what is read of them, and where their errors stand.

use super::*;

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
    assert_eq!(required(object.clone(), |field| field.free_form(&FREE)).map(Value::Object), Ok(object.clone()));
    assert_eq!(required(Value::Null, |field| field.free_form(&FREE)), Ok(Map::new()));
    assert_eq!(required(json!([]), |field| field.free_form(&FREE)), Err("not_an_object".to_owned()));
    assert_eq!(optional(object.clone(), |field| field.free_form(&FREE)).map(|map| map.map(Value::Object)), Ok(Some(object)));
    assert_eq!(optional(json!("x"), |field| field.free_form(&FREE)), Err("a: not_an_object".to_owned()));
}

#[test]
fn free_form_objects_have_bounds_at_every_depth() {
    let read = |value| reading(json!({ "a": value }), |fields| fields.required("a").free_form(&FREE)).1;
    let within = json!({ "가나다": [{ "x": "가나다" }, { "y": ["abcd"] }], "x": 12345 });
    assert_eq!(read(within), ["a.가나다[1].y: too_deep"]);
    assert_eq!(read(json!({ "abc": "abc", "x": [["abc", 12345], {}] })), Vec::<String>::new());
    assert_eq!(read(json!({ "w": 1, "x": 1, "y": 1 })), ["a: too_many"]);
    assert_eq!(
        read(json!({ "x": ["abcd", { "y": "abcd", "abcd": 1 }], "abcd": [1, 2, 3] })),
        ["a.abcd: too_long", "a.abcd: too_many", "a.x[0]: too_long", "a.x[1].abcd: too_long", "a.x[1].y: too_long"]
    );
    assert_eq!(read(json!({ "x": [{ "a": 1, "b": 1, "c": 1 }, []] })), ["a.x[0]: too_many"]);
    assert_eq!(read(json!({ "x": [[[]]] })), ["a.x[0][0]: too_deep"]);
    // A name as long as a book is not repeated.
    assert_eq!(read(json!({ "x".repeat(1000): 1 })), [format!("a.{}: too_long", "x".repeat(64))]);
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
