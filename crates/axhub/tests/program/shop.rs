//! A channel that knows nothing but the API: it finds a tour, registers it and sells it.

use reqwest::{Client, StatusCode};
use serde_json::{Map, Value, json};

/// A shop with a registered tour.
#[derive(Clone)]
pub struct Shop {
    http: Client,
    base_url: String,
    key: String,
    mapping: String,
    option: Value,
    price: Value,
    rows: Vec<Value>,
}

impl Shop {
    /// Registers the first tour that is confirmed as wished, asks nothing of travelers, and has stock.
    pub async fn open(base_url: &str, key: &str, confirmation: &str) -> Shop {
        let mut shop = Shop {
            http: Client::new(),
            base_url: base_url.to_owned(),
            key: key.to_owned(),
            mapping: String::new(),
            option: Value::Null,
            price: Value::Null,
            rows: Vec::new(),
        };
        let tours = shop.get("/v1/channel/products/tour?page_size=200").await;
        for tour in tours["products"].as_array().expect("products") {
            let code = tour["product_code"].as_str().expect("a code");
            let detail = shop.get(&format!("/v1/channel/products/tour/{code}")).await;
            let asks_nothing = detail["required_traveler_information"].as_object().expect("an object").values().all(|asked| asked == false);
            if detail["contents"]["confirmation"] != confirmation || !asks_nothing {
                continue;
            }
            let inventory = shop.get(&format!("/v1/channel/inventory/tour/{code}?page_size=200")).await;
            let options = detail["options"].as_array().expect("options");
            let Some(option) = options.iter().find(|option| option["kind"] == "quantity" && option["min_quantity"] == 1) else { continue };
            let rows = inventory["option_codes"][option["option_code"].as_str().expect("a code")].as_array().cloned().unwrap_or_default();
            // The first days may be past the cut-off by the time that the test orders.
            let rows: Vec<Value> = rows.into_iter().skip(20).filter(|row| row["is_order"] == true).collect();
            if rows.is_empty() {
                continue;
            }
            shop.mapping = shop.register(code, options).await;
            shop.option = option["option_code"].clone();
            shop.price = json!("10.00000");
            shop.rows = rows;
            return shop;
        }
        panic!("no such tour in the sample");
    }

    async fn register(&self, code: &str, options: &[Value]) -> String {
        let active = options.iter().filter(|option| option["is_active"] == true);
        let names: Map<String, Value> =
            active.map(|option| (option["option_code"].as_str().expect("a code").to_owned(), option["option_name"].clone())).collect();
        let body = json!({
            "mapping_data": names, "channel_product_name": "투어", "channel_product_link": "https://shop.example.com/1", "channel_product_id": "1",
        });
        let (status, answer) = self.post(&format!("/v1/channel/products/tour/registration/{code}"), &body).await;
        assert!(status.is_success(), "{answer}");
        answer["channel_product_mapping_code"].as_str().expect("a code").to_owned()
    }

    /// The option that it sells.
    pub fn option(&self) -> &str {
        self.option.as_str().expect("a code")
    }

    /// The rows that it sells from.
    pub fn rows(&self) -> &[Value] {
        &self.rows
    }

    /// An order of some units of a row.
    pub fn order(&self, code: &str, row: &Value, quantity: u32) -> Value {
        let person = json!({ "name": "김민지", "national_code": "82", "phone": "010-1234-5678", "email": "minji@example.com" });
        let mut purchaser = person.clone();
        purchaser["is_required_more_information"] = json!(false);
        let total = format!("{}.00000", 10 * quantity);
        json!({
            "options": [{
                "channel_product_mapping_code": self.mapping, "option_code": self.option, "inventory_at": row["inventory_at"],
                "quantity": quantity, "unit_selling_price": self.price, "amount_price": total, "tickets": vec![person.clone(); quantity as usize],
            }],
            "order": {
                "channel_order_code": code, "purchased_at": "2026-01-01T00:00:00Z", "sub_total": total, "total": total, "currency": "USD",
                "status": "New", "is_voucher": true,
            },
            "purchaser": purchaser,
            "representative": person,
        })
    }

    /// Sends an order; `None` when no answer came.
    pub async fn try_place(&self, order: &Value) -> Option<(StatusCode, Value)> {
        let request =
            self.http.post(format!("{}/v1/channel/orders/tour", self.base_url)).header("Authorization", format!("Token {}", self.key));
        let response = request.json(order).send().await.ok()?;
        let status = response.status();
        Some((status, response.json().await.ok()?))
    }

    /// Sends an order.
    pub async fn place(&self, order: &Value) -> (StatusCode, Value) {
        self.post("/v1/channel/orders/tour", order).await
    }

    /// The answer to a GET that must succeed.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.try_get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// The answer to a GET.
    pub async fn try_get(&self, path: &str) -> (StatusCode, Value) {
        let request = self.http.get(format!("{}{path}", self.base_url)).header("Authorization", format!("Token {}", self.key));
        let response = request.send().await.expect("an answer");
        (response.status(), response.json().await.expect("JSON"))
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.http.post(format!("{}{path}", self.base_url)).header("Authorization", format!("Token {}", self.key));
        let response = request.json(body).send().await.expect("an answer");
        (response.status(), response.json().await.expect("JSON"))
    }
}
