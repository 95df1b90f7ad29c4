//! Queries, paths and headers: any bytes there, through the whole program.

use axum::http::Method;

use crate::answer::{check, check_languages};
use crate::program::{Ask, Caller, Program, with};
use crate::{Answer, Target};

/// All of them.
pub const TARGETS: &[Target] = &[
    Target::answering("channel-query", CHANNEL, channel_query),
    Target::answering("supplier-query", SUPPLIER, supplier_query),
    Target::answering("operator-query", OPERATOR, operator_query),
    Target::plain("paths", paths),
    Target::plain("headers", headers),
];

const CHANNEL: &[&str] = &[
    "/v1/channel/products/tour",
    "/v1/channel/products/day-ticket",
    "/v1/channel/products/ticket",
    "/v1/channel/products/tour/update",
    "/v1/channel/products/tour/@tour",
    "/v1/channel/price/tour/@tour",
    "/v1/channel/price/day-ticket/@museum",
    "/v1/channel/inventory/tour/@tour",
    "/v1/channel/inventory/day-ticket/@museum",
    "/v1/channel/inventory/ticket/@cruise",
    "/v1/channel/orders/tour",
    "/v1/channel/orders/day-ticket",
    "/v1/channel/review/day-ticket/@museum",
    "/v1/channel/question/day-ticket/@museum",
    "/v1/channel/changes",
    // More are appended: examples in the corpus choose by letter.
    "/v1/channel/orders/ticket",
    "/v1/channel/review/tour/@tour",
    "/v1/channel/question/tour/@tour",
];

const SUPPLIER: &[&str] = &[
    "/v1/supplier/orders",
    "/v1/supplier/manifest",
    "/v1/supplier/products",
    "/v1/supplier/products/@museum",
    "/v1/supplier/products/@museum/versions",
    "/v1/supplier/products/@museum/prices",
    "/v1/supplier/products/@tour/stock",
    "/v1/supplier/stock/allotments",
    "/v1/supplier/stock/@tour.stock",
    "/v1/supplier/questions",
    "/v1/supplier/reviews",
];

const OPERATOR: &[&str] = &[
    "/v1/operator/suppliers",
    "/v1/operator/channels",
    "/v1/operator/channels/beta/products",
    "/v1/operator/channels/beta/assignment-rules",
    "/v1/operator/exchange-rates",
    "/v1/operator/keys",
    "/v1/operator/settings",
    "/v1/operator/search",
    "/v1/operator/audit",
    "/v1/operator/statements",
    "/v1/operator/statements/alpha/hanok/2026-06",
];

/// Where queries are sent.
pub fn addresses() -> Vec<&'static str> {
    [CHANNEL, SUPPLIER, OPERATOR].concat()
}

fn channel_query(bytes: &[u8]) -> Vec<Answer> {
    query(bytes, Caller::Channel, CHANNEL)
}

fn supplier_query(bytes: &[u8]) -> Vec<Answer> {
    query(bytes, Caller::Supplier, SUPPLIER)
}

fn operator_query(bytes: &[u8]) -> Vec<Answer> {
    query(bytes, Caller::Operator, OPERATOR)
}

/// The first byte chooses the address, by letters from `a` on; the rest is the query.
fn query(bytes: &[u8], caller: Caller, addresses: &[&'static str]) -> Vec<Answer> {
    let Some((first, rest)) = bytes.split_first() else { return Vec::new() };
    let address = addresses[usize::from(first.wrapping_sub(b'a')) % addresses.len()];
    let status = with(|program| {
        let query = escaped(&program.codes.put(rest));
        let address = format!("{}?{query}", program.codes.put_text(address));
        get(program, caller, &address)
    });
    status.map(|status| (address, status)).into_iter().collect()
}

/// Any address at all, by any of the three.
fn paths(bytes: &[u8]) {
    with(|program| {
        let path = escaped(&program.codes.put(bytes));
        for caller in [Caller::Channel, Caller::Supplier, Caller::Operator] {
            get(program, caller, &format!("/{path}"));
        }
    });
}

/// The status of the answer; `None` where no HTTP library would send the address.
fn get(program: &mut Program, caller: Caller, address: &str) -> Option<u16> {
    let ask = |program: &Program, language| program.ask(caller, &Method::GET, address, "", b"", language);
    let korean = ask(program, "ko");
    let korean = program.send(&korean)?;
    check(&format!("GET {address}"), &korean);
    if (400..500).contains(&korean.status) {
        let english = ask(program, "en");
        let english = program.send(&english).expect("as before");
        check_languages(&format!("GET {address}"), &korean, &english);
    }
    Some(korean.status)
}

/// Bytes that cannot stand in an address, as clients escape them.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_graphic() && !b"\"<>#\\^`{}|".contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Lines of headers: `accept-language: en;q=0.5`. `Authorization` is alpha's key unless the lines have their own.
fn headers(bytes: &[u8]) {
    let mut lines: Vec<(String, Vec<u8>)> = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = String::from_utf8_lossy(&line[..colon]).trim().to_ascii_lowercase();
        lines.push((name, line[colon + 1..].trim_ascii().to_vec()));
    }
    with(|program| {
        if !lines.iter().any(|(name, _)| name == "authorization") {
            lines.push(("authorization".to_owned(), program.authorization(Caller::Channel).into_bytes()));
        }
        let product = program.codes.put_text("/v1/channel/products/tour/@tour");
        for (method, address) in
            [(Method::GET, product.as_str()), (Method::POST, "/v1/channel/orders/tour"), (Method::GET, "/v1/channel/changes")]
        {
            let body = if method == Method::POST { b"{}".to_vec() } else { Vec::new() };
            let ask = Ask { method, address: address.to_owned(), headers: lines.clone(), body };
            let Some(reply) = program.send(&ask) else { return };
            check(&format!("{} {address} {lines:?}", ask.method), &reply);
            // What is sent is what the headers say of it.
            let header = |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok());
            assert!(reply.status != 304 || reply.bytes.is_empty(), "a body where there is none");
            assert!(header("x-request-id").is_some(), "an answer without a request's id");
            let language = header("content-language");
            assert!(reply.status < 400 || matches!(language, Some("ko" | "en")), "a refusal in no language: {language:?}");
        }
    });
}
