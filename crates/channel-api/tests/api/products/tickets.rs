//! Day-tickets and undated tickets: what their lists, details, registrations and updates have of their own.

use axhub_hub::catalogue::{ContentsChange, ProductChange};
use axhub_hub::directory;
use axhub_testkit::{App, TestProduct};
use serde_json::{Value, json};

use crate::support::{assert_body, assert_error, change, on_both_engines};

on_both_engines! {
    the_list_has_its_own_shape,
    each_kind_is_listed_under_its_own_address,
    a_detail_has_the_prices_of_its_price_call,
    a_product_is_registered_listed_as_newer_and_registered_again,
    what_is_of_another_kind_is_not_found,
}

async fn the_list_has_its_own_shape(app: App) {
    app.undated().await;
    let alpha = app.channel("alpha");
    let first = alpha.get("/v1/channel/products/day-ticket").await;
    assert_body!("day_tickets", first);
    assert_body!("tickets", alpha.get("/v1/channel/products/ticket").await);
    let tag = first.header("etag").unwrap();
    assert_eq!(alpha.with_header("if-none-match", tag).get("/v1/channel/products/day-ticket").await.status, 304);
}

async fn each_kind_is_listed_under_its_own_address(app: App) {
    app.undated().await;
    let alpha = app.channel("alpha");
    for (kind, titles) in [("day-ticket", "민화 박물관"), ("ticket", "한강 유람선")] {
        let found = async |query: &str| {
            let reply = alpha.get(&format!("/v1/channel/products/{kind}?{query}")).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            let titles: Vec<&str> =
                reply.body["products"].as_array().unwrap().iter().map(|product| product["title"].as_str().unwrap()).collect();
            (titles.join(", "), reply.header("x-total-count").unwrap().to_owned())
        };
        assert_eq!(found("").await, (titles.to_owned(), "1".to_owned()));
        assert_eq!(found("q=nothing").await.0, "");
        assert_eq!(found("page=2").await, (String::new(), "1".to_owned()));
        assert_eq!(found("updated_since=2026-08-01T00:00:00Z").await.0, "");
        for wrong in ["page=0", "page_size=201", "updated_since=x"] {
            assert_error(&alpha.get(&format!("/v1/channel/products/{kind}?{wrong}")).await, 400, "invalid_query");
        }
    }
}

async fn a_detail_has_the_prices_of_its_price_call(app: App) {
    let (alpha, museum, cruise) = (app.channel("alpha"), &app.world().museum, &app.undated().await);
    let detail = async |product: &TestProduct| {
        let reply = alpha.get(&format!("/v1/channel/products/{}/{}", product.kind.as_str(), product.id)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply
    };
    let price = async |product: &TestProduct| {
        alpha.get(&format!("/v1/channel/price/{}/{}", product.kind.as_str(), product.id)).await.body["prices"].clone()
    };
    let (dated, tour) = (detail(museum).await, detail(&app.world().paris).await);
    assert_body!("day_ticket", dated);
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&dated.body), members(&tour.body));
    assert_eq!(members(&dated.body["contents"]), members(&tour.body["contents"]));
    assert_eq!(members(&dated.body["options"][0]), members(&tour.body["options"][0]));
    assert_eq!(dated.body["options"][0]["prices"], json!([price(museum).await[0]]));
    let undated = detail(cruise).await;
    assert_eq!(members(&undated.body["options"][0]), members(&tour.body["options"][0]));
    assert_eq!(undated.body["options"][0]["prices"], price(cruise).await, "it has only one option");
}

async fn a_product_is_registered_listed_as_newer_and_registered_again(app: App) {
    let alpha = app.channel("alpha");
    for (product, title) in [(&app.world().museum, "민화 박물관"), (&app.undated().await, "한강 유람선")] {
        let kind = product.kind.as_str();
        let updates = async || alpha.get(&format!("/v1/channel/products/{kind}/update")).await;
        let mapping: serde_json::Map<String, Value> =
            product.options.iter().map(|option| (option.to_string(), json!(format!("이름 {option}")))).collect();
        let body = json!({
            "mapping_data": mapping, "channel_product_name": "x", "channel_product_link": "https://shop.example", "channel_product_id": 7,
        });
        let path = format!("/v1/channel/products/{kind}/registration/{}", product.id);
        let first = alpha.post(&path, &body).await;
        assert_eq!((first.status, &first.body["version"]), (201, &json!(1)), "{}", first.text());
        assert_eq!(updates().await.body, json!({ "data": [] }));

        let texts = [("product_sub_title".to_owned(), "New".to_owned())].into();
        let contents = ContentsChange { texts, ..ContentsChange::default() };
        change(&app, product, ProductChange { contents, ..ProductChange::default() }).await;
        let expected = json!({ "data": [{ "product_code": product.id, "title": title, "version": 2 }] });
        assert_eq!(updates().await.body, expected);
        let again = alpha.post(&path, &body).await;
        assert_eq!((again.status, &again.body["version"]), (200, &json!(2)));
        assert_eq!(again.body["channel_product_mapping_code"], first.body["channel_product_mapping_code"]);
        assert_eq!(updates().await.body, json!({ "data": [] }));
        assert_eq!(alpha.post(&path, &json!({})).await.body.as_object().unwrap().len(), 5, "four fields and the error");
        directory::unassign(app.hub(), app.world().channel("alpha").id, product.id).await.unwrap();
        assert_error(&alpha.post(&path, &body).await, 404, "not_found");
    }
}

async fn what_is_of_another_kind_is_not_found(app: App) {
    let (alpha, world, cruise) = (app.channel("alpha"), app.world(), app.undated().await);
    for product in [&world.paris, &world.museum, &cruise, &world.harbor] {
        for kind in ["tour", "day-ticket", "ticket"] {
            let is_found = kind == product.kind.as_str() && product.id != world.harbor.id;
            for part in ["products", "price", "inventory"] {
                // The oldest form of prices is for day-tickets, too.
                let is_old_price = part == "price" && kind == "ticket" && product.id == world.museum.id;
                let reply = alpha.get(&format!("/v1/channel/{part}/{kind}/{}", product.id)).await;
                assert_eq!(reply.status, if is_found || is_old_price { 200 } else { 404 }, "{part} {kind}: {}", reply.text());
            }
        }
    }
}
