//! Erasing travelers over HTTP.

use axhub_testkit::{App, Engine, OrderBuilder};
use rstest::rstest;
use serde_json::{Value, json};

const NOBODYS: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a";

#[rstest]
#[tokio::test]
async fn an_operator_erases_the_people_of_an_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let mapping = app.register("alpha", &paris).await;
    let order = OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-10", "09:00"), 2).json();
    let placed = app.channel("alpha").post("/v1/channel/orders/tour", &order).await;
    let code = placed.body["options"][0]["ax_order_code"].as_str().unwrap().to_owned();
    let read = async || app.supplier("lumiere").get(&format!("/v1/supplier/orders/{code}")).await;
    let before = read().await;
    assert_eq!((&before.body["travelers_erased_at"], &before.body["purchaser"]["name"]), (&Value::Null, &json!("Kim Purchaser")));

    app.clock().set_to("2026-07-02T00:00:00Z");
    let address = format!("/v1/operator/orders/{code}/erase-travelers");
    let erased = app.operator().post(&address, &json!({})).await;
    let expected = json!({
        "channel_order_code": "A-1", "ax_order_codes": [code], "erased_at": "2026-07-02T00:00:00.000Z", "people": 4, "reviewers": 0,
    });
    assert_eq!((erased.status, &erased.body), (200, &expected));
    let after = read().await;
    assert_eq!(after.body["travelers_erased_at"], "2026-07-02T00:00:00.000Z");
    let nobody = json!({ "name": "", "national_code": "", "phone": "", "email": "", "additional": {}, "extra": {} });
    assert_eq!((&after.body["purchaser"], &after.body["representative"]), (&nobody, &nobody));
    for word in ["Kim", "Lee", "Traveler 1", "010-1234-5678", "traveler@example.com"] {
        assert!(before.text().contains(word) && !after.text().contains(word), "{word}");
    }
    let found = app.supplier("lumiere").get("/v1/supplier/orders?q=Kim").await;
    assert_eq!((found.status, found.header("x-total-count")), (200, Some("0")), "{}", found.body);
    let without = |body: &Value| {
        let mut body = body.clone();
        for name in ["purchaser", "representative", "travelers", "travelers_erased_at"] {
            body.as_object_mut().unwrap().remove(name);
        }
        body
    };
    assert_eq!(without(&after.body), without(&before.body));

    let replayed = app.channel("alpha").post("/v1/channel/orders/tour", &order).await;
    assert_eq!((replayed.header("idempotent-replayed"), &replayed.body), (Some("true"), &placed.body));
    let again = app.operator().post(&address, &json!({})).await;
    assert_eq!((again.status, &again.body["people"], &again.body["erased_at"]), (200, &json!(0), &expected["erased_at"]));

    let log = app.operator().get(&format!("/v1/operator/audit?object_code={code}&action=traveler.erase")).await;
    assert_eq!(log.header("x-total-count"), Some("1"), "{}", log.body);
    let entry = &log.body["entries"][0];
    assert_eq!((&entry["actor"], &entry["object_kind"]), (&json!("olivia"), &json!("order")));
    assert_eq!(entry["details"], json!({ "channel_order_code": "A-1", "people": 4, "reviewers": 0 }));
    assert!(entry["key_prefix"].is_string());
}

#[rstest]
#[tokio::test]
async fn nobody_else_erases_anything(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    for code in [NOBODYS, "7", "A-1"] {
        let address = format!("/v1/operator/orders/{code}/erase-travelers");
        assert_eq!(app.operator().post(&address, &json!({})).await.status, 404, "{code}");
        for client in [app.supplier("lumiere"), app.channel("alpha"), app.anonymous()] {
            assert_eq!(client.post(&address, &json!({})).await.status, 403, "{code}");
        }
    }
}
