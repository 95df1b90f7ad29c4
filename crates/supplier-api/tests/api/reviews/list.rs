//! The list of reviews and its filter.

use axhub_domain::feedback::{Review, Score, ScoreType};
use axhub_hub::feedback;
use axhub_testkit::{App, Engine};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{NOBODYS, assert_code, each, redacted, review};

/// Reviews of hanok's `북촌` (alpha), its museum (beta) and `북촌` again (beta), each a minute after the last; another is
/// of lumiere's product.
async fn reviews(engine: Engine) -> App {
    let app = App::start(engine).await;
    let (seoul, museum, paris) = (app.world().seoul.clone(), app.world().museum.clone(), app.world().paris.clone());
    for (channel, code, product) in [("alpha", "R-0", &seoul), ("beta", "R-1", &museum), ("beta", "R-2", &seoul), ("alpha", "R-9", &paris)]
    {
        app.clock().advance(SignedDuration::from_mins(1));
        review(&app, channel, code, product).await;
    }
    app
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn filters_by_what_is_asked(#[case] engine: Engine) {
    let app = reviews(engine).await;
    let (seoul, museum, paris) = (app.world().seoul.id, app.world().museum.id, app.world().paris.id);
    let cases: Vec<(String, Vec<&str>)> = vec![
        ("".to_owned(), vec!["R-0", "R-1", "R-2"]),
        (format!("product_code={seoul}"), vec!["R-0", "R-2"]),
        (format!("product_code={museum}"), vec!["R-1"]),
        ("product_code=".to_owned(), vec!["R-0", "R-1", "R-2"]),
        // Another's product, an unknown one and a code that is none: nobody can tell them apart.
        (format!("product_code={paris}"), vec![]),
        (format!("product_code={NOBODYS}"), vec![]),
        ("product_code=7".to_owned(), vec![]),
        ("page=2&page_size=2".to_owned(), vec!["R-2"]),
        ("page=9".to_owned(), vec![]),
    ];
    for (query, expected) in cases {
        let reply = app.supplier("hanok").get(&format!("/v1/supplier/reviews?{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.body);
        assert_eq!(each(&reply.body["reviews"], "review_code"), expected, "{query}");
    }
    let of_lumiere = app.supplier("lumiere").get("/v1/supplier/reviews").await;
    assert_eq!(each(&of_lumiere.body["reviews"], "review_code"), ["R-9"]);
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
    let reply = app.supplier("hanok").get(&format!("/v1/supplier/reviews?{query}")).await;
    assert_code(&reply, 400, "invalid_query");
    let errors = reply.body["errors"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), [parameter], "{}", reply.body);
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
        review_code: "R-1".to_owned(),
        channel_order_code: None,
        option: None,
        score: Score { score_type: ScoreType::NoScore, score: None },
        title: None,
        body: Some("가.".to_owned()),
        reviewed_at: "2026-06-30T16:00:00Z".parse().unwrap(),
        reviewer: None,
    };
    feedback::post_review(app.hub(), app.world().channel("alpha").id, museum.kind, museum.id, terse).await.unwrap();
    let review = app.supplier("hanok").get("/v1/supplier/reviews").await.body["reviews"][0].clone();
    for member in ["channel_order_code", "option_code", "score", "title", "reviewer_name"] {
        assert_eq!(review.get(member), Some(&Value::Null), "{member}");
    }
    assert_eq!((&review["score_type"], &review["answers"]), (&json!("NO_SCORE"), &json!([])));
}
