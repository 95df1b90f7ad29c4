//! The operator's commands about what was sold: statements, reconciled lists, and travelers whose data is erased.

use std::io::Write;
use std::process::{Command, Stdio};

use axhub_testkit::{App, Engine, OrderBuilder};
use rstest::rstest;
use serde_json::{Value, json};

use crate::operators::Operator;
use crate::process::axhub;

const MONTH: &str = "2020-03";
const OF: [&str; 3] = ["alpha", "hanok", MONTH];

/// Two seats that alpha sold of hanok in a month that is over on every machine's clock.
async fn sell(app: &App) -> String {
    app.clock().set_to("2020-03-10T03:00:00Z");
    let seoul = app.world().seoul.clone();
    let mapping = app.register("alpha", &seoul).await;
    let order = OrderBuilder::new("A-1").line(mapping, seoul.option(0), seoul.at("2026-07-03", "10:00"), 2);
    let reply = app.channel("alpha").post("/v1/channel/orders/tour", &order.json()).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.body["options"][0]["ax_order_code"].as_str().expect("a code").to_owned()
}

fn statement<'a>(action: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["statement", action], &OF[..], more].concat()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_month_is_shown_reconciled_and_closed(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let order = sell(&app).await;
    let olivia = Operator::on(app.test_database());

    let open = olivia.gets(&["statement", "list", "--from", MONTH, "--to", MONTH, "--state", "open"]);
    assert_eq!((&open["statements"][0]["supplier_code"], &open["statements"][1]), (&json!("hanok"), &Value::Null));
    let shown = olivia.gets(&statement("show", &[]));
    assert_eq!((&shown["totals"][0]["sold"]["count"], &shown["is_closed"]), (&json!(2), &json!(false)));
    let table = olivia.reads(&statement("show", &[]));
    let told = ["A-1", "T-0-1", "북촌 골목 산책", "2026-07-03 10:00", "30000.00000 KRW", "160.00000 USD"];
    assert!(told.iter().all(|fact| table.contains(fact)), "{table}");
    let csv = olivia.reads(&statement("show", &["--csv"]));
    assert!(csv.starts_with("ax_ticket_code,") && csv.lines().count() == 3, "{csv}");

    let directory = tempfile::tempdir().expect("a directory");
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    };
    let own = olivia.gets(&statement("reconcile", &[&file("own.csv", csv.as_bytes())]));
    assert_eq!((&own["agreeing"], &own["total_differences"]), (&json!(2), &json!(0)));
    let theirs = "channel_order_code,channel_ticket_code,amount\nA-1,T-0-1,79\nA-1,T-9-9,80\n";
    let differ = piped(&olivia, &statement("reconcile", &["-", "--json"]), theirs);
    let differ: Value = serde_json::from_str(&differ).expect("JSON");
    assert_eq!(
        (&differ["counts"]["amount_differs"], &differ["counts"]["missing_here"], &differ["counts"]["missing_there"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let theirs = file("theirs.csv", theirs.as_bytes());
    assert!(olivia.reads(&statement("reconcile", &[&theirs])).contains("amount differs"));
    assert_eq!(olivia.reads(&statement("reconcile", &[&theirs, "--csv"])).lines().count(), 4);

    let no_file = olivia.fails(&statement("reconcile", &["nowhere.csv"]), 1);
    assert!(no_file.starts_with("axhub: cannot read nowhere.csv: "), "{no_file}");
    let latin = file("latin.csv", b"channel_order_code,ax_ticket_code\nB\xfccher,1\n");
    assert_eq!(
        olivia.fails(&statement("reconcile", &[&latin]), 1),
        format!("axhub: {latin}: The table is not UTF-8: line 2 has another encoding (byte 36 of the body).\n")
    );
    let columns = file("columns.csv", b"a,b\n1,2\n");
    let missing = olivia.fails(&statement("reconcile", &[&columns]), 1);
    assert!(missing.contains("channel_order_code: This field is required.") && missing.contains("ax_ticket_code"), "{missing}");

    let closed = olivia.gets(&statement("close", &[]));
    assert_eq!(closed["closed_by"], "olivia");
    assert_eq!(olivia.gets(&statement("close", &[])), closed, "closing again changes nothing");
    let bytes = olivia.reads(&statement("show", &["--json"]));
    assert_eq!(sha256(&bytes), closed["hash"], "the document is the bytes that were hashed");
    let listed = olivia.gets(&["statement", "list", "--from", MONTH, "--to", MONTH]);
    assert_eq!(listed["statements"][0]["hash"], closed["hash"]);
    assert!(olivia.reads(&statement("show", &[])).contains(closed["hash"].as_str().expect("a hash")));
    let found = olivia.gets(&["search", "A-1"]);
    assert_eq!(found["results"][0]["code"], json!(order));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn travelers_are_erased_once_and_products_assigned(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let order = sell(&app).await;
    let olivia = Operator::on(app.test_database());
    let erased = olivia.gets(&["traveler", "erase", &order]);
    assert_eq!((&erased["channel_order_code"], &erased["ax_order_codes"]), (&json!("A-1"), &json!([order])));
    assert!(erased["people"].as_u64().is_some_and(|people| people > 0), "{erased}");
    let again = olivia.gets(&["traveler", "erase", &order]);
    assert_eq!((&again["people"], &again["erased_at"]), (&json!(0), &erased["erased_at"]));
    let log = olivia.gets(&["audit", "--action", "traveler.erase"]);
    assert_eq!((&log["entries"][0]["actor"], &log["entries"][1]), (&json!("olivia"), &Value::Null));

    let harbor = app.world().harbor.id.to_string();
    let assigned = olivia.gets(&["assignment", "set", "alpha", &harbor, "--mark-up", "1.15"]);
    assert_eq!((&assigned["mark_up"], &assigned["source"]), (&json!("1.15000"), &json!("single")));
    let listed = olivia.gets(&["assignment", "list", "alpha", "--supplier", "lumiere"]);
    assert_eq!(listed["assignments"].as_array().map(Vec::len), Some(2));
    let rule = olivia.gets(&["rule", "create", "alpha", "--country", "united states", "--mark-up", "1.3"]);
    let left = olivia.gets(&["assignment", "remove", "alpha", &harbor]);
    assert_eq!((&left["assignment"]["mark_up"], &left["assignment"]["rule_code"]), (&json!("1.30000"), &rule["rule_code"]));
    let by_rule = olivia.fails(&["assignment", "remove", "alpha", &harbor], 1);
    assert!(by_rule.starts_with("axhub: A rule (") && by_rule.contains(rule["rule_code"].as_str().expect("a code")), "{by_rule}");
    let code = rule["rule_code"].as_str().expect("a code");
    let excepted = olivia.gets(&["rule", "set", "alpha", code, "--except", &harbor]);
    assert_eq!((&excepted["except"], &excepted["assigned"]), (&json!([harbor]), &json!(0)));
    let none = olivia.fails(&["assignment", "remove", "alpha", &harbor], 1);
    assert_eq!(none, format!("axhub: there is no channel alpha, or it may not sell product {harbor}\n"));
}

/// What a command answers that reads from standard input.
fn piped(olivia: &Operator, arguments: &[&str], input: &str) -> String {
    let mut child = olivia.ready(axhub(arguments)).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("axhub can be started");
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What `sha256sum` says, as people would ask it.
fn sha256(text: &str) -> String {
    let mut child = Command::new("sha256sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("sha256sum can be started");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout).split_whitespace().next().unwrap_or_default().to_owned()
}
