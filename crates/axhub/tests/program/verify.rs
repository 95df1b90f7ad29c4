//! `axhub verify`: clean on the sample, exact about what is broken, and without a trace.

use std::collections::BTreeMap;
use std::path::Path;

use axhub_store::{Database, Error, Mode};
use axhub_testkit::{Engine, TestDatabase};
use rstest::rstest;
use serde_json::{Value, json};

use crate::operators::Operator;
use crate::process::{Demo, empty, run};
use crate::shop::Shop;

/// The demo's sample data, and a sale.
async fn sample(engine: Engine) -> (TestDatabase, Operator) {
    let database = empty(engine).await;
    let demo = Demo::start(&database);
    let shop = Shop::open(&demo.base_url, demo.key("channels", 0), "instant").await;
    assert_eq!(shop.place(&shop.order("V-1", &shop.rows()[0], 1)).await.0, 201);
    let operator = Operator::on(&database);
    // While the demo serves, too.
    assert!(operator.reads(&["verify"]).contains("order-paths"));
    demo.terminate();
    demo.wait();
    (database, operator)
}

async fn execute(database: &Database, sql: &'static str) {
    let done: Result<u64, Error> =
        database.run("test.break", Mode::Write, (), move |s, ()| Box::pin(async move { s.execute(sql, &[]).await })).await;
    assert!(done.expect("the statement runs") > 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_sample_is_clean_and_what_is_broken_is_told(#[case] engine: Engine) {
    let (database, olivia) = sample(engine).await;
    let table = olivia.reads(&["verify"]);
    let report = olivia.gets(&["verify"]);
    let checks = report["checks"].as_array().expect("a list");
    assert!(checks.len() > 50 && checks.iter().all(|check| check["found"] == 0 && check["findings"] == json!([])), "{report}");
    assert_eq!(table.lines().count(), checks.len() + 1, "{table}");
    assert!(table.lines().skip(1).all(|line| line.ends_with("  ok")), "{table}");

    if engine == Engine::Sqlite {
        is_described(checks);
    }

    execute(database.database(), "UPDATE channel_orders SET total = sub_total + 1 WHERE channel_order_code = 'V-1'").await;
    let said = olivia.types(&["verify"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(said.err.starts_with("axhub: 1 of ") && said.err.contains(" rules do not hold in "), "{}", said.err);
    assert!(said.out.contains("  1 found\n"), "{}", said.out);
    assert!(said.out.contains("\norder-amounts: The sub-total of a channel's order is "), "{}", said.out);
    assert!(said.out.contains("\n  channel order V-1: sub-total "), "{}", said.out);
    let said = olivia.types(&["verify", "--json"]);
    assert_eq!(said.status.code(), Some(1));
    let report: Value = serde_json::from_str(&said.out).expect("one document");
    let found: Vec<&Value> = report["checks"].as_array().expect("a list").iter().filter(|check| check["found"] != 0).collect();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["name"], &found[0]["found"]), (&json!("order-amounts"), &json!(1)));
    assert_eq!(olivia.gets(&["search", "V-1"])["results"][0]["found_by"], "channel_order_code");
}

/// The operators' page has every rule in its words.
fn is_described(checks: &[Value]) {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify.md")).expect("the page is there");
    let described: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let text = |check: &Value, name: &str| check[name].as_str().expect("a text").to_owned();
    let rules: Vec<String> = checks.iter().map(|check| format!("| `{}` | {} |", text(check, "name"), text(check, "rule"))).collect();
    assert_eq!(described, rules);
}

/// Every file of a directory with what is in it.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry"));
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("a file"))).collect()
}

#[tokio::test]
async fn a_file_is_only_looked_at() {
    let (_database, olivia) = sample(Engine::Sqlite).await;
    let directory = tempfile::tempdir().expect("a directory");
    // A name that would mean something else in a URI.
    let file = directory.path().join("100% sure? #1.db");
    assert!(olivia.types(&["backup", file.to_str().expect("UTF-8")]).status.success());
    let before = files(directory.path());
    let address = format!("sqlite:{}", file.display());
    for command in [&["verify"][..], &["search", "V-1"], &["audit"], &["channel", "list"]] {
        let said = run(&[command, &["--database", &address]].concat());
        assert!(said.status.success(), "{command:?}: {}", said.err);
        assert!(files(directory.path()) == before, "{command:?}: something was changed, or left behind");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_otherwise() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("axhub.db");
    let address = format!("sqlite:{}", file.display());
    let fails = |why: &str| {
        let said = run(&["verify", "--database", &address]);
        assert_eq!((said.status.code(), said.out.as_str()), (Some(1), ""), "{}", said.err);
        assert!(said.err.starts_with("axhub: ") && said.err.contains(why), "{}", said.err);
    };
    fails("there is no database");
    std::fs::write(&file, "This is no database, and long enough to be looked at as one.".repeat(100)).expect("it is written");
    fails("cannot open the database");
    std::fs::write(&file, "").expect("it is written");
    fails("is not migrated");
    assert_eq!(files(directory.path()).len(), 1);
}
