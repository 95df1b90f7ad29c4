//! Saying something to a review.

use axhub_testkit::{App, Engine};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

use crate::support::{assert_wrong, each, list, redacted, review};

fn address(review: &str) -> String {
    format!("/v1/supplier/reviews/{review}/answer")
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_same_again_changes_nothing_and_another_adds_one(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let id = review(&app, "alpha", "R-1", &app.world().seoul).await;
    let hanok = app.supplier("hanok");
    for (said, expected) in [
        ("고맙습니다.", vec!["고맙습니다."]),
        ("고맙습니다.", vec!["고맙습니다."]),
        ("또 오세요!", vec!["고맙습니다.", "또 오세요!"]),
        ("또 오세요!", vec!["고맙습니다.", "또 오세요!"]),
    ] {
        app.clock().advance(SignedDuration::from_mins(1));
        let reply = hanok.post(&address(&id), &json!({ "body": said })).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(each(&reply.body["answers"], "body"), expected);
        let listed = hanok.get("/v1/supplier/reviews").await;
        assert_eq!(listed.body["reviews"][0], reply.body);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let id = review(&app, "alpha", "R-1", &app.world().seoul).await;
    let reply = app.supplier("hanok").post(&address(&id), &json!({ "body": "고맙습니다." })).await;
    insta::assert_snapshot!("review_answered", redacted(&reply.body));
}

#[tokio::test]
async fn an_answer_says_something() {
    let app = App::start(Engine::Sqlite).await;
    let id = review(&app, "alpha", "R-1", &app.world().seoul).await;
    let hanok = app.supplier("hanok");
    for body in [json!({}), json!({ "body": null }), json!({ "body": " " }), json!({ "body": "가".repeat(5001) })] {
        assert_wrong(&hanok.post(&address(&id), &body).await, &["body"]);
    }
    let listed = hanok.get("/v1/supplier/reviews").await.body;
    assert_eq!(list(&listed["reviews"][0]["answers"]).len(), 0);
}
