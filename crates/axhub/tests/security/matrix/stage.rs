//! The world in which everybody asks: things of alpha and of hanok, made anew for each operation that would use them up.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use axhub_domain::inventory::InventoryRef;
use axhub_domain::product::ProductKind;
use axhub_testkit::{App, Client, Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::civil::date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::callers::Kind;
use super::operations::Operation;

/// Codes of an order and its ticket, by the kind of its product.
const ORDERS: [(&str, &str, &str); 3] = [
    ("tour", "tour_order", "tour_ticket"),
    ("day-ticket", "day_ticket_order", "day_ticket_ticket"),
    ("ticket", "ticket_order", "ticket_ticket"),
];

/// A code that nothing has.
const NOBODYS: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01";

/// What operations are asked about, by the names of variables in addresses, and `mapping`.
#[derive(Clone, Debug)]
pub struct Codes {
    codes: BTreeMap<&'static str, String>,
    /// For what is made: no other request has it.
    pub fresh: String,
}

impl Codes {
    pub fn of(&self, name: &str) -> &str {
        self.codes.get(name).unwrap_or_else(|| panic!("which code is {name}? Say so in `Stage::prepare`"))
    }

    pub fn id(&self, name: &str) -> Uuid {
        self.of(name).parse().unwrap_or_else(|_| panic!("{name} is no UUID"))
    }

    fn set(&mut self, name: &'static str, code: impl Into<String>) {
        self.codes.insert(name, code.into());
    }

    /// Takes the order of this kind for the one that is asked about.
    fn be_about(&mut self, kind: &str) {
        let (_, order, ticket) = ORDERS.into_iter().find(|(of, ..)| *of == kind).unwrap_or_else(|| panic!("no order of kind {kind}"));
        let (order, ticket) = (self.of(order).to_owned(), self.of(ticket).to_owned());
        self.set("ax_order_code", order);
        self.set("ax_ticket_code", ticket);
    }

    /// The same with codes that nothing has.
    pub fn nobodys(&self) -> Codes {
        let code = |name: &&str| if **name == *"month" { "2026-06".to_owned() } else { NOBODYS.to_owned() };
        Codes { codes: self.codes.keys().map(|name| (*name, code(name))).collect(), fresh: self.fresh.clone() }
    }

    /// `text` with `[code]` in place of each code.
    pub fn hidden_in(&self, text: String) -> String {
        self.codes.values().filter(|code| code.parse::<Uuid>().is_ok()).fold(text, |text, code| text.replace(code, "[code]"))
    }

    /// The codes that stand in a text.
    pub fn found_in(&self, text: &str) -> Vec<&'static str> {
        let is_in = |(_, code): &(&&str, &String)| code.parse::<Uuid>().is_ok() && text.contains(code.as_str());
        self.codes.iter().filter(is_in).map(|(name, _)| *name).collect()
    }
}

pub struct Stage {
    pub app: App,
    /// What only alpha may sell, a product of each kind, all of hanok.
    alone: [TestProduct; 3],
    /// What both may sell.
    shared: [TestProduct; 3],
    base: Codes,
    count: AtomicU32,
}

impl Stage {
    pub async fn open(engine: Engine) -> Stage {
        let app = App::start(engine).await;
        let world = app.world();
        let tour = at_ten(ProductBuilder::tour("Alpha's walk")).option("Adult", "10");
        let day_ticket = ProductBuilder::day_ticket("Alpha's museum").stock(50).option("Adult", "10");
        let ticket = ProductBuilder::ticket("Alpha's voucher").stock(50).option("Adult", "10");
        let mut alone = Vec::new();
        for product in [tour, day_ticket, ticket] {
            alone.push(world.make_product(app.hub(), "hanok", product, &["alpha"]).await);
        }
        let shared = [world.seoul.clone(), world.museum.clone(), app.undated().await];
        let alone = <[TestProduct; 3]>::try_from(alone).unwrap_or_else(|_| panic!("three kinds"));
        let base = Codes { codes: BTreeMap::new(), fresh: String::new() };
        let mut stage = Stage { app, alone, shared, base, count: AtomicU32::new(1) };
        stage.fill().await;
        stage
    }

    /// What everybody's lists could show by mistake: an order of each kind, a question and a review of alpha's.
    async fn fill(&mut self) {
        let mut codes = Codes { codes: BTreeMap::new(), fresh: String::new() };
        for (kind, order_name, ticket_name) in ORDERS {
            let (order, ticket) = self.place(kind).await;
            codes.set(order_name, order);
            codes.set(ticket_name, ticket);
        }
        codes.be_about("tour");
        let seoul = &self.shared[0];
        for kind in ["tour", "day-ticket"] {
            let product = self.shared(kind).id;
            let question =
                json!({ "question_code": format!("Q-{kind}"), "title": "x", "is_public": true, "quested_at": "2026-06-30T00:00:00Z" });
            self.done(self.alpha().post(&format!("/v1/channel/question/{kind}/{product}"), &question).await);
            let review = json!({
                "review_code": format!("R-{kind}"), "score_type": "NO_SCORE", "review_score_type": "NO_SCORE", "title": "x", "body": "x",
                "reviewed_at": "2026-06-30T00:00:00Z",
            });
            self.done(self.alpha().post(&format!("/v1/channel/review/{kind}/{product}"), &review).await);
        }
        let hanok = self.app.supplier("hanok");
        let question = self.done(hanok.get(&format!("/v1/supplier/questions?product_code={}", seoul.id)).await);
        let review = self.done(hanok.get(&format!("/v1/supplier/reviews?product_code={}", seoul.id)).await);
        codes.set("question_id", text(&question["questions"][0]["question_id"]));
        codes.set("review_id", text(&review["reviews"][0]["review_id"]));
        codes.set("version", "1");
        codes.set("month", "2026-06");
        self.base = codes;
    }

    /// The codes of what an operation is asked about, made for it where it would use it up.
    pub async fn prepare(&self, operation: &Operation) -> Codes {
        let mut codes = Codes { fresh: self.next(), ..self.base.clone() };
        match operation.kind() {
            Some(Kind::Channel) => self.prepare_for_channels(operation, &mut codes).await,
            Some(Kind::Supplier) => self.prepare_for_suppliers(operation, &mut codes).await,
            Some(Kind::Operator) => self.prepare_for_operators(operation, &mut codes).await,
            _ => {}
        }
        codes
    }

    async fn prepare_for_channels(&self, operation: &Operation, codes: &mut Codes) {
        let kind = operation.product_kind();
        let of_both = operation.path.ends_with("{question_code}") || operation.path.ends_with("{review_code}");
        let product = if of_both { self.shared(kind) } else { self.alone(kind) };
        codes.set("product_code", product.id.to_string());
        codes.set("option_code", product.option(0).to_string());
        codes.set("question_code", format!("Q-{kind}"));
        codes.set("review_code", format!("R-{kind}"));
        codes.set("mapping", self.app.register("alpha", product).await.to_string());
        codes.be_about(kind);
        if operation.path.ends_with("/update") {
            // It lists what has a newer version than the registration.
            let contents = json!({ "contents": { "meeting_point": format!("Exit {}", codes.fresh) } });
            let hanok = self.app.supplier("hanok");
            self.done(hanok.patch(&format!("/v1/supplier/products/{}", product.id), &contents).await);
        }
        if operation.path.contains("{ax_order_code}") {
            let (order, ticket) = self.place(kind).await;
            if operation.path.contains("/refund") {
                let address = format!("/v1/channel/orders/{kind}/{order}/tickets/{ticket}");
                self.done(self.alpha().patch(&address, &json!({ "status": "Traveler canceled" })).await);
            }
            codes.set("ax_order_code", order);
            codes.set("ax_ticket_code", ticket);
        }
    }

    async fn prepare_for_suppliers(&self, operation: &Operation, codes: &mut Codes) {
        let hanok = self.app.supplier("hanok");
        let name = format!("Hanok's walk {}", codes.fresh);
        let product =
            self.app.world().make_product(self.app.hub(), "hanok", at_ten(ProductBuilder::tour(&name)).option("Adult", "10"), &["alpha"]);
        let product = product.await;
        let stock = self.done(hanok.get(&format!("/v1/supplier/products/{}/stock", product.id)).await);
        codes.set("product_code", product.id.to_string());
        codes.set("option_code", product.option(0).to_string());
        codes.set("inventory_code", text(&stock["stock"][0]["inventory_code"]));
        match operation.id.as_str() {
            // Of a product that alpha has ordered, asked about and reviewed.
            "supplier_list_orders" | "supplier_list_questions" | "supplier_list_reviews" => {
                codes.set("product_code", self.shared("tour").id.to_string());
            }
            "supplier_list_allotments" => {
                let allotment = json!({
                    "option_code": product.option(0), "channel_code": "alpha", "from": "2026-07-20", "to": "2026-07-20",
                    "start_times": ["10:00"], "quantity": 1, "release_minutes_before": 60,
                });
                self.done(hanok.put("/v1/supplier/stock/allotments", &allotment).await);
            }
            _ => {}
        }
        let (order, ticket) = self.place("tour").await;
        if operation.path.contains("redeem") || operation.path.contains("redemption") {
            self.done(hanok.post(&format!("/v1/supplier/orders/{order}/confirm"), &json!({})).await);
        }
        if operation.path.contains("undo") {
            self.done(hanok.post(&format!("/v1/supplier/tickets/{ticket}/redeem"), &json!({})).await);
        }
        if operation.path.contains("/draft") || operation.path.contains("/publish") {
            let contents = json!({ "meeting_point": "Exit 2", "thumbnail_type_1": "https://a.example/1.jpg", "cancellation_type": "Free cancellation" });
            self.done(hanok.patch(&format!("/v1/supplier/products/{}/draft", product.id), &json!({ "contents": contents })).await);
        }
        codes.set("ax_order_code", order);
        codes.set("ax_ticket_code", ticket);
    }

    async fn prepare_for_operators(&self, operation: &Operation, codes: &mut Codes) {
        let olivia = self.app.operator();
        codes.set("channel_code", "beta");
        codes.set("supplier_code", "lumiere");
        codes.set("product_code", self.app.world().paris.id.to_string());
        if operation.path.contains("{rule_code}") {
            let rule = json!({ "supplier_code": "lumiere", "country": "Nowhere", "mark_up": "1.12" });
            let made = self.done(olivia.post("/v1/operator/channels/beta/assignment-rules", &rule).await);
            codes.set("rule_code", text(&made["rule_code"]));
        }
        if operation.path.contains("/products/{product_code}") {
            let address = format!("/v1/operator/channels/beta/products/{}", self.app.world().paris.id);
            self.done(olivia.put(&address, &json!({ "mark_up": "1.1" })).await);
        }
        if operation.path.contains("{prefix}") {
            let made = self.done(olivia.post("/v1/operator/keys", &json!({ "kind": "channel", "owner": "beta" })).await);
            codes.set("prefix", text(&made["key"]["prefix"]));
        }
        if operation.path.contains("{ax_order_code}") {
            codes.set("ax_order_code", self.place("tour").await.0);
        }
    }

    /// An order by alpha of one unit of what both may sell: its code, and its ticket's.
    async fn place(&self, kind: &str) -> (String, String) {
        let product = self.shared(kind);
        let mapping = self.app.register("alpha", product).await;
        let order = OrderBuilder::new(&self.next()).line_of(mapping, product.option(0), self.some_day(product), 1).json();
        let placed = self.done(self.alpha().post(&format!("/v1/channel/orders/{kind}"), &order).await);
        (text(&placed["options"][0]["ax_order_code"]), text(&placed["options"][0]["tickets"][0]["ax_ticket_code"]))
    }

    /// A start, another one each time, so that none is sold out.
    pub fn some_day(&self, product: &TestProduct) -> InventoryRef {
        let day = 2 + i8::try_from(self.count.load(Ordering::Relaxed) % 28).expect("a day");
        match product.kind {
            ProductKind::Tour => InventoryRef::At(product.at(&format!("2026-07-{day:02}"), "10:00")),
            ProductKind::DayTicket | ProductKind::Ticket => InventoryRef::On(date(2026, 7, day)),
        }
    }

    fn next(&self) -> String {
        format!("m-{}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// What only alpha may sell.
    pub fn alone(&self, kind: &str) -> &TestProduct {
        of_kind(&self.alone, kind)
    }

    fn shared(&self, kind: &str) -> &TestProduct {
        of_kind(&self.shared, kind)
    }

    fn alpha(&self) -> Client {
        self.app.channel("alpha")
    }

    /// Everybody with a key that opens something.
    pub fn callers(&self) -> [(&'static str, Kind, Client); 5] {
        let app = &self.app;
        [
            ("alpha", Kind::Channel, app.channel("alpha")),
            ("beta", Kind::Channel, app.channel("beta")),
            ("hanok", Kind::Supplier, app.supplier("hanok")),
            ("lumiere", Kind::Supplier, app.supplier("lumiere")),
            ("olivia", Kind::Operator, app.operator()),
        ]
    }

    /// The body of an answer to what had to work.
    fn done(&self, reply: axhub_testkit::Reply) -> Value {
        assert!((200..300).contains(&reply.status), "{}: {}", reply.status, reply.text());
        reply.body
    }
}

fn at_ten(tour: ProductBuilder) -> ProductBuilder {
    tour.zone("Asia/Seoul").start_times(&["10:00"]).stock(20)
}

fn of_kind<'p>(products: &'p [TestProduct; 3], kind: &str) -> &'p TestProduct {
    products.iter().find(|product| product.kind.as_str() == kind).unwrap_or_else(|| panic!("no product of kind {kind}"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
