//! Calls with somebody's key.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

/// Calls the app with a key, or without one.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    headers: HeaderMap,
}

/// What the app answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, when it is JSON; null when it is not.
    pub body: Value,
    /// The body as it came.
    pub bytes: Bytes,
}

impl Reply {
    /// A header's value; `None` when it is missing.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_else(|_| panic!("the body is no UTF-8"))
    }
}

impl Client {
    pub(crate) fn new(http: reqwest::Client, base_url: String, key: Option<&str>) -> Client {
        let client = Client { http, base_url, headers: HeaderMap::new() };
        match key {
            Some(key) => client.with_header("authorization", &format!("Token {key}")),
            None => client,
        }
    }

    /// The same client with a header set on every call; it replaces one of the same name.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Client {
        let mut client = self.clone();
        let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("no name of a header: {name}"));
        let value = HeaderValue::from_str(value).unwrap_or_else(|_| panic!("no value of a header: {value}"));
        client.headers.insert(name, value);
        client
    }

    /// The same client that wants English.
    #[must_use]
    pub fn in_english(&self) -> Client {
        self.with_header("accept-language", "en")
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// POST of a JSON body.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Reply {
        self.send_json(Method::POST, path, body).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Reply {
        self.send_json(Method::PATCH, path, body).await
    }

    /// PUT of a JSON body.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Reply {
        self.send_json(Method::PUT, path, body).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    /// Any method with a JSON body.
    pub async fn send_json(&self, method: Method, path: &str, body: &impl Serialize) -> Reply {
        let bytes = serde_json::to_vec(body).unwrap_or_else(|error| panic!("no JSON: {error}"));
        self.send_bytes(method, path, Some("application/json"), bytes).await
    }

    /// Any method with any body, with or without a content type.
    pub async fn send_bytes(&self, method: Method, path: &str, content_type: Option<&str>, body: impl Into<Bytes>) -> Reply {
        let client = match content_type {
            Some(content_type) => self.with_header("content-type", content_type),
            None => self.clone(),
        };
        client.send(method, path, Some(body.into())).await
    }

    /// Any method, with or without a body.
    pub async fn send(&self, method: Method, path: &str, body: Option<Bytes>) -> Reply {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url)).headers(self.headers.clone());
        if let Some(body) = body {
            request = request.body(body);
        }
        let reply = request.send().await.unwrap_or_else(|error| panic!("no answer from {path}: {error:?}"));
        let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
        let bytes = reply.bytes().await.unwrap_or_else(|error| panic!("half an answer from {path}: {error:?}"));
        Reply { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default(), bytes }
    }
}
