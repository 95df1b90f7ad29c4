//! Exchange rates.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{actions, assert_code, assert_wrong, each, log, ok};

const PATH: &str = "/v1/operator/exchange-rates";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_rate_is_the_price_from_its_instant_on(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (olivia, paris) = (app.operator(), app.world().paris.id);
    let won = async || {
        let reply = app.channel("alpha").get(&format!("/v1/channel/price/tour/{paris}")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.text().to_owned()
    };
    assert!(won().await.contains(":99000.00,"), "75 × 1.2 × 1100");
    let new = json!({ "base": "USD", "quote": "KRW", "rate": 1200.5, "valid_from": "2026-07-01T14:00:00+09:00" });
    let planned = ok(olivia.post(PATH, &new).await, 201);
    let expected = json!({
        "base": "USD", "quote": "KRW", "rate": "1200.50000000", "valid_from": "2026-07-01T05:00:00.000Z", "is_in_force": false,
    });
    assert_eq!(planned, expected);
    assert!(won().await.contains(":99000.00,"));
    app.clock().set_to("2026-07-01T05:00:00Z");
    assert!(won().await.contains(":108045.00,"), "75 × 1.2 × 1200.5");

    let now = ok(olivia.post(PATH, &json!({ "base": "USD", "quote": "KRW", "rate": "1300" })).await, 201);
    assert_eq!((&now["is_in_force"], &now["valid_from"]), (&json!(true), &json!("2026-07-01T05:00:00.000Z")));
    assert_eq!(each(&ok(olivia.get(PATH).await, 200)["exchange_rates"], "rate"), ["1300.00000000", "1100.00000000"]);
    assert_eq!(each(&ok(olivia.get(&format!("{PATH}?is_in_force=true")).await, 200)["exchange_rates"], "rate"), ["1300.00000000"]);
    assert_eq!(olivia.get(&format!("{PATH}?base=KRW")).await.header("x-total-count"), Some("0"));
    assert_eq!(actions(&app).await, ["rate.set", "rate.set"]);
    assert_eq!((&log(&app).await[0]["object_code"], &log(&app).await[0]["details"]["from"]), (&json!("USD/KRW"), &json!("1200.50000000")));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bad_ones_are_refused_and_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    assert_wrong(&olivia.post(PATH, &json!({})).await, &["base", "quote", "rate"]);
    let wrong = json!({ "base": "EUR", "quote": "krw", "rate": "a lot", "valid_from": "tomorrow" });
    assert_wrong(&olivia.post(PATH, &wrong).await, &["base", "quote", "rate", "valid_from"]);
    for rate in [json!(0), json!(-1), json!("1e10"), json!("0.000000001"), json!("1,300"), json!(true), json!({})] {
        assert_wrong(&olivia.post(PATH, &json!({ "base": "USD", "quote": "KRW", "rate": rate })).await, &["rate"]);
    }
    let past = json!({ "base": "KRW", "quote": "KRW", "rate": 1, "valid_from": "2026-07-01T02:59:59.999Z" });
    assert_wrong(&olivia.post(PATH, &past).await, &["quote", "valid_from"]);
    let reply = olivia.get(&format!("{PATH}?base=EUR&is_in_force=perhaps")).await;
    assert_code(&reply, 400, "invalid_query");
    assert_eq!(reply.body["errors"].as_object().unwrap().len(), 2, "{}", reply.body);
    assert_eq!(each(&ok(olivia.get(PATH).await, 200)["exchange_rates"], "rate"), ["1100.00000000"]);
    assert_eq!(actions(&app).await, Vec::<String>::new());
}
