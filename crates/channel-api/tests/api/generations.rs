//! A session of an old channel and one of a new channel, recorded word for word, run side by side on the same products and
//! end in the same state.

use axhub_domain::ids::{ChannelId, OrderId};
use axhub_hub::fulfilment::{self, Filter};
use axhub_hub::{Page, feedback};
use axhub_store::{Mode, refunds};
use axhub_testkit::{App, Client, Reply, TestProduct};
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::on_both_engines;

on_both_engines! {
    sessions_of_two_generations_end_in_the_same_state,
}

fn ok(reply: Reply, status: u16) -> Value {
    assert_eq!(reply.status, status, "{}", reply.text());
    reply.body
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// What both generations do alike: find the product, read it, and register it. Answers the mapping code.
async fn publish(client: &Client, product: &TestProduct, code_name: &str) -> String {
    let kind = product.kind.as_str();
    let list = ok(client.get(&format!("/v1/channel/products/{kind}")).await, 200);
    assert!(list["products"].as_array().unwrap().iter().any(|listed| listed["product_code"] == json!(product.id)));
    let detail = ok(client.get(&format!("/v1/channel/products/{kind}/{}", product.id)).await, 200);
    let names: serde_json::Map<String, Value> = detail["options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|option| {
            (text(&option["option_code"]).to_owned(), json!(format!("{} {}", text(&option["option_name"]), option["option_code"])))
        })
        .collect();
    let registration = json!({
        "mapping_data": names, "channel_product_name": "상품", "channel_product_link": "https://shop.example/1", "channel_product_id": "1",
    });
    let registered = client.post(&format!("/v1/channel/products/{kind}/registration/{}", product.id), &registration).await;
    let registered = ok(registered, 201);
    assert_eq!(ok(client.get(&format!("/v1/channel/products/{kind}/update")).await, 200), json!({ "data": [] }));
    ok(client.get(&format!("/v1/channel/price/{kind}/{}", product.id)).await, 200);
    ok(client.get(&format!("/v1/channel/inventory/{kind}/{}", product.id)).await, 200);
    text(&registered[code_name]).to_owned()
}

/// A channel that was written against the oldest pages. `kind` is the word of its addresses of orders.
async fn old_session(client: Client, product: &TestProduct, kind: &str, use_date: &str, code: &str) {
    let mapping = publish(&client, product, "channel_product_mapping_data_code").await;
    let person = json!({ "name": "Kim Jiwoo", "national_code": "82", "phone": "010-0000-0000", "email": "jiwoo@example.com" });
    let mut purchaser = person.clone();
    purchaser["is_required_more_information"] = json!("false");
    let order = json!({
        "depth_combinations": [{
            "channel_product_mapping_data_code": mapping, "dc_code": product.option(0), "quantity": "3", "use_date": use_date,
            "unit_selling_price": "80.00000", "amount_price": "240.00000", "tickets": [person, person, person],
        }],
        "order": {
            "channel_order_id": code, "purchased_at": "2026-07-01 02:00:00.000", "sub_total": "240.00000", "total": "240.00000",
            "status": "1", "is_voucher": true, "currency": "2",
        },
        "purchaser": purchaser,
        "representative": person,
    });
    let path = format!("/v1/channel/orders/{kind}");
    let placed = ok(client.post(&path, &order).await, 201);
    assert_eq!(ok(client.post(&path, &order).await, 200), placed, "it lost the answer");
    let line = &placed["depth_combinations"][0];
    assert_eq!((&line["quantity"], &line["ax_order_status"]), (&json!("3"), &json!("3")));
    let order = format!("{path}/{}", text(&line["ax_order_code"]));
    let ticket = format!("{order}/tickets/{}", text(&line["tickets"][1]["ticket_code"]));
    let confirmed = ok(client.get(&order).await, 200);
    assert_eq!(confirmed["data"][0]["tickets"][1]["ticket_status"], "1");
    let cancelled = ok(client.patch(&ticket, &json!({ "status": "Traveler Canceled" })).await, 200);
    assert_eq!((&cancelled["ticket_status"], &cancelled["ax_order_status"]), (&json!("3"), &json!("3")));
    let refund = json!({
        "refund_price": "40.00000", "channel_canceled_datetime": "2026-06-29 02:00:00.000",
        "channel_refunded_datetime": "2026-06-30 02:00:00.000", "policy": { "0%": "1", "50%": "3", "100%": "7" },
    });
    assert_eq!(ok(client.send_json(Method::PATCH, &format!("{ticket}/refunds"), &refund).await, 200), json!({}));
    let whole = ok(client.patch(&order, &json!({ "channel_status": "5", "ax_status": "5", "comment": "여행 취소" })).await, 200);
    assert_eq!((&whole["ax_order_status"], &whole["channel_order_status"]), (&json!("5"), &json!("5")));
    let question = json!({
        "question_code": code, "title": "아이도 되나요?", "anonymous": true, "question_at": "2026-07-01 10:00:00",
    });
    ok(client.post(&format!("/v1/channel/question/{}/{}", product.kind.as_str(), product.id), &question).await, 201);
}

/// A channel that is written against the newest pages.
async fn new_session(client: Client, product: &TestProduct, kind: &str, inventory_at: &str, code: &str) {
    let mapping = publish(&client, product, "channel_product_mapping_code").await;
    let person = json!({ "name": "Kim Jiwoo", "national_code": "82", "phone": "010-0000-0000", "email": "jiwoo@example.com" });
    let mut purchaser = person.clone();
    purchaser["is_required_more_information"] = json!(false);
    let order = json!({
        "options": [{
            "channel_product_mapping_code": mapping, "option_code": product.option(0), "quantity": 3, "inventory_at": inventory_at,
            "unit_selling_price": "80.00000", "amount_price": "240.00000", "tickets": [person, person, person],
        }],
        "order": {
            "channel_order_code": code, "purchased_at": "2026-07-01T02:00:00.000Z", "sub_total": "240.00000", "total": "240.00000",
            "status": "New", "is_voucher": true, "currency": "USD",
        },
        "purchaser": purchaser,
        "representative": person,
    });
    let path = format!("/v1/channel/orders/{kind}");
    let placed = ok(client.post(&path, &order).await, 201);
    assert_eq!(ok(client.post(&path, &order).await, 200), placed, "it lost the answer");
    let line = &placed["options"][0];
    assert_eq!((&line["quantity"], &line["ax_order_status"]), (&json!(3), &json!("Supplier confirm")));
    let order = format!("{path}/{}", text(&line["ax_order_code"]));
    let ticket = format!("{order}/tickets/{}", text(&line["tickets"][1]["ax_ticket_code"]));
    let confirmed = ok(client.get(&order).await, 200);
    assert_eq!(confirmed["data"][0]["tickets"][1]["ax_ticket_status"], "New");
    let cancelled = ok(client.patch(&ticket, &json!({ "status": "Traveler canceled" })).await, 200);
    assert_eq!((&cancelled["ax_ticket_status"], &cancelled["ax_order_status"]), (&json!("Traveler canceled"), &json!("Supplier confirm")));
    let refund = json!({
        "channel_refunded_price": "40.00000", "channel_canceled_at": "2026-06-29T02:00:00.000Z",
        "channel_refunded_at": "2026-06-30T02:00:00.000Z", "channel_policy": { "0": "1", "50": "3", "100": "7" },
    });
    assert_eq!(ok(client.post(&format!("{ticket}/refund"), &refund).await, 200), json!({}));
    let whole = ok(client.patch(&order, &json!({ "channel_status": "Traveler cancel", "comment": "여행 취소" })).await, 200);
    assert_eq!((&whole["ax_order_status"], &whole["channel_order_status"]), (&json!("Traveler cancel"), &json!("Traveler cancel")));
    let question = json!({
        "question_code": code, "title": "아이도 되나요?", "is_public": false, "quested_at": "2026-07-01T01:00:00.000Z",
    });
    ok(client.post(&format!("/v1/channel/question/{}/{}", product.kind.as_str(), product.id), &question).await, 201);
}

/// Everything that is kept of a channel, without the codes that the hub made up.
async fn state(app: &App, channel: ChannelId, products: [&TestProduct; 2]) -> Vec<String> {
    let all = Page { number: 1, size: 100 };
    let mut state = Vec::new();
    for order in fulfilment::orders_of_channel(app.hub(), channel, Filter::default(), all).await.unwrap().items {
        let tickets: Vec<_> = order.tickets.iter().map(|ticket| (&ticket.channel_ticket_code, ticket.status, ticket.updated_at)).collect();
        state.push(format!(
            "{} {:?} {} {:?} {} {} {} {:?} {:?} {:?} {:?} {tickets:?}",
            order.channel_order_code,
            order.kind,
            order.option,
            order.stock,
            order.quantity,
            order.inventory_at,
            order.amount_price,
            order.currency,
            order.status,
            order.channel_order_status,
            order.comment
        ));
        let id: OrderId = order.id;
        let read = app.database().run("test.refunds", Mode::Read, (), move |s, ()| Box::pin(refunds::of_order(s, id)));
        state.extend(read.await.unwrap().iter().map(|refund| format!("{:?} {:?}", refund.report, refund.by_policy)));
    }
    for product in products {
        let questions = feedback::questions_of_channel(app.hub(), channel, product.kind, product.id, None, all).await.unwrap();
        state.extend(questions.items.iter().map(|stored| format!("{:?}", stored.question)));
    }
    // Questions and orders of one moment come in the order of their codes.
    state.sort();
    state
}

async fn sessions_of_two_generations_end_in_the_same_state(app: App) {
    let world = app.world();
    let old = || app.channel("alpha").with_header("channel", "Code alpha");
    let new = || app.channel("beta").with_header("accept-language", "en");
    tokio::join!(
        old_session(old(), &world.paris, "tour", "2026-07-02 07:00", "ORDER-1"),
        new_session(new(), &world.paris, "tour", "2026-07-02T07:00:00.000Z", "ORDER-1"),
        old_session(old(), &world.museum, "ticket", "2026-07-02", "ORDER-2"),
        new_session(new(), &world.museum, "day-ticket", "2026-07-01T15:00:00.000Z", "ORDER-2"),
    );
    let products = [&world.paris, &world.museum];
    let (old, new) = (state(&app, world.channel("alpha").id, products).await, state(&app, world.channel("beta").id, products).await);
    assert_eq!(old.len(), 6, "two orders, two refunds, two questions: {old:#?}");
    assert_eq!(old, new);
    app.assert_stock_is_sound().await;
}
