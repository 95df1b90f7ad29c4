//! Every action of a supplier is in the operator's audit log. The list of actions comes from the API description.

use std::collections::BTreeSet;

use axhub_testkit::{App, Client, Engine, Reply};
use axum::http::Method;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::products::create::{bus_tour, whole_contents};
use crate::support::{ask, place, review};

/// A supplier at work, and which operations it has used.
struct Session {
    app: App,
    supplier: Client,
    used: BTreeSet<String>,
}

impl Session {
    /// Does something that changes something; the newest entry of the log must be this action, with this supplier's key.
    async fn act(&mut self, method: Method, operation: &str, address: &str, body: Value, action: &str) -> Reply {
        // The log is in the order of its times, and an order's changes never have the same.
        self.app.clock().advance(SignedDuration::from_secs(1));
        let reply = self.supplier.send_json(method, address, &body).await;
        assert!((200..300).contains(&reply.status), "{operation}: {} {}", reply.status, reply.body);
        let log = self.app.operator().get("/v1/operator/audit?page_size=1").await;
        let entry = &log.body["entries"][0];
        assert_eq!(entry["action"], action, "{operation}: {entry}");
        assert_eq!((&entry["actor_kind"], &entry["actor"]), (&json!("supplier"), &json!("hanok")), "{operation}");
        assert!(entry["key_prefix"].is_string(), "{operation}: {entry}");
        self.used.insert(operation.to_owned());
        reply
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn knows_every_action(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let (question, said) = (ask(&app, "alpha", "Q-1", &seoul).await, review(&app, "alpha", "R-1", &seoul).await);
    let mut orders = Vec::new();
    for n in 0..5 {
        orders.push(place(&app, &format!("A-{n}"), &seoul, 0, "2026-07-05 10:00", 2).await);
    }
    let supplier = app.supplier("hanok");
    let mut session = Session { app, supplier, used: BTreeSet::new() };
    let s = &mut session;
    let none = || json!({});

    let order = |n: usize, action: &str| format!("{}/{action}", orders[n].address());
    s.act(Method::POST, "supplier_acknowledge_order", &order(0, "acknowledge"), none(), "order.acknowledge").await;
    s.act(Method::POST, "supplier_confirm_order", &order(0, "confirm"), none(), "order.confirm").await;
    s.act(Method::POST, "supplier_reject_order", &order(1, "reject"), none(), "order.reject").await;
    s.act(Method::POST, "supplier_cancel_order", &order(2, "cancel"), none(), "order.cancel").await;
    s.act(Method::POST, "supplier_comment_on_order", &order(0, "comment"), json!({ "comment": "네" }), "order.comment").await;
    let many = json!({ "action": "confirm", "order_codes": [orders[3].order, orders[4].order] });
    s.act(Method::POST, "supplier_act_on_orders", "/v1/supplier/orders/actions", many, "order.confirm").await;
    s.act(Method::POST, "supplier_redeem_ticket", &orders[0].ticket_address(0, "redeem"), none(), "ticket.redeem").await;
    s.act(Method::POST, "supplier_cancel_ticket", &orders[0].ticket_address(1, "cancel"), none(), "ticket.cancel").await;
    let ticket = |action: &str| format!("/v1/supplier/tickets/{}/{action}", orders[3].tickets[0]);
    s.act(Method::POST, "supplier_redeem_ticket_by_code", &ticket("redeem"), none(), "ticket.redeem").await;
    s.act(Method::POST, "supplier_undo_redemption", &ticket("undo-redemption"), none(), "ticket.undo-redemption").await;

    let answer = json!({ "body": "네" });
    s.act(
        Method::POST,
        "supplier_answer_question",
        &format!("/v1/supplier/questions/{question}/answer"),
        answer.clone(),
        "question.answer",
    )
    .await;
    s.act(Method::POST, "supplier_answer_review", &format!("/v1/supplier/reviews/{said}/answer"), answer, "review.answer").await;

    let option = seoul.option(0).to_string();
    let dates = json!({ "from": "2026-07-10", "to": "2026-07-11", "start_times": ["10:00"] });
    let with = |more: Value| {
        let mut body = dates.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    s.act(
        Method::PUT,
        "supplier_set_stock",
        &format!("/v1/supplier/options/{option}/stock"),
        with(json!({ "max_quantity": 30 })),
        "stock.set",
    )
    .await;
    let rule = with(json!({ "option_codes": [option], "on_sale": false }));
    s.act(Method::PUT, "supplier_change_stock", "/v1/supplier/stock", rule, "stock.set").await;
    let kept = with(json!({ "option_code": option, "channel_code": "beta", "quantity": 3, "release_minutes_before": 60 }));
    s.act(Method::PUT, "supplier_set_allotments", "/v1/supplier/stock/allotments", kept, "allotment.set").await;

    let change = json!({ "contents": { "product_sub_title": "새로" } });
    s.act(Method::PATCH, "supplier_change_product", &format!("/v1/supplier/products/{}", seoul.id), change, "product.change").await;
    let end = format!("/v1/supplier/products/{}/end-sale", seoul.id);
    s.act(Method::POST, "supplier_end_sale", &end, none(), "product.end-sale").await;
    let mut tour = bus_tour();
    tour["contents"] = whole_contents();
    let made = s.act(Method::POST, "supplier_create_product", "/v1/supplier/products", tour, "product.create").await;
    let product = format!("/v1/supplier/products/{}", made.body["product_code"].as_str().unwrap());
    let change = json!({ "cut_off_minutes": 30 });
    s.act(Method::PATCH, "supplier_change_draft", &format!("{product}/draft"), change, "product.change-draft").await;
    s.act(Method::POST, "supplier_publish_product", &format!("{product}/publish"), none(), "product.publish").await;
    let copy = s.act(Method::POST, "supplier_copy_product", &format!("{product}/copy"), none(), "product.copy").await;
    let copy = format!("/v1/supplier/products/{}/draft", copy.body["product_code"].as_str().unwrap());
    s.act(Method::DELETE, "supplier_discard_draft", &copy, none(), "product.discard-draft").await;

    let description = session.app.anonymous().get("/openapi.json").await.body;
    let paths = description["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/v1/supplier/"));
    let changing: BTreeSet<String> = paths
        .flat_map(|(_, item)| item.as_object().unwrap().iter().filter(|(method, _)| *method != "get"))
        .filter_map(|(_, operation)| operation["operationId"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(session.used, changing, "left: what this test does, right: what the description has");
}
