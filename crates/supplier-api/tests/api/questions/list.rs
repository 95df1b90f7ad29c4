//! The list of questions and its filters.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::feedback::Feedback;
use crate::support::{ask, assert_wrong_query, redacted};

const QUESTIONS: Feedback = Feedback { list: "questions", code: "question_code", letter: 'Q' };

/// The questions of [`Feedback::said`]; 1 is answered.
async fn questions(engine: Engine) -> App {
    let (app, ids) = QUESTIONS.said(engine, ask).await;
    let reply = app.supplier("hanok").post(&format!("/v1/supplier/questions/{}/answer", ids[1]), &json!({ "body": "네" })).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    app
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn filters_by_what_is_asked(#[case] engine: Engine) {
    let app = questions(engine).await;
    QUESTIONS.assert_filters_by_product(&app).await;
    QUESTIONS.assert_finds(&app, "hanok", "is_answered=false", &[0, 2]).await;
    QUESTIONS.assert_finds(&app, "hanok", "is_answered=true", &[1]).await;
    QUESTIONS.assert_finds(&app, "hanok", "is_answered=1", &[1]).await;
    QUESTIONS.assert_finds(&app, "hanok", "is_answered=", &[0, 1, 2]).await;
    let museum = app.world().museum.id;
    QUESTIONS.assert_finds(&app, "hanok", &format!("product_code={museum}&is_answered=false"), &[]).await;
    QUESTIONS.assert_finds(&app, "hanok", &format!("product_code={museum}&is_answered=true"), &[1]).await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn tells_totals_and_neighbours(#[case] engine: Engine) {
    let app = questions(engine).await;
    let reply = app.supplier("hanok").get("/v1/supplier/questions?is_answered=false&page=2&page_size=1").await;
    assert_eq!(reply.header("x-total-count"), Some("2"));
    let link = |page: u32, rel: &str| format!("</v1/supplier/questions?is_answered=false&page={page}&page_size=1>; rel=\"{rel}\"");
    assert_eq!(reply.header("link"), Some([link(1, "first"), link(1, "prev"), link(2, "last")].join(", ").as_str()));
}

#[rstest]
#[case::word("is_answered=maybe", "is_answered")]
#[case::number("is_answered=2", "is_answered")]
#[case::page("page=0", "page")]
#[case::page_size("page_size=201", "page_size")]
#[case::nul("product_code=%00", "product_code")]
#[tokio::test]
async fn a_wrong_query_is_refused(#[case] query: &str, #[case] parameter: &str) {
    let app = App::start(Engine::Sqlite).await;
    assert_wrong_query(&app, &format!("/v1/supplier/questions?{query}"), parameter).await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let app = questions(engine).await;
    let reply = app.supplier("hanok").get("/v1/supplier/questions").await;
    insta::assert_snapshot!("questions_list", redacted(&reply.body));
}
