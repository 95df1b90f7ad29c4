//! `axhub demo`: the first minute of a newcomer.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use axhub_testkit::Engine;
use rstest::rstest;

use crate::process::{Demo, axhub, empty, run};
use crate::shop::Shop;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn says_one_line_of_json_and_keeps_its_keys(#[case] engine: Engine) {
    let database = empty(engine).await;
    let first = Demo::start(&database);
    assert_eq!(first.ready["channels"].as_array().map(Vec::len), Some(2));
    assert!(first.ready["suppliers"].as_array().is_some_and(|suppliers| suppliers.len() >= 4));
    assert!(first.ready["operator"]["api_key"].is_string());
    Shop::open(&first.base_url, first.key("channels", 0), "instant").await;
    let ready = first.ready.clone();
    first.terminate();
    let (status, rest) = first.wait();
    assert!(status.success());
    assert_eq!(rest, "", "nothing but the one line may come on standard output");

    let second = Demo::start(&database);
    for of in ["channels", "suppliers", "operator"] {
        assert_eq!(second.ready[of], ready[of]);
    }
    Shop::open(&second.base_url, second.key("channels", 1), "manual").await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn its_sample_is_what_it_promises(#[case] engine: Engine) {
    let database = empty(engine).await;
    let demo = Demo::start(&database);
    let shop = Shop::open(&demo.base_url, demo.key("channels", 0), "instant").await;
    let other = Shop::open(&demo.base_url, demo.key("channels", 1), "instant").await;
    let codes = |list: &serde_json::Value| -> Vec<String> {
        list["products"].as_array().expect("products").iter().map(|product| product["product_code"].to_string()).collect()
    };
    let (ours, theirs) = (
        codes(&shop.get("/v1/channel/products/tour?page_size=200").await),
        codes(&other.get("/v1/channel/products/tour?page_size=200").await),
    );
    assert!(ours.len() >= 12);
    assert_eq!(ours.iter().filter(|code| !theirs.contains(code)).count(), 1);
    assert_eq!(theirs.iter().filter(|code| !ours.contains(code)).count(), 1);
    for (kind, least) in [("day-ticket", 10), ("ticket", 2)] {
        let list = format!("/v1/channel/products/{kind}?page_size=200");
        let ours = codes(&shop.get(&list).await);
        assert!(ours.len() >= least, "{kind}: {ours:?}");
        assert_eq!(ours, codes(&other.get(&list).await), "{kind}");
    }
    let undated = shop.get("/v1/channel/products/ticket?page_size=200").await;
    for product in undated["products"].as_array().expect("products") {
        let code = product["product_code"].as_str().expect("a code");
        let inventory = shop.get(&format!("/v1/channel/inventory/ticket/{code}")).await;
        let options = inventory["option_codes"].as_object().expect("options");
        assert!(!options.is_empty(), "{product}");
        for rows in options.values() {
            let rows = rows.as_array().expect("rows");
            assert!(rows.len() == 1 && rows[0].get("date").is_none(), "one row without a date: {rows:?}");
        }
    }
    let mismatches =
        database.database().run("test.mismatches", axhub_store::Mode::Read, (), |s, ()| Box::pin(axhub_store::stock::mismatches(s)));
    assert_eq!(mismatches.await.expect("the database answers"), vec![]);
}

/// What a newcomer does: copies everything from `URL=` on into a shell.
#[tokio::test]
async fn the_printed_commands_sell_a_seat() {
    let database = empty(Engine::Sqlite).await;
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--database", &database.address_text()];
    let mut child = axhub(&arguments).stdout(Stdio::piped()).spawn().expect("axhub can be started");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut script = String::new();
    while !script.contains("/channel/orders/tour/$ORDER") {
        let mut line = String::new();
        stdout.read_line(&mut line).expect("axhub speaks UTF-8");
        if !script.is_empty() || line.starts_with("URL=") {
            script.push_str(&line);
        }
    }
    // What a newcomer may do once the text is copied: the demo must not mind.
    drop(stdout);
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output();
    child.kill().expect("axhub can be killed");
    child.wait().expect("axhub ends");
    let output = output.expect("bash can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{script}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let last = said.lines().last().expect("a last line");
    assert!(last.contains(r#""ax_order_status":"Supplier confirm""#), "{said}");
}

#[tokio::test]
async fn leaves_other_peoples_databases_alone() {
    let database = axhub_testkit::TestDatabase::new(Engine::Sqlite).await;
    let clock = axhub_testkit::TestClock::default();
    let hub = axhub_hub::Hub::new(database.open().await, std::sync::Arc::new(clock), axhub_hub::Settings::default());
    axhub_testkit::World::make(&hub).await;
    let said = run(&["demo", "--json", "--listen", "127.0.0.1:0", "--database", &database.address_text()]);
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(said.out, "");
    assert!(said.err.contains("holds other data than the sample's"), "{}", said.err);
}

#[tokio::test]
async fn leaves_a_database_with_real_keys_alone() {
    let database = axhub_testkit::TestDatabase::new(Engine::Sqlite).await;
    let address = database.address_text();
    assert!(run(&["key", "create", "--operator", "boss", "--database", &address]).status.success());
    let said = run(&["demo", "--json", "--listen", "127.0.0.1:0", "--database", &address]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.err.contains("has keys that are not the demo's"), "{}", said.err);
    let keys = run(&["key", "list", "--json", "--database", &address]);
    let keys: serde_json::Value = serde_json::from_str(&keys.out).expect("JSON");
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1), "the demo's keys, which everybody knows, must not work here");
}
