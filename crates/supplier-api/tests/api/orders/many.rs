//! The same done to many orders at once.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{NOBODYS, assert_code, assert_wrong, list, place, remain};

const ADDRESS: &str = "/v1/supplier/orders/actions";

async fn act(app: &App, supplier: &str, body: &Value) -> Value {
    let reply = app.supplier(supplier).in_english().post(ADDRESS, body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

#[rstest]
#[tokio::test]
async fn each_order_is_changed_for_itself(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let paris = app.world().paris.clone();
    let open = place(&app, "M-1", &seoul, 0, "2026-07-05 10:00", 1).await;
    let gone = place(&app, "M-2", &seoul, 0, "2026-07-05 10:00", 1).await;
    let anothers = place(&app, "M-3", &paris, 0, "2026-07-05 09:00", 1).await;
    app.channel("alpha").patch(&format!("/v1/channel/orders/tour/{}", gone.order), &json!({ "channel_status": "Traveler cancel" })).await;

    let codes = json!([open.order, gone.order, anothers.order, NOBODYS, "seven"]);
    let answer = act(&app, "hanok", &json!({ "action": "confirm", "order_codes": codes, "comment": "9시에 만나요" })).await;
    assert_eq!((&answer["done"], &answer["refused"]), (&json!(1), &json!(4)));
    let outcomes = list(&answer["orders"]);
    assert_eq!(outcomes[0], json!({ "ax_order_code": open.order, "ax_order_status": "Supplier confirm", "error": null }));
    assert_eq!(outcomes[1]["error"]["code"], "transition_not_allowed");
    assert_eq!(outcomes[1]["error"]["ax_order_status"], "Traveler cancel");
    assert_eq!(outcomes[1]["error"]["message"], "The present state does not allow this. Order: Traveler cancel.");
    // Another's order, a code that nobody has, and what is no code at all cannot be told apart.
    for (at, code) in [(2, anothers.order.as_str()), (3, NOBODYS), (4, "seven")] {
        assert_eq!(outcomes[at]["ax_order_code"], code);
        assert_eq!(outcomes[at]["error"]["code"], "not_found");
        assert_eq!(outcomes[at]["error"]["message"], outcomes[2]["error"]["message"]);
    }
    let read = app.supplier("hanok").get(&open.address()).await;
    assert_eq!((&read.body["ax_order_status"], &read.body["comment"]), (&json!("Supplier confirm"), &json!("9시에 만나요")));
    // Asking for what holds already is done as well.
    assert_eq!(act(&app, "hanok", &json!({ "action": "confirm", "order_codes": [open.order] })).await["done"], 1);
}

#[rstest]
#[tokio::test]
async fn every_action_does_what_it_does_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let mut orders = Vec::new();
    for n in 0..3 {
        orders.push(place(&app, &format!("M-{n}"), &seoul, 0, "2026-07-05 10:00", 2).await.order);
    }
    for (action, status, left) in
        [("acknowledge", "Supplier pending", 14), ("confirm", "Supplier confirm", 14), ("cancel", "Unavoidable cancel", 20)]
    {
        let answer = act(&app, "hanok", &json!({ "action": action, "order_codes": orders })).await;
        assert_eq!(answer["done"], 3, "{answer}");
        assert!(list(&answer["orders"]).iter().all(|outcome| outcome["ax_order_status"] == status), "{answer}");
        assert_eq!(remain(&app, "hanok", &seoul, 0, "2026-07-05").await, left);
    }
    let declined = place(&app, "M-9", &seoul, 0, "2026-07-05 10:00", 2).await.order;
    let answer = act(&app, "hanok", &json!({ "action": "reject", "order_codes": [declined] })).await;
    assert_eq!(answer["orders"][0]["ax_order_status"], "Supplier reject");
    app.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn a_wrong_body_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let order = place(&app, "M-1", &app.world().seoul.clone(), 0, "2026-07-05 10:00", 1).await;
    let many: Vec<String> = (0..201).map(|n| format!("00000000-0000-4000-8000-{n:012}")).collect();
    for (body, field) in [
        (json!({ "action": "approve", "order_codes": [order.order] }), "action"),
        (json!({ "order_codes": [order.order] }), "action"),
        (json!({ "action": "confirm" }), "order_codes"),
        (json!({ "action": "confirm", "order_codes": [] }), "order_codes"),
        (json!({ "action": "confirm", "order_codes": order.order }), "order_codes"),
        (json!({ "action": "confirm", "order_codes": many }), "order_codes"),
        (json!({ "action": "confirm", "order_codes": [order.order, true] }), "order_codes[1]"),
        (json!({ "action": "confirm", "order_codes": [order.order, order.order] }), "order_codes[1]"),
        (json!({ "action": "confirm", "order_codes": [order.order], "comment": "x".repeat(1001) }), "comment"),
    ] {
        let reply = app.supplier("hanok").post(ADDRESS, &body).await;
        assert_wrong(&reply, &[field]);
    }
    assert_eq!(app.supplier("hanok").get(&order.address()).await.body["ax_order_status"], "New");
    let reply = app.channel("alpha").post(ADDRESS, &json!({ "action": "confirm", "order_codes": [order.order] })).await;
    assert_code(&reply, 403, "permission_denied");
}
