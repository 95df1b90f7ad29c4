//! A request that names a code, sent with one's own, another's and nobody's.

use axhub_testkit::{Client, Reply};
use axum::http::Method;
use serde_json::Value;

const NOBODYS: &str = "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01";

/// A request about own things that names `code`.
pub struct Naming<'a> {
    pub client: &'a Client,
    pub method: Method,
    /// With `{code}` for the code, as the body has it, too.
    pub address: String,
    pub body: Option<Value>,
    /// What is named, and whose it is.
    pub theirs: (&'static str, String),
    /// The same of one's own; empty where even that is not to be named.
    pub own: String,
}

impl Naming<'_> {
    /// A code that looks like theirs.
    pub fn nobodys(&self) -> &'static str {
        if self.theirs.1.len() < 36 { "nobody-9" } else { NOBODYS }
    }

    pub async fn with(&self, code: &str) -> Reply {
        let address = self.address.replace("{code}", code);
        match &self.body {
            Some(body) => {
                let body = body.to_string().replace("{code}", code);
                self.client.send_bytes(self.method.clone(), &address, Some("application/json"), body).await
            }
            None => self.client.send(self.method.clone(), &address, None).await,
        }
    }
}

/// An answer without what differs from answer to answer.
pub fn told(reply: &Reply, code: &str) -> (u16, String) {
    let mut body = reply.body.clone();
    for errors in ["", "/error", "/orders/0/error", "/orders/1/error"] {
        if let Some(members) = body.pointer_mut(errors).and_then(Value::as_object_mut) {
            members.remove("request_id");
        }
    }
    (reply.status, body.to_string().replace(code, "[code]"))
}
