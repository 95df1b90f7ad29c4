//! Codes of what is not there, of what is another channel's, and of what has another kind are all the same 404 (contract
//! 2): for every address with a code in it, and the list of those comes from the API description.

use axhub_domain::pricing::MarkUp;
use axhub_domain::product::ProductKind;
use axhub_testkit::{App, Client, ProductBuilder, Reply, TestProduct};
use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::support::{Placed, assert_error, everything, on_both_engines, place_any, place_as, remove};

on_both_engines! {
    of_tours,
    of_day_tickets,
    of_undated_tickets,
}

async fn of_tours(app: App) {
    let (world, cruise) = (app.world(), app.undated().await);
    all_foreign_codes_are_404(&app, &world.paris, &world.harbor, &[&world.museum, &cruise]).await;
}

async fn of_day_tickets(app: App) {
    let (world, cruise) = (app.world(), app.undated().await);
    let betas = betas_own(&app, ProductBuilder::day_ticket("Beta's museum")).await;
    all_foreign_codes_are_404(&app, &world.museum, &betas, &[&world.paris, &cruise]).await;
}

/// The oldest addresses of orders and prices are for day-tickets, too: only a tour is foreign to them.
async fn of_undated_tickets(app: App) {
    let (world, cruise) = (app.world(), app.undated().await);
    let betas = betas_own(&app, ProductBuilder::ticket("Beta's voucher")).await;
    all_foreign_codes_are_404(&app, &cruise, &betas, &[&world.paris]).await;
}

/// A product that only beta may sell.
async fn betas_own(app: &App, product: ProductBuilder) -> TestProduct {
    let product = product.option("Entry", "10").create(app.hub(), app.world().supplier("lumiere").id).await;
    app.world().assign(app.hub(), "beta", &product, MarkUp(110_000)).await;
    product
}

const NOBODYS: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01";
const MALFORMED: &[&str] = &["1", "x", "%00", "%ff", "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f0", "a%2Fb"];

/// What may stand in place of a variable part of an address: a code that is right there, and codes that are not.
struct Codes {
    name: &'static str,
    right: String,
    foreign: Vec<String>,
}

impl Codes {
    fn new(name: &'static str, right: &str, foreign: Vec<String>) -> Codes {
        let never = MALFORMED.iter().chain([&NOBODYS]).map(|code| (*code).to_owned());
        Codes { name, right: right.to_owned(), foreign: foreign.into_iter().chain(never).collect() }
    }
}

/// Alpha calls everything about its `own` product with codes of `betas` and of its own products of `other` kinds.
async fn all_foreign_codes_are_404(app: &App, own: &TestProduct, betas: &TestProduct, others: &[&TestProduct]) {
    let order = place_any(app, own, "A-1").await;
    let (second, of_beta) = (place_any(app, own, "A-2").await, place_as(app, "beta", betas, "B-1").await);
    let mut other_orders: Vec<Placed> = Vec::new();
    for other in others {
        other_orders.push(place_any(app, other, other.kind.as_str()).await);
    }
    for (channel, code) in [("alpha", "1"), ("beta", "2")] {
        give_feedback(app, channel, own, code).await;
    }
    let products = others.iter().chain([&betas]).map(|product| product.id.to_string()).collect();
    let orders = other_orders.iter().chain([&of_beta]).map(|order| order.order.clone()).collect();
    let tickets = other_orders.iter().chain([&of_beta, &second]).map(|order| order.tickets[0].clone()).collect();
    let codes = [
        Codes::new("product_code", &own.id.to_string(), products),
        Codes::new("question_code", "Q-1", vec!["Q-2".to_owned()]),
        Codes::new("review_code", "R-1", vec!["R-2".to_owned()]),
        Codes::new("ax_order_code", &order.order, orders),
        Codes::new("ax_ticket_code", &order.tickets[0], tickets),
    ];
    let (alpha, body) = (app.channel("alpha"), right_for_all(own));
    let operations = operations(own.kind.as_str());

    let before = everything(app).await;
    for (method, path) in &operations {
        for wrong in codes.iter().filter(|codes| path.contains(&format!("{{{}}}", codes.name))) {
            for code in &wrong.foreign {
                let address = filled(path, |name| if name == wrong.name { code } else { &right(&codes, name).right });
                assert_not_found(&call(&alpha, method, &address, &body).await, method, &address);
            }
        }
        // All of it beta's.
        if path.contains("{ax_ticket_code}") {
            let address = filled(path, |name| if name == "ax_ticket_code" { &of_beta.tickets[0] } else { &of_beta.order });
            assert_not_found(&call(&alpha, method, &address, &body).await, method, &address);
        }
    }
    assert_eq!(everything(app).await, before);
    // It was the codes, and nothing else.
    for (method, path) in &operations {
        let address = filled(path, |name| &right(&codes, name).right);
        let reply = call(&alpha, method, &address, &body).await;
        assert!(matches!(reply.status, 200 | 201 | 409), "{method} {address}: {}", reply.text());
    }
}

/// A question `Q-…` and a review `R-…` of a product; nobody says anything about undated tickets.
async fn give_feedback(app: &App, channel: &str, product: &TestProduct, code: &str) {
    if product.kind == ProductKind::Ticket {
        return;
    }
    let mut body = right_for_all(product);
    (body["question_code"], body["review_code"]) = (json!(format!("Q-{code}")), json!(format!("R-{code}")));
    for resource in ["question", "review"] {
        let path = format!("/v1/channel/{resource}/{}/{}", product.kind.as_str(), product.id);
        let reply = app.channel(channel).post(&path, &body).await;
        assert_eq!(reply.status, 201, "{path}: {}", reply.text());
    }
}

/// A body that every operation accepts.
fn right_for_all(product: &TestProduct) -> Value {
    let names: Map<String, Value> = product.options.iter().map(|option| (option.to_string(), json!(option))).collect();
    json!({
        "mapping_data": names, "channel_product_name": "x", "channel_product_link": "https://shop.example", "channel_product_id": "1",
        "channel_status": "Traveler cancel", "status": "Traveler canceled",
        "channel_refunded_price": "1", "channel_canceled_at": "2026-06-30T00:00:00Z", "channel_refunded_at": "2026-06-30T00:00:00Z",
        "channel_policy": { "0": "1", "100": "7" },
        "question_code": "Q-9", "is_public": true, "quested_at": "2026-06-30T00:00:00Z",
        "review_code": "R-9", "score_type": "NO_SCORE", "review_score_type": "NO_SCORE", "reviewed_at": "2026-06-30T00:00:00Z",
        "title": "x", "body": "x",
    })
}

/// Every operation of a kind with a code in its address.
fn operations(kind: &str) -> Vec<(Method, String)> {
    let document = serde_json::to_value(axhub_channel_api::routes().into_openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if path.contains('{') && path.split('/').any(|part| part == kind) {
            operations.extend(item.as_object().unwrap().keys().map(|method| (method.to_uppercase().parse().unwrap(), path.clone())));
        }
    }
    assert!(operations.len() >= 11, "{operations:?}");
    operations
}

fn right<'c>(codes: &'c [Codes], name: &str) -> &'c Codes {
    codes.iter().find(|codes| codes.name == name).unwrap_or_else(|| panic!("which code is {name}?"))
}

/// An address with a code for each of its variable parts.
fn filled<'c>(path: &'c str, code: impl Fn(&str) -> &'c str) -> String {
    let parts = path.split('/').map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')).map_or(part, &code));
    parts.collect::<Vec<_>>().join("/")
}

async fn call(client: &Client, method: &Method, address: &str, body: &Value) -> Reply {
    if *method == Method::GET { client.get(address).await } else { client.send_json(method.clone(), address, body).await }
}

fn assert_not_found(reply: &Reply, method: &Method, address: &str) {
    assert_eq!(reply.status, 404, "{method} {address}: {}", reply.text());
    assert_error(reply, 404, "not_found");
    let mut told = reply.body.clone();
    remove(&mut told, "request_id");
    let expected = json!({ "message": "찾을 수 없습니다.", "detail": "찾을 수 없습니다.", "code": "not_found" });
    assert_eq!(told, expected, "{method} {address}");
}
