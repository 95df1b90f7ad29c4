//! What the tests share: orders to work on, looks at stock, and snapshots without what differs from run to run.

use std::collections::HashMap;

use axhub_domain::feedback::{Question, Review, Reviewer, Score, ScoreType};
use axhub_domain::product::ProductKind;
use axhub_domain::refund::{RefundPolicy, RefundReport};
use axhub_hub::feedback::{self, Arrival};
use axhub_hub::refunds;
use axhub_testkit::{App, OrderBuilder, Reply, TestProduct};
use serde_json::{Value, json};

/// A code that is nobody's.
pub const NOBODYS: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a";

/// An order that the channel alpha placed.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The order's code.
    pub order: String,
    /// Its tickets' codes.
    pub tickets: Vec<String>,
}

impl Placed {
    /// The order's address.
    pub fn address(&self) -> String {
        format!("/v1/supplier/orders/{}", self.order)
    }

    /// The address of something that is done to a ticket.
    pub fn ticket_address(&self, ticket: usize, action: &str) -> String {
        format!("{}/tickets/{}/{action}", self.address(), self.tickets[ticket])
    }
}

/// Places an order of one line as the channel alpha: `2026-07-02 10:00`, or only a date for what has no start times.
pub async fn place(app: &App, code: &str, product: &TestProduct, option: usize, when: &str, quantity: u32) -> Placed {
    let at = match when.split_once(' ') {
        Some((date, time)) => product.at(date, time),
        None => product.on(when),
    };
    let mapping = app.register("alpha", product).await;
    let order = OrderBuilder::new(code).line(mapping, product.option(option), at, quantity);
    place_built(app, product.kind, order).await.remove(0)
}

/// Places any order as the channel alpha; one for each of its lines.
pub async fn place_built(app: &App, kind: ProductKind, order: OrderBuilder) -> Vec<Placed> {
    if kind == ProductKind::Tour {
        let reply = app.channel("alpha").post("/v1/channel/orders/tour", &order.json()).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        return list(&reply.body["options"]).iter().map(placed).collect();
    }
    let alpha = app.world().channel("alpha");
    let answer = axhub_hub::ordering::place(
        app.hub(),
        alpha.id,
        alpha.code.clone(),
        order.change(|order| order.kind = kind).build(),
        "{}".to_owned(),
    )
    .await;
    let lines = answer.unwrap().lines;
    let placed = |line: &axhub_hub::ordering::PlacedOrderLine| Placed {
        order: line.order.to_string(),
        tickets: line.tickets.iter().map(ToString::to_string).collect(),
    };
    lines.iter().map(placed).collect()
}

fn placed(option: &Value) -> Placed {
    let tickets = list(&option["tickets"]).iter().map(|ticket| text(&ticket["ax_ticket_code"]).to_owned());
    Placed { order: text(&option["ax_order_code"]).to_owned(), tickets: tickets.collect() }
}

/// Asks something about a product as a channel; the hub's id of the question.
pub async fn ask(app: &App, channel: &str, code: &str, product: &TestProduct) -> String {
    let question = Question {
        question_code: code.to_owned(),
        option: Some(product.option(0)),
        title: Some("유모차".to_owned()),
        body: Some(format!("{code}: 유모차를 가져가도 되나요?")),
        is_public: true,
        quested_at: "2026-06-30T15:00:00Z".parse().unwrap(),
    };
    let asked = feedback::ask(app.hub(), app.world().channel(channel).id, product.kind, product.id, question).await;
    assert_eq!(asked.unwrap(), Arrival::New);
    newest(app, product, "questions", "question_code", code, "question_id").await
}

/// Posts a review of a product as a channel; the hub's id of the review.
pub async fn review(app: &App, channel: &str, code: &str, product: &TestProduct) -> String {
    let review = Review {
        review_code: Some(code.to_owned()),
        channel_order_code: Some("A-1".to_owned()),
        option: Some(product.option(0)),
        score: Score { score_type: ScoreType::OneFiveStar, score: Some(4) },
        title: Some("좋아요".to_owned()),
        body: Some(format!("{code}: 골목마다 이야기가 있었어요.")),
        reviewed_at: "2026-06-30T16:00:00Z".parse().unwrap(),
        reviewer: Some(Reviewer {
            name: Some("홍길동".to_owned()),
            phone: Some("010-7777-8888".to_owned()),
            email: Some("gildong@secret.example".to_owned()),
        }),
    };
    let posted = feedback::post_review(app.hub(), app.world().channel(channel).id, product.kind, product.id, review).await;
    assert_eq!(posted.unwrap().arrival, Arrival::New);
    newest(app, product, "reviews", "review_code", code, "review_id").await
}

/// The id of what came under the channel's code, as the supplier's list tells it.
async fn newest(app: &App, product: &TestProduct, what: &str, member: &str, code: &str, id: &str) -> String {
    let supplier = app.world().suppliers.iter().find(|supplier| supplier.id == product.supplier).unwrap();
    let reply = app.with_key(&supplier.key).get(&format!("/v1/supplier/{what}?product_code={}&page_size=200", product.id)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let found = list(&reply.body[what]).iter().rfind(|item| item[member] == code).unwrap();
    text(&found[id]).to_owned()
}

/// The channel alpha cancels a ticket of a tour and reports what it gave back.
pub async fn refund(app: &App, placed: &Placed, ticket: usize, amount: &str, canceled_at: &str) {
    let address = format!("/v1/channel/orders/tour/{}/tickets/{}", placed.order, placed.tickets[ticket]);
    let reply = app.channel("alpha").patch(&address, &json!({ "status": "Traveler canceled" })).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let policy = json!({ "0": "1", "50": "3", "100": "7" });
    let report = RefundReport {
        amount: amount.parse().unwrap(),
        canceled_at: canceled_at.parse().unwrap(),
        refunded_at: "2026-07-03T02:00:00Z".parse().unwrap(),
        policy: RefundPolicy::read(policy.as_object().unwrap()).unwrap(),
    };
    let (order, ticket) = (placed.order.parse().unwrap(), placed.tickets[ticket].parse().unwrap());
    refunds::report_refund(app.hub(), app.world().channel("alpha").id, ProductKind::Tour, order, ticket, report).await.unwrap();
}

/// An order as its supplier reads it.
pub async fn read(app: &App, supplier: &str, placed: &Placed) -> Value {
    let reply = app.supplier(supplier).get(&placed.address()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

/// The stock row of an option on a date; of several start times the first.
pub async fn stock_on(app: &App, supplier: &str, product: &TestProduct, option: usize, date: &str) -> Value {
    let address = format!("/v1/supplier/products/{}/stock?from={date}&to={date}&option_code={}", product.id, product.option(option));
    let reply = app.supplier(supplier).get(&address).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["stock"][0].clone()
}

/// Units that are left, as [`stock_on`] finds them.
pub async fn remain(app: &App, supplier: &str, product: &TestProduct, option: usize, date: &str) -> i64 {
    stock_on(app, supplier, product, option, date).await["remain_quantity"].as_i64().unwrap()
}

/// The items of a list.
#[track_caller]
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// A text.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A member of each item.
pub fn each<'v>(items: &'v Value, member: &str) -> Vec<&'v str> {
    list(items).iter().map(|item| text(&item[member])).collect()
}

/// Fails unless the reply is a 400 about exactly these fields.
#[track_caller]
pub fn assert_wrong(reply: &Reply, fields: &[&str]) {
    assert_eq!(reply.status, 400, "{}", reply.body);
    let members = reply.body.as_object().unwrap_or_else(|| panic!("no object: {}", reply.body));
    let mut wrong: Vec<&str> = members.keys().map(String::as_str).filter(|name| *name != "error").collect();
    let mut expected = fields.to_vec();
    wrong.sort_unstable();
    expected.sort_unstable();
    assert_eq!(wrong, expected, "{}", reply.body);
}

/// Fails unless the reply has this status and code.
#[track_caller]
pub fn assert_code(reply: &Reply, status: u16, code: &str) {
    let found = reply.body.get("code").or_else(|| reply.body["error"].get("code"));
    assert_eq!((reply.status, found.and_then(Value::as_str)), (status, Some(code)), "{}", reply.body);
}

/// Fails unless hanok is told that exactly this parameter of an address is wrong.
pub async fn assert_wrong_query(app: &App, address: &str, parameter: &str) {
    let reply = app.supplier("hanok").get(address).await;
    assert_code(&reply, 400, "invalid_query");
    let errors = reply.body["errors"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), [parameter], "{}", reply.body);
}

/// JSON as text for a snapshot. Codes that are made anew in every run are counted in the order of their appearance.
pub fn redacted(value: &Value) -> String {
    let mut value = value.clone();
    redact(&mut value, &mut HashMap::new());
    serde_json::to_string_pretty(&value).unwrap()
}

fn redact(value: &mut Value, known: &mut HashMap<String, usize>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, known)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if name == "request_id" {
                    *member = "[request_id]".into();
                }
                redact(member, known);
            }
        }
        Value::String(text) => {
            let is_random = |word: &&str| uuid::Uuid::parse_str(word).is_ok_and(|code| code.get_version_num() == 7);
            let words: Vec<String> = text.split([' ', '.', ',']).filter(is_random).map(str::to_owned).collect();
            for word in words {
                let next = known.len() + 1;
                *text = text.replace(&word, &format!("[code {}]", known.entry(word.clone()).or_insert(next)));
            }
        }
        _ => {}
    }
}
