//! What somebody was told, without what differs from answer to answer.

use std::collections::BTreeMap;

use axhub_testkit::Reply;
use serde_json::Value;

use super::stage::Codes;

/// Headers that are another's in every answer, or follow from the body.
const DIFFER: [&str; 3] = ["date", "x-request-id", "content-length"];

/// An answer as it is compared.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub status: u16,
    pub code: Option<String>,
    /// The body, with `[code]` for each code that was asked for.
    pub text: String,
    headers: BTreeMap<String, String>,
}

impl Told {
    pub fn is(&self, status: u16, code: &str) -> bool {
        (self.status, self.code.as_deref()) == (status, Some(code))
    }
}

/// An answer to a request with these codes.
pub fn told(reply: &Reply, codes: &Codes) -> Told {
    let mut body = reply.body.clone();
    without_request_ids(&mut body);
    let code = body.get("code").or_else(|| body["error"].get("code")).and_then(Value::as_str).map(str::to_owned);
    let text = if body.is_null() { reply.text().to_owned() } else { body.to_string() };
    let headers = reply.headers.iter().filter(|(name, _)| !DIFFER.contains(&name.as_str()));
    Told {
        status: reply.status,
        code,
        text: codes.hidden_in(text),
        headers: headers
            .map(|(name, value)| (name.to_string(), codes.hidden_in(String::from_utf8_lossy(value.as_bytes()).into_owned())))
            .collect(),
    }
}

fn without_request_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("request_id");
            members.values_mut().for_each(without_request_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(without_request_ids),
        _ => {}
    }
}
