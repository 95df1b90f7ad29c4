//! Every action of an operator is in the audit log. The list of actions comes from the API description.

use std::collections::BTreeSet;

use axhub_testkit::{App, Client, Engine, OrderBuilder, Reply};
use axum::http::Method;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

/// An operator at work, and which operations they have used.
struct Session {
    app: App,
    operator: Client,
    used: BTreeSet<String>,
}

impl Session {
    /// Does something that changes something; the log must have this action, with the operator's name and key, and no secret.
    async fn act(&mut self, method: Method, operation: &str, address: &str, body: Value, action: &str) -> Reply {
        self.app.clock().advance(SignedDuration::from_secs(1));
        let reply = self.operator.send_json(method, &format!("/v1/operator/{address}"), &body).await;
        assert!((200..300).contains(&reply.status), "{operation}: {} {}", reply.status, reply.body);
        let log = self.operator.get(&format!("/v1/operator/audit?page_size=1&action={action}")).await;
        let entry = &log.body["entries"][0];
        let now = axhub_domain::time::format_instant(self.app.hub().now());
        assert_eq!((&entry["at"], &entry["actor"]), (&json!(now), &json!("olivia")), "{operation}: {}", log.body);
        assert!(entry["key_prefix"].is_string(), "{operation}: {entry}");
        if let Some(secret) = reply.body["api_key"].as_str() {
            let whole = self.operator.get("/v1/operator/audit?page_size=200").await;
            assert!(!whole.text().contains(secret), "{operation} tells a secret");
        }
        self.used.insert(operation.to_owned());
        reply
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn knows_every_action(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let mapping = app.register("alpha", &seoul).await;
    let order = OrderBuilder::new("A-1").line(mapping, seoul.option(0), seoul.at("2026-07-05", "10:00"), 1);
    let placed = app.channel("alpha").post("/v1/channel/orders/tour", &order.json()).await;
    let order = placed.body["options"][0]["ax_order_code"].as_str().unwrap().to_owned();
    let operator = app.operator();
    let mut session = Session { app, operator, used: BTreeSet::new() };
    let s = &mut session;
    let none = || json!({});

    let new = json!({ "code": "seine", "name": "Seine" });
    s.act(Method::POST, "operator_create_supplier", "suppliers", new, "supplier.create").await;
    s.act(Method::PATCH, "operator_change_supplier", "suppliers/seine", json!({ "name": "La Seine" }), "supplier.change").await;
    let new = json!({ "code": "sunny", "name": "Sunny", "time_zone": "Asia/Seoul" });
    s.act(Method::POST, "operator_create_channel", "channels", new, "channel.create").await;
    s.act(Method::PATCH, "operator_change_channel", "channels/sunny", json!({ "notes": "Digits." }), "channel.change").await;

    let assignment = format!("channels/sunny/products/{}", seoul.id);
    s.act(Method::PUT, "operator_set_assignment", &assignment, json!({ "mark_up": "1.2" }), "assignment.set").await;
    s.act(Method::DELETE, "operator_remove_assignment", &assignment, none(), "assignment.remove").await;
    let rule = json!({ "supplier_code": "hanok", "mark_up": "1.1" });
    let made = s.act(Method::POST, "operator_create_rule", "channels/sunny/assignment-rules", rule, "rule.create").await;
    let rule = format!("channels/sunny/assignment-rules/{}", made.body["rule_code"].as_str().unwrap());
    s.act(Method::PATCH, "operator_change_rule", &rule, json!({ "mark_up": "1.3" }), "rule.change").await;
    s.act(Method::DELETE, "operator_remove_rule", &rule, none(), "rule.remove").await;

    let rate = json!({ "base": "USD", "quote": "KRW", "rate": "1400" });
    s.act(Method::POST, "operator_set_exchange_rate", "exchange-rates", rate, "rate.set").await;
    s.act(Method::PATCH, "operator_change_settings", "settings", json!({ "traveler_retention_days": 365 }), "settings.change").await;

    let key = json!({ "kind": "channel", "owner": "sunny" });
    let made = s.act(Method::POST, "operator_create_key", "keys", key, "key.create").await;
    let key = format!("keys/{}", made.body["key"]["prefix"].as_str().unwrap());
    s.act(Method::POST, "operator_rotate_key", &format!("{key}/rotate"), none(), "key.rotate").await;
    s.act(Method::DELETE, "operator_revoke_key", &key, none(), "key.revoke").await;

    let erase = format!("orders/{order}/erase-travelers");
    s.act(Method::POST, "operator_erase_travelers", &erase, none(), "traveler.erase").await;
    s.app.clock().set_to("2026-09-01T12:00:00Z");
    let close = "statements/alpha/hanok/2026-07/close";
    s.act(Method::POST, "operator_close_statement", close, none(), "statement.close").await;

    let description = session.app.anonymous().get("/openapi.json").await.body;
    let paths = description["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/v1/operator/"));
    let changing: BTreeSet<String> = paths
        .flat_map(|(_, item)| item.as_object().unwrap().iter().filter(|(method, _)| *method != "get"))
        .filter_map(|(_, operation)| operation["operationId"].as_str().map(str::to_owned))
        // It compares, and changes nothing.
        .filter(|operation| operation != "operator_reconcile_statement")
        .collect();
    assert_eq!(session.used, changing, "left: what this test does, right: what the description has");
}
