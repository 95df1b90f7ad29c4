//! The list of products.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{assert_code, each, list, redacted};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn lists_the_suppliers_own(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let world = app.world();
    let found = |reply: axhub_testkit::Reply| {
        assert_eq!(reply.status, 200, "{}", reply.body);
        let mut codes: Vec<String> = each(&reply.body["products"], "product_code").into_iter().map(str::to_owned).collect();
        codes.sort_unstable();
        codes
    };
    let codes = |products: &[&axhub_testkit::TestProduct]| {
        let mut codes: Vec<String> = products.iter().map(|product| product.id.to_string()).collect();
        codes.sort_unstable();
        codes
    };
    let hanok = app.supplier("hanok");
    assert_eq!(found(hanok.get("/v1/supplier/products").await), codes(&[&world.seoul, &world.dmz, &world.museum]));
    assert_eq!(found(app.supplier("lumiere").get("/v1/supplier/products").await), codes(&[&world.paris, &world.harbor]));
    assert_eq!(found(hanok.get("/v1/supplier/products?kind=tour").await), codes(&[&world.seoul, &world.dmz]));
    assert_eq!(found(hanok.get("/v1/supplier/products?kind=day-ticket").await), codes(&[&world.museum]));
    assert_eq!(found(hanok.get("/v1/supplier/products?kind=ticket").await), codes(&[]));

    let first = hanok.get("/v1/supplier/products?page=1&page_size=2").await;
    assert_eq!(first.header("x-total-count"), Some("3"));
    assert!(first.header("link").unwrap().contains("page=2&page_size=2>; rel=\"next\""));
    let mut paged = found(first);
    paged.extend(found(hanok.get("/v1/supplier/products?page=2&page_size=2").await));
    paged.sort_unstable();
    assert_eq!(paged, codes(&[&world.seoul, &world.dmz, &world.museum]));
    let named = |q: &str| format!("/v1/supplier/products?q={q}");
    assert_eq!(found(hanok.get(&named("dmz")).await), codes(&[&world.dmz]));
    assert_eq!(found(hanok.get(&named("%EC%82%B0%EC%B1%85")).await), codes(&[&world.seoul]));
    assert_eq!(found(hanok.get(&named("paris")).await), codes(&[]), "not in anybody else's");
    let ended = json!({ "sale_to": "2026-06-30" });
    assert_eq!(hanok.patch(&format!("/v1/supplier/products/{}", world.dmz.id), &ended).await.status, 200);
    let draft = format!("/v1/supplier/products/{}/draft", world.seoul.id);
    assert_eq!(hanok.patch(&draft, &json!({})).await.status, 200);
    for (state, expected) in [("published", vec![&world.seoul, &world.museum]), ("ended", vec![&world.dmz]), ("draft", vec![])] {
        let reply = hanok.get(&format!("/v1/supplier/products?state={state}")).await;
        for product in list(&reply.body["products"]) {
            let has_draft = product["product_code"] == world.seoul.id.to_string().as_str();
            assert_eq!((&product["state"], &product["has_draft"]), (&json!(state), &json!(has_draft)));
        }
        assert_eq!(found(reply), codes(&expected), "{state}");
    }
    for query in ["kind=cruise", "state=gone", "page=0", "page_size=x"] {
        assert_code(&hanok.get(&format!("/v1/supplier/products?{query}")).await, 400, "invalid_query");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let reply = app.supplier("hanok").get("/v1/supplier/products?kind=day-ticket").await;
    insta::assert_snapshot!("products_list", redacted(&reply.body));
}
