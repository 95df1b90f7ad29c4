//! What the tests share: orders to work on, looks at stock, and snapshots without what differs from run to run.

use std::collections::HashMap;

use axhub_domain::product::ProductKind;
use axhub_testkit::{App, OrderBuilder, Reply, TestProduct};
use serde_json::Value;

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
    let answer = axhub_hub::ordering::place(app.hub(), alpha.id, alpha.code.clone(), order.day_ticket().build(), "{}".to_owned()).await;
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
