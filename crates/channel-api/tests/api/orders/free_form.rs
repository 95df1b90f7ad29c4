//! `additional` and `extra` hold what a channel likes, within the bounds that `docs/limits.md` tells.

use axhub_testkit::App;
use serde_json::{Map, Value, json};

use crate::support::{an_order, assert_fields, everything, on_both_engines, with};

on_both_engines! { what_the_contract_does_not_name_is_bounded_at_every_depth }

const PATH: &str = "/v1/channel/orders/tour";

/// An object with so many members.
fn members(count: usize) -> Value {
    (0..count).map(|n| (format!("m{n}"), json!(n))).collect::<Map<_, _>>().into()
}

async fn what_the_contract_does_not_name_is_bounded_at_every_depth(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let before = everything(&app).await;
    let order = an_order(paris, mapping, "A-1", 1).json();
    let long = "가".repeat(2001);
    let name = "n".repeat(2001);
    let shortened = &name[..64];
    let too_many = ["이 필드가 최대 100 개의 요소를 가지는지 확인하세요.", "Ensure this field has no more than 100 elements."];
    let too_long = ["이 필드의 글자 수가 2000 이하인지 확인하십시오.", "Ensure this field has no more than 2000 characters."];
    let too_deep = [
        "목록과 객체가 4단계를 넘어 중첩되지 않는지 확인하십시오.",
        "Ensure that no more than 4 lists and objects lie in each other here.",
    ];
    let wrong = [
        (members(101), "", too_many),
        (json!({ "a": [members(101)] }), ".a[0]", too_many),
        (json!({ "a": [[], vec![0; 101]] }), ".a[1]", too_many),
        (json!({ "a": long }), ".a", too_long),
        (json!({ "a": { "b": [long] } }), ".a.b[0]", too_long),
        (json!({ name.clone(): 1 }), &format!(".{shortened}"), too_long),
        (json!({ "a": [{ "b": [[]] }] }), ".a[0].b[0]", too_deep),
        (json!({ "a": [{ "b": [{ "c": "d" }] }] }), ".a[0].b[0]", too_deep),
    ];
    for (value, at, texts) in wrong {
        for (pointer, path) in [("/representative/extra", "representative.extra"), ("/purchaser/additional", "purchaser.additional")] {
            let order = with(&order, pointer, value.clone());
            for (client, text) in [(&alpha, texts[0]), (&alpha.in_english(), texts[1])] {
                assert_fields(&client.post(PATH, &order).await, &[(&format!("{path}{at}"), text)]);
            }
        }
    }
    assert_eq!(everything(&app).await, before);
    let mut most = members(99);
    most["deep"] = json!([{ "b": ["c"] }]);
    most["m0"] = json!("가".repeat(2000));
    most["m1"] = json!(vec![0; 100]);
    let most = with(&with(&order, "/representative/extra", most), "/purchaser/additional", json!({ "n".repeat(2000): members(100) }));
    let placed = alpha.post(PATH, &most).await;
    assert_eq!(placed.status, 201, "{}", placed.text());
}
