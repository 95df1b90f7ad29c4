//! The whole program in this process, over a database of its own, without a network.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use axhub_domain::money::Currency;
use axhub_hub::access::{self, KeyFor};
use axhub_hub::{Hub, Settings};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestClock, TestDatabase, World};
use axhub_web::App;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::codes::Codes;

/// Whose key a request comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Channel,
    Supplier,
    Operator,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub method: Method,
    pub address: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

/// The program with a small world in it.
pub(crate) struct Program {
    runtime: Runtime,
    app: App,
    pub codes: Codes,
    keys: [String; 3],
    engine: Engine,
    /// Requests until now; texts that must be new are made of it.
    asked: u64,
    // The last, so that nothing uses it when it goes.
    _database: TestDatabase,
}

/// After so many requests there is a new database: what was ordered before makes the lists longer and longer.
const LIFE: u64 = 50_000;

thread_local! {
    static ENGINE: Cell<Engine> = const { Cell::new(Engine::Sqlite) };
    static PROGRAM: RefCell<Option<Program>> = const { RefCell::new(None) };
}

/// From now on this thread's program is one over this engine.
pub(crate) fn choose(engine: Engine) {
    ENGINE.set(engine);
}

/// Does something with this thread's program.
pub(crate) fn with<T>(work: impl FnOnce(&mut Program) -> T) -> T {
    let engine = ENGINE.get();
    PROGRAM.with_borrow_mut(|program| {
        if program.as_ref().is_some_and(|program| program.asked > LIFE || program.engine != engine) {
            *program = None;
        }
        work(program.get_or_insert_with(|| Program::start(engine)))
    })
}

impl Program {
    fn start(engine: Engine) -> Program {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (database, hub, world) = runtime.block_on(async {
            let database = TestDatabase::new(engine).await;
            let hub = Hub::new(database.database().clone(), Arc::new(TestClock::default()), Settings::default());
            let world = World::make(&hub).await;
            (database, hub, world)
        });
        let codes = runtime.block_on(fill(&hub, &world));
        let keys = [world.channel("alpha").key.clone(), world.supplier("hanok").key.clone(), world.operator_key.clone()];
        let app = axhub::app::app(hub);
        let mut program = Program { runtime, app, codes, keys, engine, asked: 0, _database: database };
        program.name_stock();
        program.renew();
        program.draft();
        program.bring_feedback();
        let rule =
            program.must(Caller::Operator, &Method::POST, "/v1/operator/channels/beta/assignment-rules", &json!({ "mark_up": "1.1" }));
        program.codes.set("rule", &text(&rule["rule_code"]));
        program
    }

    /// Sends a request; `None` when its address or its headers are such that no HTTP library would send them.
    pub fn send(&mut self, ask: &Ask) -> Option<Reply> {
        self.asked += 1;
        let mut request = Request::builder().method(ask.method.clone()).uri(&ask.address);
        for (name, value) in &ask.headers {
            request = request.header(name.as_str(), value.as_slice());
        }
        let request = request.body(Body::from(ask.body.clone())).ok()?;
        let app = self.app.clone();
        Some(self.runtime.block_on(async {
            let answer = app.oneshot(request).await.unwrap_or_else(|never| match never {});
            let (parts, body) = answer.into_parts();
            let bytes = body.collect().await.expect("a body that is in memory").to_bytes();
            Reply { status: parts.status.as_u16(), headers: parts.headers, bytes: bytes.to_vec() }
        }))
    }

    /// A request with somebody's key, in English or Korean.
    pub fn ask(&self, caller: Caller, method: &Method, address: &str, media_type: &str, body: &[u8], language: &str) -> Ask {
        let headers = [
            ("authorization", self.authorization(caller)),
            ("accept-language", language.to_owned()),
            ("content-type", media_type.to_owned()),
        ];
        // A request without a body has no type either.
        let headers = headers.into_iter().filter(|(name, _)| *name != "content-type" || !body.is_empty());
        let headers = headers.map(|(name, value)| (name.to_owned(), value.into_bytes())).collect();
        Ask { method: method.clone(), address: address.to_owned(), headers, body: body.to_vec() }
    }

    /// What stands in `Authorization` for somebody.
    pub fn authorization(&self, caller: Caller) -> String {
        format!("Token {}", self.keys[caller as usize])
    }

    /// Lets `@new` stand for another text.
    pub fn next(&mut self) {
        self.asked += 1;
        let code = format!("n-{}", self.asked);
        self.codes.set("new", &code);
    }

    /// Orders that nothing has happened to yet, in the place of those that something was done to.
    pub fn renew(&mut self) {
        for name in ["order", "confirmed", "used", "canceled"] {
            let (order, ticket) = self.place(name);
            self.codes.set(name, &order);
            self.codes.set(format!("{name}.ticket"), &ticket);
            let supplier = |what: &str| (Caller::Supplier, Method::POST, format!("/v1/supplier/orders/{order}/{what}"), json!({}));
            let canceled = json!({ "channel_status": "Traveler cancel" });
            let steps = match name {
                "confirmed" => vec![supplier("confirm")],
                "used" => vec![supplier("confirm"), supplier(&format!("tickets/{ticket}/redeem"))],
                "canceled" => vec![(Caller::Channel, Method::PATCH, format!("/v1/channel/orders/tour/{order}"), canceled)],
                _ => vec![],
            };
            for (caller, method, address, body) in steps {
                self.must(caller, &method, &address, &body);
            }
        }
    }

    /// A draft of `@drafted` that says something new, to be published.
    pub fn draft(&mut self) {
        self.next();
        let address = self.codes.put_text("/v1/supplier/products/@drafted/draft");
        let contents = json!({
            "meeting_point": self.codes.put_text("Exit @new"), "thumbnail_type_1": "https://pictures.example/1.jpg",
            "cancellation_type": "Free cancellation",
        });
        self.must(Caller::Supplier, &Method::PATCH, &address, &json!({ "contents": contents }));
    }

    /// An order of one ticket of `@tour`: its code and the ticket's.
    fn place(&mut self, name: &str) -> (String, String) {
        self.next();
        let code = |name: &str| self.codes.put_text(name).parse().unwrap_or_else(|_| panic!("{name} has no code"));
        let (registration, option) = (code("@tour.map"), code("@tour.0"));
        let order = OrderBuilder::new(&self.codes.put_text(&format!("{name}-@new")));
        let order = order.line(axhub_domain::ids::RegistrationId(registration), axhub_domain::ids::OptionId(option), start(), 1).json();
        let placed = self.must(Caller::Channel, &Method::POST, "/v1/channel/orders/tour", &order);
        (text(&placed["options"][0]["ax_order_code"]), text(&placed["options"][0]["tickets"][0]["ax_ticket_code"]))
    }

    /// A question and a review to be answered.
    fn bring_feedback(&mut self) {
        let question = json!({ "question_code": "Q-1", "title": "?", "is_public": true, "quested_at": "2026-07-01 10:00:00" });
        let review = json!({ "review_code": "R-1", "review_score_type": "NO_SCORE", "title": "t", "body": "b", "reviewed_at": "2026-07-01 10:00:00" });
        for (what, body) in [("question", question), ("review", review)] {
            let address = self.codes.put_text(&format!("/v1/channel/{what}/day-ticket/@museum"));
            self.must(Caller::Channel, &Method::POST, &address, &body);
            let listed = self.must(Caller::Supplier, &Method::GET, &format!("/v1/supplier/{what}s"), &Value::Null);
            self.codes.set(what, &text(&listed[format!("{what}s")][0][format!("{what}_id")]));
        }
    }

    /// Names the first stock row of each product's first option.
    fn name_stock(&mut self) {
        for name in PRODUCTS {
            let product = self.codes.put_text(&format!("@{name}"));
            let search = json!({ "product_codes": [product], "from": "2026-07-02", "to": "2026-07-02" });
            let found = self.must(Caller::Channel, &Method::POST, "/v1/channel/inventory/search", &search);
            self.codes.set(format!("{name}.stock"), &text(&found["options"][0]["rows"][0]["inventory_code"]));
        }
    }

    fn must(&mut self, caller: Caller, method: &Method, address: &str, body: &Value) -> Value {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let ask = self.ask(caller, method, address, "application/json", &body, "en");
        let reply = self.send(&ask).expect("a request");
        assert!(reply.status < 300, "{method} {address}: {} {}", reply.status, String::from_utf8_lossy(&reply.bytes));
        reply.json()
    }
}

/// 2026-07-02, 10:00 in Seoul.
fn start() -> jiff::Timestamp {
    jiff::Timestamp::constant(1_782_954_000, 0)
}

/// Puts in what the targets need besides the world, and names the codes of both.
async fn fill(hub: &Hub, world: &World) -> Codes {
    let tour = ProductBuilder::tour("Endless tour").manual().start_times(&["10:00"]).stock(1_000_000_000).zone("Asia/Seoul");
    let tour = tour.currency(Currency::Krw).option("Seat", "1000");
    let tour = world.make_product(hub, "hanok", tour, &["alpha", "beta"]).await;
    let cruise = world.make_undated(hub).await;
    let mut codes = Codes::default();
    for (name, product) in PRODUCTS.into_iter().zip([&world.paris, &world.museum, &world.dmz, &cruise, &tour]) {
        codes.set(name, &product.id);
        for (at, option) in product.options.iter().enumerate() {
            codes.set(format!("{name}.{at}"), option);
        }
        codes.set(format!("{name}.map"), &world.register(hub, "alpha", product).await);
    }
    let drafted = ProductBuilder::day_ticket("Drafted museum").currency(Currency::Krw).option("Seat", "1000");
    codes.set("drafted", &world.make_product(hub, "hanok", drafted, &["alpha"]).await.id);
    codes.set("key", &access::create_key(hub, KeyFor::Supplier("lumiere".to_owned()), None).await.expect("a key").prefix);
    codes
}

/// The products that have names.
const PRODUCTS: [&str; 5] = ["paris", "museum", "dmz", "cruise", "tour"];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
