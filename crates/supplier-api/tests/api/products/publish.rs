//! Publishing drafts.

use axhub_testkit::{App, Engine, TestProduct};
use rstest::rstest;
use serde_json::json;

use super::create::{begin, begin_whole, bus_tour, whole_contents};
use crate::support::{assert_code, assert_wrong, each, list, redacted, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_channels_would_miss_is_named(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (address, draft) = begin(&app, &bus_tour()).await;
    let lumiere = app.supplier("lumiere");
    let refused = lumiere.in_english().post(&format!("{address}/publish"), &json!({})).await;
    assert_wrong(&refused, &each(&draft["problems"], "field"));
    insta::assert_snapshot!("publish_refused", redacted(&refused.body));
    assert_eq!(lumiere.get(&address).await.body["version"], 0);

    assert_eq!(lumiere.patch(&format!("{address}/draft"), &json!({ "contents": whole_contents() })).await.status, 200);
    let published = lumiere.post(&format!("{address}/publish"), &json!({ "version": 0 })).await;
    assert_eq!(published.status, 200, "{}", published.body);
    insta::assert_snapshot!("product_published", redacted(&published.body));
    assert_eq!(lumiere.get(&address).await.body, published.body);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_draft_is_published_once(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (address, _) = begin_whole(&app).await;
    let (lumiere, publish) = (app.supplier("lumiere"), format!("{address}/publish"));
    assert_code(&lumiere.post(&publish, &json!({ "version": 1 })).await, 409, "version_changed");
    for wrong in [json!({ "version": -1 }), json!({ "version": "one" })] {
        assert_wrong(&lumiere.post(&publish, &wrong).await, &["version"]);
    }
    assert_eq!(app.supplier("hanok").post(&publish, &json!({})).await.status, 404);
    // Without a body, too.
    let published = lumiere.send(axum::http::Method::POST, &publish, None).await;
    assert_eq!((published.status, &published.body["version"], &published.body["state"]), (200, &json!(1), &json!("published")));
    let again = lumiere.post(&publish, &json!({})).await;
    assert_code(&again, 409, "no_draft");
    assert_eq!(again.body["version"], 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_new_option_is_sold_from_then_on(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let (address, lumiere, alpha) = (format!("/v1/supplier/products/{}", paris.id), app.supplier("lumiere"), app.channel("alpha"));
    app.register("alpha", &paris).await;
    let mut contents = whole_contents();
    contents["product_name"] = json!("Paris walk");
    let change = json!({ "contents": contents, "options": [{ "depths": [{ "name": "Person", "value": "Senior" }], "net": "60" }] });
    let draft = lumiere.patch(&format!("{address}/draft"), &change).await.body;
    let senior = text(&draft["options"][2]["option_code"]);
    let rule = json!({ "from": "2026-07-10", "to": "2026-07-10", "start_times": ["09:00"], "max_quantity": 3 });
    assert_eq!(lumiere.put(&format!("/v1/supplier/options/{senior}/stock"), &rule).await.status, 200);

    let seen = async || {
        let detail = alpha.get(&format!("/v1/channel/products/tour/{}", paris.id)).await.body;
        let prices = alpha.get(&format!("/v1/channel/price/tour/{}", paris.id)).await.body;
        let inventory = alpha.get(&format!("/v1/channel/inventory/tour/{}?page_size=200", paris.id)).await.body;
        let update = alpha.get("/v1/channel/products/tour/update").await.body;
        let has = |codes: Vec<&str>| codes.contains(&senior);
        let stocked = inventory["option_codes"].as_object().unwrap().contains_key(senior);
        let shown = (has(each(&detail["options"], "option_code")), has(each(&prices["prices"], "option_code")), stocked);
        (shown, list(&update["data"]).len())
    };
    assert_eq!(seen().await, ((false, false, false), 0));
    let feed = alpha.get("/v1/channel/changes").await.body;
    assert!(!feed.to_string().contains(senior));
    assert_eq!(lumiere.post(&format!("{address}/publish"), &json!({})).await.status, 200);
    assert_eq!(seen().await, ((true, true, true), 1));
    let with_senior = TestProduct { options: [paris.options.clone(), vec![senior.parse().unwrap()]].concat(), ..paris.clone() };
    crate::support::place(&app, "A-1", &with_senior, 2, "2026-07-10 09:00", 3).await;
    app.assert_stock_is_sound().await;
}
