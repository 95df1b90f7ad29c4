//! Questions with their answers, one by one and as a list.

use axhub_hub::feedback;
use axhub_testkit::{App, TestProduct};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{assert_body, assert_error, on_both_engines};

on_both_engines! {
    answers_are_read_one_by_one_and_as_a_list,
    what_is_anothers_or_nothing_is_not_found,
}

async fn ask(app: &App, product: &TestProduct, code: &str) {
    let question = json!({ "question_code": code, "title": "아이도 되나요?", "is_public": true, "quested_at": "2026-07-01 10:00" });
    let reply = app.channel("alpha").post(&path(product, ""), &question).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

fn path(product: &TestProduct, rest: &str) -> String {
    format!("/v1/channel/question/{}/{}{rest}", product.kind.as_str(), product.id)
}

async fn answer(app: &App, product: &TestProduct, code: &str, text: &str) {
    let alpha = app.world().channel("alpha").id;
    let question = feedback::question_of_channel(app.hub(), alpha, product.kind, product.id, code.to_owned()).await.unwrap();
    feedback::answer_question(app.hub(), product.supplier, question.id, text.to_owned()).await.unwrap();
}

async fn answers_are_read_one_by_one_and_as_a_list(app: App) {
    let alpha = app.channel("alpha");
    for product in [&app.world().paris, &app.world().museum] {
        let code = |n: u32| format!("{}/질문 {n}", product.kind.as_str());
        for n in 1..=3 {
            ask(&app, product, &code(n)).await;
        }
        let encoded = code(2).replace('/', "%2F").replace(' ', "%20");
        let one = async || alpha.get(&path(product, &format!("/{encoded}"))).await;
        let fresh = one().await;
        assert_eq!(
            (fresh.status, &fresh.body["is_answered"], &fresh.body["answers"]),
            (200, &json!(false), &json!([])),
            "{}",
            fresh.text()
        );
        answer(&app, product, &code(2), "네").await;
        app.clock().advance(SignedDuration::from_mins(1));
        answer(&app, product, &code(2), "유모차도요").await;
        let answered = one().await;
        if product.id == app.world().paris.id {
            assert_body!("answered", answered);
        }
        let listed = async |query: &str| {
            let reply = alpha.get(&path(product, query)).await;
            let questions = reply.body["questions"].as_array().unwrap_or_else(|| panic!("{}", reply.text())).clone();
            (questions, reply.header("x-total-count").unwrap().to_owned())
        };
        let (all, total) = listed("").await;
        assert_eq!((all.len(), total.as_str()), (3, "3"));
        let mut in_list = answered.body.clone();
        crate::support::remove(&mut in_list, "status_code");
        assert_eq!(listed("?is_answered=true").await, (vec![in_list.clone()], "1".to_owned()));
        assert_eq!(all[1], in_list);
        assert_eq!(listed("?is_answered=false").await.1, "2");
        assert_eq!(listed("?page=2&page_size=2").await.0.len(), 1);
        for wrong in ["?is_answered=maybe", "?page=0"] {
            assert_error(&alpha.get(&path(product, wrong)).await, 400, "invalid_query");
        }
    }
}

async fn what_is_anothers_or_nothing_is_not_found(app: App) {
    let (paris, museum) = (&app.world().paris, &app.world().museum);
    ask(&app, paris, "Q-1").await;
    assert_error(&app.channel("beta").get(&path(paris, "/Q-1")).await, 404, "not_found");
    assert_eq!(app.channel("beta").get(&path(paris, "")).await.body["questions"], json!([]));
    let alpha = app.channel("alpha");
    assert_eq!(alpha.get(&path(paris, "/Q-1")).await.status, 200);
    for nothing in [
        path(paris, "/Q-2"),
        path(paris, "/%00"),
        path(paris, "/Q-1%00"),
        path(paris, "/%ff"),
        path(paris, &format!("/{}", "x".repeat(129))),
        path(museum, "/Q-1"),
        format!("/v1/channel/question/day-ticket/{}/Q-1", paris.id),
        "/v1/channel/question/tour/x/Q-1".to_owned(),
    ] {
        assert_error(&alpha.get(&nothing).await, 404, "not_found");
    }
}
