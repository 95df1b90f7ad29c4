//! The search for a code.

use axhub_testkit::{App, Engine, OrderBuilder};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{assert_code, each, list, ok, redacted, text};

async fn find(app: &App, code: &str) -> Value {
    ok(app.operator().get(&format!("/v1/operator/search?q={code}")).await, 200)["results"].take()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn says_what_a_code_is_and_where_it_is_read(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (operator, paris) = (app.operator(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let order = OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-05", "09:00"), 1);
    let placed = app.channel("alpha").post("/v1/channel/orders/tour", &order.json()).await;
    let placed = &ok(placed, 201)["options"][0];

    let by_channels_code = find(&app, "A-1").await;
    insta::assert_snapshot!("order_found", redacted(&by_channels_code));
    let (order, ticket) = (text(&placed["ax_order_code"]), text(&placed["tickets"][0]["ax_ticket_code"]));
    assert_eq!(by_channels_code[0]["code"], order);
    assert_eq!(each(&find(&app, order).await, "kind"), ["order"]);
    let found = find(&app, ticket).await;
    assert_eq!((each(&found, "kind"), &found[0]["ax_order_code"]), (vec!["ticket"], &json!(order)));
    // A supplier reads it where the answer says.
    let read = app.supplier("lumiere").get(text(&found[0]["address"])).await;
    assert_eq!((read.status, &read.body["ax_order_code"]), (200, &json!(order)));

    // Whatever the operators' own API shows stands at its address.
    let rule = ok(operator.post("/v1/operator/channels/beta/assignment-rules", &json!({ "mark_up": 1 })).await, 201);
    let prefix = app.world().operator_key.rsplit_once('_').unwrap().0;
    ok(operator.post("/v1/operator/suppliers", &json!({ "code": "바다", "name": "Sea" })).await, 201);
    for (code, kind) in [
        (text(&rule["rule_code"]), "rule"),
        (prefix, "key"),
        ("alpha", "channel"),
        ("%EB%B0%94%EB%8B%A4", "supplier"),
        (&mapping.to_string(), "registration"),
    ] {
        let found = find(&app, code).await;
        assert_eq!(each(&found, "kind"), [kind], "{code}");
        let read = operator.get(text(&found[0]["address"])).await;
        assert_eq!(read.status, 200, "{code}: {}", read.body);
        let log = ok(operator.get(text(&found[0]["audit_address"])).await, 200);
        let is_new = matches!(kind, "rule" | "supplier");
        assert_eq!(list(&log["entries"]).len(), usize::from(is_new), "{code}");
    }
    for (code, kind) in [(paris.id.to_string(), "product"), (paris.option(0).to_string(), "option")] {
        assert_eq!(each(&find(&app, &code).await, "kind"), [kind]);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn needs_a_code_and_may_find_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    for nothing in ["nobody", "%25", "_", "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a", "axh_c_%25", "%27%20OR%201=1", "%F0%9F%9A%8C"] {
        assert_eq!(find(&app, nothing).await, json!([]), "{nothing}");
    }
    for query in ["", "?q=", "?q=%20", "?q=%00", &format!("?q={}", "x".repeat(256)), "?q=a&kind=order"] {
        assert_code(&app.operator().get(&format!("/v1/operator/search{query}")).await, 400, "invalid_query");
    }
}
