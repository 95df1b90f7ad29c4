use axhub_hub::catalogue::{OptionChange, ProductChange};
use axhub_hub::directory;
use axhub_testkit::{App, TestProduct};
use serde_json::{Map, Value, json};

use crate::support::{an_order, assert_body, assert_error, assert_fields, change, everything, on_both_engines, paths, with, without};

on_both_engines! {
    the_first_registration_makes_a_code_and_later_ones_keep_it,
    every_active_option_is_mapped_once,
    every_wrong_field_is_named,
    only_an_assigned_product_can_be_registered,
}

fn path(product: &TestProduct) -> String {
    format!("/v1/channel/products/tour/registration/{}", product.id)
}

fn body(product: &TestProduct) -> Value {
    json!({
        "mapping_data": { product.option(0).to_string(): "성인", product.option(1).to_string(): "어린이" },
        "channel_product_name": "파리 산책",
        "channel_product_link": "https://shop.example.com/tours/1017?a=b#c",
        "channel_product_id": "1017",
    })
}

async fn the_first_registration_makes_a_code_and_later_ones_keep_it(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let first = alpha.post(&path(paris), &body(paris)).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_body!("first", first);
    assert_eq!(first.body["channel_product_mapping_code"], first.body["channel_product_mapping_data_code"]);
    let mapping = first.body["channel_product_mapping_code"].as_str().unwrap();
    let order = an_order(paris, mapping.parse().unwrap(), "A-1", 1).json();
    assert_eq!(alpha.post("/v1/channel/orders/tour", &order).await.status, 201, "the code is good for orders");

    let option = OptionChange { id: Some(paris.option(1)), max_quantity: Some(7), ..OptionChange::default() };
    change(&app, paris, ProductChange { options: vec![option], ..ProductChange::default() }).await;
    let mut again = body(paris);
    again["mapping_data"][paris.option(1).to_string()] = "아이".into();
    again["channel_product_id"] = 1017.into();
    let second = alpha.post(&path(paris), &again).await;
    assert_eq!((second.status, &second.body["status_code"]), (200, &json!(200)), "{}", second.text());
    assert_eq!(second.body["channel_product_mapping_code"], mapping);
    assert_eq!(second.body["version"], 2);

    let beta = app.channel("beta").post(&path(paris), &body(paris)).await;
    assert_eq!(beta.status, 201);
    assert_ne!(beta.body["channel_product_mapping_code"], mapping, "each channel has its own");
}

async fn every_active_option_is_mapped_once(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let (adult, child) = (paris.option(0).to_string(), paris.option(1).to_string());
    let foreign = app.world().seoul.option(0).to_string();
    let before = everything(&app).await;
    let refused = async |mapping: Value, texts: &str| {
        let reply = alpha.post(&path(paris), &with(&body(paris), "/mapping_data", mapping)).await;
        assert_fields(&reply, &[("mapping_data", texts)]);
        reply.body["error"]["code"].as_str().unwrap().to_owned()
    };
    let missing = format!("Every active option must be mapped. Missing: {child}.");
    assert_eq!(refused(json!({ &adult: "A" }), &missing).await, "mapping_incomplete");
    let missing = format!("Every active option must be mapped. Missing: {adult}, {child}.");
    assert_eq!(refused(json!({}), &missing).await, "mapping_incomplete");
    let unknown = format!("These codes are no active options: {foreign}.");
    assert_eq!(refused(json!({ &adult: "A", &child: "C", &foreign: "F" }), &unknown).await, "mapping_option_unknown");
    let unknown = "These codes are no active options: seat.";
    assert_eq!(refused(json!({ &adult: "A", &child: "C", "seat": "F" }), unknown).await, "mapping_option_unknown");
    let twice = "Two options may not have the same name: A.";
    assert_eq!(refused(json!({ &adult: "A", &child: " A " }), twice).await, "mapping_name_repeated");
    let both = format!("Every active option must be mapped. Missing: {adult}, {child}. These codes are no active options: seat.");
    assert_eq!(refused(json!({ "seat": "F" }), &both).await, "invalid_fields");
    assert_eq!(everything(&app).await, before);

    let close = OptionChange { id: Some(paris.option(1)), is_active: Some(false), ..OptionChange::default() };
    change(&app, paris, ProductChange { options: vec![close], ..ProductChange::default() }).await;
    let unknown = format!("These codes are no active options: {child}.");
    assert_eq!(refused(json!({ &adult: "A", &child: "C" }), &unknown).await, "mapping_option_unknown");
    let reply = alpha.post(&path(paris), &with(&body(paris), "/mapping_data", json!({ &adult: "A" }))).await;
    assert_eq!(reply.status, 201, "an inactive option need not be mapped: {}", reply.text());
}

async fn every_wrong_field_is_named(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let before = everything(&app).await;
    let right = body(paris);
    for (field, pointer) in paths(&right) {
        let is_name = field.contains('.');
        if !is_name {
            assert_fields(&alpha.post(&path(paris), &without(&right, &pointer)).await, &[(&field, "This field is required.")]);
        }
        let wrong = async |value: Value| {
            let reply = alpha.post(&path(paris), &with(&right, &pointer, value.clone())).await;
            assert_eq!(reply.status, 400, "{field} = {value}: {}", reply.text());
            assert_eq!(reply.body.as_object().unwrap().len(), 2, "{field} = {value}: {}", reply.text());
            reply.body[&field].as_str().unwrap_or_else(|| panic!("{field} = {value}: {}", reply.text())).to_owned()
        };
        assert_eq!(wrong(Value::Null).await, "This field may not be null.");
        if field == "mapping_data" {
            let names = |count: usize| (0..count).map(|n| (format!("option-{n}"), json!(format!("name {n}")))).collect::<Map<_, _>>();
            assert_eq!(wrong(names(1001).into()).await, "Ensure this field has no more than 1000 elements.");
            assert!(wrong(names(1000).into()).await.contains("These codes are no active options"));
            for value in [json!("x"), json!(""), json!(1), json!(true), json!([])] {
                assert_eq!(wrong(value).await, "Expected a dictionary of items.");
            }
            continue;
        }
        for value in [json!(""), json!(" \t")] {
            assert_eq!(wrong(value).await, "This field may not be blank.");
        }
        for value in [json!(true), json!([]), json!({})] {
            assert_eq!(wrong(value).await, "Not a valid string.");
        }
        if field != "channel_product_link" {
            assert_eq!(wrong(json!("x".repeat(256))).await, "Ensure this field has no more than 255 characters.");
        }
    }
    for link in ["shop.example.com", "ftp://shop.example.com", "javascript:alert(1)", "https://", "http:///x", "https://a b", "//x", "7"] {
        let reply = alpha.post(&path(paris), &with(&right, "/channel_product_link", link.into())).await;
        assert_fields(&reply, &[("channel_product_link", "Enter a valid URL.")]);
    }
    let missing = "This field is required.";
    let all =
        [("mapping_data", missing), ("channel_product_name", missing), ("channel_product_link", missing), ("channel_product_id", missing)];
    assert_fields(&alpha.post(&path(paris), &json!({ "unknown": 1 })).await, &all);
    assert_eq!(everything(&app).await, before);
}

async fn only_an_assigned_product_can_be_registered(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    assert_eq!(alpha.post(&path(paris), &body(paris)).await.status, 201);
    directory::unassign(app.hub(), app.world().channel("alpha").id, paris.id).await.unwrap();
    assert_error(&alpha.post(&path(paris), &body(paris)).await, 404, "not_found");
}
