//! Answering a question.

use axhub_domain::product::ProductKind;
use axhub_hub::feedback;
use axhub_testkit::{App, Engine};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

use crate::support::{ask, assert_code, assert_wrong, each, list, redacted};

fn address(question: &str) -> String {
    format!("/v1/supplier/questions/{question}/answer")
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_same_again_changes_nothing_and_another_adds_one(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let question = ask(&app, "alpha", "Q-1", &app.world().seoul).await;
    let hanok = app.supplier("hanok");
    let steps = [
        ("네, 괜찮아요.", vec!["네, 괜찮아요."]),
        ("네, 괜찮아요.", vec!["네, 괜찮아요."]),
        // White space around it is not part of it.
        ("  네, 괜찮아요.\n", vec!["네, 괜찮아요."]),
        ("접어 두는 곳도 있어요.", vec!["네, 괜찮아요.", "접어 두는 곳도 있어요."]),
        ("접어 두는 곳도 있어요.", vec!["네, 괜찮아요.", "접어 두는 곳도 있어요."]),
        // What was said before the last is said anew.
        ("네, 괜찮아요.", vec!["네, 괜찮아요.", "접어 두는 곳도 있어요.", "네, 괜찮아요."]),
    ];
    for (said, expected) in steps {
        app.clock().advance(SignedDuration::from_mins(1));
        let reply = hanok.post(&address(&question), &json!({ "body": said })).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.body["is_answered"], true);
        assert_eq!(each(&reply.body["answers"], "body"), expected);
        let listed = hanok.get("/v1/supplier/questions").await;
        assert_eq!(listed.body["questions"][0], reply.body);
    }
    let listed = hanok.get("/v1/supplier/questions").await.body;
    assert_eq!(
        each(&listed["questions"][0]["answers"], "answered_at"),
        ["2026-07-01T03:01:00.000Z", "2026-07-01T03:04:00.000Z", "2026-07-01T03:06:00.000Z"]
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_channel_reads_it(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let museum = app.world().museum.clone();
    let question = ask(&app, "beta", "Q-1", &museum).await;
    let reply = app.supplier("hanok").post(&address(&question), &json!({ "body": "네" })).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let beta = app.world().channel("beta").id;
    let read = feedback::question_of_channel(app.hub(), beta, ProductKind::DayTicket, museum.id, "Q-1".to_owned()).await.unwrap();
    assert_eq!(read.answers.iter().map(|answer| answer.body.as_str()).collect::<Vec<_>>(), ["네"]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let question = ask(&app, "alpha", "Q-1", &app.world().seoul).await;
    let reply = app.supplier("hanok").post(&address(&question), &json!({ "body": "네, 괜찮아요." })).await;
    insta::assert_snapshot!("question_answered", redacted(&reply.body));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn two_at_once_say_it_once(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let question = ask(&app, "alpha", "Q-1", &app.world().seoul).await;
    let hanok = app.supplier("hanok");
    let body = json!({ "body": "네" });
    let address = address(&question);
    let replies = futures_util::future::join_all((0..8).map(|_| hanok.post(&address, &body))).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
    let listed = hanok.get("/v1/supplier/questions").await.body;
    assert_eq!(list(&listed["questions"][0]["answers"]).len(), 1);
}

#[tokio::test]
async fn an_answer_says_something() {
    let app = App::start(Engine::Sqlite).await;
    let question = ask(&app, "alpha", "Q-1", &app.world().seoul).await;
    let hanok = app.supplier("hanok");
    for body in [json!({}), json!({ "body": null }), json!({ "body": "" }), json!({ "body": " \n" }), json!({ "body": "a\u{0}b" })] {
        assert_wrong(&hanok.post(&address(&question), &body).await, &["body"]);
    }
    assert_wrong(&hanok.post(&address(&question), &json!({ "body": "가".repeat(5001) })).await, &["body"]);
    assert_code(&hanok.post(&address(&question), &json!([])).await, 400, "body_not_an_object");
    let listed = hanok.get("/v1/supplier/questions").await.body;
    assert_eq!(listed["questions"][0]["is_answered"], false);
    assert_eq!(hanok.post(&address(&question), &json!({ "body": "가".repeat(5000) })).await.status, 200);
}
