//! Every address that takes a body: any bytes are sent there, through the whole program.
//!
//! Whatever the bytes are, the answer is never a fault of ours; a refusal names a field or says a sentence, in both
//! languages; and when the body is written again from what was read of it, the answer is the same.

use axhub_web::JsonBody;
use axum::http::Method;
use serde_json::{Map, Value};

use crate::answer::{check, check_languages, check_same};
use crate::program::{Caller, Program, Reply, with};
use crate::{Answer, Target};

/// Where a body is sent.
struct Endpoint {
    caller: Caller,
    method: Method,
    addresses: &'static [&'static str],
    media_type: &'static str,
    uses_up: UsedUp,
}

/// What something is done to where a body is accepted, so that another is needed then.
enum UsedUp {
    Nothing,
    Orders,
    Draft,
}

const JSON: &str = "application/json";

macro_rules! targets {
    ($($name:literal $function:ident: $caller:ident $method:ident $addresses:expr, $used_up:ident;)*) => {
        /// All of them.
        pub const TARGETS: &[Target] = &[
            $(Target::answering($name, &$addresses, $function),)*
            Target::answering("operator-their-list", &[THEIR_LIST], their_list),
        ];

        /// Where bodies are sent.
        pub fn addresses() -> Vec<(Method, &'static str)> {
            let mut addresses = vec![(Method::POST, THEIR_LIST)];
            $(addresses.extend($addresses.map(|address| (Method::$method, address)));)*
            addresses
        }

        $(fn $function(bytes: &[u8]) -> Vec<Answer> {
            send(bytes, &Endpoint {
                caller: Caller::$caller,
                method: Method::$method,
                addresses: &$addresses,
                media_type: JSON,
                uses_up: UsedUp::$used_up,
            })
        })*
    };
}

targets! {
    "channel-order" channel_order: Channel POST ["/v1/channel/orders/tour", "/v1/channel/orders/day-ticket", "/v1/channel/orders/ticket"], Nothing;
    "channel-cancel" channel_cancel: Channel PATCH ["/v1/channel/orders/tour/@order"], Orders;
    "channel-cancel-ticket" channel_cancel_ticket: Channel PATCH ["/v1/channel/orders/tour/@order/tickets/@order.ticket"], Orders;
    "channel-refund" channel_refund: Channel POST ["/v1/channel/orders/tour/@canceled/tickets/@canceled.ticket/refund"], Orders;
    "channel-review-tour" channel_review_tour: Channel POST ["/v1/channel/review/tour/@tour"], Nothing;
    "channel-review-day-ticket" channel_review_day_ticket: Channel POST ["/v1/channel/review/day-ticket/@museum"], Nothing;
    "channel-question" channel_question: Channel POST ["/v1/channel/question/tour/@tour"], Nothing;
    "channel-registration" channel_registration: Channel POST ["/v1/channel/products/tour/registration/@tour"], Nothing;
    "channel-inventory-search" channel_inventory_search: Channel POST ["/v1/channel/inventory/search"], Nothing;

    "supplier-product" supplier_product: Supplier POST ["/v1/supplier/products"], Nothing;
    "supplier-product-change" supplier_product_change: Supplier PATCH ["/v1/supplier/products/@museum", "/v1/supplier/products/@museum/draft"], Nothing;
    "supplier-publish" supplier_publish: Supplier POST ["/v1/supplier/products/@drafted/publish"], Draft;
    "supplier-end-sale" supplier_end_sale: Supplier POST ["/v1/supplier/products/@museum/end-sale"], Nothing;
    "supplier-stock" supplier_stock: Supplier PUT ["/v1/supplier/options/@museum.0/stock", "/v1/supplier/options/@tour.0/stock"], Nothing;
    "supplier-stock-rule" supplier_stock_rule: Supplier PUT ["/v1/supplier/stock"], Nothing;
    "supplier-allotments" supplier_allotments: Supplier PUT ["/v1/supplier/stock/allotments"], Nothing;
    "supplier-order" supplier_order: Supplier POST [
        "/v1/supplier/orders/@order/acknowledge",
        "/v1/supplier/orders/@order/confirm",
        "/v1/supplier/orders/@order/reject",
        "/v1/supplier/orders/@confirmed/cancel",
        "/v1/supplier/orders/@confirmed/comment"
    ], Orders;
    "supplier-orders" supplier_orders: Supplier POST ["/v1/supplier/orders/actions"], Orders;
    "supplier-ticket" supplier_ticket: Supplier POST [
        "/v1/supplier/tickets/@confirmed.ticket/redeem",
        "/v1/supplier/tickets/@used.ticket/undo-redemption",
        "/v1/supplier/orders/@order/tickets/@order.ticket/cancel",
        "/v1/supplier/orders/@confirmed/tickets/@confirmed.ticket/redeem"
    ], Orders;
    "supplier-answer" supplier_answer: Supplier POST ["/v1/supplier/questions/@question/answer", "/v1/supplier/reviews/@review/answer"], Nothing;

    "operator-supplier" operator_supplier: Operator POST ["/v1/operator/suppliers"], Nothing;
    "operator-supplier-change" operator_supplier_change: Operator PATCH ["/v1/operator/suppliers/lumiere"], Nothing;
    "operator-channel" operator_channel: Operator POST ["/v1/operator/channels"], Nothing;
    "operator-channel-change" operator_channel_change: Operator PATCH ["/v1/operator/channels/beta"], Nothing;
    "operator-assignment" operator_assignment: Operator PUT ["/v1/operator/channels/beta/products/@paris"], Nothing;
    "operator-rule" operator_rule: Operator POST ["/v1/operator/channels/beta/assignment-rules"], Nothing;
    "operator-rule-change" operator_rule_change: Operator PATCH ["/v1/operator/channels/beta/assignment-rules/@rule"], Nothing;
    "operator-rate" operator_rate: Operator POST ["/v1/operator/exchange-rates"], Nothing;
    "operator-key" operator_key: Operator POST ["/v1/operator/keys"], Nothing;
    "operator-key-rotate" operator_key_rotate: Operator POST ["/v1/operator/keys/@key/rotate"], Nothing;
    "operator-settings" operator_settings: Operator PATCH ["/v1/operator/settings"], Nothing;
    "operator-erase" operator_erase: Operator POST ["/v1/operator/orders/@canceled/erase-travelers"], Orders;
}

const THEIR_LIST: &str = "/v1/operator/statements/alpha/hanok/2026-06/reconcile";

/// A channel's own list of tickets, as a table.
fn their_list(bytes: &[u8]) -> Vec<Answer> {
    let (caller, method, addresses) = (Caller::Operator, Method::POST, &[THEIR_LIST]);
    send(bytes, &Endpoint { caller, method, addresses, media_type: "text/csv", uses_up: UsedUp::Nothing })
}

fn send(bytes: &[u8], endpoint: &Endpoint) -> Vec<Answer> {
    with(|program| {
        let mut answers = Vec::new();
        program.next();
        let body = program.codes.put(bytes);
        let sent = String::from_utf8_lossy(&body).into_owned();
        for named in endpoint.addresses {
            let address = program.codes.put_text(named);
            let sent = format!("{} {address}\n{sent}", endpoint.method);
            let reply = ask(program, endpoint, &address, &body, "ko");
            answers.push((*named, reply.status));
            check(&sent, &reply);
            if (400..500).contains(&reply.status) {
                let english = ask(program, endpoint, &address, &body, "en");
                check(&sent, &english);
                check_languages(&sent, &reply, &english);
            }
            if let Some(written) = written_again(&body).filter(|_| endpoint.media_type == JSON) {
                check_same(&sent, &reply, &ask(program, endpoint, &address, &written, "ko"));
            }
            if address.starts_with("/v1/channel/orders/") && endpoint.method == Method::POST && reply.status == 201 {
                check_generations(program, endpoint, &address, &body, &reply);
            }
            match endpoint.uses_up {
                UsedUp::Orders if reply.status < 300 => program.renew(),
                UsedUp::Draft if reply.status < 300 => program.draft(),
                _ => {}
            }
        }
        answers
    })
}

fn ask(program: &mut Program, endpoint: &Endpoint, address: &str, body: &[u8], language: &str) -> Reply {
    let ask = program.ask(endpoint.caller, &endpoint.method, address, endpoint.media_type, body, language);
    program.send(&ask).expect("an address of ours")
}

/// The body written from what was read of it; `None` when it is none, or has what only its text shows, such as a member twice.
fn written_again(body: &[u8]) -> Option<Vec<u8>> {
    let members = JsonBody::parse(body).ok()?.members().clone();
    JsonBody::parse(body).ok()?.read(|_| ()).ok()?;
    serde_json::to_vec_pretty(&members).ok()
}

/// An order that was accepted is the same order in the names of any generation: a replay, not another one.
fn check_generations(program: &mut Program, endpoint: &Endpoint, address: &str, body: &[u8], placed: &Reply) {
    let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(body) else { return };
    for names in [&OLD_NAMES[..], &OLD_NAMES[..2], &OLD_NAMES[2..]] {
        let Some(other) = renamed(&members, names) else { return };
        let other = Value::Object(other).to_string();
        let reply = ask(program, endpoint, address, other.as_bytes(), "en");
        assert_eq!(reply.status, 200, "{other}\nis not the order that was placed: {}", String::from_utf8_lossy(&reply.bytes));
        let codes = |reply: &Reply| {
            let body = reply.json();
            let lines = body["options"].as_array().or(body["depth_combinations"].as_array()).cloned().unwrap_or_default();
            lines.iter().map(|line| line["ax_order_code"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(codes(&reply), codes(placed), "{other}\nis another order");
    }
}

/// New names and old names of the same.
const OLD_NAMES: [(&str, &str); 4] = [
    ("options", "depth_combinations"),
    ("option_code", "dc_code"),
    ("inventory_at", "use_date"),
    ("channel_product_mapping_code", "channel_product_mapping_data_code"),
];

/// The body with each of these names turned into the other; `None` when it has both of a pair, of which one would be lost.
fn renamed(members: &Map<String, Value>, names: &[(&str, &str)]) -> Option<Map<String, Value>> {
    let mut renamed = Map::new();
    for (name, value) in members {
        let other = names.iter().find_map(|(new, old)| if name == new { Some(*old) } else { (name == old).then_some(*new) });
        let value = match (name.as_str(), value) {
            ("options" | "depth_combinations", Value::Array(lines)) => {
                let line = |line: &Value| match line {
                    Value::Object(members) => self::renamed(members, names).map(Value::Object),
                    other => Some(other.clone()),
                };
                Value::Array(lines.iter().map(line).collect::<Option<_>>()?)
            }
            _ => value.clone(),
        };
        if renamed.insert(other.unwrap_or(name).to_owned(), value).is_some() {
            return None;
        }
    }
    let has_both = |(new, old): &(&str, &str)| members.contains_key(*new) && members.contains_key(*old);
    (!OLD_NAMES.iter().any(has_both)).then_some(renamed)
}
