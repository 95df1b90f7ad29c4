//! The examples of the API description are true: what they send is accepted, and what they answer has the members of a
//! real answer. For each kind of product a channel goes through everything it can do, and sends what the description
//! shows, with codes that exist. In the end every example of a success was compared.

use std::collections::BTreeSet;
use std::mem::discriminant;

use axhub_domain::product::{Faq, ProductKind, RefundStep, Stop};
use axhub_domain::state::Action;
use axhub_hub::catalogue::{ContentsChange, ProductChange};
use axhub_hub::feedback;
use axhub_testkit::{App, TestProduct};
use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::support::{Placed, change, first_start, on_both_engines, placed, supplier_does};

on_both_engines! {
    those_of_tours,
    those_of_day_tickets,
    those_of_undated_tickets,
    those_of_no_kind,
}

async fn those_of_tours(app: App) {
    every_one_of(&app, app.world().seoul.clone()).await;
}

async fn those_of_day_tickets(app: App) {
    every_one_of(&app, app.world().museum.clone()).await;
}

async fn those_of_undated_tickets(app: App) {
    every_one_of(&app, app.undated().await).await;
}

async fn every_one_of(app: &App, product: TestProduct) {
    let kind = product.kind;
    let mut session = Session { app, product, document: document(), compared: BTreeSet::new() };
    session.publish().await;
    session.order().await;
    session.cancel_and_refund().await;
    if kind != ProductKind::Ticket {
        session.ask().await;
        session.review().await;
    }
    session.assert_complete(|path| path.split('/').any(|part| part == kind.as_str()));
}

/// The feed and the search are the same for all kinds.
async fn those_of_no_kind(app: App) {
    let (alpha, world) = (app.channel("alpha"), app.world());
    let mut session = Session { app: &app, product: world.museum.clone(), document: document(), compared: BTreeSet::new() };
    session.place("current", "A-1").await;
    let review = json!({ "review_score_type": "NO_SCORE", "body": "x", "reviewed_at": "2026-07-01 10:00" });
    let posted = alpha.post(&format!("/v1/channel/review/day-ticket/{}", world.museum.id), &review).await;
    session.answer_review(posted.body["review_code"].as_str().unwrap()).await;

    let (path, found) = ("/v1/channel/changes", alpha.get("/v1/channel/changes?limit=1000").await);
    // The feed has changes of other kinds, too: of each that is shown the first.
    let mut body = found.body.clone();
    let like = |shown: &Value| {
        let mut all = found.body["changes"].as_array().unwrap().iter();
        all.find(|change| change["kind"] == shown["kind"] && change["product_kind"] == shown["product_kind"]).unwrap().clone()
    };
    body["changes"] = session.answer("get", path, 200, "")["changes"].as_array().unwrap().iter().map(like).collect();
    session.compare("get", path, 200, "", &body);

    let path = "/v1/channel/inventory/search";
    let mut search = session.request("post", path, "");
    (search["from"], search["to"]) = (json!("2026-07-02"), json!("2026-07-02"));
    search["product_codes"] = json!([world.seoul.id]);
    let found = alpha.post(path, &search).await;
    session.compare("post", path, found.status, "", &found.body);
    session.assert_complete(|path| !["tour", "day-ticket", "ticket"].iter().any(|kind| path.split('/').any(|part| part == *kind)));
}

/// What a channel does with one product.
struct Session<'a> {
    app: &'a App,
    product: TestProduct,
    document: Value,
    /// Which examples of answers were compared.
    compared: BTreeSet<String>,
}

impl Session<'_> {
    async fn publish(&mut self) {
        let path = self.path("products/KIND/registration/{product_code}");
        let mut registration = self.request("post", &path, "");
        let names: Map<String, Value> =
            self.product.options.iter().map(|option| (option.to_string(), json!(format!("성인 {option}")))).collect();
        registration["mapping_data"] = names.into();
        for status in [201, 200] {
            self.send("post", &path, &[], &registration, status, "").await;
        }
        change(self.app, &self.product, ProductChange { contents: full_contents(), ..ProductChange::default() }).await;
        for part in ["products/KIND/update", "products/KIND", "products/KIND/{product_code}"] {
            self.get(part, &[], "").await;
        }
        for part in ["price/KIND/{product_code}", "inventory/KIND/{product_code}"] {
            self.get(part, &[], "").await;
        }
    }

    async fn order(&mut self) {
        let (first, current) = self.place("current", "A-1").await;
        let path = self.path("orders/KIND");
        self.send("post", &path, &[], &current, 200, "").await;
        self.get("orders/KIND", &[], "page").await;
        self.get("orders/KIND?cursor=", &[], "cursor").await;
        self.get("orders/KIND/{ax_order_code}", &[&first.order], "current").await;
        self.place("middle", "A-2").await;
        let (second, _) = self.place("legacy", "A-3").await;
        supplier_does(self.app, &self.product_of("legacy"), &second.order, Action::SupplierCancel, Some("Fully booked, sorry.")).await;
        self.get("orders/KIND/{ax_order_code}", &[&second.order], "legacy").await;
    }

    async fn cancel_and_refund(&mut self) {
        for name in ["current", "legacy"] {
            let (whole, _) = self.place(name, &format!("WHOLE-{name}")).await;
            let path = self.path("orders/KIND/{ax_order_code}");
            let cancel = self.request("patch", &path, name);
            self.send("patch", &path, &[&whole.order], &cancel, 200, name).await;

            let (part, _) = self.place(name, &format!("PART-{name}")).await;
            let codes = [part.order.as_str(), part.tickets[0].as_str()];
            let path = self.path("orders/KIND/{ax_order_code}/tickets/{ax_ticket_code}");
            let cancel = self.request("patch", &path, name);
            self.send("patch", &path, &codes, &cancel, 200, name).await;
            for (method, word) in [("post", "refund"), ("patch", "refund"), ("post", "refunds"), ("patch", "refunds")] {
                let path = format!("{path}/{word}");
                for names in ["current", "legacy"] {
                    let report = self.request(method, &path, names);
                    self.send(method, &path, &codes, &report, 200, "").await;
                }
            }
        }
    }

    async fn ask(&mut self) {
        let path = self.path("question/KIND/{product_code}");
        let mut question = self.request("post", &path, "current");
        question["option_code"] = json!(self.product.option(0));
        for status in [201, 200] {
            self.send("post", &path, &[], &question, status, "").await;
        }
        let mut old = self.request("post", &path, "legacy");
        old["question_code"] = json!("QUESTION-2");
        self.send("post", &path, &[], &old, 201, "").await;

        let alpha = self.app.world().channel("alpha").id;
        let code = question["question_code"].as_str().unwrap();
        let asked =
            feedback::question_of_channel(self.app.hub(), alpha, self.product.kind, self.product.id, code.to_owned()).await.unwrap();
        feedback::answer_question(self.app.hub(), self.product.supplier, asked.id, "네".to_owned()).await.unwrap();
        self.get("question/KIND/{product_code}?is_answered=true", &[], "").await;
        self.get("question/KIND/{product_code}/{question_code}", &[code], "").await;
    }

    async fn review(&mut self) {
        let path = self.path("review/KIND/{product_code}");
        let mut review = self.request("post", &path, "");
        if review.get("option_code").is_some() {
            review["option_code"] = json!(self.product.option(0));
        }
        for status in [201, 200] {
            self.send("post", &path, &[], &review, status, "").await;
        }
        let code = self.answer("post", &path, 201, "")["review_code"].as_str().unwrap().to_owned();
        self.answer_review(&code).await;
        self.get("review/KIND/{product_code}?is_answered=true", &[], "").await;
        self.get("review/KIND/{product_code}/{review_code}", &[&code], "").await;
    }

    async fn answer_review(&self, code: &str) {
        let alpha = self.app.world().channel("alpha").id;
        let review = feedback::review_of_channel(self.app.hub(), alpha, self.product.kind, self.product.id, code.to_owned()).await.unwrap();
        feedback::answer_review(self.app.hub(), self.product.supplier, review.id, "네".to_owned()).await.unwrap();
    }

    /// What an example's order is of: under the oldest address the old vocabularies are shown with day-tickets.
    fn product_of(&self, name: &str) -> TestProduct {
        if self.product.kind == ProductKind::Ticket && name != "current" { self.app.world().museum.clone() } else { self.product.clone() }
    }

    /// Sends an example of an order under another code, with codes and a date that exist.
    async fn place(&mut self, name: &str, code: &str) -> (Placed, Value) {
        let (path, product) = (self.path("orders/KIND"), self.product_of(name));
        let mapping = self.app.register("alpha", &product).await;
        let mut order = self.request("post", &path, name);
        for (field, value) in order["order"].as_object_mut().unwrap() {
            if matches!(field.as_str(), "channel_order_code" | "channel_order_id") {
                *value = json!(code);
            }
        }
        let list = if name == "current" { "options" } else { "depth_combinations" };
        for (field, value) in order[list][0].as_object_mut().unwrap() {
            match field.as_str() {
                "channel_product_mapping_code" | "channel_product_mapping_data_code" => *value = json!(mapping),
                "option_code" | "dc_code" => *value = json!(product.option(0)),
                "inventory_at" | "use_date" => *value = json!(another_start(&product, value.as_str().unwrap())),
                _ => {}
            }
        }
        let answer = self.send("post", &path, &[], &order, 201, name).await;
        (placed(&answer[list][0]), order)
    }

    async fn get(&mut self, part: &str, codes: &[&str], name: &str) {
        let path = self.path(part);
        let reply = self.app.channel("alpha").get(&self.filled(&path, codes)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        self.compare("get", &path, 200, name, &reply.body);
    }

    /// Sends a body and compares the answer with the example of this name; where there is only one, it has none.
    async fn send(&mut self, method: &str, path: &str, codes: &[&str], body: &Value, status: u16, name: &str) -> Value {
        let word: Method = method.to_uppercase().parse().unwrap();
        let reply = self.app.channel("alpha").send_json(word, &self.filled(path, codes), body).await;
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
        self.compare(method, path, status, name, &reply.body);
        reply.body
    }

    fn compare(&mut self, method: &str, path: &str, status: u16, name: &str, found: &Value) {
        let path = path.split('?').next().unwrap();
        let example = format!("{method} {path} {status} {name}");
        assert_same_members(&example, &self.answer(method, path, status, name), found);
        self.compared.insert(example);
    }

    /// An example of what is sent.
    fn request(&self, method: &str, path: &str, name: &str) -> Value {
        example(&self.document["paths"][path][method]["requestBody"], name).unwrap_or_else(|| panic!("{method} {path} {name}"))
    }

    /// An example of what is answered.
    fn answer(&self, method: &str, path: &str, status: u16, name: &str) -> Value {
        let response = &self.document["paths"][path][method]["responses"][status.to_string()];
        example(response, name).unwrap_or_else(|| panic!("{method} {path} {status} {name}"))
    }

    /// The address of an operation as the description has it.
    fn path(&self, part: &str) -> String {
        format!("/v1/channel/{}", part.replace("KIND", self.product.kind.as_str()))
    }

    /// An address with the product's code and these.
    fn filled(&self, path: &str, codes: &[&str]) -> String {
        let mut filled = path.replace("{product_code}", &self.product.id.to_string());
        for code in codes {
            let (from, to) = (filled.find('{').unwrap(), filled.find('}').unwrap());
            filled.replace_range(from..=to, code);
        }
        filled
    }

    /// Fails unless every example of a success at these addresses was compared.
    fn assert_complete(&self, is_ours: impl Fn(&str) -> bool) {
        let mut shown = BTreeSet::new();
        for (path, item) in self.document["paths"].as_object().unwrap().iter().filter(|(path, _)| is_ours(path)) {
            for (method, operation) in item.as_object().unwrap() {
                for (status, response) in operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2')) {
                    let names = response["content"]["application/json"]["examples"].as_object();
                    let names = names.map_or(vec![""], |examples| examples.keys().map(String::as_str).collect());
                    shown.extend(names.into_iter().map(|name| format!("{method} {path} {status} {name}")));
                }
            }
        }
        let compared = self.compared.iter().filter(|example| example.split(' ').nth(1).is_some_and(&is_ours));
        assert_eq!(compared.collect::<BTreeSet<_>>(), shown.iter().collect());
    }
}

fn document() -> Value {
    serde_json::to_value(axhub_channel_api::routes().into_openapi()).unwrap()
}

/// The example of this name of a request or a response; the only one has none.
fn example(holder: &Value, name: &str) -> Option<Value> {
    let content = &holder["content"]["application/json"];
    let example = if name.is_empty() { content.get("example") } else { content["examples"][name].get("value") };
    example.cloned()
}

/// A start that the product has, written as the example writes one.
fn another_start(product: &TestProduct, like: &str) -> String {
    match (product.kind, like.len()) {
        (ProductKind::Tour, _) => first_start(product).to_string(),
        (_, 10) => "2026-07-02".to_owned(),
        _ => product.on("2026-07-02").to_string(),
    }
}

/// Something in each of the lists, so that their items can be compared.
fn full_contents() -> ContentsChange {
    let words = || Some(vec!["x".to_owned()]);
    let faq = Faq { question: "x".to_owned(), answer: "x".to_owned() };
    let stop = Stop {
        order: 1,
        title: "x".to_owned(),
        address: "x".to_owned(),
        latitude: Some(48.8867),
        longitude: Some(2.3431),
        description: "x".to_owned(),
    };
    ContentsChange {
        keyword_others: words(),
        poi: words(),
        inclusions: words(),
        exclusions: words(),
        faq: Some(vec![faq]),
        course: Some(vec![stop]),
        cancellation_policy: Some(vec![RefundStep { days_before: 7, refund_percent: 100 }]),
        ..ContentsChange::default()
    }
}

/// Fails unless both have the same members with values of the same types. Of a list the first items are compared, and
/// where the members are codes, the first ones.
fn assert_same_members(path: &str, expected: &Value, found: &Value) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) if has_codes(expected) && has_codes(found) => {
            let (expected, found) = (expected.values().next().unwrap(), found.values().next().unwrap());
            assert_same_members(&format!("{path}.CODE"), expected, found);
        }
        (Value::Object(expected), Value::Object(found)) => {
            assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{path}");
            for (name, value) in expected {
                assert_same_members(&format!("{path}.{name}"), value, &found[name]);
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            assert!(expected.is_empty() || !found.is_empty(), "{path} has no item to compare");
            for (expected, found) in expected.iter().zip(found) {
                assert_same_members(&format!("{path}[]"), expected, found);
            }
        }
        (expected, found) => assert_eq!(discriminant(expected), discriminant(found), "{path}: {expected} {found}"),
    }
}

fn has_codes(members: &Map<String, Value>) -> bool {
    !members.is_empty() && members.keys().all(|name| name.len() == 36 && name.split('-').count() == 5)
}
