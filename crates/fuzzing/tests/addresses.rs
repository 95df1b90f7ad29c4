//! Every address that takes a body or a query has a fuzz target.
#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping, its helpers too")]

use axhub_fuzzing::{bodies, requests};
use serde_json::Value;

/// Bodies that the same function reads as that of another address, which has a target: of another kind of product, or another
/// way to ask for a refund.
const READ_AS_OTHERS: &[&str] = &[
    "PATCH /v1/channel/orders/day-ticket/{ax_order_code}",
    "PATCH /v1/channel/orders/day-ticket/{ax_order_code}/tickets/{ax_ticket_code}",
    "PATCH /v1/channel/orders/day-ticket/{ax_order_code}/tickets/{ax_ticket_code}/refund",
    "POST /v1/channel/orders/day-ticket/{ax_order_code}/tickets/{ax_ticket_code}/refund",
    "PATCH /v1/channel/orders/day-ticket/{ax_order_code}/tickets/{ax_ticket_code}/refunds",
    "POST /v1/channel/orders/day-ticket/{ax_order_code}/tickets/{ax_ticket_code}/refunds",
    "PATCH /v1/channel/orders/ticket/{ax_order_code}",
    "PATCH /v1/channel/orders/ticket/{ax_order_code}/tickets/{ax_ticket_code}",
    "PATCH /v1/channel/orders/ticket/{ax_order_code}/tickets/{ax_ticket_code}/refund",
    "POST /v1/channel/orders/ticket/{ax_order_code}/tickets/{ax_ticket_code}/refund",
    "PATCH /v1/channel/orders/ticket/{ax_order_code}/tickets/{ax_ticket_code}/refunds",
    "POST /v1/channel/orders/ticket/{ax_order_code}/tickets/{ax_ticket_code}/refunds",
    "PATCH /v1/channel/orders/tour/{ax_order_code}/tickets/{ax_ticket_code}/refund",
    "PATCH /v1/channel/orders/tour/{ax_order_code}/tickets/{ax_ticket_code}/refunds",
    "POST /v1/channel/orders/tour/{ax_order_code}/tickets/{ax_ticket_code}/refunds",
    "POST /v1/channel/products/day-ticket/registration/{product_code}",
    "POST /v1/channel/products/ticket/registration/{product_code}",
    "POST /v1/channel/question/day-ticket/{product_code}",
];

/// Operations of the description, as `POST /v1/channel/orders/{code}`, that take a body, or whose query has parameters.
fn operations(of: fn(&Value) -> bool) -> Vec<String> {
    let description = serde_json::to_value(axhub::app::description()).unwrap();
    let mut found = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if of(operation) {
                found.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

/// Whether an address is one of an operation: `{code}` stands for anything.
fn is_of(address: &str, operation: &str) -> bool {
    let (address, operation) = (address.split('/'), operation.split('/'));
    address.clone().count() == operation.clone().count()
        && address.zip(operation).all(|(part, of)| part == of || of.starts_with('{') && part.starts_with(|c: char| c != '{'))
}

fn without_target(operations: Vec<String>, addresses: &[String], exceptions: &[&str]) -> Vec<String> {
    let has_target = |operation: &String| addresses.iter().any(|address| is_of(address, operation));
    let unused: Vec<&&str> = exceptions.iter().filter(|one| operations.iter().all(|known| known != *one || has_target(known))).collect();
    assert!(unused.is_empty(), "no exceptions any more: {unused:?}");
    operations.into_iter().filter(|operation| !has_target(operation) && !exceptions.contains(&operation.as_str())).collect()
}

#[test]
fn every_body_has_a_target() {
    let operations = operations(|operation| operation.get("requestBody").is_some());
    assert!(operations.len() > 40, "{operations:?}");
    let addresses: Vec<String> = bodies::addresses().iter().map(|(method, address)| format!("{method} {address}")).collect();
    let missing = without_target(operations, &addresses, READ_AS_OTHERS);
    assert!(missing.is_empty(), "add these to crates/fuzzing/src/bodies.rs: {missing:#?}");
}

#[test]
fn every_query_has_a_target() {
    let has_query = |operation: &Value| {
        let parameters = operation["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|parameter| parameter["in"] == "query"))
    };
    let operations = operations(has_query);
    assert!(operations.len() > 20, "{operations:?}");
    let addresses: Vec<String> = requests::addresses().iter().map(|address| format!("GET {address}")).collect();
    let missing = without_target(operations, &addresses, &[]);
    assert!(missing.is_empty(), "add these to crates/fuzzing/src/requests.rs: {missing:#?}");
}
