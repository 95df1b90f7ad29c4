//! One review.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{NOBODYS, assert_code, each, review};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn is_the_one_of_the_list(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let hanok = app.supplier("hanok");
    review(&app, "alpha", "R-1", &app.world().seoul).await;
    let id = review(&app, "beta", "R-2", &app.world().museum).await;
    let address = format!("/v1/supplier/reviews/{id}");
    for said in ["네", "또 오세요."] {
        let reply = hanok.post(&format!("{address}/answer"), &json!({ "body": said })).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    let found = hanok.get(&address).await;
    assert_eq!((found.status, &found.body["review_code"]), (200, &json!("R-2")));
    assert_eq!(each(&found.body["answers"], "body"), ["네", "또 오세요."]);
    let listed = hanok.get("/v1/supplier/reviews").await.body;
    assert_eq!(listed["reviews"][1], found.body);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn anothers_is_as_one_that_does_not_exist(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let anothers = review(&app, "alpha", "R-1", &app.world().paris).await;
    for id in [anothers.as_str(), NOBODYS, "R-1"] {
        assert_code(&app.supplier("hanok").get(&format!("/v1/supplier/reviews/{id}")).await, 404, "not_found");
    }
    assert_eq!(app.supplier("lumiere").get(&format!("/v1/supplier/reviews/{anothers}")).await.status, 200);
}
