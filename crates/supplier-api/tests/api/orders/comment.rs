//! A word on an order, in any state.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{NOBODYS, assert_code, assert_wrong, list, place, read};

#[rstest]
#[tokio::test]
async fn is_read_by_both_sides_and_changes_no_state(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let placed = place(&app, "C-1", &app.world().seoul.clone(), 0, "2026-07-05 10:00", 1).await;
    let address = format!("{}/comment", placed.address());
    let (hanok, alpha) = (app.supplier("hanok"), app.channel("alpha"));
    for (status, comment) in [("New", "2번 출구에서 만나요"), ("Traveler cancel", "다음에 오세요")] {
        for _ in 0..2 {
            let reply = hanok.post(&address, &json!({ "comment": comment })).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            assert_eq!((&reply.body["ax_order_status"], &reply.body["comment"]), (&json!(status), &json!(comment)));
        }
        let seen = alpha.get(&format!("/v1/channel/orders/tour/{}", placed.order)).await;
        assert_eq!(seen.body["data"][0]["comment"], comment);
        alpha.patch(&format!("/v1/channel/orders/tour/{}", placed.order), &json!({ "channel_status": "Traveler cancel" })).await;
    }
    let history = read(&app, "hanok", &placed).await;
    let comments = list(&history["history"]).iter().filter(|event| event["action"] == "comment");
    assert_eq!(comments.count(), 2, "the same again is not said twice: {history}");
    let feed = alpha.get("/v1/channel/orders/tour?cursor=").await;
    assert!(feed.text().contains("다음에 오세요"), "{}", feed.body);
}

#[rstest]
#[tokio::test]
async fn needs_words_and_an_order_of_ones_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let placed = place(&app, "C-1", &app.world().seoul.clone(), 0, "2026-07-05 10:00", 1).await;
    let address = format!("{}/comment", placed.address());
    for body in
        [json!({}), json!({ "comment": null }), json!({ "comment": " " }), json!({ "comment": "x".repeat(1001) }), json!({ "comment": [] })]
    {
        assert_wrong(&app.supplier("hanok").post(&address, &body).await, &["comment"]);
    }
    for code in [placed.order.as_str(), NOBODYS, "seven"] {
        let reply = app.supplier("lumiere").post(&format!("/v1/supplier/orders/{code}/comment"), &json!({ "comment": "x" })).await;
        assert_code(&reply, 404, "not_found");
    }
    assert_eq!(read(&app, "hanok", &placed).await["comment"], json!(null));
}
