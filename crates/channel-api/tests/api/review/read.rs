//! Reviews with what suppliers said to them, one by one and as a list.

use axhub_hub::feedback;
use axhub_testkit::{App, TestProduct};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{assert_body, assert_error, on_both_engines};

on_both_engines! {
    answers_are_read_one_by_one_and_as_a_list,
    a_review_without_a_code_is_read_by_the_one_it_was_given,
    what_is_anothers_or_nothing_is_not_found,
}

fn path(product: &TestProduct, rest: &str) -> String {
    format!("/v1/channel/review/{}/{}{rest}", product.kind.as_str(), product.id)
}

/// What channels send for this product, under a code of its own.
fn review(product: &TestProduct, code: &str) -> Value {
    let who = json!({ "name": "Kim", "phone": "010-7777-8888", "email": "kim@secret.example" });
    let common =
        json!({ "review_code": code, "title": "좋아요", "body": "또 갈게요", "reviewed_at": "2026-07-01 10:00", "reviewer_info": who });
    let of_kind = match product.kind.as_str() {
        "tour" => json!({ "option_code": product.option(0), "score_type": "ONE_FIVE", "score": 5 }),
        _ => json!({ "channel_order_code": "ORDER-1", "review_score_type": "ZERO_FIVE", "review_score": 80 }),
    };
    let mut review = common;
    review.as_object_mut().unwrap().extend(of_kind.as_object().unwrap().clone());
    review
}

async fn post(app: &App, product: &TestProduct, review: &Value) -> String {
    let reply = app.channel("alpha").post(&path(product, ""), review).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.body["review_code"].as_str().unwrap().to_owned()
}

async fn answer(app: &App, product: &TestProduct, code: &str, text: &str) {
    let alpha = app.world().channel("alpha").id;
    let review = feedback::review_of_channel(app.hub(), alpha, product.kind, product.id, code.to_owned()).await.unwrap();
    feedback::answer_review(app.hub(), product.supplier, review.id, text.to_owned()).await.unwrap();
}

async fn answers_are_read_one_by_one_and_as_a_list(app: App) {
    let alpha = app.channel("alpha");
    for product in [&app.world().paris, &app.world().museum] {
        let code = |n: u32| format!("{}/후기 {n}", product.kind.as_str());
        for n in 1..=3 {
            post(&app, product, &review(product, &code(n))).await;
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
        answer(&app, product, &code(2), "고맙습니다").await;
        app.clock().advance(SignedDuration::from_mins(1));
        answer(&app, product, &code(2), "또 오세요").await;
        let answered = one().await;
        if product.id == app.world().paris.id {
            assert_body!("answered_tour", answered);
        } else {
            assert_body!("answered_day_ticket", answered);
        }
        let listed = async |query: &str| {
            let reply = alpha.get(&path(product, query)).await;
            let reviews = reply.body["reviews"].as_array().unwrap_or_else(|| panic!("{}", reply.text())).clone();
            (reviews, reply.header("x-total-count").unwrap().to_owned())
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

async fn a_review_without_a_code_is_read_by_the_one_it_was_given(app: App) {
    let (alpha, museum) = (app.channel("alpha"), &app.world().museum);
    let least = json!({ "review_score_type": "ZERO_FIVE", "body": "또 갈게요", "reviewed_at": "2026-07-01 10:00" });
    let code = post(&app, museum, &least).await;
    answer(&app, museum, &code, "고맙습니다").await;
    let read = alpha.get(&path(museum, &format!("/{code}"))).await;
    assert_eq!((read.status, &read.body["review_code"], &read.body["is_answered"]), (200, &json!(code), &json!(true)), "{}", read.text());
    for member in ["channel_order_code", "review_score", "title"] {
        assert_eq!(read.body.get(member), Some(&Value::Null), "{member}");
    }
    let told = alpha.get("/v1/channel/changes?limit=1000").await;
    let last = told.body["changes"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["review_code"], last.get("question_code")), (&json!("answer"), &json!(code), None));
    assert_eq!((&last["answer"]["body"], &last["product_kind"]), (&json!("고맙습니다"), &json!("day-ticket")));
}

async fn what_is_anothers_or_nothing_is_not_found(app: App) {
    let (paris, museum) = (&app.world().paris, &app.world().museum);
    post(&app, paris, &review(paris, "R-1")).await;
    assert_error(&app.channel("beta").get(&path(paris, "/R-1")).await, 404, "not_found");
    assert_eq!(app.channel("beta").get(&path(paris, "")).await.body["reviews"], json!([]));
    answer(&app, paris, "R-1", "고맙습니다").await;
    let told = app.channel("beta").get("/v1/channel/changes?limit=1000").await;
    assert!(told.body["changes"].as_array().unwrap().iter().all(|change| change["kind"] != "answer"), "{}", told.text());
    let alpha = app.channel("alpha");
    assert_eq!(alpha.get(&path(paris, "/R-1")).await.status, 200);
    for nothing in [
        path(paris, "/R-2"),
        path(paris, "/%00"),
        path(paris, "/R-1%00"),
        path(paris, "/%ff"),
        path(paris, &format!("/{}", "x".repeat(129))),
        path(museum, "/R-1"),
        format!("/v1/channel/review/day-ticket/{}/R-1", paris.id),
        "/v1/channel/review/tour/x/R-1".to_owned(),
    ] {
        assert_error(&alpha.get(&nothing).await, 404, "not_found");
    }
}
