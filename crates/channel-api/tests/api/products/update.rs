use axhub_domain::money::Money;
use axhub_hub::catalogue::{ContentsChange, OptionChange, ProductChange};
use axhub_hub::directory;
use axhub_testkit::{App, TestProduct};
use serde_json::json;

use crate::support::{change, on_both_engines};

on_both_engines! {
    a_registered_product_with_a_newer_version_is_listed_until_it_is_registered_again,
    only_registered_and_assigned_tours_are_listed,
    the_list_is_conditional,
}

const PATH: &str = "/v1/channel/products/tour/update";

async fn new_subtitle(app: &App, product: &TestProduct, text: &str) {
    let texts = [("product_sub_title".to_owned(), text.to_owned())].into();
    let contents = ContentsChange { texts, ..ContentsChange::default() };
    change(app, product, ProductChange { contents, ..ProductChange::default() }).await;
}

async fn a_registered_product_with_a_newer_version_is_listed_until_it_is_registered_again(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    app.register("alpha", paris).await;
    app.register("beta", paris).await;
    let fresh = alpha.get(PATH).await;
    assert_eq!((fresh.status, fresh.body), (200, json!({ "data": [] })));

    new_subtitle(&app, paris, "New").await;
    let price = OptionChange { id: Some(paris.option(0)), net: Some(Money::from_parts(7_600_000)), ..OptionChange::default() };
    change(&app, paris, ProductChange { options: vec![price], ..ProductChange::default() }).await;
    let expected = json!({ "data": [{ "product_code": paris.id, "title": "Paris walk", "version": 3 }] });
    assert_eq!(alpha.get(PATH).await.body, expected);
    app.register("alpha", paris).await;
    assert_eq!(alpha.get(PATH).await.body, json!({ "data": [] }));
    assert_eq!(app.channel("beta").get(PATH).await.body, expected, "beta has not registered it again");
}

async fn only_registered_and_assigned_tours_are_listed(app: App) {
    let world = app.world();
    for product in [&world.paris, &world.museum, &world.seoul] {
        app.register("alpha", product).await;
    }
    for product in [&world.paris, &world.museum, &world.seoul, &world.dmz] {
        new_subtitle(&app, product, "New").await;
    }
    directory::unassign(app.hub(), world.channel("alpha").id, world.paris.id).await.unwrap();
    let expected = json!({ "data": [{ "product_code": world.seoul.id, "title": "북촌 골목 산책", "version": 2 }] });
    assert_eq!(app.channel("alpha").get(PATH).await.body, expected);
    assert_eq!(app.channel("beta").get(PATH).await.body, json!({ "data": [] }));
}

async fn the_list_is_conditional(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    app.register("alpha", paris).await;
    let tag = alpha.get(PATH).await.header("etag").unwrap().to_owned();
    let known = alpha.with_header("if-none-match", &tag);
    assert_eq!(known.get(PATH).await.status, 304);
    new_subtitle(&app, paris, "New").await;
    assert_eq!(known.get(PATH).await.status, 200);
}
