//! The list of reviews and its filter.

use axhub_domain::feedback::{Review, Score, ScoreType};
use axhub_hub::feedback;
use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::{Value, json};

use crate::feedback::Feedback;
use crate::support::{assert_wrong_query, each, redacted, review};

const REVIEWS: Feedback = Feedback { list: "reviews", code: "review_code", letter: 'R' };

/// The reviews of [`Feedback::said`].
async fn reviews(engine: Engine) -> App {
    REVIEWS.said(engine, review).await.0
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn filters_by_what_is_asked(#[case] engine: Engine) {
    REVIEWS.assert_filters_by_product(&reviews(engine).await).await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn tells_totals_and_neighbours(#[case] engine: Engine) {
    let app = reviews(engine).await;
    let reply = app.supplier("hanok").get("/v1/supplier/reviews?page=2&page_size=1").await;
    assert_eq!(reply.header("x-total-count"), Some("3"));
    let link = |page: u32, rel: &str| format!("</v1/supplier/reviews?page={page}&page_size=1>; rel=\"{rel}\"");
    let links = [link(1, "first"), link(1, "prev"), link(3, "next"), link(3, "last")].join(", ");
    assert_eq!(reply.header("link"), Some(links.as_str()));
}

#[rstest]
#[case::page("page=0", "page")]
#[case::page_size("page_size=201", "page_size")]
#[case::nul("product_code=%00", "product_code")]
#[tokio::test]
async fn a_wrong_query_is_refused(#[case] query: &str, #[case] parameter: &str) {
    let app = App::start(Engine::Sqlite).await;
    assert_wrong_query(&app, &format!("/v1/supplier/reviews?{query}"), parameter).await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let app = reviews(engine).await;
    let reply = app.supplier("hanok").get("/v1/supplier/reviews").await;
    insta::assert_snapshot!("reviews_list", redacted(&reply.body));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn nobody_learns_how_to_reach_who_wrote_it(#[case] engine: Engine) {
    let app = reviews(engine).await;
    let reply = app.supplier("hanok").get("/v1/supplier/reviews").await;
    assert_eq!(each(&reply.body["reviews"], "reviewer_name"), ["홍길동", "홍길동", "홍길동"]);
    assert!(!reply.text().contains("010-7777-8888") && !reply.text().contains("secret.example"), "{}", reply.body);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_not_told_is_null(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let museum = app.world().museum.clone();
    let terse = Review {
        review_code: None,
        channel_order_code: None,
        option: None,
        score: Score { score_type: ScoreType::NoScore, score: None },
        title: None,
        body: Some("가.".to_owned()),
        reviewed_at: "2026-06-30T16:00:00Z".parse().unwrap(),
        reviewer: None,
    };
    let posted = feedback::post_review(app.hub(), app.world().channel("alpha").id, museum.kind, museum.id, terse).await.unwrap();
    let review = app.supplier("hanok").get("/v1/supplier/reviews").await.body["reviews"][0].clone();
    for member in ["channel_order_code", "option_code", "score", "title", "reviewer_name"] {
        assert_eq!(review.get(member), Some(&Value::Null), "{member}");
    }
    assert_eq!((&review["score_type"], &review["answers"]), (&json!("NO_SCORE"), &json!([])));
    assert_eq!(review["review_code"], json!(posted.review_code), "the hub made one");
}
