//! Everything that could make a server speak of what it was told.

use std::io::{Read, Write};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use axhub_domain::inventory::InventoryRef;
use axhub_domain::product::TRAVELER_INFORMATION;
use axhub_testkit::{OrderBuilder, TestProduct, World};
use jiff::civil::date;
use reqwest::{Method, Response};
use serde_json::{Map, Value, json};

use super::Markers;

/// Asks with markers, and searches every answer that has no business to hold one.
pub struct Asker {
    http: reqwest::Client,
    address: String,
    alpha: String,
    hanok: String,
    olivia: String,
    product: String,
    ticket: TestProduct,
    mapping: String,
    markers: Arc<Markers>,
}

/// Whatever is no fault of ours.
const ANY: RangeInclusive<u16> = 200..=499;

const ORDERS: &str = "/v1/channel/orders/ticket";

impl Asker {
    pub fn new(world: &World, ticket: &TestProduct, mapping: &str, address: String, markers: Arc<Markers>) -> Asker {
        Asker {
            http: reqwest::Client::new(),
            address,
            alpha: world.channel("alpha").key.clone(),
            hanok: world.supplier("hanok").key.clone(),
            olivia: world.operator_key.clone(),
            product: world.museum.id.to_string(),
            ticket: ticket.clone(),
            mapping: mapping.to_owned(),
            markers,
        }
    }

    /// What is answered as asked for, and leaves markers in the database. Gives the code of the order.
    pub async fn all_that_is_right(&self) -> String {
        let order = self.order("right");
        let (status, answer) = self.send(&self.alpha, Method::POST, ORDERS, &order).await;
        assert_eq!(status, 201, "{answer}");
        // The channel's own answers have what it sent where the contract has it, and nothing of its travelers.
        self.markers.search_answer("the answer to an order", &answer);
        let placed: Value = serde_json::from_str(&answer).expect("JSON");
        let text = |pointer: &str| placed.pointer(pointer).and_then(Value::as_str).expect("a code").to_owned();
        let (code, ticket) = (text("/options/0/ax_order_code"), text("/options/0/tickets/0/ax_ticket_code"));

        let (status, again) = self.send(&self.alpha, Method::POST, ORDERS, &order).await;
        assert_eq!(status, 200, "{again}");
        let read = self.send(&self.hanok, Method::GET, &format!("/v1/supplier/orders/{code}"), &Value::Null).await;
        let names = read.1.matches("zq").count();
        assert!(read.0 == 200 && names >= 4, "the supplier reads who comes: {}", read.1);
        let comment = json!({ "comment": self.markers.plant("a supplier's comment") });
        self.works(&self.hanok, Method::POST, &format!("/v1/supplier/orders/{code}/comment"), &comment).await;
        let cancel = json!({ "status": "Traveler canceled", "comment": self.markers.plant("why a ticket is cancelled") });
        self.works(&self.alpha, Method::PATCH, &format!("{ORDERS}/{code}/tickets/{ticket}"), &cancel).await;

        self.works(&self.alpha, Method::POST, &format!("/v1/channel/review/day-ticket/{}", self.product), &self.review("R-1")).await;
        self.works(&self.alpha, Method::POST, &format!("/v1/channel/question/day-ticket/{}", self.product), &self.question("Q-1")).await;
        let notes = json!({ "notes": self.markers.plant("an operator's notes") });
        self.works(&self.olivia, Method::PATCH, "/v1/operator/channels/beta", &notes).await;
        let (status, made) =
            self.send(&self.olivia, Method::POST, "/v1/operator/keys", &json!({ "kind": "channel", "owner": "beta" })).await;
        assert_eq!(status, 201, "{made}");
        let made: Value = serde_json::from_str(&made).expect("JSON");
        let key = made["api_key"].as_str().expect("a key");
        self.markers.watch("a key that was just made", key.rsplit_once('_').expect("a key has parts").1);
        let list = self.send(&self.olivia, Method::GET, "/v1/operator/keys", &Value::Null).await.1;
        self.markers.search_answer("the list of keys", &list);
        let log = self.send(&self.olivia, Method::GET, "/v1/operator/audit?page_size=200", &Value::Null).await.1;
        let secret = key.rsplit_once('_').expect("a key has parts").1;
        assert!(!log.contains(secret), "the audit log has a key in it");
        code
    }

    /// Places one more order: its code.
    pub async fn order_again(&self, code: &str) -> String {
        let (status, answer) = self.send(&self.alpha, Method::POST, ORDERS, &self.order(code)).await;
        assert_eq!(status, 201, "{answer}");
        let placed: Value = serde_json::from_str(&answer).expect("JSON");
        placed["options"][0]["ax_order_code"].as_str().expect("a code").to_owned()
    }

    /// Has an operator erase the people of an order, and who reviewed it.
    pub async fn erase(&self, code: &str) {
        self.works(&self.olivia, Method::POST, &format!("/v1/operator/orders/{code}/erase-travelers"), &Value::Null).await;
    }

    /// Everything that is refused.
    pub async fn all_that_is_wrong(&self) {
        self.wrong_keys().await;
        self.wrong_orders().await;
        self.wrong_bodies().await;
        self.wrong_addresses().await;
        for line in ["\u{1}{}: x", "{}", "X-{}", "Content-Length: {}", "Transfer-Encoding: {}", "Host: {} {}"] {
            self.wrong_line(&line.replace("{}", &self.markers.plant("a broken line of the head")));
        }
    }

    /// What is right, while the database fails.
    pub async fn fails_inside(&self) {
        for _ in 0..2 {
            self.refused(&self.alpha, Method::POST, ORDERS, self.order("unlucky").to_string(), "an order that fails inside", 500..=599)
                .await;
        }
        let stranger = format!("axh_c_AbCdEfGhIjKl_{}{}", self.markers.plant("a key in trouble"), "x".repeat(30));
        self.refused(&stranger, Method::GET, "/v1/channel/products/tour", String::new(), "a key in trouble", 400..=599).await;
    }

    pub async fn metrics(&self) -> String {
        let reply = self.http.get(format!("http://{}/metrics", self.address)).send().await.expect("an answer");
        reply.text().await.expect("text")
    }

    async fn wrong_keys(&self) {
        let mark = || self.markers.plant("a wrong key");
        let (prefix, _) = self.alpha.rsplit_once('_').expect("a key has parts");
        let wrong = [
            format!("Token {}", mark()),
            format!("Token axh_c_AbCdEfGhIjKl_{}{}", mark(), "x".repeat(30)),
            format!("Token {prefix}_{}{}", mark(), "x".repeat(30)),
            format!("Token {} {}", mark(), mark()),
            format!("Bearer {}", mark()),
            format!("Basic {}", mark()),
            mark(),
            format!("Bearer {}", self.alpha),
        ];
        for value in wrong {
            let request = self.http.get(self.url("/v1/channel/products/tour")).header("authorization", value);
            self.search(request.send().await.expect("an answer"), "a wrong key", 403..=499).await;
        }
        let request = self.http.get(self.url("/v1/channel/products/tour")).header("authorization", format!("Token {}", self.alpha));
        let channel = request.header("channel", format!("Code {}", self.markers.plant("another channel")));
        self.search(channel.send().await.expect("an answer"), "another channel", 403..=499).await;
        for header in
            ["cookie", "user-agent", "referer", "accept-language", "if-none-match", "x-forwarded-for", "accept", "x-api-key", "origin"]
        {
            let request = self.http.get(self.url("/v1/channel/products/nothing")).header(header, self.markers.plant(header));
            self.search(request.send().await.expect("an answer"), header, 403..=499).await;
        }
    }

    /// An order with a marker of a wrong type in every place, one place at a time.
    async fn wrong_orders(&self) {
        let order = self.order("wrong");
        let mut pointers = Vec::new();
        places(&order, String::new(), &mut pointers);
        assert!(pointers.len() > 30, "{pointers:?}");
        for pointer in pointers {
            // What is no choice is quoted, as the contract has it.
            let is_choice = ["/order/currency", "/order/status"].contains(&pointer.as_str());
            let what = format!("in place of {pointer}");
            let words = if is_choice { self.markers.plant_name(&what) } else { self.markers.plant(&what) };
            for value in
                [json!([words.clone()]), json!({ words.clone(): words.clone() }), json!(words.repeat(400)), json!(format!("{words}\u{0}"))]
            {
                let mut wrong = order.clone();
                *wrong.pointer_mut(&pointer).expect("a place") = value;
                let what = format!("an order with a marker at {pointer}");
                self.refused(&self.alpha, Method::POST, ORDERS, wrong.to_string(), &what, ANY).await;
            }
        }
        let mut reused = self.order("reused");
        assert_eq!(self.send(&self.alpha, Method::POST, ORDERS, &reused).await.0, 201);
        reused["representative"]["name"] = json!(self.markers.plant("the name in a repeated order"));
        self.refused(&self.alpha, Method::POST, ORDERS, reused.to_string(), "a code that is used again", 409..=499).await;
        let many = OrderBuilder::new("many").line_of(
            self.mapping.parse().expect("a code"),
            self.ticket.option(0),
            InventoryRef::On(date(1970, 1, 1)),
            10,
        );
        let mut many = many.json();
        many["representative"] = self.person("who comes too late");
        for n in 0..6 {
            many["order"]["channel_order_code"] = json!(format!("many-{n}"));
            let reply = self.request(&self.alpha, Method::POST, ORDERS, many.to_string()).await;
            self.search(reply, "sold out", ANY).await;
        }
    }

    async fn wrong_bodies(&self) {
        let mark = || self.markers.plant("in a malformed body");
        let bodies = [
            format!("{{\"order\": {{\"comment\": \"{}\"", mark()),
            format!("{{\"order\": {}}}", mark()),
            mark(),
            format!("\"{}\"", mark()),
            format!("[{:?}]", mark()),
            format!("{{\"a\": {{\"{0}\": 1, \"{0}\": 2}}}}", self.markers.plant_name("a member that comes twice")),
            format!("{}\"{}\"{}", "[".repeat(500), mark(), "]".repeat(500)),
            format!("{{\"order\": {{\"sub_total\": 1{}}}}}", mark()),
            format!("{{\"x\": \"{}{}\"}}", mark(), "x".repeat(3_000_000)),
        ];
        for body in bodies {
            self.refused(&self.alpha, Method::POST, ORDERS, body, "a malformed body", 400..=499).await;
        }
        let request = self.http.post(self.url(ORDERS)).header("authorization", format!("Token {}", self.alpha));
        let invalid = [format!("{{\"x\": \"{}", mark()).into_bytes(), vec![0xff, 0xfe, b'"', b'}']].concat();
        let not_utf8 = request.header("content-type", "application/json").body(invalid).send().await.expect("an answer");
        self.search(not_utf8, "a body that is no UTF-8", 400..=499).await;
        let request = self.http.post(self.url(ORDERS)).header("authorization", format!("Token {}", self.alpha));
        let strange = request
            .header("content-type", format!("text/{0}; charset={0}", self.markers.plant_name("a type")))
            .body(mark())
            .send()
            .await
            .expect("an answer");
        self.search(strange, "a strange type", 415..=499).await;
        let table = format!("channel_order_code,{0}\n\"{0}", mark());
        let request = self.http.post(self.url("/v1/operator/statements/alpha/hanok/2020-01/reconcile")).body(table);
        let request = request.header("authorization", format!("Token {}", self.olivia)).header("content-type", "text/csv");
        self.search(request.send().await.expect("an answer"), "a malformed table", 400..=499).await;
    }

    async fn wrong_addresses(&self) {
        let mark = || self.markers.plant("in an address");
        let addresses = [
            format!("/{}", mark()),
            format!("/v1/channel/{}", mark()),
            format!("{ORDERS}/{}", mark()),
            format!("{ORDERS}?page={}&{}={}", mark(), mark(), mark()),
            format!("{ORDERS}?cursor={}", mark()),
            format!("{ORDERS}?api_key={}&page=x", self.alpha),
            format!("{ORDERS}?token={}&updated_since={}", self.alpha, mark()),
            format!("/v1/channel/price/day-ticket/{}?date={}", self.product, mark()),
            format!("/v1/channel/question/tour/{}/{}", self.product, mark()),
        ];
        for address in addresses {
            self.refused(&self.alpha, Method::GET, &address, String::new(), &address.replace(&self.alpha, "{key}"), 400..=499).await;
        }
        for address in
            [format!("/v1/supplier/orders?{}=1", self.markers.plant_name("a parameter")), format!("/v1/supplier/tickets/{}/redeem", mark())]
        {
            let method = if address.contains('?') { Method::GET } else { Method::POST };
            self.refused(&self.hanok, method, &address, "{}".to_owned(), &address, 400..=499).await;
        }
        let delete = format!("/v1/operator/keys/{}", self.alpha.replace("axh_c", "axh_x"));
        self.refused(&self.olivia, Method::DELETE, &delete, String::new(), "a whole key in an address", 400..=499).await;
    }

    /// What is no HTTP at all.
    fn wrong_line(&self, line: &str) {
        let mut stream = std::net::TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        write!(stream, "GET / HTTP/1.1\r\n{line}\r\nConnection: close\r\n\r\n").expect("it is sent");
        let mut answer = Vec::new();
        // It may as well hang up.
        let _ = stream.read_to_end(&mut answer);
        self.markers.search_answer("the answer to a broken head", &String::from_utf8_lossy(&answer));
    }

    fn order(&self, code: &str) -> Value {
        let mapping = self.mapping.parse().expect("a code");
        let order = OrderBuilder::new(code).line_of(mapping, self.ticket.option(0), InventoryRef::On(date(1970, 1, 1)), 1);
        let mut order = order.json();
        order["order"]["comment"] = json!(self.markers.plant("a comment"));
        order["representative"] = self.person("the representative");
        order["options"][0]["tickets"][0] = self.person("a traveler");
        order["options"][0]["tickets"][0]["channel_code"] = json!(self.markers.plant_name("the channel's code of a ticket"));
        order["purchaser"] = self.person("the purchaser");
        order["purchaser"]["is_required_more_information"] = json!(false);
        order
    }

    fn person(&self, who: &str) -> Value {
        let plant = |what: &str| self.markers.plant_personal(&format!("{what} of {who}"));
        let additional = TRAVELER_INFORMATION.iter().map(|name| ((*name).to_owned(), json!(plant(name))));
        json!({
            "name": plant("the name"), "national_code": plant("the national code"), "phone": plant("the phone"),
            "email": format!("{}@example.com", plant("the mail address")), "additional": additional.collect::<Map<_, _>>(),
            "extra": { self.markers.plant_personal_name(&format!("a member of {who}")): plant("something else") },
        })
    }

    fn review(&self, code: &str) -> Value {
        json!({
            "review_code": code, "review_score_type": "NO_SCORE", "title": self.markers.plant("a review's title"),
            "body": self.markers.plant("a review"), "reviewed_at": "2026-01-01T00:00:00Z", "channel_order_code": "right",
            "reviewer_info": {
                "name": self.markers.plant_personal("a reviewer"), "phone": self.markers.plant_personal("a reviewer's phone"),
                "email": format!("{}@example.com", self.markers.plant_personal("a reviewer's mail address")),
            },
        })
    }

    fn question(&self, code: &str) -> Value {
        json!({
            "question_code": code, "title": self.markers.plant("a question's title"), "body": self.markers.plant("a question"),
            "is_public": false, "quested_at": "2026-01-01T00:00:00Z",
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn request(&self, key: &str, method: Method, path: &str, body: String) -> Response {
        let request = self.http.request(method, self.url(path)).header("authorization", format!("Token {key}"));
        request.header("content-type", "application/json").body(body).send().await.expect("an answer")
    }

    async fn send(&self, key: &str, method: Method, path: &str, body: &Value) -> (u16, String) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.request(key, method, path, body).await;
        (reply.status().as_u16(), reply.text().await.expect("text"))
    }

    async fn works(&self, key: &str, method: Method, path: &str, body: &Value) {
        let (status, answer) = self.send(key, method, path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
    }

    /// Asks for what is refused, with one of these statuses.
    async fn refused(&self, key: &str, method: Method, path: &str, body: String, what: &str, statuses: RangeInclusive<u16>) {
        let reply = self.request(key, method, path, body).await;
        self.search(reply, what, statuses).await;
    }

    /// Fails when an error has a marker in its head or body.
    async fn search(&self, reply: Response, what: &str, statuses: RangeInclusive<u16>) {
        let status = reply.status().as_u16();
        self.markers.check(statuses.contains(&status), || format!("{what} is answered with {status}"));
        let head = format!("{:?}", reply.headers());
        let body = reply.text().await.expect("text");
        self.markers.search_answer(&format!("the answer to {what} ({status})"), &format!("{head}\n{body}"));
    }
}

/// Every place of a document where a value stands.
fn places(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| places(member, format!("{pointer}/{name}"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| places(item, format!("{pointer}/{at}"), found)),
        _ => found.push(pointer),
    }
}
