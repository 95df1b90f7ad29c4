//! A caller from outside, for what servers owe to anybody while something is wrong. What it asks changes nothing.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use axhub_domain::product::ProductKind;
use futures_util::future::join_all;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;

/// Longer than a server may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// A caller with a channel's key.
#[derive(Clone, Debug)]
pub struct Probe {
    client: Client,
}

/// An answer as it is seen from outside.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The status; none when the connection ended before the answer.
    pub status: Option<u16>,
    /// Whether it says when to try again.
    pub says_when: bool,
    /// Whether it says that nothing was done, for want of a place to wait in.
    pub is_overloaded: bool,
    /// How long it took.
    pub took: Duration,
}

impl Probe {
    /// With this key.
    pub(super) fn new(key: &str) -> anyhow::Result<Probe> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Token {key}")).context("the key is none")?);
        Ok(Probe { client: Client::builder().default_headers(headers).timeout(PATIENCE).build()? })
    }

    /// Reads the channel's orders.
    pub async fn read(&self, server: SocketAddr) -> Seen {
        see(self.client.get(format!("http://{server}/v1/channel/orders/tour?page_size=1"))).await
    }

    /// Orders something that nobody sells: it waits like any order, and is refused.
    pub async fn order(&self, server: SocketAddr) -> Seen {
        self.place(server, ProductKind::Tour, &order_of_nothing()).await
    }

    /// Orders this.
    pub async fn place(&self, server: SocketAddr, kind: ProductKind, order: &Value) -> Seen {
        see(self.client.post(format!("http://{server}/v1/channel/orders/{}", kind.as_str())).json(order)).await
    }

    /// The same, so many at a time.
    pub async fn orders(&self, server: SocketAddr, count: usize) -> Vec<Seen> {
        join_all((0..count).map(|_| self.order(server))).await
    }

    /// What a metric of a server adds up to, whatever its labels, or over those with this one.
    ///
    /// # Errors
    /// When the server does not tell.
    pub async fn metric(&self, server: SocketAddr, name: &str, label: Option<&str>) -> anyhow::Result<f64> {
        let text = self.client.get(format!("http://{server}/metrics")).send().await?.error_for_status()?.text().await?;
        let lines = text.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
        let lines = lines.filter(|line| label.is_none_or(|label| line.contains(label)));
        Ok(lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum())
    }
}

impl Seen {
    /// Whether the request was decided on, and refused.
    pub fn is_refused(&self) -> bool {
        self.status.is_some_and(|status| (400..500).contains(&status) && !matches!(status, 408 | 429))
    }

    /// Whether it is what a server without a database answers: 503, when to try again, and soon.
    ///
    /// # Errors
    /// What it is instead.
    pub fn is_unavailable(&self, within: Duration) -> anyhow::Result<()> {
        ensure!(self.status == Some(503), "instead of 503 the answer was {self:?}");
        ensure!(self.says_when, "a 503 without Retry-After: {self:?}");
        ensure!(self.took <= within, "a 503 that took longer than {} s: {self:?}", within.as_secs());
        Ok(())
    }
}

async fn see(request: RequestBuilder) -> Seen {
    let begin = Instant::now();
    let response = request.send().await;
    let took = begin.elapsed();
    match response {
        Ok(response) => {
            let (status, says_when) = (response.status().as_u16(), response.headers().contains_key(RETRY_AFTER));
            // With its body: an answer that ends in the middle is none.
            let body = response.bytes().await;
            let error: Value = body.as_ref().ok().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
            Seen { status: body.is_ok().then_some(status), says_when, is_overloaded: error["code"] == "overloaded", took }
        }
        Err(_) => Seen { status: None, says_when: false, is_overloaded: false, took },
    }
}

/// An order that is refused, since nobody sells what it names.
pub(super) fn order_of_nothing() -> Value {
    let person = json!({ "name": "Kim", "national_code": "82", "phone": "010-1234-5678", "email": "probe@example.com", "additional": {}, "extra": {} });
    let mut purchaser = person.clone();
    purchaser["is_required_more_information"] = false.into();
    // Ids that nobody has: they are made from a name that nobody uses.
    let nobody = Uuid::new_v5(&Uuid::NAMESPACE_OID, b"axhub-torture, sold by nobody");
    json!({
        "order": {
            "channel_order_code": format!("PROBE-{:016x}", rand::random::<u64>()), "purchased_at": "2024-01-01T00:00:00Z",
            "sub_total": "1.00000", "total": "1.00000", "status": "New", "is_voucher": false, "currency": "USD",
        },
        "options": [{
            "channel_product_mapping_code": nobody, "option_code": nobody, "quantity": 1, "inventory_at": "2034-01-01T00:00:00Z",
            "unit_selling_price": "1.00000", "amount_price": "1.00000", "tickets": [person],
        }],
        "purchaser": purchaser,
        "representative": person,
    })
}
