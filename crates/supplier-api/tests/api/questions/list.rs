//! The list of questions and its filters.

use axhub_testkit::{App, Engine};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

use crate::support::{NOBODYS, ask, assert_code, each, redacted};

/// Questions about hanok's `북촌` (alpha), its museum (beta) and `북촌` again (beta), each a minute after the last; the
/// second is answered. Another is about lumiere's product.
async fn questions(engine: Engine) -> App {
    let app = App::start(engine).await;
    let (seoul, museum, paris) = (app.world().seoul.clone(), app.world().museum.clone(), app.world().paris.clone());
    let mut ids = Vec::new();
    for (channel, code, product) in [("alpha", "Q-0", &seoul), ("beta", "Q-1", &museum), ("beta", "Q-2", &seoul), ("alpha", "Q-9", &paris)]
    {
        app.clock().advance(SignedDuration::from_mins(1));
        ids.push(ask(&app, channel, code, product).await);
    }
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
    let (seoul, museum, paris) = (app.world().seoul.id, app.world().museum.id, app.world().paris.id);
    let cases: Vec<(String, Vec<&str>)> = vec![
        ("".to_owned(), vec!["Q-0", "Q-1", "Q-2"]),
        ("is_answered=false".to_owned(), vec!["Q-0", "Q-2"]),
        ("is_answered=true".to_owned(), vec!["Q-1"]),
        ("is_answered=1".to_owned(), vec!["Q-1"]),
        ("is_answered=".to_owned(), vec!["Q-0", "Q-1", "Q-2"]),
        (format!("product_code={seoul}"), vec!["Q-0", "Q-2"]),
        (format!("product_code={museum}&is_answered=false"), vec![]),
        (format!("product_code={museum}&is_answered=true"), vec!["Q-1"]),
        // Another's product, an unknown one and a code that is none: nobody can tell them apart.
        (format!("product_code={paris}"), vec![]),
        (format!("product_code={NOBODYS}"), vec![]),
        ("product_code=7".to_owned(), vec![]),
        ("page=2&page_size=2".to_owned(), vec!["Q-2"]),
        ("page=9".to_owned(), vec![]),
    ];
    for (query, expected) in cases {
        let reply = app.supplier("hanok").get(&format!("/v1/supplier/questions?{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.body);
        assert_eq!(each(&reply.body["questions"], "question_code"), expected, "{query}");
    }
    let of_lumiere = app.supplier("lumiere").get("/v1/supplier/questions").await;
    assert_eq!(each(&of_lumiere.body["questions"], "question_code"), ["Q-9"]);
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
    let reply = app.supplier("hanok").get(&format!("/v1/supplier/questions?{query}")).await;
    assert_code(&reply, 400, "invalid_query");
    let errors = reply.body["errors"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), [parameter], "{}", reply.body);
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
