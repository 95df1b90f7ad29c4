use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Depth, Faq, RefundStep, Stop, TRAVELER_INFORMATION};
use axhub_hub::catalogue::{ContentsChange, ProductChange, create_product};
use axhub_testkit::{App, ProductBuilder, TestProduct};
use serde_json::{Value, json};

use crate::support::{assert_body, change, on_both_engines};

on_both_engines! {
    a_tour_is_shown_whole,
    what_is_empty_is_void_and_nothing_else_is,
    contents_stand_in_the_order_of_the_contract,
    everything_that_can_be_required_is_named,
    an_option_has_up_to_five_depths_and_prices_as_the_price_call_gives_them,
    a_new_version_has_another_tag,
}

fn path(product: &TestProduct) -> String {
    format!("/v1/channel/products/tour/{}", product.id)
}

async fn a_tour_is_shown_whole(app: App) {
    let world = app.world();
    let texts = [("product_sub_title", "두 시간"), ("thumbnail_type_1", "https://images.example.com/1.jpg"), ("meeting_point", "Abbesses")];
    let contents = ContentsChange {
        texts: texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
        keyword_others: Some(vec!["bakery".to_owned()]),
        poi: Some(vec!["Sacré-Cœur".to_owned(), "Place du Tertre".to_owned()]),
        inclusions: Some(vec!["Guide".to_owned()]),
        exclusions: Some(vec![]),
        faq: Some(vec![Faq { question: "Rain?".to_owned(), answer: "Yes.".to_owned() }]),
        course: Some(vec![
            Stop {
                order: 1,
                title: "Sacré-Cœur".to_owned(),
                address: "Paris".to_owned(),
                latitude: Some(48.8867),
                longitude: Some(2.3431),
                description: "The view.".to_owned(),
            },
            Stop {
                order: 2,
                title: "Vineyard".to_owned(),
                address: String::new(),
                latitude: None,
                longitude: None,
                description: String::new(),
            },
        ]),
        cancellation_policy: Some(vec![RefundStep { days_before: 7, refund_percent: 100 }]),
    };
    change(&app, &world.paris, ProductChange { contents, ..ProductChange::default() }).await;
    let reply = app.channel("alpha").get(&path(&world.paris)).await;
    assert_eq!(reply.status, 200);
    assert_body!("tour", reply);
}

/// Calls `look` with every scalar below `value`.
fn for_each_scalar(value: &Value, look: &mut impl FnMut(&Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| for_each_scalar(item, look)),
        Value::Object(members) => members.values().for_each(|member| for_each_scalar(member, look)),
        scalar => look(scalar),
    }
}

async fn what_is_empty_is_void_and_nothing_else_is(app: App) {
    let mut new = ProductBuilder::tour("Bare").option("Seat", "1").build();
    new.contents.texts.clear();
    new.contents.faq = vec![Faq { question: String::new(), answer: " ".to_owned() }];
    new.contents.course =
        vec![Stop { order: 1, title: String::new(), address: String::new(), latitude: None, longitude: None, description: String::new() }];
    new.options[0].depths = vec![Depth { name: String::new(), value: String::new() }];
    let bare = create_product(app.hub(), app.world().supplier("lumiere").id, new).await.unwrap();
    let id = bare.product.id;
    let product = TestProduct { id, ..app.world().paris.clone() };
    app.world().assign(app.hub(), "alpha", &product, MarkUp::NONE).await;

    let reply = app.channel("alpha").get(&path(&product)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    for_each_scalar(&reply.body, &mut |scalar| assert!(!scalar.is_null() && scalar != "" && scalar != " ", "{}", reply.text()));
    let contents = reply.body["contents"].as_object().unwrap();
    let (lists, texts): (Vec<_>, Vec<_>) = contents.iter().partition(|(_, value)| value.is_array());
    for (name, text) in texts {
        let expected = match name.as_str() {
            "time_zone" => "Europe/Paris",
            "confirmation" => "instant",
            _ => "Void",
        };
        assert_eq!(text, expected, "{name}");
    }
    for (name, list) in lists {
        assert_eq!(list.as_array().unwrap().len(), usize::from(matches!(name.as_str(), "faq" | "course")), "{name}");
    }
    assert_eq!(contents["faq"][0], json!({ "question": "Void", "answer": "Void" }));
    assert_eq!(
        contents["course"][0],
        json!({ "order": 1, "title": "Void", "address": "Void", "latitude": "Void", "longitude": "Void", "description": "Void" })
    );
    assert_eq!(reply.body["options"][0]["depths"], json!([{ "name": "Void", "value": "Void" }]));
    assert_eq!(reply.body["options"][0]["option_name"], "Void");
    for (name, required) in reply.body["required_traveler_information"].as_object().unwrap() {
        assert_eq!(required, false, "{name}");
    }
}

async fn contents_stand_in_the_order_of_the_contract(app: App) {
    let reply = app.channel("alpha").get(&path(&app.world().paris)).await;
    let numbered = |name: &str, last: usize| (1..=last).map(|n| format!("{name}_{n}")).collect::<Vec<_>>();
    let named = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let contract = [
        named("product_listing_language tour_guide_certification separate_driver_included main_country_and_city country_and_city"),
        named("keyword_city keyword_others course_main_title departure_city transportation poi product_name"),
        numbered("product_title_type", 5),
        named("product_sub_title event_special_giving tour_guide_strength product_differentiation target_customer"),
        numbered("thumbnail_type", 7),
        numbered("sub_thumbnail_type", 5),
        named("inclusions exclusions faq course meeting_point voucher_information cancellation_policy time_zone confirmation"),
    ]
    .concat();
    let contents = reply.body["contents"].as_object().unwrap();
    let more: Vec<&str> = contents.keys().filter(|name| !contract.contains(name)).map(String::as_str).collect();
    assert_eq!((contents.len(), more), (contract.len() + 1, vec!["cancellation_type"]));
    let text = reply.text().split_once("\"contents\":").unwrap().1;
    let places: Vec<usize> = contract.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
}

async fn everything_that_can_be_required_is_named(app: App) {
    let alpha = app.channel("alpha");
    let reply = alpha.get(&path(&app.world().dmz)).await;
    let information = reply.body["required_traveler_information"].as_object().unwrap();
    assert_eq!(information.len(), TRAVELER_INFORMATION.len());
    for name in TRAVELER_INFORMATION {
        assert_eq!(information[*name], matches!(*name, "english_name" | "passport_id"), "{name}");
    }
}

async fn an_option_has_up_to_five_depths_and_prices_as_the_price_call_gives_them(app: App) {
    let depth = |name: &str, value: &str| Depth { name: name.to_owned(), value: value.to_owned() };
    let mut new = ProductBuilder::tour("Deep").option("Seat", "70.004").persons(2).option("Closed", "9").inactive().build();
    new.options[0].depths =
        vec![depth("City", "Paris"), depth("Meal", "meal"), depth("Season", "summer"), depth("Person", "adult"), depth("Bus", "red")];
    let created = create_product(app.hub(), app.world().supplier("lumiere").id, new).await.unwrap();
    let product = TestProduct { id: created.product.id, ..app.world().paris.clone() };
    app.world().assign(app.hub(), "alpha", &product, MarkUp::NONE).await;

    let alpha = app.channel("alpha");
    let detail = alpha.get(&path(&product)).await;
    let option = &detail.body["options"][0];
    assert_eq!(option["option_name"], "Paris - meal - summer - adult - red");
    assert_eq!(option["depths"].as_array().unwrap().len(), 5);
    assert_eq!(option["depths"][4], json!({ "name": "Bus", "value": "red" }));
    let prices = alpha.get(&format!("/v1/channel/price/tour/{}", product.id)).await;
    assert_eq!(option["prices"], prices.body["prices"]);
    assert_eq!(option["prices"][0]["unit_selling_price_usd"].to_string(), "70.00");
    let closed = &detail.body["options"][1];
    assert_eq!((&closed["is_active"], &closed["prices"]), (&json!(false), &json!([])));

    let child = &alpha.get(&path(&app.world().paris)).await.body["options"][1];
    assert_eq!(child["kind"], "price");
    assert_eq!(child["stock_option_code"], app.world().paris.option(0).to_string());
}

async fn a_new_version_has_another_tag(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let first = alpha.get(&path(paris)).await;
    let tag = first.header("etag").unwrap();
    let known = alpha.with_header("if-none-match", &format!("\"x\", W/{tag}"));
    assert_eq!(known.get(&path(paris)).await.status, 304);
    change(&app, paris, ProductChange { cut_off_minutes: Some(5), ..ProductChange::default() }).await;
    let texts = [("product_sub_title".to_owned(), "New".to_owned())].into();
    change(&app, paris, ProductChange { contents: ContentsChange { texts, ..ContentsChange::default() }, ..ProductChange::default() })
        .await;
    let changed = known.get(&path(paris)).await;
    assert_eq!((changed.status, &changed.body["contents"]["product_sub_title"]), (200, &json!("New")));
}
