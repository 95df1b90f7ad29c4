//! What the tests share: looks at answers and at the audit log, and snapshots without what differs from run to run.

use std::collections::HashMap;

use axhub_testkit::{App, Reply};
use serde_json::Value;

/// A code that is nobody's.
pub const NOBODYS: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a";

/// The items of a list.
#[track_caller]
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// A text.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A member of each item.
#[track_caller]
pub fn each<'v>(items: &'v Value, member: &str) -> Vec<&'v str> {
    list(items).iter().map(|item| text(&item[member])).collect()
}

/// The body of a reply that must have this status.
#[track_caller]
pub fn ok(reply: Reply, status: u16) -> Value {
    assert_eq!(reply.status, status, "{}", reply.body);
    reply.body
}

/// Fails unless the reply is a 400 about exactly these fields.
#[track_caller]
pub fn assert_wrong(reply: &Reply, fields: &[&str]) {
    assert_eq!(reply.status, 400, "{}", reply.body);
    let members = reply.body.as_object().unwrap_or_else(|| panic!("no object: {}", reply.body));
    let mut wrong: Vec<&str> = members.keys().map(String::as_str).filter(|name| *name != "error").collect();
    let mut expected = fields.to_vec();
    wrong.sort_unstable();
    expected.sort_unstable();
    assert_eq!(wrong, expected, "{}", reply.body);
}

/// Fails unless the reply has this status and code.
#[track_caller]
pub fn assert_code(reply: &Reply, status: u16, code: &str) {
    let found = reply.body.get("code").or_else(|| reply.body["error"].get("code"));
    assert_eq!((reply.status, found.and_then(Value::as_str)), (status, Some(code)), "{}", reply.body);
}

/// The audit log, newest first.
pub async fn log(app: &App) -> Vec<Value> {
    let reply = app.operator().get("/v1/operator/audit?page_size=200").await;
    list(&ok(reply, 200)["entries"]).to_vec()
}

/// The actions in the audit log, oldest first.
pub async fn actions(app: &App) -> Vec<String> {
    log(app).await.iter().rev().filter(|entry| entry["actor_kind"] == "operator").map(|entry| text(&entry["action"]).to_owned()).collect()
}

/// JSON as text for a snapshot. Codes and keys that are made anew in every run are counted in the order of their appearance.
pub fn redacted(value: &Value) -> String {
    let mut value = value.clone();
    redact(&mut value, &mut HashMap::new());
    serde_json::to_string_pretty(&value).unwrap()
}

fn redact(value: &mut Value, known: &mut HashMap<String, usize>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, known)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if name == "request_id" {
                    *member = "[request_id]".into();
                }
                redact(member, known);
            }
        }
        Value::String(text) => {
            let is_uuid = |word: &str| uuid::Uuid::parse_str(word).is_ok_and(|code| code.get_version_num() == 7);
            let is_random = |word: &&str| is_uuid(word) || word.starts_with("axh_");
            let words: Vec<String> = text.split([' ', '.', ',', '/', '=', '(', ')']).filter(is_random).map(str::to_owned).collect();
            for word in words {
                let next = known.len() + 1;
                *text = text.replace(&word, &format!("[code {}]", known.entry(word.clone()).or_insert(next)));
            }
        }
        _ => {}
    }
}
