//! Codes of others where no address shows them: in bodies and queries about one's own things. Each is answered as a code
//! that nobody has, and nothing changes.

use axhub_hub::access::{self, KeyFor};
use axhub_hub::directory;
use axhub_testkit::{App, Client, Engine, OrderBuilder, Reply, TestProduct, contents};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

const NOBODYS: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01";

/// A request about own things that names `code`.
struct Naming<'a> {
    client: &'a Client,
    method: Method,
    /// With `{code}` for the code, as the body has it, too.
    address: String,
    body: Option<Value>,
    /// What is named, and whose it is.
    theirs: (&'static str, String),
    /// The same of one's own.
    own: String,
}

impl Naming<'_> {
    /// A code that looks like theirs.
    fn nobodys(&self) -> &'static str {
        if self.theirs.1.len() < 36 { "nobody-9" } else { NOBODYS }
    }

    async fn with(&self, code: &str) -> Reply {
        let address = self.address.replace("{code}", code);
        match &self.body {
            Some(body) => {
                let body = body.to_string().replace("{code}", code);
                self.client.send_bytes(self.method.clone(), &address, Some("application/json"), body).await
            }
            None => self.client.send(self.method.clone(), &address, None).await,
        }
    }
}

/// An answer without what differs from answer to answer.
fn told(reply: &Reply, code: &str) -> (u16, String) {
    let mut body = reply.body.clone();
    for errors in ["", "/error", "/orders/0/error", "/orders/1/error"] {
        if let Some(members) = body.pointer_mut(errors).and_then(Value::as_object_mut) {
            members.remove("request_id");
        }
    }
    (reply.status, body.to_string().replace(code, "[code]"))
}

/// An order of one unit by a channel: its code, and its ticket's.
async fn place(app: &App, channel: &str, product: &TestProduct, code: &str, time: &str) -> (String, String) {
    let mapping = app.register(channel, product).await;
    let order = OrderBuilder::new(code).line(mapping, product.option(0), product.at("2026-07-10", time), 1).json();
    let reply = app.channel(channel).post("/v1/channel/orders/tour", &order).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let text = |value: &Value| value.as_str().expect("a code").to_owned();
    (text(&reply.body["options"][0]["ax_order_code"]), text(&reply.body["options"][0]["tickets"][0]["ax_ticket_code"]))
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn anothers_codes_look_like_nobodys_in_bodies_and_queries_too(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let world = app.world();
    let (seoul, paris, harbor) = (&world.seoul, &world.paris, &world.harbor);
    let (alpha, hanok) = (app.channel("alpha"), app.supplier("hanok"));
    // A channel that may sell nothing of hanok's.
    directory::ensure_channel(app.hub(), "gamma", "Gamma", "Asia/Seoul").await.expect("a channel");
    access::create_key(app.hub(), KeyFor::Channel("gamma".to_owned()), None).await.expect("a key");

    let own_mapping = app.register("alpha", seoul).await;
    let betas_mapping = app.register("beta", seoul).await;
    let (own_order, own_ticket) = place(&app, "alpha", seoul, "A-1", "10:00").await;
    let (betas_order, betas_ticket) = place(&app, "beta", seoul, "B-1", "10:00").await;
    let (lumieres_order, lumieres_ticket) = place(&app, "alpha", paris, "A-2", "09:00").await;
    let harbors_stock = app.supplier("lumiere").get(&format!("/v1/supplier/products/{}/stock", harbor.id)).await;
    let harbors_row = harbors_stock.body["stock"][0]["inventory_code"].as_str().expect("a row").to_owned();
    let seouls_stock = hanok.get(&format!("/v1/supplier/products/{}/stock", seoul.id)).await;
    let own_row = seouls_stock.body["stock"][0]["inventory_code"].as_str().expect("a row").to_owned();
    let harbors_option = harbor.option(0).to_string();
    let own_option = seoul.option(1).to_string();
    let lumieres_option = paris.option(0).to_string();

    let order = OrderBuilder::new("A-3").line(own_mapping, seoul.option(0), seoul.at("2026-07-11", "10:00"), 1).json();
    let ordering = |place: &str, name: &str| {
        let mut order = order.clone();
        order["order"]["channel_order_code"] = json!(format!("A-3 by {name}"));
        order["options"][0].as_object_mut().expect("a line").remove(place);
        order["options"][0][name] = json!("{code}");
        Some(order)
    };
    let question =
        json!({ "question_code": "Q", "title": "x", "is_public": true, "quested_at": "2026-06-30T00:00:00Z", "option_code": "{code}" });
    let review = json!({ "review_code": "R", "score_type": "NO_SCORE", "title": "x", "reviewed_at": "2026-06-30T00:00:00Z", "option_code": "{code}" });
    let mapping = json!({
        "mapping_data": { "{code}": "x" }, "channel_product_name": "x", "channel_product_link": "https://shop.example", "channel_product_id": "1",
    });
    let days = json!({ "from": "2026-07-20", "to": "2026-07-20", "start_times": ["10:00"], "max_quantity": 20 });
    let mut stock = days.clone();
    stock["option_codes"] = json!([seoul.option(0), "{code}"]);
    let allotment = json!({
        "option_code": seoul.option(0), "channel_code": "{code}", "from": "2026-07-20", "to": "2026-07-20", "start_times": ["10:00"],
        "quantity": 1, "release_minutes_before": 60,
    });
    let cancel = json!({ "status": "Traveler canceled" });
    let (post, get, patch, put) = (Method::POST, Method::GET, Method::PATCH, Method::PUT);
    let naming = |client, method: &Method, address: String, body, theirs, own: &str| Naming {
        client,
        method: method.clone(),
        address,
        body,
        theirs,
        own: own.to_owned(),
    };
    let orders = "/v1/channel/orders/tour".to_owned();
    let of_seoul = |what: &str| format!("/v1/channel/{what}/tour/{}", seoul.id);
    let product = format!("/v1/supplier/products/{}", seoul.id);
    let all = [
        naming(
            &alpha,
            &post,
            orders.clone(),
            ordering("channel_product_mapping_code", "channel_product_mapping_code"),
            ("beta's registration", betas_mapping.to_string()),
            &own_mapping.to_string(),
        ),
        naming(
            &alpha,
            &post,
            orders.clone(),
            ordering("option_code", "option_code"),
            ("an option that only beta sells", harbors_option.clone()),
            &own_option,
        ),
        naming(
            &alpha,
            &post,
            orders.clone(),
            ordering("inventory_at", "inventory_code"),
            ("stock that only beta sells", harbors_row),
            &own_row,
        ),
        naming(
            &alpha,
            &post,
            of_seoul("question"),
            Some(question),
            ("an option that only beta sells", harbors_option.clone()),
            &own_option,
        ),
        naming(&alpha, &post, of_seoul("review"), Some(review), ("an option that only beta sells", harbors_option.clone()), &own_option),
        naming(
            &alpha,
            &post,
            of_seoul("products").replace("/tour/", "/tour/registration/"),
            Some(mapping),
            ("an option that only beta sells", harbors_option),
            &own_option,
        ),
        naming(
            &alpha,
            &patch,
            format!("{orders}/{own_order}/tickets/{{code}}"),
            Some(cancel.clone()),
            ("beta's ticket", betas_ticket),
            &own_ticket,
        ),
        naming(&alpha, &patch, format!("{orders}/{{code}}/tickets/{own_ticket}"), Some(cancel), ("beta's order", betas_order), &own_order),
        naming(
            &hanok,
            &post,
            "/v1/supplier/orders/actions".to_owned(),
            Some(json!({ "action": "reject", "order_codes": ["{code}"] })),
            ("lumiere's order", lumieres_order.clone()),
            &own_order,
        ),
        naming(
            &hanok,
            &post,
            "/v1/supplier/orders/actions".to_owned(),
            Some(json!({ "action": "cancel", "order_codes": ["{code}"] })),
            ("lumiere's order", lumieres_order.clone()),
            &own_order,
        ),
        naming(
            &hanok,
            &post,
            format!("/v1/supplier/orders/{own_order}/tickets/{{code}}/redeem"),
            Some(json!({})),
            ("lumiere's ticket", lumieres_ticket.clone()),
            &own_ticket,
        ),
        naming(&hanok, &get, "/v1/supplier/orders?q={code}".to_owned(), None, ("lumiere's order", lumieres_order), &own_order),
        naming(&hanok, &get, "/v1/supplier/orders?q={code}".to_owned(), None, ("lumiere's ticket", lumieres_ticket), &own_ticket),
        naming(
            &hanok,
            &get,
            "/v1/supplier/orders?q={code}".to_owned(),
            None,
            ("lumiere's order by its channel's code", "A-2".to_owned()),
            "A-1",
        ),
        naming(&hanok, &put, "/v1/supplier/stock".to_owned(), Some(stock), ("lumiere's option", lumieres_option.clone()), &own_option),
        naming(
            &hanok,
            &get,
            format!("{product}/stock?option_code={{code}}"),
            None,
            ("lumiere's option", lumieres_option.clone()),
            &own_option,
        ),
        naming(
            &hanok,
            &patch,
            product.clone(),
            Some(json!({ "options": [{ "option_code": "{code}", "net": "1" }] })),
            ("lumiere's option", lumieres_option.clone()),
            &own_option,
        ),
        naming(
            &hanok,
            &patch,
            format!("{product}/draft"),
            Some(json!({ "options": [{ "option_code": "{code}", "net": "1" }] })),
            ("lumiere's option", lumieres_option),
            &own_option,
        ),
        naming(
            &hanok,
            &put,
            "/v1/supplier/stock/allotments".to_owned(),
            Some(allotment),
            ("a channel that sells nothing of hanok's", "gamma".to_owned()),
            "alpha",
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/orders?channel_code={code}".to_owned(),
            None,
            ("a channel that sold nothing of hanok's", "gamma".to_owned()),
            "alpha",
        ),
    ];
    let before = contents(app.database()).await;
    let mut of_nobodys = Vec::new();
    for one in &all {
        let (what, code) = &one.theirs;
        let nobodys = one.nobodys();
        let (theirs, nothing) = (one.with(code).await, one.with(nobodys).await);
        assert_eq!(told(&theirs, code), told(&nothing, nobodys), "{} {} tells of {what}", one.method, one.address);
        assert!(theirs.status < 500, "{}", theirs.text());
        of_nobodys.push(told(&nothing, nobodys));
    }
    let after = contents(app.database()).await;
    let changed: Vec<&String> = before.keys().filter(|table| before[*table] != after[*table]).collect();
    assert!(changed.is_empty(), "{changed:?} changed");
    // The place where the code stands is looked at: one's own is answered otherwise.
    for (one, of_nobodys) in all.iter().zip(&of_nobodys) {
        let own = one.with(&one.own).await;
        assert_ne!(&told(&own, &one.own), of_nobodys, "{} {} does not look at its code", one.method, one.address);
    }
}
