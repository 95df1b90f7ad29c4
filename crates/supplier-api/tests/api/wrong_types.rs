//! A value of a wrong type at every place of every body: 400 that names the place, and nothing changes.

use axhub_testkit::{App, Engine};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{ask, place, review, text};

/// Every place in a tree, from the outside in, as errors name it.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, member)| (if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, member)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item)).collect(),
        _ => Vec::new(),
    };
    for (path, child) in children {
        found.push(path.clone());
        places(child, &path, found);
    }
}

fn at<'v>(value: &'v mut Value, path: &str) -> &'v mut Value {
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    value.pointer_mut(&pointer).unwrap()
}

/// Values that cannot be taken for the one that belongs there. Texts may come as numbers, and numbers and booleans as
/// texts, so these are not among them.
fn wrong_for(right: &Value) -> Vec<Value> {
    match right {
        Value::String(_) => vec![json!(true), json!([]), json!({}), json!(["a"])],
        Value::Number(_) => vec![json!("many"), json!(true), json!([]), json!({})],
        Value::Bool(_) => vec![json!("maybe"), json!(2), json!([]), json!({})],
        Value::Array(_) => vec![json!("a"), json!(1), json!(true), json!({})],
        Value::Object(_) => vec![json!("a"), json!(1), json!(true), json!([])],
        Value::Null => vec![],
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_wrong_type_is_named_at_every_place(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let placed = place(&app, "A-1", &paris, 0, "2026-07-05 09:00", 1).await;
    let product = format!("/v1/supplier/products/{}", paris.id);
    let (get_product, get_order) = (product.clone(), placed.address());
    let get_stock = format!("{product}/stock?page_size=200");
    let lumiere = app.supplier("lumiere");
    let (question, review) = (ask(&app, "alpha", "Q-1", &paris).await, review(&app, "alpha", "R-1", &paris).await);
    let feedback = async || [lumiere.get("/v1/supplier/questions").await.body, lumiere.get("/v1/supplier/reviews").await.body];
    let everything =
        async || [lumiere.get(&get_product).await.body, lumiere.get(&get_order).await.body, lumiere.get(&get_stock).await.body];
    let before = (everything().await, feedback().await);

    let comment = json!({ "comment": "hello" });
    let bodies = [
        (Method::PATCH, product.clone(), whole_change(&paris)),
        (Method::PATCH, format!("{product}/draft"), whole_change(&paris)),
        (Method::POST, "/v1/supplier/products".to_owned(), whole_product(&paris)),
        (Method::POST, format!("{product}/publish"), json!({ "version": 1 })),
        (Method::POST, format!("{product}/end-sale"), json!({ "last_day": "2026-12-31" })),
        (Method::PUT, format!("/v1/supplier/options/{}/stock", paris.option(0)), whole_rule()),
        (Method::PUT, "/v1/supplier/stock".to_owned(), whole_stock_change(&paris)),
        (Method::PUT, "/v1/supplier/stock/allotments".to_owned(), whole_allotment(&paris)),
        (Method::POST, format!("{}/cancel", placed.address()), comment.clone()),
        (Method::POST, placed.ticket_address(0, "redeem"), comment),
        (Method::POST, format!("/v1/supplier/questions/{question}/answer"), whole_answer()),
        (Method::POST, format!("/v1/supplier/reviews/{review}/answer"), whole_answer()),
    ];
    let mut tried = 0;
    for (method, address, body) in &bodies {
        let mut paths = Vec::new();
        places(body, "", &mut paths);
        for path in &paths {
            for wrong in wrong_for(at(&mut body.clone(), path)) {
                let mut changed = body.clone();
                *at(&mut changed, path) = wrong.clone();
                let reply = lumiere.send_json(method.clone(), address, &changed).await;
                assert_eq!(reply.status, 400, "{path} = {wrong}: {}", reply.body);
                assert!(!text(&reply.body[path]).is_empty(), "{path} = {wrong}: {}", reply.body);
                tried += 1;
            }
        }
    }
    assert!(tried > 250, "only {tried} were tried");
    assert_eq!((everything().await, feedback().await), before);
}

/// A change with everything in it.
fn whole_change(product: &axhub_testkit::TestProduct) -> Value {
    let mut contents = json!({
        "keyword_others": ["a"], "poi": ["a"], "inclusions": ["a"], "exclusions": ["a"],
        "faq": [{ "question": "a", "answer": "b" }],
        "course": [{ "order": 1, "title": "a", "address": "b", "latitude": 1.5, "longitude": 2, "description": "c" }],
        "cancellation_policy": [{ "days_before": 1, "refund_percent": 2 }],
    });
    for name in axhub_domain::product::TEXT_FIELDS {
        contents[*name] = json!("a");
    }
    let mut required = json!({});
    for name in axhub_domain::product::TRAVELER_INFORMATION {
        required[*name] = json!(true);
    }
    json!({
        "version": 1,
        "category": "Tour",
        "detail_category": "a",
        "confirmation": "manual",
        "reply_minutes": 90,
        "on_no_reply": "reject",
        "cut_off_minutes": 10,
        "sale_from": "2026-01-01",
        "sale_to": "2026-12-31",
        "required_traveler_information": required,
        "contents": contents,
        "options": [{
            "option_code": product.option(0), "kind": "quantity", "stock_option_code": product.option(0), "pool": "bus", "weight": 2,
            "remove": false,
            "depths": [{ "name": "a", "value": "b" }], "persons_per_unit": 1, "min_quantity": 1, "max_quantity": 2, "is_active": true,
            "net": "1", "seasons": [{ "from": "2026-07-01", "to": "2026-07-02", "net": "2" }],
        }],
    })
}

/// A new product with everything in it, though of an option that is another's.
fn whole_product(product: &axhub_testkit::TestProduct) -> Value {
    let mut new = whole_change(product);
    new.as_object_mut().unwrap().remove("version");
    new["kind"] = json!("tour");
    new["time_zone"] = json!("Europe/Paris");
    new["base_currency"] = json!("USD");
    new
}

fn whole_rule() -> Value {
    json!({
        "from": "2026-08-01", "to": "2026-08-02", "weekdays": ["mon"], "start_times": ["09:30"],
        "max_quantity": 5, "min_quantity": 1, "on_sale": true,
    })
}

fn whole_stock_change(product: &axhub_testkit::TestProduct) -> Value {
    let mut change = whole_rule();
    change["option_codes"] = json!([product.option(0)]);
    change
}

fn whole_allotment(product: &axhub_testkit::TestProduct) -> Value {
    json!({
        "option_code": product.option(0), "channel_code": "alpha", "from": "2026-08-01", "to": "2026-08-02", "weekdays": ["mon"],
        "start_times": ["09:30"], "quantity": 5, "release_minutes_before": 60,
    })
}

fn whole_answer() -> Value {
    json!({ "body": "네" })
}

#[test]
fn the_bodies_have_every_described_field() {
    let description = serde_json::to_value(axhub_supplier_api::routes().into_openapi()).unwrap();
    let schemas = &description["components"]["schemas"];
    let members = |name: &str| -> Vec<String> { schemas[name]["properties"].as_object().unwrap().keys().cloned().collect() };
    let product = axhub_testkit::TestProduct {
        id: uuid::Uuid::nil().into(),
        kind: axhub_domain::product::ProductKind::Tour,
        supplier: uuid::Uuid::nil().into(),
        zone: String::new(),
        options: vec![uuid::Uuid::nil().into()],
    };
    let change = whole_change(&product);
    let sent = |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let own = schemas["SupplierProductChange"]["allOf"].as_array().unwrap().iter().find_map(|part| part["properties"].as_object());
    let mut of_change = members("SupplierSettingsChange");
    of_change.extend(own.unwrap().keys().cloned());
    of_change.sort_unstable();
    assert_eq!(sent(&change), of_change);
    assert_eq!(sent(&change["options"][0]), members("SupplierOptionChange"));
    assert_eq!(sent(&change["options"][0]["seasons"][0]), members("SupplierSeasonChange"));
    assert_eq!(sent(&change["options"][0]["depths"][0]), members("SupplierDepth"));
    assert_eq!(sent(&change["contents"]["course"][0]), members("SupplierStop"));
    assert_eq!(sent(&change["contents"]["faq"][0]), members("SupplierFaq"));
    assert_eq!(sent(&change["contents"]["cancellation_policy"][0]), members("SupplierRefundStep"));
    assert_eq!(sent(&whole_rule()), members("SupplierStockRule"));
    assert_eq!(sent(&whole_stock_change(&product)), members("SupplierStockChange"));
    assert_eq!(sent(&whole_allotment(&product)), members("SupplierAllotmentRule"));
    assert_eq!(sent(&whole_answer()), members("SupplierNewAnswer"));
}
