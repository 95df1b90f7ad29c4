//! While 8 writers change orders and stock on two servers, a reader of the order list and one of the feed of changes each
//! see every change exactly once, in the order in which it happened to each order and each row of stock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axhub_domain::ids::RegistrationId;
use axhub_domain::inventory::StockRule;
use axhub_domain::pricing::MarkUp;
use axhub_domain::state::Action;
use axhub_hub::{availability, fulfilment};
use axhub_testkit::{App, Client, Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::civil::date;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Placed, placed};

const WRITERS: usize = 8;
const ROUNDS: usize = 12;

/// What happened to each order, and to each row of stock that only one writer sets: every state that it had.
#[derive(Debug, Default, PartialEq, Eq)]
struct History {
    orders: BTreeMap<String, Vec<String>>,
    rows: BTreeMap<String, Vec<String>>,
}

impl History {
    fn order(&mut self, order: &str, status: &str, tickets: [&str; 2]) {
        self.orders.entry(order.to_owned()).or_default().push(format!("{status}: {}, {}", tickets[0], tickets[1]));
    }

    fn row(&mut self, date: &str, max: i64) {
        self.rows.entry(date.to_owned()).or_default().push(max.to_string());
    }

    /// An order as the order list and the feed show it.
    fn shown_order(&mut self, order: &Value) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let ticket = |at: usize| text(&order["tickets"][at]["ax_ticket_status"]);
        self.order(&text(&order["ax_order_code"]), &text(&order["ax_order_status"]), [&ticket(0), &ticket(1)]);
    }

    fn add(&mut self, other: History) {
        self.orders.extend(other.orders);
        self.rows.extend(other.rows);
    }
}

/// Orders are for 2 July; each writer sets the stock of a day of its own in the second half of the month.
async fn write(app: Arc<App>, writer: usize, product: TestProduct, mapping: RegistrationId) -> History {
    let (alpha, mut history) = (app.channel("alpha"), History::default());
    let day = date(2026, 7, 15 + i8::try_from(writer).unwrap());
    for round in 0..ROUNDS {
        let code = format!("W-{writer}-{round}");
        let order = OrderBuilder::new(&code).line(mapping, product.option(0), product.at("2026-07-02", "09:00"), 2).json();
        let reply = alpha.post("/v1/channel/orders/tour", &order).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        let order = placed(&reply.body["options"][0]);
        history.order(&order.order, "New", ["New", "New"]);
        change_order(&app, &alpha, &product, &order, round, &mut history).await;

        let max = i64::try_from(100 + round).unwrap();
        let rule = StockRule {
            from: day,
            to: day,
            weekdays: vec![],
            start_times: vec![jiff::civil::time(9, 0, 0, 0)],
            max,
            min: 0,
            on_sale: true,
        };
        availability::set_stock(app.hub(), product.supplier, product.option(0), rule).await.unwrap();
        history.row(&day.to_string(), max);
    }
    history
}

async fn change_order(app: &App, alpha: &Client, product: &TestProduct, order: &Placed, round: usize, history: &mut History) {
    let supplier = || (product.supplier, "supplier".to_owned());
    let id = order.order.parse().unwrap();
    let patch = async |path: &str, body: Value| {
        let reply = alpha.patch(path, &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    };
    match round % 3 {
        0 => {
            fulfilment::act_as_supplier(app.hub(), supplier(), id, Action::Confirm, None).await.unwrap();
            history.order(&order.order, "Supplier confirm", ["New", "New"]);
            patch(&order.ticket_path(0), json!({ "status": "Traveler canceled" })).await;
            history.order(&order.order, "Supplier confirm", ["Traveler canceled", "New"]);
            // What already is changes nothing, and nobody is told.
            patch(&order.ticket_path(0), json!({ "status": "Traveler canceled" })).await;
        }
        1 => {
            patch(&order.path(), json!({ "channel_status": "Traveler cancel" })).await;
            history.order(&order.order, "Traveler cancel", ["Traveler canceled", "Traveler canceled"]);
        }
        _ => {
            fulfilment::act_as_supplier(app.hub(), supplier(), id, Action::Reject, None).await.unwrap();
            history.order(&order.order, "Supplier reject", ["Supplier canceled", "Supplier canceled"]);
        }
    }
}

/// Reads from an address until the writers have ended and nothing more comes; hands every answer to `see`.
async fn read(app: Arc<App>, path: &str, mut cursor: String, have_ended: Arc<AtomicBool>, mut see: impl FnMut(&Value)) {
    let alpha = app.channel("alpha");
    loop {
        // Looked at before the call: what was written before the end is there when it was seen.
        let is_last = have_ended.load(Ordering::SeqCst);
        let reply = alpha.get(&format!("{path}cursor={cursor}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        see(&reply.body);
        cursor = reply.body["next_cursor"].as_str().unwrap().to_owned();
        if is_last && reply.body["has_more"] == json!(false) {
            return;
        }
    }
}

async fn read_orders(app: Arc<App>, have_ended: Arc<AtomicBool>) -> History {
    let mut history = History::default();
    let see = |body: &Value| body["data"].as_array().unwrap().iter().for_each(|order| history.shown_order(order));
    read(app, "/v1/channel/orders/tour?page_size=5&", String::new(), have_ended, see).await;
    history
}

/// What the feed told, and how many units of 2 July it said are ordered in the end.
async fn read_feed(app: Arc<App>, start: String, have_ended: Arc<AtomicBool>) -> (History, Value) {
    let (mut history, mut ordered, mut last) = (History::default(), Value::Null, 0);
    let see = |body: &Value| {
        for change in body["changes"].as_array().unwrap() {
            let position: u64 = change["cursor"].as_str().unwrap()[1..].parse().unwrap();
            assert!(position > last, "{position} after {last}");
            last = position;
            if change["kind"] == "order" {
                history.shown_order(&change["order"]);
                continue;
            }
            assert_eq!(change["kind"], "stock");
            let row = &change["option_codes"].as_object().unwrap().values().next().unwrap()[0];
            match row["date"].as_str().unwrap() {
                "2026-07-02" => ordered = row["ordered_quantity"].clone(),
                day => history.row(day, row["max_quantity"].as_i64().unwrap()),
            }
        }
    };
    read(app, "/v1/channel/changes?limit=7&", start, have_ended, see).await;
    (history, ordered)
}

async fn each_reader_sees_every_change_once(engine: Engine) {
    let app = Arc::new(App::start(engine).await);
    let other = Arc::new(app.another().await);
    let builder = ProductBuilder::tour("Arena").manual().start_times(&["09:00"]).stock(1000).days("2026-07-02", "2026-07-02");
    let product = builder.option("Seat", "10").create(app.hub(), app.world().supplier("lumiere").id).await;
    app.world().assign(app.hub(), "alpha", &product, MarkUp::NONE).await;
    let mapping = app.register("alpha", &product).await;
    let start = app.channel("alpha").get("/v1/channel/changes?cursor=latest").await.body["next_cursor"].as_str().unwrap().to_owned();

    let have_ended = Arc::new(AtomicBool::new(false));
    let orders = tokio::spawn(read_orders(Arc::clone(&other), Arc::clone(&have_ended)));
    let feed = tokio::spawn(read_feed(Arc::clone(&app), start, Arc::clone(&have_ended)));
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let server = if writer % 2 == 0 { &app } else { &other };
        writers.spawn(write(Arc::clone(server), writer, product.clone(), mapping));
    }
    let mut made = History::default();
    for history in writers.join_all().await {
        made.add(history);
    }
    have_ended.store(true, Ordering::SeqCst);

    assert_eq!(made.orders.len(), WRITERS * ROUNDS);
    let (seen, ordered) = feed.await.unwrap();
    assert_eq!(seen, made, "the feed");
    assert_eq!(orders.await.unwrap().orders, made.orders, "the order list");
    // Of every three orders of two units, one is left with one unit.
    assert_eq!(ordered, json!(WRITERS * ROUNDS / 3), "the last stock that the feed told");
    app.assert_stock_is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_reader_sees_every_change_once_on_sqlite() {
    each_reader_sees_every_change_once(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_reader_sees_every_change_once_on_postgres() {
    each_reader_sees_every_change_once(Engine::Postgres).await;
}
