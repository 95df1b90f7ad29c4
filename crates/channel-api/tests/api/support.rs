//! What the tests share.

use std::collections::BTreeMap;

use axhub_domain::ids::{OrderId, RegistrationId};
use axhub_domain::inventory::InventoryRef;
use axhub_domain::product::ProductKind;
use axhub_domain::state::Action;
use axhub_hub::catalogue::{ProductChange, change_product};
use axhub_hub::fulfilment;
use axhub_store::{Error, Mode};
use axhub_testkit::{App, OrderBuilder, Reply, TestProduct};
use jiff::civil::date;
use serde_json::{Value, json};

/// Runs each test, an `async fn(App)`, on a fresh app on both engines.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            #[tokio::test]
            async fn sqlite() {
                super::$test(axhub_testkit::App::start(axhub_testkit::Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$test(axhub_testkit::App::start(axhub_testkit::Engine::Postgres).await).await;
            }
        }
    )+};
}
pub(crate) use on_both_engines;

/// Compares a body with its snapshot. Codes that differ from run to run are numbered in the order in which they appear.
macro_rules! assert_body {
    ($name:literal, $reply:expr) => {
        insta::assert_snapshot!($name, crate::support::redacted(&$reply.body))
    };
}
pub(crate) use assert_body;

/// JSON as it came, amounts and all, without what differs from run to run.
pub fn redacted(body: &Value) -> String {
    let mut known = BTreeMap::new();
    let text = serde_json::to_string_pretty(body).unwrap();
    let mut redacted = String::new();
    let is_of_code = |c: char| c.is_ascii_hexdigit() || c == '-';
    for part in text.split_inclusive(|c| !is_of_code(c)) {
        let code = part.trim_end_matches(|c| !is_of_code(c));
        if is_made_at_random(code) {
            let next = known.len() + 1;
            let number = known.entry(code.to_owned()).or_insert(next);
            redacted.push_str(&format!("[code {number}]{}", &part[code.len()..]));
        } else {
            redacted.push_str(part);
        }
    }
    redacted
}

/// Our own ids are UUIDs of version 7, those of the test's products of version 5; request ids have no dashes.
fn is_made_at_random(text: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    match text.len() {
        36 => text.as_bytes()[14] == b'7' && hex(&text.replace('-', "")),
        32 => hex(text),
        _ => false,
    }
}

/// What the database says of everything that a channel can change: the same when nothing changed.
pub async fn everything(app: &App) -> Vec<i64> {
    let sql = "SELECT (SELECT COUNT(*) FROM channel_orders), (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM tickets),
        (SELECT COUNT(*) FROM travelers), (SELECT COUNT(*) FROM events), (SELECT COUNT(*) FROM registrations),
        (SELECT CAST(COALESCE(SUM(ordered), 0) AS bigint) FROM stock), (SELECT CAST(COALESCE(SUM(status), 0) AS bigint) FROM orders),
        (SELECT CAST(COALESCE(SUM(status), 0) AS bigint) FROM tickets), (SELECT COUNT(comment) FROM orders),
        (SELECT COUNT(*) FROM refunds), (SELECT COUNT(*) FROM reviews), (SELECT COUNT(*) FROM reviewers), (SELECT COUNT(*) FROM questions)";
    app.database()
        .run("test.everything", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let row = s.query_one(sql, &[]).await?;
                (0..14).map(|at| row.int(at)).collect::<Result<Vec<i64>, Error>>()
            })
        })
        .await
        .unwrap()
}

/// Units ordered in all rows of stock.
pub async fn units_ordered(app: &App) -> i64 {
    everything(app).await[6]
}

/// An order that was placed, of one option.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its code.
    pub order: String,
    /// Its tickets' codes.
    pub tickets: Vec<String>,
}

impl Placed {
    /// Its address, when it is of a tour.
    pub fn path(&self) -> String {
        self.path_under("tour")
    }

    /// Its address under a kind.
    pub fn path_under(&self, kind: &str) -> String {
        format!("/v1/channel/orders/{kind}/{}", self.order)
    }

    /// The address of one of its tickets.
    pub fn ticket_path(&self, at: usize) -> String {
        format!("{}/tickets/{}", self.path(), self.tickets[at])
    }
}

/// The order of a placed option in any dialect.
pub fn placed(option: &Value) -> Placed {
    let ticket = |ticket: &Value| ticket.get("ax_ticket_code").or(ticket.get("ticket_code")).and_then(Value::as_str).unwrap().to_owned();
    Placed {
        order: option["ax_order_code"].as_str().unwrap().to_owned(),
        tickets: option["tickets"].as_array().unwrap().iter().map(ticket).collect(),
    }
}

/// Orders units of a product's first option from channel alpha in the current dialect.
pub async fn place(app: &App, product: &TestProduct, code: &str, quantity: u32) -> Placed {
    let mapping = app.register("alpha", product).await;
    send(app, &an_order(product, mapping, code, quantity).json()).await
}

/// The same in the old dialect.
pub async fn place_legacy(app: &App, product: &TestProduct, code: &str, quantity: u32) -> Placed {
    let mapping = app.register("alpha", product).await;
    send(app, &in_dialect(&an_order(product, mapping, code, quantity).json(), LEGACY)).await
}

/// Orders units of a product without a start time from channel alpha, for 2 July when it has dates.
pub async fn place_ticket(app: &App, product: &TestProduct, code: &str, quantity: u32) -> Placed {
    let mapping = app.register("alpha", product).await;
    let order = a_ticket_order(product, mapping, code, quantity);
    send_under(app, product.kind.as_str(), &order.json()).await
}

/// Orders one unit under the kind's address, whatever the kind.
pub async fn place_any(app: &App, product: &TestProduct, code: &str) -> Placed {
    place_as(app, "alpha", product, code).await
}

/// The same as any channel.
pub async fn place_as(app: &App, channel: &str, product: &TestProduct, code: &str) -> Placed {
    let mapping = app.register(channel, product).await;
    let order = match product.kind {
        ProductKind::Tour => an_order(product, mapping, code, 1),
        ProductKind::DayTicket | ProductKind::Ticket => a_ticket_order(product, mapping, code, 1),
    };
    send_as(app, channel, product.kind.as_str(), &order.json()).await
}

async fn send(app: &App, order: &Value) -> Placed {
    send_under(app, "tour", order).await
}

/// Sends an order that must succeed.
pub async fn send_under(app: &App, kind: &str, order: &Value) -> Placed {
    send_as(app, "alpha", kind, order).await
}

async fn send_as(app: &App, channel: &str, kind: &str, order: &Value) -> Placed {
    let reply = app.channel(channel).post(&format!("/v1/channel/orders/{kind}"), order).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    placed(&reply.body.get("options").or(reply.body.get("depth_combinations")).unwrap()[0])
}

/// An order of a product's first option at its first start on 2 July.
pub fn an_order(product: &TestProduct, mapping: RegistrationId, code: &str, quantity: u32) -> OrderBuilder {
    OrderBuilder::new(code).line(mapping, product.option(0), first_start(product), quantity)
}

/// An order of the first option of a product without a start time, for 2 July when it has dates.
fn a_ticket_order(product: &TestProduct, mapping: RegistrationId, code: &str, quantity: u32) -> OrderBuilder {
    OrderBuilder::new(code).line_of(mapping, product.option(0), InventoryRef::On(date(2026, 7, 2)), quantity)
}

/// A start of each of the world's tours on 2 July.
pub fn first_start(product: &TestProduct) -> jiff::Timestamp {
    let start = match product.zone.as_str() {
        "Europe/Paris" => "09:00",
        "America/New_York" => "18:00",
        _ if product.options.len() > 1 => "10:00",
        _ => "07:30",
    };
    product.at("2026-07-02", start)
}

/// List, date and statuses.
pub type DialectWords = (&'static str, &'static str, &'static str);

/// The oldest generation.
pub const LEGACY: DialectWords = ("depth_combinations", "use_date", "1");
/// The middle one.
pub const MIDDLE: DialectWords = ("depth_combinations", "inventory_at", "New");
/// The newest.
pub const CURRENT: DialectWords = ("options", "inventory_at", "New");

/// An order of the current dialect in another one.
pub fn in_dialect(order: &Value, (list, date, status): DialectWords) -> Value {
    let mut order = order.clone();
    order["order"]["status"] = status.into();
    let mut lines = order.as_object_mut().unwrap().remove("options").unwrap();
    for line in lines.as_array_mut().unwrap() {
        if list == "depth_combinations" {
            rename(line, "option_code", "dc_code");
        }
        rename(line, "inventory_at", date);
    }
    order[list] = lines;
    order
}

/// Gives a member another name, when it is there.
pub fn rename(object: &mut Value, from: &str, to: &str) {
    if let Some(value) = object.as_object_mut().unwrap().remove(from) {
        object[to] = value;
    }
}

/// Takes a member away.
pub fn remove(object: &mut Value, name: &str) {
    object.as_object_mut().unwrap().remove(name).unwrap();
}

/// Does what the supplier of the product does to an order.
pub async fn supplier_does(app: &App, product: &TestProduct, order: &str, action: Action, comment: Option<&str>) {
    let order: OrderId = order.parse().unwrap();
    let supplier = (product.supplier, "supplier".to_owned());
    fulfilment::act_as_supplier(app.hub(), supplier, order, action, comment.map(str::to_owned)).await.unwrap();
}

/// Changes a product as its supplier.
pub async fn change(app: &App, product: &TestProduct, change: ProductChange) {
    change_product(app.hub(), product.supplier, product.id, change).await.unwrap();
}

/// Every path of a JSON document as errors name it, with JSON pointers to it.
pub fn paths(document: &Value) -> Vec<(String, String)> {
    fn walk(value: &Value, path: &str, pointer: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    let pointer = format!("{pointer}/{name}");
                    found.push((path.clone(), pointer.clone()));
                    walk(member, &path, &pointer, found);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let (path, pointer) = (format!("{path}[{at}]"), format!("{pointer}/{at}"));
                    found.push((path.clone(), pointer.clone()));
                    walk(item, &path, &pointer, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(document, "", "", &mut found);
    found
}

/// `document` without what a pointer points to.
pub fn without(document: &Value, pointer: &str) -> Value {
    let mut document = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.remove(name).unwrap()),
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        _ => panic!("nothing at {pointer}"),
    }
    document
}

/// `document` with another value where a pointer points to.
pub fn with(document: &Value, pointer: &str, value: Value) -> Value {
    let mut document = document.clone();
    *document.pointer_mut(pointer).unwrap() = value;
    document
}

/// Fails unless a 400 names exactly these fields, all with this text.
pub fn assert_fields(reply: &Reply, expected: &[(&str, &str)]) {
    assert_eq!(reply.status, 400, "{}", reply.text());
    let mut fields = reply.body.as_object().unwrap().clone();
    let error = fields.remove("error").expect("a field error has the member error");
    assert!(error["code"].is_string() && error["request_id"].is_string(), "{error}");
    let expected: BTreeMap<String, Value> = expected.iter().map(|(path, text)| ((*path).to_owned(), json!(text))).collect();
    assert_eq!(fields.into_iter().collect::<BTreeMap<_, _>>(), expected);
}

/// Fails unless a response is the error of this status and code, in the shape that all errors but field errors have.
pub fn assert_error(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, &reply.body["code"]), (status, &json!(code)), "{}", reply.text());
    assert!(reply.body["message"].as_str().is_some_and(|text| !text.is_empty()), "{}", reply.text());
    assert_eq!(reply.body["message"], reply.body["detail"]);
    assert!(reply.body["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{}", reply.text());
}
