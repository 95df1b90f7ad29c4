//! What is there to be named.

use axhub_testkit::{App, OrderBuilder, TestProduct};
use serde_json::{Value, json};

/// An order of one unit by a channel: its code, and its ticket's.
pub async fn place(app: &App, channel: &str, product: &TestProduct, code: &str, time: &str) -> (String, String) {
    let mapping = app.register(channel, product).await;
    let order = OrderBuilder::new(code).line(mapping, product.option(0), product.at("2026-07-10", time), 1).json();
    let reply = app.channel(channel).post("/v1/channel/orders/tour", &order).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let text = |value: &Value| value.as_str().expect("a code").to_owned();
    (text(&reply.body["options"][0]["ax_order_code"]), text(&reply.body["options"][0]["tickets"][0]["ax_ticket_code"]))
}

/// A question and a review of a product by alpha, and an allotment of it for alpha.
pub async fn fill(app: &App, supplier: &str, product: &TestProduct, time: &str) {
    let question = json!({
        "question_code": format!("Q-{supplier}"), "title": "x", "is_public": true, "quested_at": "2026-06-30T00:00:00Z",
    });
    let review =
        json!({ "review_code": format!("R-{supplier}"), "score_type": "NO_SCORE", "title": "x", "reviewed_at": "2026-06-30T00:00:00Z" });
    let allotment = json!({
        "option_code": product.option(0), "channel_code": "alpha", "from": "2026-07-20", "to": "2026-07-20", "start_times": [time],
        "quantity": 1, "release_minutes_before": 60,
    });
    let alpha = app.channel("alpha");
    for reply in [
        alpha.post(&format!("/v1/channel/question/tour/{}", product.id), &question).await,
        alpha.post(&format!("/v1/channel/review/tour/{}", product.id), &review).await,
        app.supplier(supplier).put("/v1/supplier/stock/allotments", &allotment).await,
    ] {
        assert!((200..300).contains(&reply.status), "{supplier}: {}", reply.text());
    }
}
