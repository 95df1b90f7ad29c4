//! Every address, with every kind of key. The list of addresses comes from the description, so that a new one that is
//! not tested here fails.

use axhub_hub::directory::{self, RateLimits};
use axhub_testkit::{App, Client, Engine, Reply};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{NOBODYS, Placed, ask, assert_code, place, read, redacted, review, stock_on, text};

/// What an address is, with its variables still in it.
struct Operation {
    method: Method,
    path: String,
    id: String,
}

fn operations() -> Vec<Operation> {
    let description = serde_json::to_value(axhub_supplier_api::routes().into_openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            operations.push(Operation { method, path: path.clone(), id: operation["operationId"].as_str().unwrap().to_owned() });
        }
    }
    operations
}

/// A body that the operation would take.
fn body(id: &str) -> Option<Value> {
    match id {
        "supplier_set_stock" => Some(json!({ "from": "2026-07-10", "to": "2026-07-10", "start_times": ["10:00"], "max_quantity": 1 })),
        "supplier_change_stock" => Some(
            json!({ "option_codes": [NOBODYS], "from": "2026-07-10", "to": "2026-07-10", "start_times": ["10:00"], "max_quantity": 1 }),
        ),
        "supplier_set_allotments" => Some(json!({
            "option_code": NOBODYS, "channel_code": "alpha", "from": "2026-07-10", "to": "2026-07-10", "start_times": ["10:00"], "quantity": 0,
        })),
        "supplier_answer_question" | "supplier_answer_review" => Some(json!({ "body": "네" })),
        "supplier_discard_draft" | "supplier_copy_product" | "supplier_preview_prices" => None,
        "supplier_change_product" | "supplier_change_draft" => Some(json!({ "contents": { "meeting_point": "elsewhere" } })),
        id if id.contains("_list_") || id.contains("_get_") || id.contains("_explain_") => None,
        "supplier_end_sale" => Some(json!({})),
        _ => Some(json!({ "comment": "hello" })),
    }
}

/// The codes that stand in addresses.
struct Codes<'a> {
    order: &'a str,
    ticket: &'a str,
    product: &'a str,
    option: &'a str,
    inventory: &'a str,
    question: &'a str,
    review: &'a str,
}

impl Operation {
    fn address(&self, codes: &Codes<'_>) -> String {
        let address = self.path.replace("{ax_order_code}", codes.order).replace("{ax_ticket_code}", codes.ticket);
        let address = address.replace("{product_code}", codes.product).replace("{option_code}", codes.option);
        let address = address.replace("{inventory_code}", codes.inventory);
        let address = address.replace("{version}", "1").replace("{question_id}", codes.question).replace("{review_id}", codes.review);
        assert!(!address.contains('{'), "an unknown variable in {}", self.path);
        address
    }

    async fn call(&self, client: &Client, codes: &Codes<'_>) -> Reply {
        let address = self.address(codes);
        match body(&self.id) {
            Some(body) => client.send_json(self.method.clone(), &address, &body).await,
            None => client.send(self.method.clone(), &address, None).await,
        }
    }

    fn names_something(&self) -> bool {
        self.path.contains('{')
    }
}

/// What a supplier can see of its order and products.
async fn everything(app: &App, placed: &Placed) -> Vec<Value> {
    let hanok = app.supplier("hanok");
    let seoul = format!("/v1/supplier/products/{}", app.world().seoul.id);
    vec![
        read(app, "hanok", placed).await,
        hanok.get(&seoul).await.body,
        hanok.get(&format!("{seoul}/stock?page_size=200")).await.body,
        hanok.get("/v1/supplier/orders").await.body,
        hanok.get("/v1/supplier/products").await.body,
        hanok.get("/v1/supplier/questions").await.body,
        hanok.get("/v1/supplier/reviews").await.body,
    ]
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_supplier_sees_and_touches_only_its_own(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let placed = place(&app, "A-1", &seoul, 0, "2026-07-10 10:00", 2).await;
    let (question, review) = (ask(&app, "alpha", "Q-1", &seoul).await, review(&app, "alpha", "R-1", &seoul).await);
    let before = everything(&app, &placed).await;

    let (product, option) = (seoul.id.to_string(), seoul.option(0).to_string());
    let inventory = text(&stock_on(&app, "hanok", &seoul, 0, "2026-07-10").await["inventory_code"]).to_owned();
    let own = Codes {
        order: &placed.order,
        ticket: &placed.tickets[0],
        product: &product,
        option: &option,
        inventory: &inventory,
        question: &question,
        review: &review,
    };
    let nobodys = Codes {
        order: NOBODYS,
        ticket: NOBODYS,
        product: NOBODYS,
        option: NOBODYS,
        inventory: NOBODYS,
        question: NOBODYS,
        review: NOBODYS,
    };
    let garbled = Codes {
        order: "7",
        ticket: "not-a-uuid",
        product: "%F0%9F%9A%8C",
        option: "018f4e2a",
        inventory: "30",
        question: "Q-1",
        review: "R-1",
    };
    let lumiere = app.supplier("lumiere");
    for operation in operations().iter().filter(|operation| operation.names_something()) {
        let anothers = operation.call(&lumiere, &own).await;
        assert_eq!((anothers.status, anothers.body["code"].as_str()), (404, Some("not_found")), "{}", operation.id);
        for codes in [&nobodys, &garbled] {
            let reply = operation.call(&lumiere, codes).await;
            assert_eq!((reply.status, redacted(&reply.body)), (404, redacted(&anothers.body)), "{}", operation.id);
            let own_key = operation.call(&app.supplier("hanok"), codes).await;
            assert_eq!((own_key.status, redacted(&own_key.body)), (404, redacted(&anothers.body)), "{}", operation.id);
        }
    }
    assert_eq!(everything(&app, &placed).await, before);

    // The same calls with the right key are found, so it was the key.
    for operation in operations().iter().filter(|operation| operation.names_something()) {
        if operation.path.contains("/draft") {
            // What there is one of, and what goes.
            let begun = app.supplier("hanok").patch(&format!("/v1/supplier/products/{product}/draft"), &json!({})).await;
            assert_eq!(begun.status, 200, "{}", begun.body);
        }
        let reply = operation.call(&app.supplier("hanok"), &own).await;
        let is_incomplete = reply.status == 400 && operation.id == "supplier_publish_product";
        assert!(matches!(reply.status, 200 | 201 | 204 | 409) || is_incomplete, "{}: {}", operation.id, reply.body);
    }
    app.assert_stock_is_sound().await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_a_suppliers_key_opens(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let placed = place(&app, "A-1", &seoul, 0, "2026-07-10 10:00", 1).await;
    let (question, review) = (ask(&app, "alpha", "Q-1", &seoul).await, review(&app, "alpha", "R-1", &seoul).await);
    let before = everything(&app, &placed).await;

    let (product, option) = (seoul.id.to_string(), seoul.option(0).to_string());
    let inventory = text(&stock_on(&app, "hanok", &seoul, 0, "2026-07-10").await["inventory_code"]).to_owned();
    let own = Codes {
        order: &placed.order,
        ticket: &placed.tickets[0],
        product: &product,
        option: &option,
        inventory: &inventory,
        question: &question,
        review: &review,
    };
    let garbled = Codes { order: "7", ticket: "7", product: "7", option: "7", inventory: "7", question: "7", review: "7" };
    let wrong_scheme = app.anonymous().with_header("authorization", &format!("Bearer {}", app.world().supplier("hanok").key));
    let others = [app.anonymous(), app.channel("alpha"), app.operator(), app.with_key("axh_s_unknown_0123456789abcdef"), wrong_scheme];
    for operation in &operations() {
        for client in &others {
            for codes in [&own, &garbled] {
                let reply = operation.call(client, codes).await;
                assert_eq!((reply.status, reply.body["code"].as_str()), (403, Some("permission_denied")), "{}", operation.id);
            }
        }
    }
    assert_eq!(everything(&app, &placed).await, before);
}

#[tokio::test]
async fn a_ticket_is_found_only_in_its_own_order() {
    let app = App::start(Engine::Sqlite).await;
    let seoul = app.world().seoul.clone();
    let (one, other) =
        (place(&app, "A-1", &seoul, 0, "2026-07-10 10:00", 1).await, place(&app, "A-2", &seoul, 0, "2026-07-10 10:00", 1).await);
    let crossed = Placed { order: one.order.clone(), tickets: other.tickets.clone() };
    for action in ["redeem", "cancel"] {
        let reply = app.supplier("hanok").post(&crossed.ticket_address(0, action), &json!({})).await;
        assert_eq!(reply.status, 404, "{}", reply.body);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_channels_have_limits(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let limits = RateLimits { reads_per_minute: Some(1), orders_per_minute: None };
    directory::set_rate_limits(app.hub(), app.world().channel("alpha").id, limits).await.unwrap();
    let knocked = app.channel("alpha").get("/v1/supplier/orders").await;
    assert_eq!((knocked.status, knocked.header("ratelimit")), (403, Some("\"reads\";r=0;t=60")));
    let again = app.channel("alpha").in_english().get("/v1/supplier/orders").await;
    assert_code(&again, 429, "rate_limited");
    assert_eq!(again.header("ratelimit-policy"), Some("\"reads\";q=1;w=60"));
    let wait: u32 = again.header("retry-after").and_then(|seconds| seconds.parse().ok()).unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    for _ in 0..5 {
        let own = app.supplier("hanok").get("/v1/supplier/orders").await;
        assert_eq!((own.status, own.header("ratelimit")), (200, None));
    }
}
