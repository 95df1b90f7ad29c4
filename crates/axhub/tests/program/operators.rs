//! The operator's commands, from an empty database on: what they answer, how they refuse, and what the audit log keeps.

use std::process::Command;

use axhub_testkit::{Engine, TestDatabase};
use rstest::rstest;
use serde_json::{Value, json};

use crate::process::{Said, axhub, empty, finish, run};

/// Somebody at a terminal.
pub struct Operator {
    address: String,
}

impl Operator {
    /// On this database.
    pub fn on(database: &TestDatabase) -> Operator {
        Operator { address: database.address_text() }
    }

    /// A command with what the operator has set.
    pub fn ready(&self, mut command: Command) -> Command {
        command.env("AXHUB_DATABASE", &self.address).env("AXHUB_OPERATOR", "olivia");
        command
    }

    /// Types a command.
    pub fn types(&self, arguments: &[&str]) -> Said {
        finish(&mut self.ready(axhub(arguments)))
    }

    /// What a command answers to people.
    pub fn reads(&self, arguments: &[&str]) -> String {
        let said = self.types(arguments);
        assert_eq!(said.status.code(), Some(0), "{arguments:?}: {}", said.err);
        said.out
    }

    /// What it answers to programs: one document.
    pub fn gets(&self, arguments: &[&str]) -> Value {
        let out = self.reads(&[arguments, &["--json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {out}"))
    }

    /// Why a command fails.
    pub fn fails(&self, arguments: &[&str], code: i32) -> String {
        let said = self.types(arguments);
        assert_eq!((said.status.code(), said.out.as_str()), (Some(code), ""), "{arguments:?}: {}", said.err);
        assert!(!said.err.contains("panicked") && !said.err.contains("Error {"), "{}", said.err);
        said.err
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

async fn migrated(engine: Engine) -> (TestDatabase, Operator) {
    let database = empty(engine).await;
    let operator = Operator::on(&database);
    assert!(run(&["migrate", "--database", &operator.address]).status.success());
    (database, operator)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_whole_session_from_an_empty_database(#[case] engine: Engine) {
    let (_database, olivia) = migrated(engine).await;
    let seine = json!({ "code": "seine-tours", "name": "Seine Tours", "notes": "" });
    assert_eq!(olivia.gets(&["supplier", "create", "seine-tours", "--name", "Seine Tours"]), seine);
    assert_eq!(olivia.gets(&["supplier", "show", "seine-tours"]), seine);
    let noted = olivia.gets(&["supplier", "set", "seine-tours", "--notes", "Ask for Camille."]);
    assert_eq!((&noted["name"], &noted["notes"]), (&json!("Seine Tours"), &json!("Ask for Camille.")));
    assert_eq!(olivia.gets(&["supplier", "list", "--search", "SEINE"]), json!({ "suppliers": [noted] }));

    let hana = ["channel", "create", "hanatrip", "--name", "하나트립", "--time-zone", "Asia/Seoul"];
    assert!(olivia.gets(&hana)["orders_per_minute"].is_null());
    let limited = olivia.gets(&["channel", "limits", "hanatrip", "--reads-per-minute", "600"]);
    assert_eq!((&limited["reads_per_minute"], &limited["orders_per_minute"]), (&json!(600), &Value::Null));
    let moved = olivia.gets(&["channel", "set", "hanatrip", "--time-zone", "Asia/Tokyo"]);
    assert_eq!((&moved["time_zone"], &moved["reads_per_minute"]), (&json!("Asia/Tokyo"), &json!(600)), "what is left out stays");
    assert_eq!(olivia.gets(&["channel", "show", "hanatrip"]), moved);
    assert_eq!(olivia.gets(&["channel", "list"]), json!({ "channels": [moved] }));
    assert_eq!(
        olivia.reads(&["channel", "list"]),
        "CODE      NAME      TIME ZONE   READS/MIN  ORDERS/MIN  NOTES\nhanatrip  하나트립  Asia/Tokyo  600        unbounded\n"
    );

    let rate = olivia.gets(&["rate", "set", "usd", "KRW", "1380.5"]);
    assert_eq!((&rate["rate"], &rate["is_in_force"]), (&json!("1380.50000000"), &json!(true)));
    assert_eq!(olivia.gets(&["rate", "list", "--base", "USD", "--in-force"]), json!({ "exchange_rates": [rate] }));
    let planned = olivia.gets(&["rate", "set", "USD", "KRW", "1400", "--from", "9000-01-01T00:00+09:00"]);
    assert_eq!((&planned["valid_from"], &planned["is_in_force"]), (&json!("8999-12-31T15:00:00.000Z"), &json!(false)));

    assert_eq!(olivia.gets(&["settings", "show"]), json!({ "traveler_retention_days": null, "statement_time_zone": "UTC" }));
    let kept = olivia.gets(&["settings", "set", "--traveler-retention-days", "365", "--statement-time-zone", "Asia/Seoul"]);
    assert_eq!(kept, json!({ "traveler_retention_days": 365, "statement_time_zone": "Asia/Seoul" }));
    assert!(olivia.gets(&["settings", "set", "--traveler-retention-days", "forever"])["traveler_retention_days"].is_null());

    rules(&olivia);
    let secrets = keys(&olivia);
    let found = olivia.gets(&["search", "hanatrip"]);
    assert_eq!((&found["results"][0]["kind"], &found["results"][1]), (&json!("channel"), &Value::Null));
    assert_eq!(olivia.gets(&["search", "nothing"]), json!({ "results": [] }));
    assert_eq!(olivia.reads(&["search", "nothing"]), "Nothing has this code.\n");

    assert_eq!(olivia.gets(&["statement", "list"]), json!({ "statements": [] }));
    let month = &text(&rate["valid_from"])[..7];
    let empty = olivia.gets(&["statement", "show", "hanatrip", "seine-tours", month]);
    assert_eq!((&empty["month"], &empty["lines"]), (&json!(month), &json!([])));
    let too_soon = olivia.fails(&["statement", "close", "hanatrip", "seine-tours", "9000-01"], 1);
    assert!(too_soon.starts_with("axhub: This month cannot be closed yet. It can be closed from 9000-01-31T16:00:00"), "{too_soon}");

    audit(&olivia, &secrets);
}

fn rules(olivia: &Operator) {
    let rule = olivia.gets(&["rule", "create", "hanatrip", "--supplier", "seine-tours", "--country", "France", "--mark-up", "1.12"]);
    assert_eq!((&rule["mark_up"], &rule["assigned"], &rule["except"]), (&json!("1.12000"), &json!(0), &json!([])));
    let code = text(&rule["rule_code"]);
    let changed = olivia.gets(&["rule", "set", "hanatrip", code, "--mark-up", "1.2", "--no-exceptions"]);
    assert_eq!(olivia.gets(&["rule", "list", "hanatrip"]), json!({ "rules": [changed] }));
    let no_product = olivia.fails(&["rule", "set", "hanatrip", code, "--except", code], 1);
    assert!(no_product.starts_with(&format!("axhub: except[0]: \"{code}\" is not a valid choice.")), "{no_product}");
    assert_eq!(olivia.gets(&["rule", "remove", "hanatrip", code]), json!({ "reassigned": 0, "unassigned": 0 }));
    assert_eq!(olivia.fails(&["rule", "remove", "hanatrip", code], 1), format!("axhub: there is no rule {code} of a channel hanatrip\n"));
    assert_eq!(olivia.gets(&["assignment", "list", "hanatrip", "--source", "rule"]), json!({ "assignments": [] }));
    let nothing = olivia.fails(&["assignment", "set", "hanatrip", code, "--mark-up", "1.1"], 1);
    assert_eq!(nothing, format!("axhub: there is no channel hanatrip, or no product {code}\n"));
}

/// Makes, rotates and revokes keys; gives the secrets.
fn keys(olivia: &Operator) -> Vec<String> {
    let made = olivia.gets(&["key", "create", "--channel", "hanatrip", "--expires-in-days", "30"]);
    assert_eq!((&made["key"]["owner"], &made["key"]["state"], &made["replaces"]), (&json!("hanatrip"), &json!("valid"), &Value::Null));
    let first = text(&made["api_key"]).to_owned();
    let prefix = text(&made["key"]["prefix"]).to_owned();
    let rotated = olivia.gets(&["key", "rotate", &prefix, "--overlap-hours", "1"]);
    assert_eq!((&rotated["replaces"]["prefix"], &rotated["key"]["owner"]), (&json!(prefix), &json!("hanatrip")));
    let second = text(&rotated["api_key"]).to_owned();

    let said = olivia.types(&["key", "create", "--supplier", "seine-tours"]);
    let third = said.out.trim_end().to_owned();
    assert!(third.starts_with("axh_s_") && !said.err.contains(&third) && said.err.contains("It is shown only now"), "{}", said.err);

    // Who has the whole key at hand may name it so; it is never said again.
    let revoked = olivia.types(&["key", "revoke", &second]);
    assert!(revoked.status.success() && !revoked.out.contains(&second) && revoked.out.contains(": revoked 2"), "{}", revoked.out);
    let ended = olivia.fails(&["key", "rotate", &second], 1);
    assert_eq!(ended, "axhub: This key was revoked or has run out.\n");
    let valid = olivia.gets(&["key", "list", "--kind", "channel", "--owner", "hanatrip", "--valid"]);
    assert_eq!((&valid["keys"][0]["prefix"], &valid["keys"][1]), (&json!(prefix), &Value::Null));
    let table = olivia.reads(&["key", "list"]);
    assert_eq!(table.lines().count(), 4, "{table}");
    vec![first, second, third]
}

fn audit(olivia: &Operator, secrets: &[String]) {
    let log = olivia.gets(&["audit"]);
    let entries = log["entries"].as_array().expect("a list");
    let mut actions: Vec<&str> = entries.iter().map(|entry| text(&entry["action"])).collect();
    actions.sort_unstable();
    actions.dedup();
    assert_eq!(
        actions,
        [
            "channel.change",
            "channel.create",
            "key.create",
            "key.revoke",
            "key.rotate",
            "rate.set",
            "rule.change",
            "rule.create",
            "rule.remove",
            "settings.change",
            "supplier.change",
            "supplier.create"
        ]
    );
    assert!(entries.iter().all(|entry| entry["actor"] == "olivia" && entry["key_prefix"].is_null()), "{log}");
    let table = olivia.reads(&["audit", "--object", "hanatrip"]);
    assert_eq!(table.lines().count(), 4, "{table}");
    for secret in secrets {
        assert!(!log.to_string().contains(secret) && !olivia.reads(&["key", "list"]).contains(secret));
    }
    let page = olivia.types(&["audit", "--page-size", "2", "--page", "2", "--json"]);
    let shown: Value = serde_json::from_str(&page.out).expect("JSON");
    assert_eq!(shown["entries"].as_array().map(Vec::len), Some(2));
    assert!(page.err.starts_with("This is page 2 of ") && page.err.contains(&entries.len().to_string()), "{}", page.err);

    let as_mina = olivia.gets(&["supplier", "set", "seine-tours", "--name", "Seine", "--as", "mina"]);
    assert_eq!(as_mina["name"], "Seine");
    let by_mina = olivia.gets(&["audit", "--actor", "mina", "--actor-kind", "operator"]);
    assert_eq!((&by_mina["entries"][0]["object_code"], &by_mina["entries"][1]), (&json!("seine-tours"), &Value::Null));
    assert_eq!(olivia.gets(&["audit", "--to", "2020-01-01T00:00Z"]), json!({ "entries": [] }));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_changes(#[case] engine: Engine) {
    let (_database, olivia) = migrated(engine).await;
    olivia.gets(&["supplier", "create", "seine-tours", "--name", "Seine Tours"]);
    let log = olivia.gets(&["audit"]);

    let product = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f10";
    let long = "x".repeat(256);
    let refused: [(&[&str], &str); 13] = [
        (&["supplier", "create", "seine-tours", "--name", "Again"], "This code is taken."),
        (&["supplier", "create", "Seine Tours", "--name", "x"], "code: A code has 2 to 40 lower-case letters"),
        (&["supplier", "set", "seine-tours", "--name", " "], "name: This field may not be blank."),
        (&["supplier", "set", "seine-tours", "--name", &long], "name: Ensure this field has no more than 255 characters."),
        (&["supplier", "show", "nobody"], "there is no supplier nobody"),
        (&["channel", "create", "c1", "--name", " ", "--time-zone", "Mars/Base"], "several values are wrong:\n  name: "),
        (&["channel", "limits", "nobody"], "there is no channel nobody"),
        (&["rule", "list", "nobody"], "there is no channel nobody"),
        (&["rate", "set", "USD", "USD", "1"], "quote: \"USD\" is not a valid choice. Accepted: KRW."),
        (&["rate", "set", "USD", "KRW", "1", "--from", "2020-01-01T00:00Z"], "valid_from: This time has passed."),
        (&["settings", "set", "--traveler-retention-days", "0"], "traveler_retention_days: Ensure this value is greater"),
        (&["traveler", "erase", product], "there is no order 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f10"),
        (&["search", &long], "text: Ensure this field has no more than 255 characters."),
    ];
    for (arguments, why) in refused {
        let said = olivia.fails(arguments, 1);
        assert!(said.starts_with(&format!("axhub: {why}")), "{arguments:?}: {said}");
    }
    let senseless: [(&[&str], &str); 9] = [
        (&["supplier", "set", "seine-tours"], "--name <TEXT>"),
        (&["supplier", "set", "seine-tours", "--name", "x", "--as", " "], "--as <NAME>"),
        (&["assignment", "set", "a", "no-code", "--mark-up", "1"], "The hub's codes look like"),
        (&["assignment", "set", "a", product, "--mark-up", "0"], "--mark-up <FACTOR>': Ensure this value is greater than zero."),
        (&["rate", "set", "USD", "EUR", "1"], "\"EUR\" is not a valid choice. Accepted: KRW, USD."),
        (&["rate", "set", "USD", "KRW", "1", "--from", "tomorrow"], "Datetime has wrong format."),
        (&["settings", "set"], "--statement-time-zone <ZONE>"),
        (&["statement", "show", "a", "b", "2026-13"], "Month has wrong format."),
        (&["statement", "show", "a", "b", "2026-07", "--csv", "--json"], "cannot be used with"),
    ];
    for (arguments, why) in senseless {
        let said = olivia.fails(arguments, 2);
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
    assert_eq!(olivia.gets(&["audit"]), log, "something changed");
}
