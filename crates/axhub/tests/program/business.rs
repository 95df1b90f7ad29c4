//! `docs/start-a-business.md`, from an empty database to the month's statement, over the API alone.

use axhub_testkit::Engine;
use reqwest::Client;
use rstest::rstest;
use serde_json::{Value, json};

use crate::commands::Page;
use crate::process::{Server, empty, run};

const ADDRESS: &str = "http://127.0.0.1:8080";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_business_starts_from_nothing(#[case] engine: Engine) {
    let database = empty(engine).await;
    let address = database.address_text();
    assert!(run(&["migrate", "--database", &address]).status.success());
    let made = run(&["key", "create", "--operator", "olivia", "--json", "--database", &address]);
    let made: Value = serde_json::from_str(&made.out).unwrap_or_else(|error| panic!("{error}: {}", made.out));
    let key = made["api_key"].as_str().expect("a key");
    let server = Server::start(&database);

    let page = Page::read("start-a-business.md");
    assert!(page.blocks.len() > 15, "the page's commands are not found any more");
    let answers = page.run(|commands| commands.replace(ADDRESS, &server.base_url), &[("OPERATOR_KEY", key)]);

    // Answers have no line ends, so several may stand on one line.
    let documents: Vec<Value> = answers.iter().flat_map(|answer| documents(answer)).collect();
    let printed = |part: &str| documents.iter().find(|document| document.to_string().contains(part)).unwrap_or_else(|| panic!("no {part}"));
    check_statement(printed(r#""totals":"#));
    let reconciled = printed(r#""differences":"#);
    assert!(reconciled.to_string().contains("S-1-2"), "the channel's list lacks a ticket: {reconciled}");
    let preview = printed(r#""rates":"#);
    assert!(preview.to_string().contains("113442"), "{preview}");

    let client = Client::new();
    let request = client.get(format!("{}/v1/operator/audit?page_size=200", server.base_url));
    let log: Value = request.header("Authorization", format!("Token {key}")).send().await.expect("an answer").json().await.expect("JSON");
    let actions: Vec<&str> = log["entries"].as_array().expect("entries").iter().filter_map(|entry| entry["action"].as_str()).collect();
    for action in ["supplier.create", "channel.create", "key.create", "product.publish", "stock.set", "order.confirm", "ticket.redeem"] {
        assert!(actions.contains(&action), "{action} is not in the audit log: {actions:?}");
    }
}

/// The documents in what a block printed, whatever else stands between them.
fn documents(answer: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut rest = answer;
    while let Some(start) = rest.find('{') {
        let mut stream = serde_json::Deserializer::from_str(&rest[start..]).into_iter::<Value>();
        let read = stream.next();
        let end = if matches!(read, Some(Ok(_))) { stream.byte_offset() } else { 1 };
        found.extend(read.and_then(Result::ok));
        rest = &rest[start + end..];
    }
    found
}

/// The statement, to the last digit.
fn check_statement(statement: &Value) {
    assert_eq!((&statement["channel_code"], &statement["supplier_code"]), (&json!("sunny-shop"), &json!("seine-tours")));
    let sums = |count: u64, net: &str, selling: &str| json!({ "count": count, "net": net, "selling": selling });
    assert_eq!(
        statement["totals"],
        json!([{
            "net_currency": "USD",
            "currency": "KRW",
            "sold": sums(3, "200.00000", "302512.00000"),
            "canceled": sums(1, "50.00000", "75628.00000"),
            "refunded": sums(1, "50.00000", "75628.00000"),
            "refund_amount": "75628.00000",
            "redeemed": sums(1, "75.00000", "113442.00000"),
        }])
    );
    let lines = statement["lines"].as_array().expect("lines");
    let facts: Vec<Value> = lines
        .iter()
        .map(|line| {
            let part = |name: &str| line[name].clone();
            json!([
                part("channel_ticket_code"),
                part("option_name"),
                part("ticket_status"),
                part("events"),
                part("unit_net"),
                part("mark_up"),
                part("unit_selling_price"),
                part("refund_amount"),
            ])
        })
        .collect();
    assert_eq!(
        facts,
        [
            json!(["S-1-1", "Adult", "Used", ["sold", "redeemed"], "75.00000", "1.12000", "113442.00000", null]),
            json!(["S-1-2", "Adult", "New", ["sold"], "75.00000", "1.12000", "113442.00000", null]),
            json!([
                "S-1-3",
                "Child",
                "Traveler canceled",
                ["sold", "canceled", "refunded"],
                "50.00000",
                "1.12000",
                "75628.00000",
                "75628.00000"
            ]),
        ]
    );
    for line in lines {
        assert_eq!((&line["net_currency"], &line["currency"]), (&json!("USD"), &json!("KRW")));
        assert!(line["rate"].as_str().is_some_and(|rate| rate.starts_with("1350.5")), "{line}");
    }
}
