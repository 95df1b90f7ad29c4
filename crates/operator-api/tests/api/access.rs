//! Every address, with every kind of key. The list of addresses comes from the description, so that a new one that is not
//! tested here fails.

use axhub_testkit::{App, Engine};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::description::description;
use crate::support::{NOBODYS, assert_code, ok, text};

/// All operations: the method, the address with codes that are there, and the operation's id.
fn operations(codes: &[(&str, &str)]) -> Vec<(Method, String, String)> {
    let description = description();
    let mut all = Vec::new();
    for (name, operation) in description.operations() {
        let (method, path) = name.split_once(' ').unwrap();
        let mut address = path.to_owned();
        for (variable, code) in codes {
            address = address.replace(&format!("{{{variable}}}"), code);
        }
        assert!(!address.contains('{'), "an unknown variable in {path}");
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        all.push((method, address, text(&operation["operationId"]).to_owned()));
    }
    all
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_an_operators_key_opens(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let rules = "/v1/operator/channels/alpha/assignment-rules";
    let rule = ok(app.operator().post(rules, &json!({ "mark_up": 1 })).await, 201);
    let prefix = app.world().channel("beta").key.rsplit_once('_').unwrap().0.to_owned();
    let paris = app.world().paris.id.to_string();
    let there = [
        ("supplier_code", "hanok"),
        ("channel_code", "alpha"),
        ("product_code", &*paris),
        ("rule_code", text(&rule["rule_code"])),
        ("prefix", &*prefix),
        ("month", "2026-06"),
        ("ax_order_code", NOBODYS),
    ];
    let garbled = there.map(|(variable, _)| (variable, "%00"));
    let before = everything(&app).await;
    let wrong_scheme = app.anonymous().with_header("authorization", &format!("Bearer {}", app.world().operator_key));
    let others =
        [app.anonymous(), app.channel("alpha"), app.supplier("hanok"), app.with_key("axh_o_unknown_0123456789abcdef"), wrong_scheme];
    let all = [operations(&there), operations(&garbled)].concat();
    assert!(all.len() >= 60, "only {}", all.len());
    for (method, address, id) in &all {
        for client in &others {
            for body in [None, Some("{}".into()), Some("not json".into())] {
                let reply = client.with_header("content-type", "application/json").send(method.clone(), address, body).await;
                assert_eq!((reply.status, reply.body["code"].as_str()), (403, Some("permission_denied")), "{id}: {address}");
            }
        }
    }
    assert_eq!(everything(&app).await, before);
}

/// What operators can see of all that operations could change.
async fn everything(app: &App) -> Vec<Value> {
    let mut all = Vec::new();
    let lists =
        ["suppliers", "channels", "channels/alpha/products", "channels/alpha/assignment-rules", "exchange-rates", "settings", "audit"];
    for list in lists {
        all.push(ok(app.operator().get(&format!("/v1/operator/{list}")).await, 200));
    }
    all
}

/// The other way round: an operator has nothing to say in the names of others.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_operators_key_opens_nothing_of_others(#[case] engine: Engine) {
    let app = App::start(engine).await;
    for address in ["/v1/supplier/orders", "/v1/supplier/products", "/v1/channel/products/tour", "/v1/channel/changes"] {
        assert_code(&app.operator().get(address).await, 403, "permission_denied");
    }
}
